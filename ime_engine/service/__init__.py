# SPDX-License-Identifier: Apache-2.0
"""The daemon's D-Bus face: the only room of this package that knows dbus-next."""
