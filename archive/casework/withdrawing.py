"""Consent is taken back: what falls, who holds what, a letter and a step for each who holds something."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path

from archive.casework import consents
from archive.desk import Desk
from archive.errors import ArchiveError
from archive.records import kinds
from archive.records.answers import HeldBy, WithdrawAnswer
from archive.speech import tr
from archive.vault.entry import Draft

ANSWER_IN = 14  # days after which an answer to the letter is overdue


def planned(desk: Desk, person: str, purposes: Sequence[str]) -> WithdrawAnswer:
    """What taking consent back would come to; changes nothing."""
    ident = desk.resolve(person, "person")
    taken = consents.purposes_of(desk, ident, purposes)
    held = [line for _, line in consents.holding(desk, ident, taken)]
    return _answer(desk, ident, taken, held)


def withdraw(desk: Desk, person: str, purposes: Sequence[str], folder: Path) -> WithdrawAnswer:
    """Take consent back, for these purposes or for all ever agreed to; a letter in ``folder`` for each dossier out.

    It holds from now on, whatever the dates say, until somebody agrees anew and knowing of it. The record is kept
    before any letter is written: a full disk must not undo a no.
    """
    ident = desk.resolve(person, "person")
    taken = consents.purposes_of(desk, ident, purposes)
    known = tuple(sorted({one.id for one in consents.of(desk, ident)}))
    record = desk.new(
        kinds.Consent,
        person=ident,
        given_by="self",
        method="message",
        given_at=desk.today(),
        withdraws=taken,
        after=known,
    )
    found = list(consents.holding(desk, ident, taken))
    steps = [_step(desk, record, dossier) for dossier, _ in found]
    desk.save(Draft(record), *map(Draft, steps))
    letters = _letters(desk, ident, [dossier for dossier, _ in found], folder)
    return _answer(
        desk, ident, taken, [line for _, line in found], letters, [desk.index.ref(step.id) for step in steps]
    )


def _answer(
    desk: Desk,
    person: str,
    taken: Sequence[str],
    held: Sequence[HeldBy],
    letters: Sequence[Path] = (),
    steps: Sequence[str] = (),
) -> WithdrawAnswer:
    return WithdrawAnswer(
        person=desk.index.ref(person),
        purposes=tuple(taken),
        falls=consents.falling(desk, person),
        held_by=tuple(held),
        letters=tuple(map(str, letters)),
        open=tuple(steps),
        destroy="keep" in taken,
    )


def _step(desk: Desk, withdrawal: kinds.Consent, dossier: kinds.Dossier) -> kinds.Step:
    return desk.new(
        kinds.Step,
        type="withdrawal",
        about=(withdrawal.person,),
        recipient=dossier.recipient,
        dossier=dossier.id,
        withdrawal=withdrawal.id,
        due=(date.fromisoformat(desk.today()) + timedelta(days=ANSWER_IN)).isoformat(),
    )


def _letters(desk: Desk, person: str, dossiers: Sequence[kinds.Dossier], folder: Path) -> list[Path]:
    """A letter for each dossier, mode 0600, never over another file."""
    if not dossiers:
        return []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [_write(folder, _letter(desk, person, dossier)) for dossier in dossiers]
    except OSError as error:
        raise ArchiveError(
            tr("Consent is taken back, but the letters cannot be written: {strerror}.", strerror=error.strerror),
            tr("Write them into another folder: archive consent withdraw PERSON --letters DIR"),
        ) from None


def _write(folder: Path, text: str) -> Path:
    for number in count(1):
        path = folder / f"letter-{number}.txt"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        return path
    raise AssertionError("count() does not end")


def _letter(desk: Desk, person: str, dossier: kinds.Dossier) -> str:
    """The letter in the recipient's language. It says only what they have: the dossier and the designation in it."""
    texts = _texts()
    found = desk.index.get(dossier.recipient) if dossier.recipient else None
    language = (found.record.language or "en") if found else "en"
    text = texts.get(language.partition("-")[0], texts["en"])
    called = dossier.pseudonyms.get(person)
    return text["letter"].format(
        who=text["called"].format(name=called) if called else text["somebody"],
        sha256=dossier.bundle_sha256,
        month=dossier.created[:7],
    )


def _texts() -> Mapping[str, Mapping[str, str]]:
    read = files("archive.casework").joinpath("letters.toml").read_text(encoding="utf-8")
    return tomllib.loads(read)
