"""Memory that a process takes for one file after another, kept instead of given back in between."""

from __future__ import annotations

import contextlib
import ctypes
import gc

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of the C library's mallopt
_KEPT = 64 << 20


def keep_freed() -> None:
    """Let this process take the memory of the next file from what the last ones gave back, as far as 64 MiB.

    Else the kernel takes each back and hands out new pages, every one of them zeroed: a third of its work. What
    is larger than a file in memory may be, such as what a passphrase takes, still goes back. glibc; others do without.
    What is loaded by now stays: Python looks no longer through it for what could be given back.
    """
    gc.freeze()
    with contextlib.suppress(AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _KEPT // 2)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
