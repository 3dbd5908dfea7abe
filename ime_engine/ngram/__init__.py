# SPDX-License-Identifier: Apache-2.0
"""Counts of everyday Korean, mapped from one file: the next eojeol without a model."""
