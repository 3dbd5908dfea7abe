# SPDX-License-Identifier: Apache-2.0
"""Waits, memory and key round trips of the real programs."""
