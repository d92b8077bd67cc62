"""``archive identity``, ``member`` and ``device``: who may read, and with which key."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec import structs

from archive.casework import disputes, identities, members
from archive.commands import opening
from archive.commands.joining import Heard, asking, compare, spoken
from archive.commands.options import Command, Kdf
from archive.commands.sentences import say
from archive.desk import Place
from archive.records.answers_together import GoneAnswer, MemberAnswer, PassphraseAnswer
from archive.records.wording import plain
from archive.speech import tr
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
identity = typer.Typer(help="Your key.", rich_markup_mode=None)
member = typer.Typer(help="Who may read; only admins change the list.", rich_markup_mode=None)
device = typer.Typer(help="The computers that can read.", rich_markup_mode=None)
for name, group in (("identity", identity), ("member", member), ("device", device)):
    app.add_typer(group, name=name)

Role = Annotated[Literal["admin", "member"] | None, typer.Option("--role", help="admin or member.")]
_ENOUGH = 16  # signs of a device's id that people see: no two begin so, and a line holds them
Member = Annotated[str, typer.Argument(metavar="MEMBER", help="A label, a reference, or how an id begins.")]


# --- your key ---


@identity.command(cls=Command)
def new(
    ctx: typer.Context,
    kdf: Kdf = "standard",
    replace: Annotated[bool, typer.Option("--replace", help="Put the key that is here aside.")] = False,
) -> None:
    """Make your key. init and join do this by themselves."""
    made = identities.new_identity(
        _place(ctx), lambda: opening.new_passphrase(ctx), replace=replace, kdf=kdf, random=secrets.token_bytes
    )
    lines = [
        tr("Your key: {identity_file}", identity_file=safe(str(opening.session(ctx).identity_file))),
        tr("Device: {device}", device=made.device),
        *spoken(made.words),
    ]
    opening.terminal(ctx).answer(made, lambda: lines)


@identity.command(cls=Command)
def show(
    ctx: typer.Context,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be given away: for archive member add FILE.")
    ] = False,
) -> None:
    """Show your key's public part; the secret one never leaves the keystore."""
    told = identities.show_identity(_place(ctx), lambda: opening.passphrase(ctx, tr("Passphrase")))
    lines = [
        tr("Device:     {device}", device=told.device),
        tr("Person:     {person}", person=told.person),
        tr("Public key: {age}", age=told.age),
    ]
    if public:
        lines = [told.card]
    opening.terminal(ctx).answer(told, lambda: [*lines, tr("Words: {words}", words=told.words)])


@identity.command(cls=Command)
def passphrase(
    ctx: typer.Context,
    new_passphrase_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the new passphrase from here.")
    ] = None,
    kdf: Kdf = "standard",
) -> None:
    """Change the passphrase of the key on this computer."""
    identities.change_passphrase(
        _place(ctx),
        lambda: opening.passphrase(ctx, tr("Passphrase")),
        lambda: opening.changed_passphrase(ctx, new_passphrase_file),
        kdf=kdf,
        random=secrets.token_bytes,
    )
    said = say("passphrase")
    opening.terminal(ctx).answer(PassphraseAnswer(said=said), lambda: [tr("The passphrase is changed."), said])


# --- members ---


@member.command(cls=Command)
def add(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A public identity instead of a request in the archive.")
    ] = None,
    role: Role = None,
    label: Annotated[str | None, typer.Option(help="What you call them (else M2, M3 ...); - reads it.")] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="Whose place they take: that one is removed.")
    ] = None,
    words: Heard = None,
) -> None:
    """Let somebody in who asks for it (archive join there), or your own second computer."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    found = (identities.read_public(opening.read_input(str(file))),) if file else asking(speaker, desk)
    request = members.chosen(found, words)
    seen = members.describe(desk, request)
    if seen.replaces and replaces is None:
        speaker.note(
            tr("They ask for the place of {replaces}, who is removed with all devices.", replaces=safe(seen.replaces))
        )
    if words is None:
        compare(speaker, seen.words, tr("They read you six words. Are they these?"))
    called = opening.words(ctx, label, tr("Label")) if label is not None else None
    made = members.add(desk, request, role, called, replaces)
    speaker.answer(made, lambda: _let_in(made))


def _let_in(made: MemberAnswer) -> list[str]:
    lines = [
        tr("{label} ({role}) can read everything, also what is older.", label=safe(made.label), role=plain(made.role))
    ]
    if made.replaced:
        lines.append(say("removed", who=tr("{replaced}'s old key", replaced=safe(made.replaced))))
    return [*lines, *spoken(made.words or ""), tr("They press Enter there, or run again: archive join FOLDER")]


@member.command("list", cls=Command)
def list_members(ctx: typer.Context) -> None:
    """Who may read."""
    speaker = opening.terminal(ctx)
    listed = members.list_members(opening.open_desk(ctx))
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [
        (
            one.label,
            one.ref,
            plain(one.role) + (tr(", you") if one.you else ""),
            " ".join(id_[:8] for id_ in one.devices),
        )
        for one in listed.members
    ]
    speaker.table((tr("Member"), tr("Ref"), tr("Role"), tr("Devices")), rows)
    for what, lines in ((tr("Dispute"), listed.dispute), (tr("Not followed everywhere"), listed.contested)):
        for line in lines:
            speaker.text(
                tr(
                    "{what}: {by} has removed {removes} ({version})",
                    what=what,
                    by=line.by,
                    removes=", ".join(line.removes),
                    version=line.version[:8],
                )
            )


@member.command(cls=Command)
def role(
    ctx: typer.Context,
    who: Member,
    given: Annotated[Literal["admin", "member"], typer.Argument(metavar="ROLE", help="admin or member.")],
) -> None:
    """Make a member an admin. There is no way back but removing."""
    made = members.make_admin(opening.open_desk(ctx), who, given)
    opening.terminal(ctx).answer(made, lambda: [f"{safe(made.label)}: {plain(made.role)}"])


@member.command("remove", cls=Command)
def remove_member(ctx: typer.Context, who: Member) -> None:
    """Remove a person with all their devices, and make a new key for the others."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    one = members.find(desk, who)
    speaker.confirm(tr("{label} is removed for good; to come back they need a new key.", label=safe(one.label)))
    _tell_gone(ctx, members.remove_member(desk, who))


@member.command(cls=Command)
def settle(
    ctx: typer.Context,
    keep: Annotated[list[str], typer.Option("--keep", metavar="MEMBER", help="Who stays; several times.")],
    admin: Annotated[list[str], typer.Option("--admin", metavar="MEMBER", help="Who of them is an admin.")],
) -> None:
    """End a dispute, as people agreed by voice: sign the whole list. Everybody else ever named is removed."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    speaker.confirm(tr("{keep} members stay, everybody else ever on the list is removed for good.", keep=len(keep)))
    told = disputes.settle(desk, keep, admin)
    speaker.answer(told, lambda: [tr("Settled: {members}", members=safe(", ".join(one.label for one in told.members)))])


@device.command("list", cls=Command)
def list_devices(ctx: typer.Context) -> None:
    """The computers that can read, and whose they are."""
    speaker = opening.terminal(ctx)
    listed = members.list_devices(opening.open_desk(ctx))
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [(one.device[:_ENOUGH], one.member, tr("this one") if one.this else "") for one in listed.devices]
    speaker.table((tr("Device"), tr("Member"), ""), rows)


@device.command("remove", cls=Command)
def remove_device(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="DEVICE", help="How its id begins: archive device list.")],
) -> None:
    """Remove a computer that was seized, lost or given away; its member stays, on their others."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    found, one = members.find_device(desk, which)
    speaker.confirm(tr("Device {found} of {label} is removed for good.", found=found[:8], label=safe(one.label)))
    _tell_gone(ctx, members.remove_device(desk, which))


def _tell_gone(ctx: typer.Context, gone: GoneAnswer) -> None:
    gone = structs.replace(gone, said=say("removed", who=gone.who))
    lines = [safe(gone.said)]
    lines += [
        tr("They hold recovery share {share}: make new ones: archive recovery split", share=share)
        for share in gone.shares
    ]
    lines += [tr("Case they began, still open: {ref}", ref=ref) for ref in gone.cases]
    lines += [
        tr("Date they entered: {on} {what} ({ref})", on=safe(one.on), what=safe(one.what), ref=one.ref)
        for one in gone.deadlines
    ]
    opening.terminal(ctx).answer(gone, lambda: lines)


# --- helpers ---


def _place(ctx: typer.Context) -> Place:
    """This user's key, for commands that need no archive."""
    return opening.place(ctx, Path())
