# SPDX-License-Identifier: Apache-2.0
"""The workshop: from a recipe to a model folder, and what is measured on it."""

import ime_engine as _daemon  # switches the telemetry of ONNX Runtime off, before its import

__version__ = _daemon.__version__
