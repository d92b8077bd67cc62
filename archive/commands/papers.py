"""``archive paper add`` and ``archive recipient add | list | show``: what is sealed beside the names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import recipients
from archive.commands import making, opening
from archive.commands.making import FromJson, Sets
from archive.commands.options import Command
from archive.records import kinds, vocabulary
from archive.records.answers_recipients import RecipientAnswer
from archive.speech import tr
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
paper = typer.Typer(help="Papers of identity, sealed with the names.")
recipient = typer.Typer(help="Address book: lawyers, offices, journalists, partners.")
app.add_typer(paper, name="paper")
app.add_typer(recipient, name="recipient")


@paper.command(cls=Command)
def add(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON")],
    type_: Annotated[
        str | None, typer.Option("--type", metavar="CODE", help="See: archive vocabulary list paper-types.")
    ] = None,
    country: Annotated[str | None, typer.Option(metavar="XX", help="The state that issued it, two letters.")] = None,
    number: Annotated[str | None, typer.Option(help="Never searched, shown as ··42; - reads it.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    held: Annotated[
        str | None, typer.Option(metavar="CODE", help="Who has it: by-person, by-us, copy-only, lost, taken, ...")
    ] = None,
    scan: Annotated[list[str] | None, typer.Option(metavar="REF", help="A record that shows it.")] = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """A passport, a military booklet, a permit: what it is, who has it, how it was checked."""
    number = opening.words(ctx, number, tr("Number")) if number == opening.STDIN else number
    said = {
        "person": person, "type": type_, "state": country, "number": number, "expires": expires, "held": held,
        "scans": scan,
    }  # fmt: skip
    made = making.make(ctx, kinds.Paper, said, sets, from_json)
    making.tell(ctx, made, tr("Paper"), tr("Never have it checked in a state register: the query itself may tell."))


@recipient.command("add", cls=Command)
def add_recipient(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="- reads it.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="CODE", help="lawyer, court, un, ngo, journalist or person.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="In which language to write to them.")] = None,
    age_key: Annotated[str | None, typer.Option("--age-key", metavar="AGE1...", help="Their public key.")] = None,
    key_checked: Annotated[
        str | None, typer.Option("--key-checked", metavar="CODE", help="in-person, by-voice, second-channel, ...")
    ] = None,
    channel: Annotated[str | None, typer.Option(help="How they are reached.")] = None,
    contact: Annotated[str | None, typer.Option(help="Address or number there; - reads it.")] = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """Somebody a dossier may be handed to; never searched, never exported."""
    if from_json is None:
        name = opening.words(ctx, name, tr("Name"))
    contact = opening.words(ctx, contact, tr("Contact")) if contact == opening.STDIN else contact
    said = {
        "name": name, "type": type_, "language": language, "age_key": age_key, "key_checked": key_checked,
        "channel": channel, "contact": contact,
    }  # fmt: skip
    making.tell(ctx, making.make(ctx, kinds.Recipient, said, sets, from_json), tr("Recipient"))


def _label(name: str, code: str) -> str:
    """A code, or the few words that stand for none."""
    return tr(vocabulary.named(name, [code]))


@recipient.command("list", cls=Command)
def list_(ctx: typer.Context) -> None:
    """Everybody in the address book."""
    speaker = opening.terminal(ctx)
    listed = recipients.everybody(opening.open_desk(ctx))
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [
        (line.ref, line.name, _label("recipients", line.type), _label("key-checks", line.key), str(line.holds))
        for line in listed.recipients
    ]
    speaker.table((tr("Recipient"), tr("Name"), tr("Kind"), tr("Key"), tr("Holds")), rows)


@recipient.command(cls=Command)
def show(ctx: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF")]) -> None:
    """One of them: key and how it was checked, channel, what they hold and what was asked back."""
    told = recipients.show(opening.open_desk(ctx), ref)
    opening.terminal(ctx).answer(told, lambda: _page(told))


def _page(told: RecipientAnswer) -> Iterator[str]:
    yield f"{told.ref}  {safe(told.name)}  ({told.type})"
    for word, value in (("language", told.language), ("channel", told.channel), ("contact", told.contact)):
        if value:
            yield f"  {word}: {safe(value)}"
    yield tr("  key: {age_key}", age_key=told.age_key or tr("none"))
    if told.age_key:
        on = f", {told.key_checked_on}" if told.key_checked_on else ""
        yield tr("  key checked: {key_checked}{on}", key_checked=told.key_checked or tr("NOT CHECKED"), on=on)
    yield tr("  holds:") if told.holds else tr("  holds nothing of ours")
    for held in told.holds:
        back = tr("  asked back, no answer yet: {step}", step=held.step) if held.step else ""
        yield f"    {held.bundle}  {held.exported_at[:10]}  {held.template}{back}"
