"""``archive export`` and ``archive verify``: a dossier leaves, and anybody can check it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec import structs

from archive import speech
from archive.bundle import content, form, labels, stamping
from archive.bundle.handover import Way
from archive.casework import choosing, plan, publishing
from archive.casework.hosting import Preview
from archive.casework.judging import Choice
from archive.commands import export_asking, export_lines, handing_over, opening, previewing
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import DamagedError, PartlyWithheldError, UnresolvedError, UsageError
from archive.guided.words import go_through
from archive.records.answers import ExportAnswer, VerifyAnswer
from archive.redact.questions import Decided, Word
from archive.speech import tr, trn
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
Sections = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=FILE", help="A part you wrote: summary, law, terms, contact …; names are hidden."),
]
Languages = Annotated[
    list[str] | None, typer.Option(metavar="L", help="Of the headings: en, uk, ru, cs; several: uk,en.")
]
Paper = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Also as PDF, for printing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, stay and be missing; write nothing.")]
Partial = Annotated[bool, typer.Option("--partial", help="Export what may go when something must stay in.")]
Named = Annotated[str | None, typer.Option(help="What is in, in which order: archive template list (else public).")]
Hiding = Annotated[str | None, typer.Option(help="What is hidden: archive profile list (else the template's).")]
Reviewed = Annotated[
    bool, typer.Option("--reviewed", help="Refuse while there are capitalised words nobody decided about (redact).")
]
Waived = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="You looked at this hit of the last check and answer for it; it is logged."),
]
Format = Annotated[
    Literal["dossier", "jsonl"],
    typer.Option("--format", help="jsonl: all records as they are, names too, for yourself; not a dossier."),
]
Plain = Annotated[bool, typer.Option("--plain", help="It may lie unencrypted; a terminal asks otherwise.")]
Exhibits = Annotated[
    list[str] | None,
    typer.Option(metavar="REF", help="Show what it holds, where the profile asks one by one (press)."),
]


@app.command(cls=Command)
def export(
    ctx: typer.Context,
    cases: Annotated[list[str] | None, typer.Argument(metavar="[CASE...]", help="Cases or single records.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The new folder.")] = None,
    person: Annotated[str | None, typer.Option(metavar="REF", help="Everything about one person.")] = None,
    query: Annotated[str | None, typer.Option(help="Everything a search finds; - reads it.")] = None,
    template: Named = None,
    profile: Hiding = None,
    language: Languages = None,
    section: Sections = None,
    exhibit: Exhibits = None,
    recipient: handing_over.For = None,
    keys: handing_over.Recipients = None,
    passphrase: handing_over.Passphrase = False,
    dossier_passphrase_file: handing_over.PassphraseFile = None,
    zipped: handing_over.Zip = False,
    sign: handing_over.Sign = False,
    plain: Plain = False,
    pdf: Paper = True,
    waive: Waived = None,
    reviewed: Reviewed = False,
    partial: Partial = False,
    dry_run: DryRun = False,
    form_of_it: Format = "dossier",
) -> None:
    """Make a redacted dossier: a BagIt folder that anybody can read offline and check. Refuses on any leak."""
    if form_of_it == "jsonl":
        export_lines.write(ctx)
        return
    languages = export_asking.named(*language or ["en"])  # before a key is asked for
    opened, told = (None, None) if cases or person or query or template else _guided(ctx, recipient)
    if told:
        cases, person, template, recipient = list(told.cases), told.person, told.template, told.recipient
    target = None if dry_run else Path(output or opening.words(ctx, None, tr("Write the dossier to"))).expanduser()
    what, how = choosing.together(template or "public", profile, opening.session(ctx).state_folder)
    written = dict(map(_written, section or ()))
    wanted = handing_over.Wanted(
        target=target, recipient=recipient, keys=tuple(keys or ()), passphrase=passphrase,
        passphrase_file=dossier_passphrase_file, zipped=zipped, sign=sign, languages=languages,
    )  # fmt: skip
    speaker, desk = opening.terminal(ctx), opened or opening.open_desk(ctx)
    asked = plan.Asked(
        choice=Choice(tuple(cases or ()), person, _query(ctx, query)), template=what, profile=how, languages=languages,
        reviewed=reviewed, partial=partial, target=target,
        way=handing_over.way(desk, wanted, whom := handing_over.whom(desk, wanted), plain=plain), written=written,
        recipient=whom.id if whom else None, cleared=tuple(exhibit or ()), paper=pdf, waived=frozenset(waive or ()),
    )  # fmt: skip
    host = _Host(ctx, asked, wanted, plain=plain, asks=opened is not None and not language)
    made = _publish(speaker, desk, asked, host)
    speaker.answer(made, lambda: _report(made, host))


def _query(ctx: typer.Context, given: str | None) -> str | None:
    """The words of a search: as given, or from standard input."""
    return opening.words(ctx, given, tr("Search for")) if given == opening.STDIN else given


class _Host:
    """Who is asked on the way: a terminal hears what is missing, goes through words, and sees what would leave."""

    def __init__(
        self, ctx: typer.Context, asked: plan.Asked, wanted: handing_over.Wanted, *, plain: bool, asks: bool
    ) -> None:
        self.way = asked.way
        self._parts = asked.template.parts
        self._said: set[str] = set()
        self._told = plain or wanted.says_lock
        self._asks_language = asks
        self._ask = partial(handing_over.sealed, ctx, wanted=wanted)
        self._speaker = opening.terminal(ctx)
        self._viewer = opening.session(ctx).environment.get("ARCHIVE_VIEWER")

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there and wants to be asked."""
        return self._speaker.can_ask and not self._speaker.yes

    def hear(self, waiting: ExportAnswer) -> None:
        """What is missing and to be minded, as soon as it is known."""
        if self._speaker.can_ask:
            self.note(list(self.unsaid(_to_mind(waiting, self._parts))))

    def languages(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """Of the headings: as the options say, or as a terminal answers."""
        if self._asks_language:
            said = export_asking.languages(self._speaker)
            self.way = structs.replace(self.way, languages=said)
        return said

    def note(self, lines: Iterable[str]) -> None:
        """Say these lines beside the answer, which will not say them again."""
        for line in lines:
            self._speaker.note(line)
            self._said.add(line)

    def unsaid(self, lines: Iterable[str]) -> Iterator[str]:
        """Those that were not heard yet."""
        yield from (line for line in lines if line not in self._said)

    def answered(self, made: ExportAnswer) -> Iterator[str]:
        """What of an answer was not heard on the way: what stays in, is missing, is to be minded."""
        stays = (_stays(f"{one.ref}, {one.reason}") for one in made.withheld)
        yield from self.unsaid((*stays, *_to_mind(made, self._parts)))

    def decide(self, words: Sequence[Word], decided: Decided, keep: Callable[[], None]) -> None:
        """One key a word."""
        go_through(self._speaker, words, decided, keep)

    def look(self, preview: Preview) -> Way:
        """A yes to what would leave, and its passphrase."""
        self.hear(preview.waiting)
        locks = False
        if self.can_ask:
            if plain := not (self._told or self.way.locked):
                self._speaker.note(tr("The dossier will lie there unencrypted: hand it over yourself, or lock it."))
            locks = previewing.ask(self._speaker, preview, self._viewer, plain=plain)
        self.way = self._ask(self.way, locks=locks)
        return self.way


def _guided(ctx: typer.Context, recipient: str | None) -> tuple[Desk, export_asking.Wished]:
    """The opened archive, and what a terminal answered where nothing was named."""
    speaker = opening.terminal(ctx)
    if not speaker.can_ask:
        raise UsageError(tr("What shall be exported?"), tr("Name cases or records, or --person REF, or --query WORDS."))
    desk = opening.open_desk(ctx)
    return desk, export_asking.ask(speaker, desk, recipient)


def _written(typed: str) -> tuple[str, str]:
    """The name of a part and what its file says."""
    name, _, file = typed.partition("=")
    if name not in form.writable() or not file:
        raise UsageError(
            tr("There is no such part of a dossier to be written."),
            tr(
                "NAME=FILE, and NAME is {known}, or a question of the template's form.",
                known=", ".join((*content.WRITTEN, "contact")),
            ),
        )
    try:
        return name, opening.read_input(file).decode()
    except UnicodeDecodeError:
        raise UsageError(tr("The file is not UTF-8 text."), tr("Save it as UTF-8.")) from None


def _publish(speaker: Terminal, desk: Desk, asked: plan.Asked, host: _Host) -> ExportAnswer:
    """Make it; where something must stay in, a terminal asks whether the others may go."""
    if asked.waived:
        speaker.confirm(tr("What you waive stays readable in the dossier, and the log says that you answer for it."))
    try:
        return publishing.publish(desk, asked, speaker.progress, host)
    except UnresolvedError as error:
        for word, count in error.words:
            speaker.note(f"  {safe(word)}  {count}×")
        raise
    except PartlyWithheldError as error:
        if not speaker.can_ask:
            raise
        host.note(map(_stays, error.reasons))
        speaker.confirm(tr("{message} Export the others.", message=error.message))
        return publishing.publish(desk, structs.replace(asked, partial=True), speaker.progress, host)


def _stays(reason: str) -> str:
    return tr("stays in: {reason}", reason=safe(reason))


def _to_mind(made: ExportAnswer, parts: Collection[str]) -> Iterator[str]:
    """What is missing, and how to give it where it can be written; what to be careful about."""
    for gap in made.gaps:
        why = safe(gap.why)
        line = tr("missing: {what}", what=why if gap.field in form.fields() else f"{_called(gap.field)}, {why}")
        yield f"{line} (--section {gap.field}=FILE)" if gap.field in parts else line
    for caution in made.cautions:
        yield tr("careful: {caution}", caution=safe(caution))


def _called(part: str) -> str:
    """A part of a dossier in the language of whoever runs the command; in English its name."""
    called: str = getattr(labels.labels(speech.language()), part)
    return part if speech.language() == "en" else called


def _report(made: ExportAnswer, host: _Host) -> Iterator[str]:
    yield from host.answered(made)
    if made.bundle is None:
        yield trn(
            "{n:,} record would go, {withheld} stay in. Nothing was written.",
            "{n:,} records would go, {withheld} stay in. Nothing was written.",
            len(made.included),
            withheld=len(made.withheld),
        )
    else:
        yield tr(
            "{record}, {place} hidden, no leak found.",
            record=trn("{n:,} record", "{n:,} records", len(made.included)),
            place=trn("{n:,} place", "{n:,} places", made.redactions),
        )
        if made.undecided:
            undecided = trn("{n:,} unknown word with a capital", "{n:,} unknown words with a capital", made.undecided)
            yield tr(
                "{undecided} hidden too. If too much is gone, go through them: archive redact", undecided=undecided
            )
        yield from handing_over.told(made, host.way)


@app.command(cls=Command)
def verify(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The bundle: a folder or a zip.")],
    signer: Annotated[
        str | None, typer.Option(metavar="KEY", help="It has to be signed by this key (ssh-ed25519 …).")
    ] = None,
    timestamp: Annotated[
        Path | None, typer.Option(metavar="FILE", help="First put this RFC 3161 time stamp into the folder.")
    ] = None,
) -> None:
    """Check a bundle: complete, unchanged, and who signed it. Needs no key."""
    if timestamp is not None:
        stamping.attach(path, timestamp)
    found: VerifyAnswer = publishing.verify(path, signer)
    speaker = opening.terminal(ctx)
    speaker.answer(found, lambda: _verdict(found, signer) if found.ok else map(safe, found.problems))
    if not found.ok:
        raise DamagedError(
            tr("This bundle is not what was sealed."), tr("Ask whoever gave it to you for a whole copy.")
        )


def _verdict(found: VerifyAnswer, signer: str | None) -> Iterator[str]:
    yield tr("Complete and unchanged.")
    if found.signed_by:
        yield tr(
            "Signed by {signed_by}{what}.",
            signed_by=found.signed_by,
            what="" if signer else tr(": compare it with what they told you another way"),
        )
    elif found.sha256:
        yield tr("It is not signed, so this does not show whose it is. Compare this number with the one you were told:")
        yield f"  {found.sha256}"
    if found.stamped:
        yield tr("A time stamp of it lies beside it. Who made it and when:")
        yield "$ openssl ts -reply -in tagmanifest-sha256.txt.tsr -text"
        yield tr("Whether it is genuine tells only the certificate of whoever made it:")
        asked = "-data tagmanifest-sha256.txt -in tagmanifest-sha256.txt.tsr -CAfile CERTIFICATE.pem"
        yield f"$ openssl ts -verify {asked}"
