# SPDX-License-Identifier: Apache-2.0
"""The IBus engine of 이음: keys in, preedit, commit and candidate list out."""
