"""What is to be taken in, before anything is opened: which files, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from archive.casework.collectives import settings
from archive.casework.originals import Ask, Keeping
from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.ingest import manifest
from archive.ingest.files import Pick, collect
from archive.ingest.taking import Fields, Job
from archive.records.forms import AddForm
from archive.sandbox.walls import WALLS, Wall
from archive.speech import tr


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody brings. ``listed`` is a manifest and the folder that its files lie in; with
    ``inside`` none of them may lie elsewhere.

    ``keep_original``: None where the command does not say. ``unclean``: what cannot be cleaned is kept as it is.
    ``walls``: what may stand around those who read it.
    """

    form: AddForm
    paths: Sequence[Path] = ()
    pick: Pick = Pick()
    listed: tuple[bytes, Path] | None = None
    inside: bool = False
    keep_original: bool | None = None
    unclean: bool = False
    walls: Sequence[Wall] = WALLS


def jobs(desk: Desk, wanted: Wanted, ask: Ask) -> tuple[Job, ...]:
    """A job for each file, in the order given; ``ask`` is asked at most once whether originals are kept."""
    filling = Filling(desk, wanted, ask)
    fields = filling.fields(wanted.form)
    found = [Job(source, fields) for source in collect(wanted.paths, wanted.pick)]
    if wanted.listed is not None:
        data, folder = wanted.listed
        for line in manifest.read(data, wanted.form):
            try:
                said = filling.fields(line.form)
            except ArchiveError as error:
                raise line.at(error) from None
            found += [
                Job(source, said) for source in collect([manifest.path_of(line, folder, inside=wanted.inside)], Pick())
            ]
    return tuple(found)


class Filling:
    """Makes fields of forms: references resolved, and what the collective wants kept."""

    def __init__(self, desk: Desk, wanted: Wanted, ask: Ask) -> None:
        self._desk = desk
        self._unclean = wanted.unclean
        self._facts = settings(desk).capture_facts == "keep"
        case = desk.resolve(wanted.form.case, "case") if wanted.form.case else None
        self._keeping = Keeping(desk, wanted.keep_original, case, ask)

    def fields(self, form: AddForm) -> Fields:
        """A form with its references resolved; UsageError for a field that no file of this kind has."""
        for name, owner in (("faces", "photo"), ("subtype", "document")):
            if getattr(form, name) is not None and form.kind not in (None, owner):
                raise UsageError(
                    tr("{name} belongs to a {owner}, not to a {kind}.", name=name, owner=owner, kind=form.kind),
                    tr("Use --kind {owner}.", owner=owner),
                )
        resolve = self._desk.resolve
        case = resolve(form.case, "case") if form.case else None
        return Fields(
            form=form,
            case=case,
            about=tuple(resolve(ref, "person") for ref in form.about),
            mentions=tuple(resolve(ref, "person") for ref in form.mentions),
            transcript_of=resolve(form.transcript_of) if form.transcript_of else None,
            translation_of=resolve(form.translation_of) if form.translation_of else None,
            keep_original=self._keeping.of(case),
            capture_facts=self._facts,
            unclean=self._unclean,
        )
