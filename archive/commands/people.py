"""``archive person new | name | show | merge``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import people, persons
from archive.commands import opening
from archive.commands.options import Command
from archive.records import vocabulary
from archive.records.answers_people import ContactLine, PersonAnswer, RiskLine
from archive.records.forms import IdentityForm, PersonForm
from archive.records.kinds import Name
from archive.records.wording import plain
from archive.speech import mark, tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
person = typer.Typer(help="People, by pseudonym; real names are sealed apart.")
app.add_typer(person, name="person")
FromJson = Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's reference.")]
Several = Annotated[list[str] | None, typer.Option(help="May be given several times; - reads it.")]


@person.command(cls=Command)
def new(
    ctx: typer.Context,
    pseudonym: Annotated[str | None, typer.Argument(metavar="[PSEUDONYM]", help="Invented; - reads it.")] = None,
    case: Annotated[str | None, typer.Option(metavar="REF", help="The case the person belongs to.")] = None,
    from_json: FromJson = None,
) -> None:
    """Take a person in, by a pseudonym that stands in for the name everywhere."""
    if pseudonym == opening.STDIN:
        pseudonym = opening.words(ctx, pseudonym, tr("Pseudonym"))
    form = opening.form_from(from_json, PersonForm, {"pseudonym": pseudonym, "case": case})
    made = people.new_person(opening.open_desk(ctx), form)
    lines = [
        tr("Person {ref}", ref=made.ref),
        *([made.note] if made.note else []),
        tr("Next: archive person name {ref}; archive consent record {ref}", ref=made.ref),
    ]
    opening.terminal(ctx).answer(made, lambda: lines)


@person.command(cls=Command)
def name(
    ctx: typer.Context,
    ref: Person,
    language: Annotated[str, typer.Option(help="In which language the name is written.")] = "uk",
    given: Annotated[str | None, typer.Option(help="Given name; - reads it.")] = None,
    patronymic: Annotated[str | None, typer.Option(help="Patronymic; - reads it.")] = None,
    surname: Annotated[str | None, typer.Option(help="Surname; - reads it.")] = None,
    nickname: Several = None,
    place: Several = None,
    phone: Several = None,
    email: Several = None,
    safe_contact: Annotated[
        str | None, typer.Option("--safe-contact", help="How to reach them safely: channel, hours; - reads it.")
    ] = None,
    do_not_contact: Annotated[
        list[str] | None, typer.Option("--do-not-contact", help="A way that would harm; several times; - reads it.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="No name is known, and none stands in any record.")
    ] = False,
    from_json: FromJson = None,
) -> None:
    """Seal the real names and contacts of a person: so that the program can find and hide them.

    Asks for what is not given. Run again to add a name in another language.
    """
    desk = opening.open_desk(ctx)
    desk.resolve(ref, "person")  # nobody should type a name for a reference that leads nowhere
    parts = {"given": given, "patronymic": patronymic, "surname": surname}
    several = {"nicknames": nickname, "places": place, "phones": phone, "emails": email}
    several["do_not_contact"] = do_not_contact
    if from_json is None and not unknown and not any((*parts.values(), *several.values(), safe_contact)):
        parts = {part: opening.terminal(ctx).ask(tr(_ASKED[part]), _BY_OPTION) for part in parts}
    said = {part: opening.words(ctx, word, tr(_ASKED[part]).partition(" (")[0]) for part, word in parts.items() if word}
    names = (Name(language=language, **said),) if said else ()
    lists = {field: [opening.words(ctx, word, field) for word in given or []] for field, given in several.items()}
    reached = opening.words(ctx, safe_contact, tr("Safe contact")) if safe_contact else None
    fields = {"names": names, "unknown": unknown or None, "safe_contact": reached, **lists}
    form = opening.form_from(from_json, IdentityForm, fields)
    made = people.name_person(desk, ref, form)
    done = tr("No name to hide.") if form.unknown else tr("It is hidden in every dossier from now on.")
    opening.terminal(ctx).answer(made, lambda: [tr("Sealed as {ref}. {done}", ref=made.ref, done=done)])


_ASKED = {
    "given": mark("Given (Enter skips)"),
    "patronymic": mark("Patronymic (Enter skips)"),
    "surname": mark("Surname (Enter skips)"),
}
_BY_OPTION = tr("Give --given, --patronymic, --surname, or --from-json.")


@person.command(cls=Command)
def show(
    ctx: typer.Context,
    ref: Person,
    names: Annotated[bool, typer.Option("--names", help="Sealed names and contacts too; this is logged.")] = False,
) -> None:
    """One person: risk, consent, records, papers; ways that would harm them before any way to reach them."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    told = persons.show(desk, ref, names=names)
    speaker.answer(told, lambda: _page(told, speaker))


def _page(told: PersonAnswer, speaker: Terminal) -> Iterator[str]:
    yield f"{told.ref}  {safe(told.pseudonym)}"
    yield f"  {_risk(told.risk)}"
    agreed = vocabulary.named("purposes", told.agreed) or (
        tr("nothing that holds today") if told.asked else tr("was not asked")
    )
    yield tr("  agreed to: {agreed}", agreed=agreed)
    for line in told.unfinished:
        yield tr(
            "  not finished: {bundle} is out since they said no: archive step answer {step}",
            bundle=line.bundle or tr("a dossier"),
            step=line.step,
        )
    for word, refs in ((tr("cases"), told.cases), (tr("about"), told.about), (tr("mentioned in"), told.mentioned)):
        if refs:
            yield f"  {word}: {', '.join(refs)}"
    for paper in told.papers:
        parts = (
            paper.type,
            paper.state,
            paper.number,
            paper.expires and tr("until {expires}", expires=paper.expires),
            paper.held,
        )
        yield tr("  paper {ref}: {parts}", ref=paper.ref, parts=safe(", ".join(filter(None, parts))))
    if told.contacts is not None:
        yield from _contacts(told.contacts, speaker)
    else:
        yield speaker.dim(tr("  names and contacts: --names (this is logged)"))


def _risk(line: RiskLine) -> str:
    if line.where is None:
        return tr("risk: nobody said, so it counts as the worst")
    threats = "".join(f", {plain(name)}" for name in line.threats)
    held = tr("; nothing about them before {held_until}", held_until=line.held_until) if line.held_until else ""
    said = tr(
        "{where}{threats}, as of {day} ({basis})",
        where=plain(line.where),
        threats=threats,
        day=line.as_of,
        basis=plain(line.basis or ""),
    )
    return (
        tr("risk: {said}{held}", said=said, held=held)
        if line.confirmed
        else tr("risk: {said}: NOT CONFIRMED, counts as the worst{held}", said=said, held=held)
    )


def _contacts(line: ContactLine, speaker: Terminal) -> Iterator[str]:
    """Ways that would harm first, then the safe one, then the others."""
    told = (
        (tr("DO NOT"), line.do_not_contact), (tr("safe contact"), line.safe_contact), (tr("names"), line.names),
        (tr("nicknames"), line.nicknames), (tr("aliases"), line.aliases), (tr("phones"), line.phones),
        (tr("mail"), line.emails), (tr("handles"), line.handles), (tr("addresses"), line.addresses),
        (tr("born"), (line.birth_date,) if line.birth_date else ()),
    )  # fmt: skip
    yield speaker.dim(tr("  sealed"))
    for word, held in told:
        if held:
            yield f"  {word:>14}  {safe('; '.join(held))}"


@person.command(cls=Command)
def merge(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="PERSON", help="Who stays.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other record of the same person.")],
) -> None:
    """Two records of one person become one; a no to either counts, and the worse of both risks."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    one, two = persons.find(desk, kept), persons.find(desk, other)
    speaker.confirm(
        tr(
            "{other} becomes {kept}, with all records.",
            other=safe(two.pseudonym),
            kept=safe(one.pseudonym),
        )
    )
    done = persons.merge(desk, kept, other)
    lines = [tr("{ref} took over {changed}. Back: archive undo", ref=done.ref, changed=done.changed[0])]
    lines.append(tr("What only the other record agreed to has to be asked: archive consent record {ref}", ref=done.ref))
    speaker.answer(done, lambda: lines)
