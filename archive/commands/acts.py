"""``archive act new``, ``role add``, ``proceeding new``, ``source new`` and ``capture new``: who did what to whom."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.commands import making, opening
from archive.commands.making import Case, FromJson, Sets
from archive.commands.options import Command
from archive.records import kinds
from archive.speech import tr

app = typer.Typer(rich_markup_mode=None)
act = typer.Typer(help="What was done to somebody.")
role = typer.Typer(help="What somebody is in an act.")
proceeding = typer.Typer(help="Trials and other procedures.")
source = typer.Typer(help="Who says so.")
capture = typer.Typer(help="What was seen online.")
for _name, _group in (
    ("act", act), ("role", role), ("proceeding", proceeding), ("source", source), ("capture", capture)
):  # fmt: skip
    app.add_typer(_group, name=_name)

When = Annotated[str | None, typer.Option("--date", metavar="DATE", help='As people say it: 3.11., "spring 2024".')]
Place = Annotated[str | None, typer.Option(help="The region, no finer.")]


@act.command("new", cls=Command)
def new_act(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option(metavar="REF", help="Who is affected.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="CODE", help="See: archive vocabulary list acts.")
    ] = None,
    date: When = None,
    place: Place = None,
    force: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Which force did it; several times. No names.")
    ] = None,
    known: Annotated[
        str | None, typer.Option(metavar="CODE", help="How is it known? See: archive vocabulary list knowing.")
    ] = None,
    case: Case = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """Something that was done to one person."""
    said = {
        "person": person, "type": type_, "date": date, "place": place, "forces": force, "known": known, "case": case,
    }  # fmt: skip
    made = making.make(ctx, kinds.Act, said, sets, from_json)
    making.tell(
        ctx, made, tr("Act"), tr("Who else was in it: archive role add {ref} PERSON --as witness", ref=made.ref)
    )


@role.command("add", cls=Command)
def add_role(
    ctx: typer.Context,
    act_ref: Annotated[str | None, typer.Argument(metavar="[ACT]")] = None,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]")] = None,
    role_: Annotated[str | None, typer.Option("--as", metavar="CODE", help="affected, witness, lawyer, ...")] = None,
    degree: Annotated[str | None, typer.Option(metavar="CODE", help="ordered, carried-out, assisted, ...")] = None,
    force: Annotated[str | None, typer.Option(metavar="CODE", help="To which force they belong.")] = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """What a person is in an act; nobody *is* a victim or a perpetrator."""
    said = {"act": act_ref, "person": person, "role": role_, "degree": degree, "force": force}
    making.tell(ctx, making.make(ctx, kinds.Role, said, sets, from_json), tr("Role"))


@proceeding.command("new", cls=Command)
def new_proceeding(
    ctx: typer.Context,
    person: Annotated[
        list[str] | None, typer.Option("--person", metavar="REF", help="Against or for whom; several times.")
    ] = None,
    court: Annotated[str | None, typer.Option(help="The court or office.")] = None,
    number: Annotated[str | None, typer.Option(help="Its number there; never searched; - reads it.")] = None,
    stage: Annotated[str | None, typer.Option(metavar="CODE", help="See: archive vocabulary list stages.")] = None,
    law: Annotated[str | None, typer.Option(help="Law and article.")] = None,
    hearing: Annotated[str | None, typer.Option(metavar="DAY", help="The next hearing.")] = None,
    case: Case = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """A trial or another procedure; documents point to it with --set proceeding=REF."""
    if number == opening.STDIN:
        number = opening.words(ctx, number, tr("Number"))
    dates = [{"what": "hearing", "on": hearing}] if hearing else None
    said = {
        "about": person, "court": court, "number": number, "stage": stage, "law": law, "case": case, "dates": dates,
    }  # fmt: skip
    making.tell(ctx, making.make(ctx, kinds.Proceeding, said, sets, from_json), tr("Proceeding"))


@source.command("new", cls=Command)
def new_source(
    ctx: typer.Context,
    person: Annotated[str | None, typer.Option(metavar="REF", help="A person of the archive.")] = None,
    publication: Annotated[str | None, typer.Option(help="Or a publication.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it stands.")] = None,
    case: Case = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """Who says so: a person or a publication. Records name it with --set sources=REF."""
    said = {"person": person, "publication": publication, "url": url, "case": case}
    making.tell(ctx, making.make(ctx, kinds.Source, said, sets, from_json), tr("Source"))


@capture.command("new", cls=Command)
def new_capture(
    ctx: typer.Context,
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="- reads it.")] = None,
    file: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="Its screenshot or page, taken in before; several times.")
    ] = None,
    author: Annotated[str | None, typer.Option(help="The handle; never searched; - reads it.")] = None,
    date: When = None,
    case: Case = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """Something seen online, with the files that show it."""
    url = opening.words(ctx, url, tr("Address")) if url == opening.STDIN else url
    author = opening.words(ctx, author, tr("Author")) if author == opening.STDIN else author
    said = {"url": url, "files": file, "author": author, "date": date, "case": case}
    making.tell(ctx, making.make(ctx, kinds.Capture, said, sets, from_json), tr("Capture"))
