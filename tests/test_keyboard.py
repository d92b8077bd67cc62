"""Single keys on a terminal: only what is pressed at a question answers it."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

import pytest

from archive import keyboard


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The side of whoever types, and that of the program."""
    person, program = os.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def first(terminal: tuple[int, int], *typed: str) -> str:
    """The first key that counts of what is typed, piece by piece as it is read, once a question is asked."""
    person, program = terminal
    with keyboard.keys(program) as read:
        for piece in typed:
            os.write(person, piece.encode())
            if key := read():
                return key
    return ""


def is_waiting(program: int) -> bool:
    return bool(select.select([program], [], [], 0)[0])


def test_a_key_counts_at_once(terminal: tuple[int, int]) -> None:
    assert first(terminal, "s") == "s"


def test_what_was_typed_ahead_is_forgotten(terminal: tuple[int, int]) -> None:
    person, _ = terminal
    os.write(person, b"sss\nss")
    assert first(terminal, "h") == "h"


@pytest.mark.parametrize(
    "several", ["ssss", "s\n", "\x1b[A", "\x1bs", "\x1bOs", "show all\nshow all\n", "\x1b[200~s\x1b[201~"]
)
def test_several_signs_at_once_are_no_key(terminal: tuple[int, int], several: str) -> None:
    """A pasted text, an arrow, Alt and a key."""
    assert first(terminal, several, "h") == "h"


@pytest.mark.parametrize(
    ("typed", "key"), [("ы", "s"), ("і", "s"), ("р", "h"), ("щ", "o"), ("ф", "a"), ("й", "q"), ("S", "s")]
)
def test_another_layout_has_the_same_keys(terminal: tuple[int, int], typed: str, key: str) -> None:
    """Whoever reviews a Ukrainian text types Ukrainian."""
    assert first(terminal, typed) == key


@pytest.mark.parametrize("typed", ["н", "т", "c", "с"])
def test_no_and_yes_of_another_language_are_no_other_keys(terminal: tuple[int, int], typed: str) -> None:
    """The key of н is y, that of т is n."""
    assert first(terminal, typed) not in ("y", "n", "s", "h")


def test_the_terminal_is_as_before(terminal: tuple[int, int]) -> None:
    import termios

    _, program = terminal
    before = termios.tcgetattr(program)
    first(terminal, "s")
    keyboard.settle(program)
    assert termios.tcgetattr(program) == before


def test_an_enter_too_many_is_forgotten(terminal: tuple[int, int]) -> None:
    person, program = terminal
    for forget in (keyboard.settle, keyboard.forget):
        os.write(person, b"\n")
        assert select.select([program], [], [], 10)[0]
        forget(program)
        assert not is_waiting(program)


def test_ctrl_d_stops(terminal: tuple[int, int]) -> None:
    with pytest.raises(KeyboardInterrupt):
        first(terminal, "\x04")


def test_a_terminal_that_is_gone_stops() -> None:
    """And what it was set to is not asked for any more."""
    person, program = os.openpty()
    try:
        with pytest.raises(KeyboardInterrupt), keyboard.keys(program) as read:
            os.close(person)
            read()
    finally:
        os.close(program)
