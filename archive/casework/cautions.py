"""What somebody should know before a dossier leaves: whose safety nobody has confirmed, and who stands out in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.casework.judging import Judged
from archive.casework.plan import Plan
from archive.desk import Desk
from archive.language.regions import region_of
from archive.records import edtf, gate, kinds, risk
from archive.records.kinds import Filed
from archive.redact.profile import Profile
from archive.scrub import sheets
from archive.speech import tr, trn
from archive.vault.truth import Truth

MOST = 5  # people told one by one
_COARSE = tr("month instead of day, region instead of town, no photo")


def cautions(desk: Desk, plan: Plan) -> tuple[str, ...]:
    """Sentences about the records that may leave, the gravest first; empty if there is nothing to say."""
    known = _of_people(desk, plan.truth, plan.judged, plan.profile) if plan.template.need.rule.publishes else ()
    return (*known, *_of_photos(desk, plan), *_of_originals(desk, plan))


def _of_people(desk: Desk, truth: Truth, judged: Judged, profile: Profile) -> tuple[str, ...]:
    leaving = [entry.record for entry in judged.leaving if isinstance(entry.record, Filed)]
    about = dict.fromkeys(
        person for record in leaving for person in gate.subjects(record.about, record.case, judged.people)
    )
    people = {ident: judged.people.persons[ident] for ident in about if ident in judged.people.persons}
    return (
        *_stale(desk, people),
        *_recognised(desk, people),
        *(_alone(desk, truth, leaving) if profile.places != "hidden" else ()),
    )


def _stale(desk: Desk, people: Mapping[str, kinds.Person]) -> Iterator[str]:
    """Whose safety nobody has confirmed in time."""
    found = [
        (standing.days or 0, ident, person)
        for ident, person in people.items()
        if not (standing := risk.standing(person.risk, desk.today())).confirmed
    ]
    for days, ident, person in sorted(found, key=lambda one: one[:2], reverse=True)[:MOST]:
        ref = desk.index.ref(ident)
        asked = person.risk is not None and person.risk.basis != "nobody-asked"
        when = (
            trn(
                "Where {ref} is was last confirmed {n:,} day ago",
                "Where {ref} is was last confirmed {n:,} days ago",
                days,
                ref=ref,
            )
            if asked
            else tr("Where {ref} is was never confirmed", ref=ref)
        )
        yield tr(
            "{when}: {coarse}. If somebody has spoken to them: archive review {ref}",
            when=when,
            coarse=_COARSE,
            ref=ref,
        )
    if len(found) > MOST:
        yield tr("The same is so of {found} more.", found=len(found) - MOST)


def _recognised(desk: Desk, people: Mapping[str, kinds.Person]) -> Iterator[str]:
    """Who could be recognised from the facts alone, as far as somebody said so."""
    found = [ident for ident, person in people.items() if person.risk and person.risk.uniqueness == "high"]
    if found:
        yield trn(
            "{n:,} person may be recognised from the facts alone, without any name: {refs}.",
            "{n:,} persons may be recognised from the facts alone, without any name: {refs}.",
            len(found),
            refs=_first(desk, found),
        )


def _alone(desk: Desk, truth: Truth, leaving: list[Filed]) -> Iterator[str]:
    """Records whose case is the only one of the archive in its region and month, where both are told."""
    cases: dict[tuple[str, str], set[str | None]] = {}
    every: tuple[Filed, ...] = (*truth.all(kinds.Testimony), *truth.all(kinds.Photo), *truth.all(kinds.Document))
    for record in every:
        if where := _where_and_when(record):
            cases.setdefault(where, set()).add(record.case)
    alone = [record.id for record in leaving if (where := _where_and_when(record)) and len(cases[where]) == 1]
    if alone:
        yield (
            trn(
                "{n:,} record of the only case you hold of their region and month: {refs}. Who knows "
                "the region may know who it is: leave out the place, or write the year alone.",
                "{n:,} records of the only case you hold of their region and month: {refs}. Who "
                "knows the region may know who it is: leave out the place, or write the year alone.",
                len(alone),
                refs=_first(desk, alone),
            )
        )


def _of_photos(desk: Desk, plan: Plan) -> Iterator[str]:
    """What no machine looked for on photographs, and where one still sees a face. A person looked at each of them."""
    if not plan.pictured.known:
        return
    leaving = [
        record
        for entry in plan.judged.leaving
        if isinstance(record := entry.record, kinds.Photo) and gate.leaves_as_picture(record)
        if plan.cleared is None or record.id in plan.cleared
    ]
    if leaving and not sheets.can_read(plan.pictured.languages):
        yield trn(
            "{n:,} photo leaves though nothing here can read the words on it (signs, papers, name tags): look at it "
            "once more. To have it read: {how}",
            "{n:,} photos leave though nothing here can read the words on them (signs, papers, name tags): look at "
            "each once more. To have them read: {how}",
            len(leaving),
            how=sheets.HOW,
        )
    covered = [one for one in leaving if one.faces != "consented" and not plan.need.rule.sees_faces]
    if covered and not plan.pictured.finds_faces:
        yield trn(
            "{n:,} photo leaves on the word of whoever looked at it: nothing here can look for faces and plates.",
            "{n:,} photos leave on the word of whoever looked at them: nothing here can look for faces and plates.",
            len(covered),
        )
    seen = [one.id for one in covered if one.id in plan.pictured.faces]
    if seen:
        yield trn(
            "{n:,} photo may still show a face or a plate: {refs}. Look again: archive open REF --grid",
            "{n:,} photos may still show a face or a plate: {refs}. Look again: archive open REF --grid",
            len(seen),
            refs=_first(desk, seen),
        )


def _of_originals(desk: Desk, plan: Plan) -> Iterator[str]:
    """For those who may ask for them: files as they were brought never lie in a dossier."""
    if plan.need.audience not in ("lawyer", "court"):
        return
    proving = {one.item for one in plan.truth.all(kinds.CaptureFacts)}
    kept = [
        entry.record.id
        for entry in plan.judged.leaving
        if entry.record
        if entry.record.id in proving or any(file.role == "original" for file in entry.attachments)
    ]
    if kept:
        yield trn(
            "{n:,} file was kept as it was brought, or with what was found in it: {refs}. That does not go along, as "
            "nothing in it is hidden. If they need it as proof, and everybody in it agrees: archive get REF "
            "--original, archive show REF, and hand it over by itself, locked.",
            "{n:,} files were kept as they were brought, or with what was found in them: {refs}. That does not go "
            "along, as nothing in it is hidden. If they need it as proof, and everybody in it agrees: archive get REF "
            "--original, archive show REF, and hand it over by itself, locked.",
            len(kept),
            refs=_first(desk, kept),
        )


def _first(desk: Desk, idents: Sequence[str]) -> str:
    """The references of as many as are told one by one."""
    return ", ".join(desk.index.ref(ident) for ident in idents[:MOST])


def _where_and_when(record: Filed) -> tuple[str, str] | None:
    """Region and month as a dossier tells them; None unless it tells both."""
    region = region_of(record.place, "en") if record.place else None
    month = edtf.to_month(record.date) if record.date else ""
    return (region, month) if region and len(month) >= len("2025-03") else None
