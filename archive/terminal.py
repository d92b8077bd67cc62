"""Everything a person sees or types. The rules of speech:

Answers go to stdout, everything else (progress, questions, errors) to stderr. An error is one line ``error:`` and one
line ``hint:`` that says what to do next. With ``--json`` there is one document on stdout, and an error is one
document on stderr. On a terminal, lines are broken between words; one that begins with ``$ `` is a command to be copied
and stays whole. Stored text passes ``safe()`` before it is shown, because ESC, OSC 52 and bidi controls in a title
could drive the terminal of whoever reads it. Colour and moving progress only where the stream is a terminal and
NO_COLOR is not set.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
import termios
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

import msgspec

from archive import keyboard
from archive.errors import ArchiveError, UsageError
from archive.letters import broken, columns, in_columns
from archive.moving import Advance, Unit, moving, told
from archive.speech import tr

_ASIDE, _BACK = "\x1b[?1049h\x1b[H\x1b[2J", "\x1b[2J\x1b[?1049l"  # xterm's alternate screen: it has no scrollback
_ROOM = 30  # columns for an answer beside its question
_BOLD, _DIM, _RED, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


def safe(text: str) -> str:
    """``text`` with every character that could control a terminal replaced by U+FFFD; newlines and tabs become spaces.

    Categories C* (controls, formats such as bidi overrides, private use, surrogates), Zl and Zp; Dangerzone's rule.
    """
    return text if text.isprintable() else "".join(_safe_character(character) for character in text)


def _safe_character(character: str) -> str:
    if character in "\n\t\r":
        return " "
    category = unicodedata.category(character)
    return "\ufffd" if category[0] == "C" or category in ("Zl", "Zp") else character


def _json(document: object, indent: int = -1) -> str:
    """``document`` as JSON in which what could control a terminal stands as an escape: to a parser it is the same."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=indent).decode()
    return re.sub(r"[^ -~\n]", lambda found: found[0] if safe(found[0]) == found[0] else _escape(found[0]), text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")  # two for what lies beyond U+FFFF
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


class Terminal:
    """Where one command speaks: as people's lines or, with ``json``, as one document."""

    def __init__(self, *, json: bool = False, yes: bool = False) -> None:
        self.json = json
        self.yes = yes

    # --- saying ---

    def answer(self, document: msgspec.Struct, lines: Callable[[], Iterable[str]]) -> None:
        """The command's result: ``document`` with ``--json``, else ``lines()`` (which are made safe already)."""
        if self.json:
            self.document(document)
        else:
            for line in lines():
                _write(_stdout(), _fitted(line, _stdout()))

    def document(self, fields: object) -> None:
        """The command's result as a document of a shape that only ``--json`` has."""
        _write(_stdout(), _json(fields, indent=1))

    def stream(self, pieces: Iterable[bytes]) -> None:
        """Raw bytes to stdout, for a pipe: as they are, since a file is no text of ours."""
        if _stdout().isatty():
            raise UsageError(
                tr("A terminal is no place for a file's bytes."), tr("Send them into a pipe, or give -o FILE.")
            )
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()

    def note(self, line: str) -> None:
        """A line beside the answer (stderr); nothing with ``--json``."""
        if not self.json:
            _aside(line)

    def text(self, text: str) -> None:
        """Stored text of several lines, each made safe."""
        for line in text.split("\n"):
            _write(_stdout(), _fitted(safe(line), _stdout()))

    def fail(self, error: ArchiveError) -> int:
        """Say what went wrong and what to do next; returns the exit code."""
        if self.json:
            said: dict[str, object] = {"error": error.name, "code": error.exit_code, "message": error.message}
            said["hint"] = error.hint
            if error.details is not None:
                said["details"] = error.details
            _aside(_json(said), whole=True)
            return error.exit_code
        _aside(f"{_paint(tr('error:'), _RED, sys.stderr)} {safe(error.message)}")
        if error.hint:
            _aside(f"{_paint(tr('hint:'), _BOLD, sys.stderr)} {safe(error.hint)}")
        return error.exit_code

    # --- asking ---

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return sys.stdin is not None and sys.stdin.isatty() and not self.json

    @property
    def can_show_apart(self) -> bool:
        """Whether somebody is there, before a screen on which ``page`` leaves nothing behind."""
        return self.can_ask and _has_aside()

    def ask(self, question: str, missing: str) -> str:
        """One line typed by a person; with nobody there, UsageError whose hint is ``missing``.

        What was typed before it was asked is passed over. Without a question it is one more line of an answer.
        """
        if not self.can_ask:
            raise UsageError(_unasked(question), missing)
        if question:
            keyboard.forget(sys.stdin.fileno())
        sys.stderr.write(_asked(question))
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.strip()

    def key(self, question: str, keys: str, missing: str) -> str:
        """One of ``keys``, pressed without Enter; others are passed over, and all that is typed before it is asked.

        With nobody there, as ``ask``.
        """
        if not self.can_ask:
            raise UsageError(_unasked(question.strip()), missing)
        with keyboard.keys(sys.stdin.fileno()) as read:
            sys.stderr.write(f"{question}: ")  # here: a key that is pressed before is passed over
            sys.stderr.flush()
            while not (pressed := read()) or pressed not in keys:
                pass
        sys.stderr.write(f"{pressed}\n")
        return pressed

    def settle(self) -> None:
        """Pass over what is still being typed, such as an Enter behind a key that needs none."""
        if self.can_ask:
            keyboard.settle(sys.stdin.fileno())

    def ask_hidden(self, question: str, missing: str) -> str:
        """A passphrase, without echo; with nobody there, UsageError whose hint is ``missing``."""
        if sys.stdin is None or not sys.stdin.isatty():
            raise UsageError(_unasked(question), missing)
        try:
            return getpass.getpass(f"{question}: ", stream=sys.stderr)
        except (EOFError, OSError, termios.error):  # also where the terminal is gone: it cannot be set back
            raise KeyboardInterrupt from None

    def confirm(self, what_is_lost: str) -> None:
        """Go on only after a yes; ``--yes`` says it beforehand; with nobody there the command is refused."""
        if self.yes:
            return
        question = tr("{what} Go on? [y/N]", what=what_is_lost)
        if self.ask(question, tr("Say so beforehand: --yes")).lower() not in ("y", "yes"):
            raise UsageError(tr("Nothing was done."), tr("Answer y to go on."))

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A screen of its own for secret words: what is shown and typed inside stays neither there nor in history."""
        screen = _has_aside()
        try:
            _switch(_ASIDE if screen else "")
            yield
        finally:
            _switch(_BACK if screen else "")

    def page(self, lines: Iterable[str], question: str) -> str:
        """Lines (made safe already) on a screen of their own, until a person goes on; what they typed."""
        with self.apart():
            for line in lines:
                _aside(line)
            return self.ask(question, tr("Run this on a terminal."))

    def fold(self, line: str) -> list[str]:
        """A line as the rows it takes on the screen of a person."""
        return list(broken(line, _width(sys.stderr)))

    def rows(self) -> int:
        """How many rows a screen has above the one where it is asked whether to go on."""
        return max(5, os.get_terminal_size(sys.stderr.fileno()).lines - 2)

    # --- showing ---

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows under headings; cells are made safe."""
        out = _stdout()
        cells = [tuple(headings), *(tuple(map(safe, row)) for row in rows)]
        for number, line in enumerate(in_columns(cells, _width(out) if out.isatty() else None)):
            _write(out, line if number else _paint(line, _BOLD, out))

    def bar(self, part: int, whole: int, width: int = 30) -> str:
        """A bar of so many cells of ``width`` as ``part`` is of ``whole``; plain signs where blocks cannot be shown."""
        from rich.bar import Bar  # noqa: PLC0415
        from rich.console import Console  # noqa: PLC0415

        if (_stdout().encoding or "").lower().replace("-", "") != "utf8":
            return "#" * (part * width // max(1, whole))
        console = Console(file=_stdout(), color_system=None, width=width)
        with console.capture() as drawn:
            console.print(Bar(max(1, whole), 0, part, width=width), end="")
        return drawn.get().rstrip()

    def mark(self, text: str, spans: Sequence[tuple[int, int]]) -> str:
        """``text`` made safe, with the spans (character offsets) in bold, or in « » where there is no terminal."""
        before, after = (_BOLD, _OFF) if _colour(sys.stdout) else ("«", "»")
        pieces, end = [], 0
        for start, stop in spans:
            pieces += [safe(text[end:start]), before, safe(text[start:stop]), after]
            end = stop
        return "".join([*pieces, safe(text[end:])])

    def dim(self, text: str) -> str:
        """Less important words."""
        return _paint(text, _DIM, sys.stdout)

    @contextmanager
    def progress(self, what: str, total: int | None, *, unit: Unit = "things") -> Iterator[Advance]:
        """A moving bar with rate and time left on stderr while long work runs; lines where nothing may move.

        ``total`` is None where nobody can know it. Yields a function that takes how many more are done.
        """
        if self.json or total in (0, 1) or sys.stderr is None or not sys.stderr.isatty():
            yield lambda _done: None
            return
        with moving(sys.stderr, what, total, unit) if _colour(sys.stderr) else told(_aside, what, total) as advance:
            yield advance


def _unasked(question: str) -> str:
    return tr("{question}: not given, and nobody is here to ask.", question=question)


def _stdout() -> TextIO:
    """Where answers go; ArchiveError where it was closed (``>&-``), which Python shows as None."""
    if sys.stdout is None:
        raise ArchiveError(
            tr("Standard output is closed: the answer cannot be shown."), tr("Nothing in the archive is lost.")
        )
    return sys.stdout


def _has_aside() -> bool:
    """Whether stderr is a terminal that has an alternate screen."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _switch(control: str) -> None:
    if control and sys.stderr is not None:
        sys.stderr.write(control)
        sys.stderr.flush()


def _aside(line: str, *, whole: bool = False) -> None:
    """One line to stderr. Where it cannot be said, the work still counts and the exit code still tells."""
    if sys.stderr is not None:
        with suppress(OSError):
            _write(sys.stderr, line if whole else _fitted(line, sys.stderr))
        hand_over(sys.stderr)


def hand_over(stream: TextIO | None) -> None:
    """Flush ``stream``; what nobody takes (a full disk, a closed pipe) is dropped, or Python complains at its end."""
    if stream is not None:
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _colour(stream: TextIO) -> bool:
    return (
        stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _paint(text: str, colour: str, stream: TextIO) -> str:
    return f"{colour}{text}{_OFF}" if _colour(stream) else text


def _write(stream: TextIO, line: str) -> None:
    """One line to a stream; letters that the stream's encoding lacks are escaped, never a crash."""
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _width(stream: TextIO) -> int:
    return os.get_terminal_size(stream.fileno()).columns or 80


def _asked(question: str) -> str:
    """A question as it is shown; a long one leaves the next line for the answer, which a terminal breaks anywhere."""
    fitted = [_fitted(line, sys.stderr) for line in f"{question}: ".split("\n")]
    last = fitted[-1].rpartition("\n")[2]
    long = sys.stderr.isatty() and columns(last) > _width(sys.stderr) - _ROOM
    return "\n".join(fitted) + ("\n> " if long else "")


def _fitted(line: str, stream: TextIO) -> str:
    """``line``, on a terminal broken between words to its width; ``letters.broken`` says how."""
    if not stream.isatty() or line.startswith("$ "):
        return line
    return "\n".join(broken(line, _width(stream)))
