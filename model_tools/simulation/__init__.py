# SPDX-License-Identifier: Apache-2.0
"""Somebody who types the text of one author, and what learning gains them."""
