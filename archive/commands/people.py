"""``archive person new | name | show`` and ``archive consent record | list``."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import people
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers import ConsentLine
from archive.records.forms import ConsentForm, IdentityForm, PersonForm
from archive.records.kinds import Name

app = typer.Typer(rich_markup_mode=None)
person = typer.Typer(help="People, by pseudonym; real names are sealed apart.")
consent = typer.Typer(help="Who agreed to what.")
app.add_typer(person, name="person")
app.add_typer(consent, name="consent")
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
    lines = [f"Person {made.ref}", f"Next: archive person name {made.ref}; archive consent record {made.ref}"]
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


@consent.command(cls=Command)
def record(
    ctx: typer.Context,
    ref: Person,
    purpose: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE", help="One they said yes to; several times.")
    ] = None,
    given_by: Annotated[str, typer.Option(help="self, guardian or representative.")] = "self",
    method: Annotated[str, typer.Option(help="written, recording, message or witnessed.")] = "witnessed",
    language: Annotated[str | None, typer.Option(help="In which language they were asked.")] = None,
    given_at: Annotated[str | None, typer.Option(metavar="DATE", help="The day they said it (else today).")] = None,
    expires_at: Annotated[str | None, typer.Option(metavar="DATE", help="When it ends (else after 24 months).")] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE=REF", help="For whom, where the purpose names one.")
    ] = None,
    risks_explained: Annotated[
        bool, typer.Option("--risks-explained", help="The risks were explained to them.")
    ] = False,
    from_json: FromJson = None,
) -> None:
    """Record what a person agreed to, purpose by purpose. What was not asked counts as no."""
    if from_json is not None:
        form = opening.form_from(from_json, ConsentForm, {})
    else:
        purposes = (
            purpose or opening.terminal(ctx).ask("Purposes they agreed to", "Give --purpose.").replace(",", " ").split()
        )
        asked = language or opening.terminal(ctx).ask(
            "Language they were asked in (uk, ru, cs, en)", "Give --language."
        )
        fields = {
            "purposes": purposes, "given_by": given_by, "method": method, "language": asked,
            "given_at": given_at or opening.now().date().isoformat(), "expires_at": expires_at,
            "recipients": _recipients(recipient or []), "risks_explained": risks_explained,
        }  # fmt: skip
        form = opening.form_from(None, ConsentForm, fields)
    made = people.record_consent(opening.open_desk(ctx), ref, form)
    lines = [f"Consent {made.ref}: {', '.join(form.purposes) or 'nothing'}", *([made.note] if made.note else [])]
    opening.terminal(ctx).answer(made, lambda: lines)


@consent.command(cls=Command)
def withdraw(
    ctx: typer.Context,
    ref: Person,
    purpose: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE", help="Only this one; several times. Else all of them.")
    ] = None,
) -> None:
    """Take consent back, from now on, and tell which dossiers hold the story: what is out cannot be called back."""
    told = people.withdraw(opening.open_desk(ctx), ref, purpose or ())
    lines = [f"Withdrawn by {told.person}: {', '.join(told.purposes)}."]
    lines += [f"Held by whoever got dossier {one.bundle} of {one.exported_at[:10]}: tell them." for one in told.held_by]
    opening.terminal(ctx).answer(told, lambda: lines)


def _said(line: ConsentLine) -> tuple[str, str]:
    """What was said and until when; a withdrawal has no end."""
    if line.withdraws:
        return f"took back: {', '.join(line.withdraws)}", ""
    return ", ".join(line.purposes) or "nothing", line.until


def _recipients(given: list[str]) -> dict[str, list[str]] | None:
    named: dict[str, list[str]] = {}
    for word in given:
        purpose, _, ref = word.partition("=")
        named.setdefault(purpose, []).append(ref)
    return named or None


@consent.command("list", cls=Command)
def list_(ctx: typer.Context, ref: Annotated[str | None, typer.Argument(metavar="[PERSON]")] = None) -> None:
    """What was agreed to and taken back, oldest first."""
    speaker = opening.terminal(ctx)
    listed = people.list_consents(opening.open_desk(ctx), ref)
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [(line.ref, line.person, line.given_at, *_said(line)) for line in listed.consents]
    speaker.table(("Consent", "Person", "Given", "Agreed to", "Until"), rows)
