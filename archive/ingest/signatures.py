"""Whether a detached OpenPGP signature is good, asked of gpgv where there is one; it decides nothing about who signed.

A process of its own with nothing but three descriptors in memory: no keyring, no home, no file on disk.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_SECONDS = 120
_GOOD = re.compile(rb"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40})", re.MULTILINE)

NOT_CHECKED = "signature not checked (gpgv is not installed)"
BAD = "SIGNATURE DOES NOT FIT"


def verify(signed: bytes | int, signature: bytes, key: bytes) -> str:
    """Say in words what came of it, with the fingerprint of the key that signed where it is good.

    ``signed`` is what was signed, or a descriptor of it that is open for reading.
    """
    with ExitStack() as stack:
        fds = [stack.enter_context(_in_memory(one)) for one in (key, signature)]
        fds.append(signed if isinstance(signed, int) else stack.enter_context(_in_memory(signed)))
        words = ["gpgv", "--status-fd", "1", "--keyring", *(f"/dev/fd/{fd}" for fd in fds)]
        try:
            done = subprocess.run(  # noqa: S603 -- fixed words
                words, pass_fds=fds, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"GNUPGHOME": "/nowhere"}, cwd="/", timeout=_SECONDS, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            return NOT_CHECKED
        except subprocess.TimeoutExpired:
            return BAD
    found = _GOOD.search(done.stdout)
    return f"signature good, key {found[1].decode()}" if found and done.returncode == 0 else BAD


@contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    """A descriptor with these bytes, from their beginning."""
    fd = os.memfd_create("", 0)
    try:
        with os.fdopen(os.dup(fd), "wb") as file:
            file.write(data)
        os.lseek(fd, 0, os.SEEK_SET)
        yield fd
    finally:
        os.close(fd)
