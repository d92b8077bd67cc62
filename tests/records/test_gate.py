"""The gate: each row of the table keeps something in, and nothing else does."""

import msgspec
import pytest

from archive.records.gate import Need, People, judge, judge_original
from archive.records.kinds import Consent, Document, Person, Photo, Risk, ScrubReport, Testimony

A, B, CASE = "a" * 32, "b" * 32, "c" * 32
TODAY = "2026-11-22"
PUBLIC = Need(purposes=("publish-anonymous", "publish-pseudonym", "publish-name"))
COMMON = {"id": "d" * 32, "created": "2026-01-01T00:00Z", "entered_by": "d"}
SAFE = Risk(where="abroad-with-status", as_of=TODAY, basis="spoke")


def report(media_type: str) -> ScrubReport:
    return ScrubReport(
        media_type=media_type,
        method="m",
        lossless=True,
        sha256_original="0" * 64,
        size_original=1,
        sha256_clean="0" * 64,
    )


def person(who: str, **fields) -> Person:
    return Person(**{**COMMON, "id": who, "pseudonym": "X", "cases": (CASE,), "risk": SAFE, **fields})


def agreed(who: str, *purposes: str) -> Consent:
    return Consent(
        **COMMON,
        person=who,
        given_by="self",
        method="written",
        given_at="2026-01-01",
        purposes=purposes,
        risks_explained=True,
    )


def people(*persons: Person, **consents) -> People:
    return People({one.id: one for one in persons}, consents, frozenset({A, B}))


BOTH = people(person(A), person(B), **{A: [agreed(A, "publish-anonymous")], B: [agreed(B, "publish-name")]})
TOLD = Testimony(**COMMON, scrub=report("text/plain"), about=(A,), case=CASE)
PICTURE = Photo(**COMMON, scrub=report("image/jpeg"), about=(A,), case=CASE, faces="none")


def why(record, who: People = BOTH) -> set[str]:
    return {reason.why for reason in judge(record, who, PUBLIC, TODAY)}


def test_with_consent_of_everybody_a_testimony_leaves() -> None:
    assert why(TOLD) == set()
    assert why(msgspec.structs.replace(TOLD, about=(A, B))) == set()


def test_one_person_who_was_not_asked_keeps_it_in() -> None:
    only_a = people(person(A), person(B), **{A: [agreed(A, "publish-anonymous")]})
    assert why(msgspec.structs.replace(TOLD, about=(A, B)), only_a) == {"not-asked"}


def test_naming_nobody_counts_as_everybody_in_the_case() -> None:
    nobody = msgspec.structs.replace(TOLD, about=())
    assert why(nobody) == set()
    assert why(nobody, people(person(A), person(B), **{A: [agreed(A, "publish-name")]})) == {"not-asked"}
    assert why(msgspec.structs.replace(nobody, case=None)) == {"nobody-named"}


@pytest.mark.parametrize("basis", ["already-public", "public-docket"])
def test_what_is_public_already_needs_no_consent(basis: str) -> None:
    assert why(msgspec.structs.replace(TOLD, basis=basis), people()) == set()


def test_a_name_that_is_not_sealed_cannot_be_hidden() -> None:
    unknown = msgspec.structs.replace(BOTH, named=frozenset({A}))
    assert why(TOLD, unknown) == set()
    assert why(msgspec.structs.replace(TOLD, about=(A, B)), unknown) == {"unnamed"}
    assert why(msgspec.structs.replace(TOLD, mentions=(B,)), unknown) == {"unnamed"}
    assert why(msgspec.structs.replace(TOLD, mentions=(B,), basis="already-public"), unknown) == {"unnamed"}


def test_an_anonymous_submission_about_somebody_needs_theirs() -> None:
    assert why(msgspec.structs.replace(TOLD, basis="anonymous-submission"), people()) == {"not-asked"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("incriminates", "self", "incriminates"),
        ("incriminates", "others", "incriminates"),
        ("confidentiality", "sealed", "sealed"),
        ("confidentiality", "partners", "sealed"),
    ],
)
def test_a_mark_on_the_record_keeps_it_in(field: str, value: str, expected: str) -> None:
    assert why(msgspec.structs.replace(TOLD, **{field: value})) == {expected}


def test_what_cannot_be_redacted_stays_in() -> None:
    assert why(Document(**COMMON, scrub=report("application/pdf"), about=(A,))) == {"not-redactable"}
    assert why(Document(**COMMON, scrub=report("image/png"), about=(A,))) == {"not-redactable"}


@pytest.mark.parametrize("media_type", ["audio/ogg", "video/mp4"])
def test_a_recording_stays_in_whatever_it_is_called(media_type: str) -> None:
    """Also one that somebody filed as a photo without faces; its transcript is judged by everything else."""
    for kind, more in ((Testimony, {}), (Document, {}), (Photo, {"faces": "none"})):
        recording = kind(**COMMON, scrub=report(media_type), about=(A,), case=CASE, **more)
        assert why(recording) == {"recording"}
        assert judge_original(recording, BOTH, PUBLIC, TODAY) == ()


def test_a_picture_leaves_only_when_no_face_is_in_it_or_its_owner_agreed() -> None:
    assert why(PICTURE) == set()
    assert why(msgspec.structs.replace(PICTURE, faces="unreviewed")) == {"face"}
    consented = msgspec.structs.replace(PICTURE, faces="consented")
    assert why(consented) == {"face"}
    shown = people(person(A), **{A: [agreed(A, "publish-anonymous", "photo-with-face")]})
    assert why(consented, shown) == set()


def test_no_picture_of_whoever_is_in_danger_or_was_not_confirmed() -> None:
    danger = people(person(A, risk=None), **{A: [agreed(A, "publish-anonymous")]})
    assert why(PICTURE, danger) == {"grave"}
    assert why(TOLD, danger) == set()


def test_publication_is_held_until_its_day() -> None:
    held = msgspec.structs.replace(SAFE, hold_publication_until="2027-01-01")
    assert why(TOLD, people(person(A, risk=held), **{A: [agreed(A, "publish-name")]})) == {"held"}


def test_a_person_the_archive_does_not_hold_did_not_agree() -> None:
    assert why(TOLD, people(**{A: [agreed(A, "publish-name")]})) == {"not-asked"}
