# SPDX-License-Identifier: Apache-2.0
"""Two engines, the same keys: `python -m tests.differential` plays thousands of random scripts."""
