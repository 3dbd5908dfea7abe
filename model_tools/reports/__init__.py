# SPDX-License-Identifier: Apache-2.0
"""One page with the plots of what was measured."""
