# SPDX-License-Identifier: Apache-2.0
"""How far each side of a list is trusted, fitted on text that nothing was counted over."""
