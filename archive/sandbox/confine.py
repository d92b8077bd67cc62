"""What a child gives up before it meets a file, for good: descriptors, limits, capabilities, the disk, system calls.

Linux. Numbers are from the kernel's headers (linux/prctl.h, linux/landlock.h, linux/capability.h).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from archive.sandbox.limits import Limits
from archive.sandbox.syscalls import install, program
from archive.sandbox.walls import Wall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = (0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF)  # by version: what can be forbidden on the disk
_NETWORK, _SCOPED = 0b11, 0b11  # version 4: TCP; version 6: abstract sockets and signals outside

libc = ctypes.CDLL(None, use_errno=True)


class Fence(NamedTuple):
    """A wall's inner part, made once by the server for all its children."""

    wall: Wall
    ruleset: int | None  # descriptor of what Landlock allows
    filter: bytes | None  # of system calls
    tasks: int  # processes and threads that this user may have in all while a reader runs


def build(wall: Wall, disk: Sequence[str]) -> Fence:
    """Prepare to allow reading ``disk`` and no more, as far as this kernel knows how."""
    if wall is Wall.NOTHING:
        return Fence(wall, None, None, _tasks())
    return Fence(wall, _ruleset(disk), program(), _tasks())


def _tasks() -> int:
    """Twice of what the user has by now, roughly: enough for a decoder's thread, too little to fill the machine.

    The kernel tells the number only by refusing; of root it refuses nothing.
    """
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    limit = 64
    while not _can_fork(limit, before[1]):
        limit *= 2
    resource.setrlimit(resource.RLIMIT_NPROC, before)
    return 2 * limit


def _can_fork(limit: int, ceiling: int) -> bool:
    if ceiling != resource.RLIM_INFINITY and limit > ceiling:
        return True
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, ceiling))
    try:
        pid = os.fork()
    except BlockingIOError:
        return False
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


def confine(limits: Limits, fence: Fence, kept: Sequence[int]) -> None:
    """Keep the descriptors ``kept`` and what the fence allows; OSError if the wall cannot be had."""
    signal.set_wakeup_fd(-1)
    harden()
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: end when the server ends
    if fence.wall is not Wall.NOTHING and not _close(fence) and fence.wall is Wall.LANDLOCK:
        raise OSError(ctypes.get_errno(), fence.wall)
    for low, high in pairwise([2, *sorted(kept), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(low + 1, high)
    for kind, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, fence.tasks),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
    ):
        ceiling = resource.getrlimit(kind)[1]
        limit = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        resource.setrlimit(kind, (limit, limit))


def harden() -> None:
    """No core, no debugger, no new privileges."""
    libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def _close(fence: Fence) -> bool:
    """Close disk, capabilities and system calls, each as far as it can be; tell whether all could."""
    disk = fence.ruleset is not None and libc.syscall(_RESTRICT_SELF, fence.ruleset, 0) == 0
    capabilities = libc.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)) == 0  # version 3, this process; none
    return bool(disk and capabilities and fence.filter is not None and install(libc, fence.filter))


def _ruleset(disk: Sequence[str]) -> int | None:
    """Make the rules by which Landlock forbids everything but reading ``disk``; None where there is no Landlock."""
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return None
    rights = _RIGHTS[min(version, len(_RIGHTS) - 1)]
    wanted = struct.pack("=QQQ", rights, _NETWORK, _SCOPED)
    wanted = wanted[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = int(libc.syscall(_CREATE_RULESET, wanted, len(wanted), 0))
    if ruleset < 0:
        return None
    for path in disk:
        _allow(ruleset, path)
    return ruleset


def _allow(ruleset: int, path: str) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    may = _READ_FILE | (_READ_DIR if Path(path).is_dir() else 0)
    libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", may, opened), 0)
    os.close(opened)
