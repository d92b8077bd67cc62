"""Consent: silence is no, and a withdrawal wins over every grant that did not know of it, whatever the dates say."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from archive.records import consent
from archive.records.kinds import Consent

PERSON = "a" * 32
TODAY = "2026-11-22"


def asked(number: int, **fields) -> Consent:
    settings = {
        "id": f"{number:032x}",
        "created": "2026-01-01T00:00Z",
        "entered_by": "d",
        "person": PERSON,
        "given_by": "self",
        "method": "witnessed",
        "given_at": "2026-01-01",
        "risks_explained": True,
    }
    return Consent(**{**settings, **fields})


def test_who_was_not_asked_did_not_agree() -> None:
    assert consent.answer([], "publish-anonymous", TODAY) == "not-asked"
    assert consent.answer([asked(1, purposes=("keep",))], "publish-anonymous", TODAY) == "not-asked"


def test_a_yes_is_a_yes_for_that_purpose_only() -> None:
    given_once = [asked(1, purposes=("publish-anonymous",))]
    assert consent.answer(given_once, "publish-anonymous", TODAY) == "yes"
    assert consent.answer(given_once, "publish-name", TODAY) == "not-asked"
    asked_both = (consent.answer(given_once, one, TODAY) for one in ("publish-name", "publish-anonymous"))
    assert consent.best(asked_both) == "yes"
    assert consent.best(["not-asked", "withdrawn"]) == "withdrawn"


def test_a_withdrawal_wins_whatever_the_dates_say() -> None:
    grant = asked(1, purposes=("publish-name",), given_at="2026-06-01")
    withdrawal = asked(2, withdraws=("publish-name",), given_at="2026-02-01")
    assert consent.answer([grant, withdrawal], "publish-name", TODAY) == "withdrawn"


def test_a_grant_that_knew_of_the_withdrawal_holds_again() -> None:
    withdrawal = asked(2, withdraws=("publish-name",))
    between = asked(3, purposes=("keep",), after=(withdrawal.id,))
    grant = asked(4, purposes=("publish-name",), after=(between.id,))
    assert consent.answer([withdrawal, between, grant], "publish-name", TODAY) == "yes"


def test_a_record_that_says_both_and_names_itself_is_no_yes() -> None:
    """What comes from another program may be anything: nothing undoes its own withdrawal, not in a ring either."""
    both = asked(1, purposes=("publish-name",), withdraws=("publish-name",), after=(f"{1:032x}",))
    assert consent.answer([both], "publish-name", TODAY) == "withdrawn"
    ring = [structs.replace(both, after=(f"{2:032x}",)), asked(2, purposes=("keep",), after=(both.id,))]
    assert consent.answer(ring, "publish-name", TODAY) == "withdrawn"


def test_consent_ends_by_itself() -> None:
    grant = asked(1, purposes=("statistics",), given_at="2024-02-29")
    assert consent.ends(grant) == "2026-02-28"
    assert consent.answer([grant], "statistics", "2026-02-27") == "yes"
    assert consent.answer([grant], "statistics", "2026-02-28") == "expired"
    assert consent.answer([asked(2, purposes=("keep",), given_at="2026-12-01")], "keep", TODAY) == "not-begun"


def test_purposes_that_name_a_recipient_hold_for_that_one_only() -> None:
    grant = asked(1, purposes=("lawyer",), recipients={"lawyer": ("b" * 32,)})
    assert consent.answer([grant], "lawyer", TODAY, "b" * 32) == "yes"
    assert consent.answer([grant], "lawyer", TODAY, "c" * 32) == "other-recipient"
    assert consent.answer([grant], "lawyer", TODAY) == "other-recipient"


def test_doubt_counts_as_no() -> None:
    unexplained = asked(1, purposes=("publish-name",), risks_explained=False)
    unfree = asked(2, purposes=("publish-name",), free_to_refuse=False)
    assert consent.answer([unexplained], "publish-name", TODAY) == "risks-not-explained"
    assert consent.answer([unfree], "publish-name", TODAY) == "not-free-to-refuse"


@st.composite
def histories(draw):
    """Up to eight askings, each knowing some of the earlier ones."""
    made: list[Consent] = []
    for number in range(draw(st.integers(1, 8))):
        known = draw(st.lists(st.sampled_from([one.id for one in made]), unique=True)) if made else []
        what = {"withdraws": ("keep",)} if draw(st.booleans()) else {"purposes": ("keep",)}
        made.append(asked(number, after=tuple(known), **what))
    return made


@given(histories(), st.randoms())
def test_order_of_arrival_changes_nothing(history, random) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert consent.answer(shuffled, "keep", TODAY) == consent.answer(history, "keep", TODAY)


@given(histories())
def test_a_last_withdrawal_always_wins(history) -> None:
    last = asked(99, withdraws=("keep",), after=tuple(one.id for one in history))
    assert consent.answer([*history, last], "keep", TODAY) == "withdrawn"


@given(histories())
def test_a_yes_needs_a_grant_that_knows_every_withdrawal(history) -> None:
    if consent.answer(history, "keep", TODAY) == "yes":
        withdrawals = {one.id for one in history if one.withdraws}
        assert any(withdrawals <= consent._ancestors(one, history) for one in history if one.purposes)


PURPOSES = ("keep", "lawyer", "publish-name", "statistics")


@st.composite
def anything(draw):
    """Askings of every sort: several purposes, recipients, ends, next of kin, not free, risks not explained."""
    made: list[Consent] = []
    for number in range(draw(st.integers(0, 6))):
        known = draw(st.lists(st.sampled_from([one.id for one in made]), unique=True)) if made else []
        said = draw(st.lists(st.sampled_from(PURPOSES), unique=True, min_size=1))
        taken = draw(st.lists(st.sampled_from(PURPOSES), unique=True))
        made.append(
            asked(
                number,
                after=tuple(known),
                purposes=tuple(one for one in said if one not in taken),
                withdraws=tuple(taken),
                recipients={"lawyer": draw(st.sampled_from([(), ("b" * 32,), ("c" * 32,)]))},
                given_by=draw(st.sampled_from(["self", "next-of-kin"])),
                risks_explained=draw(st.booleans()),
                free_to_refuse=draw(st.booleans()),
                expires_at=draw(st.sampled_from([None, "2026-06-01", "2027-06-01"])),
            )
        )
    return made


ASKED = st.tuples(st.sampled_from(PURPOSES), st.sampled_from([None, "b" * 32, "c" * 32]), st.booleans())


@given(anything(), ASKED, st.lists(st.sampled_from(PURPOSES), unique=True), st.sampled_from(["self", "next-of-kin"]))
def test_taking_back_never_opens_anything(history, question, taken, by) -> None:
    """Whoever takes back whatever, knowing all or nothing: no no becomes a yes, and what was taken back is no yes."""
    purpose, recipient, kin = question
    before = consent.answer(history, purpose, TODAY, recipient, kin=kin)
    for known in ((), tuple(one.id for one in history)):
        last = asked(99, withdraws=tuple(taken), after=known, given_by=by)
        after = consent.answer([*history, last], purpose, TODAY, recipient, kin=kin)
        assert after != "yes" or before == "yes"
        assert after != "yes" or purpose not in taken


@given(anything(), ASKED)
def test_a_yes_is_somebodys_own_yes_to_this(history, question) -> None:
    """There is one asking that says it, for this recipient, explained, not ended, and free where it is published."""
    purpose, recipient, kin = question
    if consent.answer(history, purpose, TODAY, recipient, kin=kin) == "yes":
        assert any(
            purpose in one.purposes
            and one.given_at <= TODAY < consent.ends(one)
            and (kin or one.given_by == "self")
            and (purpose != "lawyer" or recipient in one.recipients["lawyer"])
            and (purpose == "keep" or one.risks_explained)
            and (purpose != "publish-name" or one.free_to_refuse)
            for one in history
        )


@given(anything(), ASKED)
def test_what_was_said_for_somebody_else_counts_for_nobody_else(history, question) -> None:
    """A lawyer who is not named gets nothing, whatever another one was promised."""
    purpose, _, kin = question
    if purpose == "lawyer":
        assert consent.answer(history, purpose, TODAY, "d" * 32, kin=kin) != "yes"
