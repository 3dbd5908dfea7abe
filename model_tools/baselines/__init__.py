# SPDX-License-Identifier: Apache-2.0
"""What a predictor is measured beside: the n-gram alone, the commonest eojeols, Kiwi."""
