"""How a dossier leaves, from the options of ``archive export``: folder or zip, locked for whom, signed by whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct, structs

from archive.bundle.handover import Way
from archive.casework import publishing
from archive.commands import memory, opening
from archive.desk import Desk
from archive.errors import UsageError
from archive.records.answers import ExportAnswer
from archive.records.kinds import Recipient
from archive.seal import bech32, signing
from archive.seal.signing import Publisher
from archive.speech import tr
from archive.terminal import safe

_MOST = 8  # people named at the end
For = Annotated[str | None, typer.Option("--for", metavar="NAME", help="Whom it is for, in the address book.")]
Recipients = Annotated[
    list[str] | None, typer.Option("--recipient", metavar="AGE_KEY", help="Lock it for this key; may be repeated.")
]
Passphrase = Annotated[bool, typer.Option("--passphrase", help="Lock it with a passphrase, for people without a key.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Read that passphrase from here instead of asking.")
]
Zip = Annotated[bool, typer.Option("--zip", help="One zip instead of a folder (also where PATH ends in .zip).")]
Sign = Annotated[bool, typer.Option("--sign", help="Sign it; who has your public key can tell that it is yours.")]


class Wanted(Struct, frozen=True, kw_only=True):
    """What the options said."""

    target: Path | None
    recipient: str | None
    keys: tuple[str, ...]
    passphrase: bool
    passphrase_file: Path | None
    zipped: bool
    sign: bool
    languages: tuple[str, ...]

    @property
    def says_lock(self) -> bool:
        """Whether the options alone lock it; somebody's key in the address book may, too."""
        return bool(self.keys) or self.passphrase or self.passphrase_file is not None


def whom(desk: Desk, wanted: Wanted) -> Recipient | None:
    """Whom it is for, if that was said."""
    return publishing.recipient(desk, wanted.recipient) if wanted.recipient else None


def way(desk: Desk, wanted: Wanted, recipient: Recipient | None, *, plain: bool) -> Way:
    """How it leaves: locked with the keys that were given, or else with that of whom it is for, unless ``plain``.

    A passphrase is not asked for yet: ``sealed`` does that.
    """
    if plain and wanted.says_lock:
        raise UsageError(tr("--plain and a lock do not go together."), tr("Leave one of them out."))
    keys = tuple(map(bech32.decode_recipient, wanted.keys))
    typed = wanted.passphrase or wanted.passphrase_file is not None
    if not (plain or typed or keys) and recipient is not None and recipient.age_key:
        keys = (bech32.decode_recipient(recipient.age_key),)
    if keys and typed:
        raise UsageError(tr("age locks with keys or with a passphrase, not with both."), tr("Make two dossiers."))
    return Way(
        zipped=wanted.zipped or (wanted.target is not None and wanted.target.suffix == ".zip"),
        recipients=keys,
        publisher=Publisher.of(desk.journal.identity.seed) if wanted.sign else None,
        scratch=memory.place(),
        languages=wanted.languages,
    )


def sealed(ctx: typer.Context, how: Way, wanted: Wanted, *, locks: bool) -> Way:
    """The same with its passphrase, if the options or the answer to the last question (``locks``) say so."""
    if locks or wanted.passphrase or wanted.passphrase_file is not None:
        question = tr("Passphrase of the dossier")
        return structs.replace(how, passphrase=_until_it_fits(ctx, wanted.passphrase_file, question))
    return how


def _until_it_fits(ctx: typer.Context, file: Path | None, question: str) -> str:
    """The passphrase; on a terminal asked again after a slip, since all the work is done by now."""
    while True:
        try:
            return typed_passphrase(ctx, file, question)
        except UsageError as error:
            if file is not None or not opening.terminal(ctx).can_ask:
                raise
            opening.terminal(ctx).note(error.message)


def told(made: ExportAnswer, how: Way) -> Iterator[str]:
    """Where it lies, and how to hand it over."""
    bundle = safe(made.bundle or "")
    if how.locked:
        yield tr("Dossier: {bundle}", bundle=bundle)
        yield tr("Locked. How to open it stands in {bundle}.txt: give that with it.", bundle=bundle)
        if how.passphrase is not None:
            yield tr("Tell them the passphrase another way: by voice, not in the same mail.")
    elif how.zipped:
        yield tr("Dossier: {bundle}", bundle=bundle)
    else:
        yield tr("Dossier: {bundle}/data/dossier.html", bundle=bundle)
    if how.publisher is not None:
        yield from _signed(how.publisher.public)
    else:
        yield tr("Tell them this number another way than the dossier: it shows them that they have yours, unchanged.")
        yield f"  {made.sha256}"
    if made.people:
        told_to = ", ".join(made.people[:_MOST]) + (" …" if made.people[_MOST:] else "")
        yield tr("Tell those it is about what left and for whom: {people}.", people=told_to)
        yield tr("If one of them takes it back: archive consent withdraw {person}", person=made.people[0])
    unlocked = "" if how.locked else tr("It is not encrypted. ")
    yield tr(
        "{unlocked}Who knows the story may recognise it; what is published cannot be called back.", unlocked=unlocked
    )


def _signed(public: bytes) -> Iterator[str]:
    yield tr("Signed. Give them your public key another way than the dossier; with it they can check:")
    yield f"  {signing.fingerprint(public)}"
    yield f"$ archive verify PATH --signer '{signing.ssh_key(public)}'"
    yield f"$ minisign -Vm tagmanifest-sha256.txt -P {signing.minisign_key(public)}"
    yield f"$ echo '{signing.allowed_signer(public)}' > ../signers"
    where = f"-f ../signers -I {signing.PRINCIPAL} -n {signing.NAMESPACE} -s tagmanifest-sha256.txt.sig"
    yield f"$ ssh-keygen -Y verify {where} < tagmanifest-sha256.txt"
    yield tr("What is signed is the list of the files. Whether each is as the list says:")
    yield "$ sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt"


def typed_passphrase(ctx: typer.Context, file: Path | None, question: str) -> str:
    """As it is typed into ``age``: without the line end that a file has; asked with ``question``, twice."""
    missing = tr("Give it with --dossier-passphrase-file.")
    said = opening.chosen_passphrase(ctx, file, question, missing)
    said = said.removesuffix("\n").removesuffix("\r")
    if not said:
        raise UsageError(tr("An empty passphrase locks nothing."), tr("Several words are good."))
    return said
