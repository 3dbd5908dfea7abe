# SPDX-License-Identifier: Apache-2.0
"""How often the next eojeol is right, which keys it saves, and how sure the figures are."""
