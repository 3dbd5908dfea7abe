# SPDX-License-Identifier: Apache-2.0
"""Counts of everyday Korean: from a corpus to the file that predicts without a model."""
