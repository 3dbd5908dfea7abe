# SPDX-License-Identifier: Apache-2.0
"""Pure: two predictors at the same positions, what differs between them, and how surely."""
