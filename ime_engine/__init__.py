# SPDX-License-Identifier: Apache-2.0
"""이음: predicts the next Korean eojeol on the user's own machine; this package is the daemon."""

import os

__version__ = "0.1.0"

# ONNX Runtime 1.32 reports its use to its maker unless told not to before it is imported.
# Every process of ours imports this package first, and those it starts inherit the word.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
