# SPDX-License-Identifier: Apache-2.0
"""Pure text: jamo, eojeol, prefixes by keystrokes."""
