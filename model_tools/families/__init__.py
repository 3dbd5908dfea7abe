# SPDX-License-Identifier: Apache-2.0
"""One module per architecture: its numbers, and its graph node by node."""
