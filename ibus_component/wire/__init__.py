# SPDX-License-Identifier: Apache-2.0
"""IBus objects as D-Bus values, the IBus bus and the engine object."""
