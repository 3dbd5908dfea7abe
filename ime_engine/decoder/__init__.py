# SPDX-License-Identifier: Apache-2.0
"""Pure search: from a prompt to eojeols."""
