# SPDX-License-Identifier: Apache-2.0
"""Training in torch: text as rows of tokens, one loop, checkpoints to go on from, low rank."""
