"""``archive join``: being let in, on both sides of the telephone.

Where a person sits at a terminal, each side waits for the other with its key open, so that nobody types a passphrase
a second time to hear whether they are in.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import identities, members
from archive.casework.identities import Arrival
from archive.commands import opening
from archive.commands.options import Command, Kdf
from archive.desk import Desk, Place
from archive.errors import UsageError
from archive.speech import tr
from archive.terminal import Terminal, safe
from archive.vault.requests import Request
from archive.vault.store import Store

app = typer.Typer(rich_markup_mode=None)
Heard = Annotated[
    str | None, typer.Option("--words", metavar="WORDS", help="The six words you heard; they have to be the same.")
]
_LATER = "!"
_READ_THEM = tr("Read them to each other: they have to be the same on both sides.")


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def join(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="The archive, or a copy of it on a stick.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="A forgotten passphrase: make a new key and ask for your old place.")
    ] = False,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="ID|FILE",
            help="Your own second computer: the person id that member add (or identity show) tells there.",
        ),
    ] = None,
    words: Heard = None,
    kdf: Kdf = "standard",
) -> None:
    """Ask to be let in: leaves a request in FOLDER, shows six words, and goes on once you are let in."""
    speaker = opening.terminal(ctx)
    where = opening.place(ctx, Store.find(target.expanduser()))
    arrival = identities.join(
        where,
        lambda: opening.passphrase(ctx, tr("Passphrase")),
        lambda: opening.new_passphrase(ctx),
        replace=replace,
        person=_person(person),
        kdf=kdf,
        random=secrets.token_bytes,
    )
    told = identities.arrived(arrival := _waited(speaker, where, arrival))
    for journal, line in zip(arrival.journals, told.collectives, strict=True):
        if line.words is not None and not line.compared:
            if words is None:
                compare(speaker, line.words, tr("Who let you in reads you six words. Are they these?"))
            identities.hear([journal], words)
    speaker.answer(identities.arrived(arrival), lambda: _joined(speaker, arrival, where))


def _waited(speaker: Terminal, where: Place, arrival: Arrival) -> Arrival:
    """On a terminal: how it stands once they were let in; or as it is, to go on another time."""
    question = tr("Enter once they have let you in (! later)")
    if not arrival.journals and _may_wait(speaker):
        for line in _asked(arrival):
            speaker.note(line)
    while not arrival.journals and _may_wait(speaker) and speaker.ask(question, "") != _LATER:
        arrival = identities.look_again(where, arrival, secrets.token_bytes)
        if not arrival.journals:
            speaker.note(tr("Not yet, or their folder has not reached this one."))
    return arrival


def _may_wait(speaker: Terminal) -> bool:
    """Whether a person is there who can say when to go on."""
    return speaker.can_ask and not speaker.json and not speaker.yes


def _asked(arrival: Arrival) -> list[str]:
    return [
        tr("Your request waits in the archive. Call a member; they run: archive member add"),
        *spoken(identities.arrived(arrival).words),
    ]


def _joined(speaker: Terminal, arrival: Arrival, where: Place) -> list[str]:
    if arrival.journals:
        return [tr("You are in. Work with: archive --archive {root} case list", root=safe(str(where.root)))]
    again = tr("When they have let you in (and their folder has reached this one), run this command again.")
    return [again] if _may_wait(speaker) else [*_asked(arrival), again]


def asking(speaker: Terminal, desk: Desk) -> tuple[Request, ...]:
    """The requests in the archive; on a terminal, where there is none yet, once they have asked."""
    question = tr("Enter once they have asked (! later)")
    found = members.waiting(desk)
    if not found and _may_wait(speaker):
        speaker.note(tr("Nobody asks to be let in yet. They run on their computer: archive join FOLDER"))
        speaker.note(tr("On another computer of your own:"))
        speaker.note(tr("    archive join FOLDER --person {person}", person=desk.journal.identity.person))
    while not found and _may_wait(speaker) and speaker.ask(question, "") != _LATER:
        found = members.waiting(desk)
        if not found:
            speaker.note(tr("Not yet, or their folder has not reached this one."))
    return found


def _person(said: str | None) -> str | None:
    if said is None:
        return None
    path = Path(said).expanduser()
    return identities.person_of(path.read_text() if path.is_file() else said)


def spoken(six: str) -> list[str]:
    """Six words as they are read out, if there are any."""
    return ["", f"    {six}", "", _READ_THEM] if six else []


def compare(speaker: Terminal, six: str, question: str) -> None:
    """Ask whether six words were heard; UsageError if not, or if nobody is there to say so."""
    if speaker.yes:
        return
    answer = speaker.ask(f"{question}\n\n    {six}\n\n[y/N]", tr('Give what you heard: --words "..." (or --yes)'))
    if answer.lower() not in ("y", "yes"):
        raise UsageError(
            tr("Nothing was done: the words have to be the same."),
            tr("Somebody may have put another key into the folder. Ask again by voice, over another line."),
        )
