# SPDX-License-Identifier: Apache-2.0
"""The settings dialog. The system's Python runs it: gi and the standard library only."""
