# SPDX-License-Identifier: Apache-2.0
"""이음: predicts the next Korean eojeol on the user's own machine; this package is the daemon."""

__version__ = "0.1.0"
