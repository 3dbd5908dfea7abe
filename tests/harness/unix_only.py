# SPDX-License-Identifier: Apache-2.0
"""`python -m tests.harness.unix_only COMMAND …`: no socket but AF_UNIX, as in the daemon's unit.

What `RestrictAddressFamilies=AF_UNIX` of systemd.exec(5) does, done the same way: a filter of
system calls (seccomp(2)) under which socket() of any other family fails with EAFNOSUPPORT.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from typing import Final

SOCKET_CALL: Final = {"x86_64": 41, "aarch64": 198}
"""Number of socket(2) by machine."""

PR_SET_NO_NEW_PRIVS: Final = 38
PR_SET_SECCOMP: Final = 22
FILTER_MODE: Final = 2

LOAD: Final = 0x20
JUMP_IF_EQUAL: Final = 0x15
RETURN: Final = 0x06
ALLOW: Final = 0x7FFF0000
REFUSE: Final = 0x00050000 | errno.EAFNOSUPPORT

NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
"""Offsets in struct seccomp_data."""


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def instructions(socket_call: int) -> bytes:
    """The filter: (code, jump if true, jump if false, value) each."""
    program = (
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_IF_EQUAL, 0, 2, socket_call),  # another call is allowed
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (JUMP_IF_EQUAL, 0, 1, int(socket.AF_UNIX)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    )
    return b"".join(struct.pack("HBBI", *each) for each in program)


def restrict() -> None:
    """Install the filter for this process and all that it becomes.

    Raises:
        OSError: the kernel refuses.
    """
    code = instructions(SOCKET_CALL[platform.machine()])
    program = Program(len(code) // 8, code)
    library = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0),
    ):
        if library.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "The kernel took no filter.")


if __name__ == "__main__":
    restrict()
    os.execvp(sys.argv[1], sys.argv[1:])
