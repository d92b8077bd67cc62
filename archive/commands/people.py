"""``archive person new | name | show | merge``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import people, persons
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers_people import ContactLine, PersonAnswer, RiskLine
from archive.records.forms import IdentityForm, PersonForm
from archive.records.kinds import Name
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
        pseudonym = opening.words(ctx, pseudonym, "Pseudonym")
    form = opening.form_from(from_json, PersonForm, {"pseudonym": pseudonym, "case": case})
    made = people.new_person(opening.open_desk(ctx), form)
    lines = [
        f"Person {made.ref}",
        *([made.note] if made.note else []),
        f"Next: archive person name {made.ref}; archive consent record {made.ref}",
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
        parts = {part: opening.terminal(ctx).ask(f"{part.capitalize()} (Enter skips)", _BY_OPTION) for part in parts}
    said = {part: opening.words(ctx, word, part.capitalize()) for part, word in parts.items() if word}
    names = (Name(language=language, **said),) if said else ()
    lists = {field: [opening.words(ctx, word, field) for word in given or []] for field, given in several.items()}
    reached = opening.words(ctx, safe_contact, "Safe contact") if safe_contact else None
    fields = {"names": names, "unknown": unknown or None, "safe_contact": reached, **lists}
    form = opening.form_from(from_json, IdentityForm, fields)
    made = people.name_person(desk, ref, form)
    done = "No name to hide." if form.unknown else "It is hidden in every dossier from now on."
    opening.terminal(ctx).answer(made, lambda: [f"Sealed as {made.ref}. {done}"])


_BY_OPTION = "Give --given, --patronymic, --surname, or --from-json."


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
    agreed = ", ".join(told.agreed) or ("nothing that holds today" if told.asked else "was not asked")
    yield f"  agreed to: {agreed}"
    for line in told.unfinished:
        yield f"  not finished: {line.bundle or 'a dossier'} is out since they said no: archive step answer {line.step}"
    for word, refs in (("cases", told.cases), ("about", told.about), ("mentioned in", told.mentioned)):
        if refs:
            yield f"  {word}: {', '.join(refs)}"
    for paper in told.papers:
        parts = (paper.type, paper.state, paper.number, paper.expires and f"until {paper.expires}", paper.held)
        yield f"  paper {paper.ref}: {safe(', '.join(filter(None, parts)))}"
    if told.contacts is not None:
        yield from _contacts(told.contacts, speaker)
    else:
        yield speaker.dim("  names and contacts: --names (this is logged)")


def _risk(line: RiskLine) -> str:
    if line.where is None:
        return "risk: nobody said, so it counts as the worst"
    threats = "".join(f", {name.replace('_', ' ')}" for name in line.threats)
    held = f"; nothing about them before {line.held_until}" if line.held_until else ""
    said = f"{line.where.replace('-', ' ')}{threats}, as of {line.as_of} ({(line.basis or '').replace('-', ' ')})"
    return f"risk: {said}{held}" if line.confirmed else f"risk: {said}: NOT CONFIRMED, counts as the worst{held}"


def _contacts(line: ContactLine, speaker: Terminal) -> Iterator[str]:
    """Ways that would harm first, then the safe one, then the others."""
    told = (
        ("DO NOT", line.do_not_contact), ("safe contact", line.safe_contact), ("names", line.names),
        ("nicknames", line.nicknames), ("aliases", line.aliases), ("phones", line.phones), ("mail", line.emails),
        ("handles", line.handles), ("addresses", line.addresses),
        ("born", (line.birth_date,) if line.birth_date else ()),
    )  # fmt: skip
    yield speaker.dim("  sealed")
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
    speaker.confirm(f"{safe(two.pseudonym)} becomes {safe(one.pseudonym)}, with all records.")
    done = persons.merge(desk, kept, other)
    lines = [f"{done.ref} took over {done.changed[0]}. Back: archive undo"]
    lines.append(f"What only the other record agreed to has to be asked: archive consent record {done.ref}")
    speaker.answer(done, lambda: lines)
