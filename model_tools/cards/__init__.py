# SPDX-License-Identifier: Apache-2.0
"""Pure: a model card out of a manifest, a recipe and what was measured."""
