# SPDX-License-Identifier: Apache-2.0
"""Models as GGUF files: reading them without another library."""
