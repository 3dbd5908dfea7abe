# SPDX-License-Identifier: Apache-2.0
"""Pure: one list out of what the model and the n-gram offer."""
