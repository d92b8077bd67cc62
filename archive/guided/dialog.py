"""Questions one after the other: Enter skips, ``?`` says why, ``b`` goes back, ``!`` stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from archive.errors import UsageError
from archive.speech import tr
from archive.terminal import safe

KEYS = tr("Enter skips · ? why it is asked · b back · ! stops and locks")
_SHOWN = 50  # characters of an earlier answer
_ON_A_TERMINAL = tr("Run it on a terminal, or give all answers: --from-json FILE")


class Speaker(Protocol):
    """Who asks and tells: a terminal."""

    def ask(self, question: str, missing: str) -> str:
        """One line typed by a person."""

    def note(self, line: str) -> None:
        """A line to read, made safe already."""


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked and why; ``choices`` are codes of ``vocabulary``, which are answered by number."""

    name: str
    ask: str
    why: str
    required: bool = False
    vocabulary: str = ""
    choices: tuple[str, ...] = ()


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Somebody wants to stop here; all that was answered is kept."""


class Script(Protocol):
    """What the answers mean. ``said`` are those given so far, as they are kept."""

    said: dict[str, str]

    def applies(self, name: str) -> bool:
        """Whether a question is asked at all, after what was said."""

    def shows(self, question: Question) -> Iterable[str]:
        """What to read above the question."""

    def take(self, question: Question, typed: str) -> str | None:
        """Keep an answer; a line to say back. UsageError: it does not fit, and is asked again."""

    def again(self, name: str) -> bool:
        """Whether the same is asked once more after this answer: another file."""


def go_through(script: Script, questions: Sequence[Question], speaker: Speaker) -> None:
    """Ask what was not answered yet, in order; Stopped where somebody stops, KeyboardInterrupt at Ctrl-C."""
    at = 0
    while at < len(questions) and (questions[at].name in script.said or not script.applies(questions[at].name)):
        at += 1
    shown = -1
    while at < len(questions):
        question = questions[at]
        if not script.applies(question.name):
            at += 1
            continue
        if shown != at:
            for line in (*script.shows(question), *_so_far(script, question)):
                speaker.note(line)
            shown = at
        typed = ask(speaker, question.ask, question.why)
        if typed == "b":
            at, shown = _before(script, questions, at), -1
        elif not typed and script.said.get(question.name) and not script.again(question.name):
            at += 1  # going forward again, what was said stays
        elif not typed and question.required:
            speaker.note(tr("  This one is needed. {why}", why=question.why))
        elif _taken(script, question, typed, speaker) and not script.again(question.name):
            at += 1


def _so_far(script: Script, question: Question) -> Iterable[str]:
    """What was answered before somebody went back."""
    before = script.said.get(question.name)
    if before and not script.again(question.name):
        shown = safe(before if len(before) <= _SHOWN else f"{before[:_SHOWN]} …")
        yield tr("  So far: {shown}. Enter keeps it.", shown=shown)


def ask(speaker: Speaker, question: str, why: str) -> str:
    """One answer; ``?`` is answered here, and ``!`` stops."""
    while (typed := speaker.ask(question, _ON_A_TERMINAL)) == "?":
        speaker.note(f"  {why}")
    if typed == "!":
        raise Stopped
    return typed


def _taken(script: Script, question: Question, typed: str, speaker: Speaker) -> bool:
    """Whether the answer fits; what was understood, or why not, is said."""
    try:
        told = script.take(question, typed)
    except UsageError as error:
        speaker.note(f"  {error.message} {error.hint}")
        return False
    if told:
        speaker.note(f"  {told}")
    return True


def _before(script: Script, questions: Sequence[Question], at: int) -> int:
    """The question before this one that is asked; the first one has none."""
    return next((number for number in range(at - 1, -1, -1) if script.applies(questions[number].name)), at)
