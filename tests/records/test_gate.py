"""The gate: each row of the table keeps something in, and nothing else does."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records.gate import (
    NEEDS,
    Need,
    People,
    Reason,
    in_clear,
    judge,
    judge_people,
    judge_text,
    judge_version,
    leaves_as_pages,
    leaves_as_picture,
    rests_on,
)
from archive.records.kinds import Consent, Document, Looked, Person, Photo, Purpose, Risk, ScrubReport, Testimony

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


def test_what_somebody_was_not_asked_about_is_said_of_every_template() -> None:
    for need in NEEDS.values():
        if need.purposes:
            (reason,) = judge_people((A,), people(person(A)), need, TODAY)
            assert reason.sentence("PQ7A2") != Reason("not-asked", A).sentence("PQ7A2")
    assert judge(TOLD, people(person(A)), PUBLIC, TODAY)[0].sentence("PQ7A2") == "PQ7A2 was not asked about publishing"


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


OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize("kind", [OFFICE, "message/rfc822", "application/zip"])
def test_what_holds_no_text_stays_in(kind: str) -> None:
    """Its look is all there is, and that cannot be redacted; also where somebody says that it was checked."""
    for source in (None, "ocr", "shown", "checked"):
        assert why(Document(**COMMON, scrub=report(kind), about=(A,), text_source=source)) == {"not-redactable"}


@pytest.mark.parametrize(
    ("kind", "source", "leaves"),
    [
        (OFFICE, None, True),
        (OFFICE, "ocr", False),
        ("application/vnd.oasis.opendocument.text", None, True),
        ("application/epub+zip", None, True),
        ("text/html", None, True),
        ("text/plain", "ocr", False),
        ("text/plain", "checked", True),
        ("message/rfc822", None, False),
        ("message/rfc822", "checked", True),
        ("application/zip", None, False),
        ("application/octet-stream", None, False),
    ],
)
def test_a_text_leaves_if_it_is_what_people_see(kind: str, source: str | None, leaves: bool) -> None:
    """Else it may hold a name that a machine misread, or that somebody covered; other versions of it may leave."""
    paper = Document(**COMMON, scrub=report(kind), about=(A,), text="A ruling.", text_source=source)
    assert why(paper) == (set() if leaves else {"unchecked-text"})
    assert judge_version(paper, BOTH, PUBLIC, TODAY) == ()


@pytest.mark.parametrize(
    ("kind", "source", "leaves"),
    [
        ("application/pdf", None, False),
        ("application/pdf", "ocr", False),
        ("application/pdf", "shown", True),
        ("application/pdf", "checked", True),
        ("image/png", None, False),
        ("image/png", "ocr", False),
        ("image/png", "checked", True),
    ],
)
def test_of_a_paper_pages_may_leave_and_its_text_if_it_is_what_people_see(kind: str, source: str, leaves: bool) -> None:
    """Whether its pages can be read is found out later."""
    paper = Document(**COMMON, scrub=report(kind), about=(A,), text="A ruling.", text_source=source)
    assert why(paper) == set() and leaves_as_pages(paper)
    assert [one.why for one in judge_text(paper)] == ([] if leaves else ["unchecked-text"])


def test_a_photo_leaves_covered_once_somebody_said_where() -> None:
    """That it is to be covered is not enough."""
    photo = msgspec.structs.replace(PICTURE, faces="to-cover", looked=())
    assert "face" in why(photo)
    assert "face" in why(msgspec.structs.replace(photo, looked=(Looked(),)))
    assert "face" not in why(msgspec.structs.replace(photo, looked=(Looked(boxes=("B4-C6",)),)))


def test_a_paper_that_was_filed_as_a_photo_is_no_picture() -> None:
    """Whatever is said of faces: its text leaves or nothing."""
    filed = Photo(**COMMON, scrub=report("application/pdf"), about=(A,), faces="none", text="A ruling.")
    assert why(filed) == {"unchecked-text"} and not leaves_as_picture(filed)
    assert why(msgspec.structs.replace(filed, faces="unreviewed", text_source="shown")) == set()
    assert leaves_as_picture(PICTURE)
    assert not leaves_as_picture(Document(**COMMON, scrub=report("image/png"), about=(A,)))


@pytest.mark.parametrize("media_type", ["audio/ogg", "video/mp4"])
def test_a_recording_stays_in_whatever_it_is_called(media_type: str) -> None:
    """Also one that somebody filed as a photo without faces; its transcript is judged by everything else."""
    for kind, more in ((Testimony, {}), (Document, {}), (Photo, {"faces": "none"})):
        recording = kind(**COMMON, scrub=report(media_type), about=(A,), case=CASE, **more)
        assert why(recording) == {"recording"}
        assert judge_version(recording, BOTH, PUBLIC, TODAY) == ()


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


# --- the table: every kind of reader ---

KIND_OF_NEED = sorted(NEEDS)
ALL_PURPOSES = get_args(Purpose)


def need_of(template: str, **more) -> Need:
    """A template's need as an export would complete it."""
    return msgspec.structs.replace(NEEDS[template], **{"recipient": LAWYER, "case": CASE, "person": A, **more})


LAWYER = "e" * 32


def yes(number: int, who: str, *purposes: str, **fields) -> Consent:
    named = {purpose: (CASE if purpose == "court" else LAWYER,) for purpose in purposes}
    told = {**COMMON, "id": f"{number:032x}", "person": who, "given_by": "self", "method": "written",
            "given_at": "2026-01-01", "risks_explained": True, "recipients": named}  # fmt: skip
    return Consent(**{**told, "purposes": purposes, **fields})


@pytest.mark.parametrize("template", [name for name in KIND_OF_NEED if name != "own-copy"])
def test_every_template_asks_everybody_and_a_no_to_it_wins(template: str) -> None:
    """With all purposes agreed it leaves; one person not asked, or one withdrawal, and it stays."""
    need, told = need_of(template), msgspec.structs.replace(TOLD, about=(A, B))
    both = people(person(A), person(B), **{A: [yes(1, A, *ALL_PURPOSES)], B: [yes(2, B, *ALL_PURPOSES)]})
    assert judge(told, both, need, TODAY) == ()
    one = people(person(A), person(B), **{A: [yes(1, A, *ALL_PURPOSES)]})
    assert {reason.person for reason in judge(told, one, need, TODAY)} == {B}
    no = yes(3, B, withdraws=need.purposes)
    both = people(person(A), person(B), **{A: [yes(1, A, *ALL_PURPOSES)], B: [yes(2, B, *ALL_PURPOSES), no]})
    assert {reason.why for reason in judge(told, both, need, TODAY)} == {"withdrawn"}


@pytest.mark.parametrize(
    ("template", "leaves"),
    [("asylum", True), ("public", False), ("press", False), ("court", False), ("wgad", False), ("handover", False)],
)
def test_what_incriminates_goes_to_a_named_lawyer_only(template: str, leaves: bool) -> None:
    """Whoever else it may go to could be asked for it by a prosecutor."""
    told = msgspec.structs.replace(TOLD, incriminates="others")
    who = people(person(A), **{A: [yes(1, A, *ALL_PURPOSES)]})
    assert (judge(told, who, need_of(template), TODAY) == ()) is leaves


def test_a_consent_for_another_lawyer_or_another_case_is_none() -> None:
    """A purpose that names its reader holds for that reader; a court is asked about case by case."""
    who = people(person(A), **{A: [yes(1, A, "lawyer", "court")]})
    assert judge(TOLD, who, need_of("asylum"), TODAY) == judge(TOLD, who, need_of("court"), TODAY) == ()
    assert {one.why for one in judge(TOLD, who, need_of("asylum", recipient=B), TODAY)} == {"other-recipient"}
    assert {one.why for one in judge(TOLD, who, need_of("court", case=B), TODAY)} == {"other-case"}


def test_next_of_kin_speak_in_the_disappearance_template_only() -> None:
    """For who can speak nobody else does; what the next of kin take back counts everywhere."""
    kin = yes(1, A, "un-confidential", given_by="next-of-kin")
    who = people(person(A), **{A: [kin]})
    assert judge(TOLD, who, need_of("disappearance"), TODAY) == ()
    assert {one.why for one in judge(TOLD, who, need_of("torture"), TODAY)} == {"not-asked"}
    no = yes(2, A, given_by="next-of-kin", withdraws=("un-confidential",))
    both = people(person(A), **{A: [yes(3, A, "un-confidential"), no]})
    assert {one.why for one in judge(TOLD, both, need_of("torture"), TODAY)} == {"withdrawn"}


def test_the_persons_own_copy_asks_nobody_and_hides_everybody_else() -> None:
    """It is about them, or it is not theirs."""
    nobody_asked = people(person(A), person(B))
    told = msgspec.structs.replace(TOLD, about=(A, B))
    assert judge(told, nobody_asked, need_of("own-copy"), TODAY) == ()
    assert in_clear(told, nobody_asked, need_of("own-copy"), TODAY) == {A}
    theirs = msgspec.structs.replace(TOLD, about=(B,))
    assert {one.why for one in judge(theirs, nobody_asked, need_of("own-copy"), TODAY)} == {"not-theirs"}


def test_nobody_is_named_to_the_public_and_to_a_lawyer_only_who_agreed() -> None:
    """Somebody only named in it may be named if they agreed to this lawyer; an official unless protected."""
    told = msgspec.structs.replace(TOLD, mentions=(B,))
    agreed_ = people(person(A), person(B), **{A: [yes(1, A, *ALL_PURPOSES)], B: [yes(2, B, "lawyer")]})
    assert in_clear(told, agreed_, need_of("asylum"), TODAY) == {A, B}
    assert in_clear(told, agreed_, need_of("public"), TODAY) == frozenset()
    judged = people(person(A), person(B, public_role="judge", protected=False), **{A: [yes(1, A, *ALL_PURPOSES)]})
    assert in_clear(told, judged, need_of("asylum"), TODAY) == {A, B}
    assert in_clear(told, people(person(A), person(B, public_role="judge")), need_of("asylum"), TODAY) == frozenset()


@pytest.mark.parametrize("template", KIND_OF_NEED)
def test_sealed_records_leave_for_nobody(template: str) -> None:
    """Whatever anybody agreed to."""
    who = people(person(A), **{A: [yes(1, A, *ALL_PURPOSES)]})
    told = msgspec.structs.replace(TOLD, confidentiality="sealed")
    assert "sealed" in {one.why for one in judge(told, who, need_of(template), TODAY)}


PERSONS = st.sampled_from([A, B, "f" * 32])
SAID = st.lists(st.tuples(PERSONS, st.booleans(), st.sampled_from(ALL_PURPOSES)), max_size=12)


@given(SAID, st.sets(PERSONS, min_size=1), st.sampled_from([name for name in KIND_OF_NEED if name != "own-copy"]))
def test_whatever_was_said_in_whatever_order_every_person_in_it_counts(said, about: set[str], template: str) -> None:
    """It leaves only if each of them agreed and did not take it back; more people never open a gate that was shut."""
    consents: dict[str, list[Consent]] = {}
    for number, (who, is_yes, purpose) in enumerate(said, 1):
        told = yes(number, who, purpose) if is_yes else yes(number, who, withdraws=(purpose,))
        consents.setdefault(who, []).append(told)
    known = People({one: person(one) for one in (A, B, "f" * 32)}, consents, frozenset({A, B, "f" * 32}))
    need, told = need_of(template), msgspec.structs.replace(TOLD, about=tuple(sorted(about)))
    for who in about:
        noes = {purpose for one, is_yes, purpose in said if one == who and not is_yes}
        yeses = {purpose for one, is_yes, purpose in said if one == who and is_yes}
        if not set(need.purposes) & (yeses - noes):
            assert judge(told, known, need, TODAY)
    everybody = msgspec.structs.replace(told, about=(A, B, "f" * 32))
    if judge(told, known, need, TODAY):
        assert judge(everybody, known, need, TODAY)


def test_a_picture_in_somebodys_own_copy_shows_nobody_else() -> None:
    """It was looked at, and is about and mentions them alone."""
    need = need_of("own-copy")
    assert judge(PICTURE, BOTH, need, TODAY) == ()
    for change in ({"about": (A, B)}, {"mentions": (B,)}, {"faces": "unreviewed"}):
        other = msgspec.structs.replace(PICTURE, **change)
        assert {one.why for one in judge(other, BOTH, need, TODAY)} == {"face"}


@pytest.mark.parametrize("template", ["asylum", "court", "handover", "own-copy", "public", "press", "wgad"])
def test_no_reader_gets_a_picture_that_nobody_looked_at(template: str) -> None:
    """Others may be on it who agreed to nothing; whose face it is, a lawyer, a court and a partner may see."""
    who = people(person(A), **{A: [yes(1, A, *ALL_PURPOSES)]})
    need = need_of(template)
    unseen = msgspec.structs.replace(PICTURE, faces="unreviewed")
    assert "face" in {one.why for one in judge(unseen, who, need, TODAY)}
    shown = msgspec.structs.replace(PICTURE, faces="to-cover")
    sees = template in ("asylum", "court", "handover", "own-copy")
    assert ("face" in {one.why for one in judge(shown, who, need, TODAY)}) is not sees


def test_a_dossier_for_the_un_rests_on_the_naming_too() -> None:
    """Whoever takes back that the UN tells their name to the state hears which dossiers named them."""
    assert rests_on("wgad") == {"un-confidential", "un-name-to-state"}
    assert rests_on("press") >= {"journalist", "publish-name"} and rests_on("asylum") == {"lawyer"}
