"""Single keys of a terminal, one at a time: what is typed before it is asked for answers nothing.

A key that shows a name must be one that somebody pressed at this very question. So nothing that was typed ahead or
pasted counts, nor a key that is held down, nor an arrow or another key that sends several signs. Keys are taken for
those of a Latin keyboard in the same place, since whoever reviews a Ukrainian text types Ukrainian.
"""

from __future__ import annotations

import os
import select
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_QUIET = 0.2  # seconds without a key until one counts: longer than a key held down pauses
_AFTERWARDS = 0.5  # until somebody has pressed the Enter that was not needed
_LATIN = str.maketrans("йцукегшщзфыівапролдячсмиь", "qwertuiopassdfghjklzxcvbm")
"""Which key it is on a Latin keyboard. Not н and т: on theirs stand y and n, but they begin no and yes."""


@contextmanager
def keys(descriptor: int) -> Iterator[Callable[[], str]]:
    """A terminal that hands over each key as it is pressed, and shows none; as it was before when the block ends.

    It begins once nothing was typed for a while. What a call hands over may be "": a key that says nothing.
    """
    with _keywise(descriptor, _QUIET):
        yield lambda: _pressed(descriptor)


def settle(descriptor: int) -> None:
    """Wait until nothing more is typed, and forget it."""
    with _keywise(descriptor, _AFTERWARDS):
        pass


def forget(descriptor: int) -> None:
    """Forget what was typed until now."""
    termios.tcflush(descriptor, termios.TCIFLUSH)


@contextmanager
def _keywise(descriptor: int, quiet: float) -> Iterator[None]:
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        _drop(descriptor, quiet)
        yield
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _pressed(descriptor: int) -> str:
    said = _typed(descriptor)
    if len(said) > 1 or said == "\x1b":
        _drop(descriptor, _QUIET)
        return ""
    return said.casefold().translate(_LATIN)


def _typed(descriptor: int) -> str:
    """All that was typed since; KeyboardInterrupt at Ctrl-D and where the terminal is gone."""
    try:
        said = os.read(descriptor, 4096).decode("utf-8", "replace")
    except OSError:
        raise KeyboardInterrupt from None
    if not said or "\x04" in said:
        raise KeyboardInterrupt
    return said


def _drop(descriptor: int, quiet: float) -> None:
    while select.select([descriptor], [], [], quiet)[0]:
        _typed(descriptor)
