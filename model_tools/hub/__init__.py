# SPDX-License-Identifier: Apache-2.0
"""Models as checkpoint folders of the hub."""
