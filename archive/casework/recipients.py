"""The address book, what each in it holds, and the collective's own terms."""

from __future__ import annotations

from archive.casework import making
from archive.desk import Desk
from archive.errors import ExistsError, NotFoundError, UsageError
from archive.index.reading import Stored
from archive.records import forms, kinds, vocabulary
from archive.records.answers import Made
from archive.records.answers_recipients import (
    HoldsLine,
    RecipientAnswer,
    RecipientLine,
    RecipientList,
    TermLine,
    VocabularyAnswer,
    VocabularyList,
)
from archive.speech import tr
from archive.vault.entry import Draft


def everybody(desk: Desk) -> RecipientList:
    """The whole address book, oldest first."""
    found = (stored.record for stored in desk.index.listing("recipient", collective=desk.preferred))
    return RecipientList(recipients=tuple(_line(desk, one) for one in found if isinstance(one, kinds.Recipient)))


def _line(desk: Desk, one: kinds.Recipient) -> RecipientLine:
    return RecipientLine(
        ref=desk.index.ref(one.id),
        name=one.name,
        type=one.type,
        key=(one.key_checked or tr("not checked")) if one.age_key else "none",
        holds=len(_dossiers(desk, one.id)),
    )


def _dossiers(desk: Desk, recipient: str) -> tuple[kinds.Dossier, ...]:
    found = (stored.record for stored in desk.index.linked(recipient, "for", desk.preferred))
    return tuple(one for one in found if isinstance(one, kinds.Dossier))


def show(desk: Desk, ref: str) -> RecipientAnswer:
    """One recipient with what they hold."""
    one = desk.record(desk.resolve(ref, "recipient"))
    if not isinstance(one, kinds.Recipient):
        raise NotFoundError(tr("This is nobody of the address book."), tr("See: archive recipient list"))
    return RecipientAnswer(
        ref=desk.index.ref(one.id),
        id=one.id,
        name=one.name,
        type=one.type,
        language=one.language,
        age_key=one.age_key,
        key_checked=one.key_checked,
        key_checked_on=one.key_checked_on,
        channel=one.channel,
        contact=one.contact,
        holds=tuple(_holds(desk, dossier) for dossier in _dossiers(desk, one.id)),
    )


def _holds(desk: Desk, dossier: kinds.Dossier) -> HoldsLine:
    asked = desk.index.linked(dossier.id, "recalls", desk.preferred)
    return HoldsLine(
        bundle=desk.index.ref(dossier.id),
        exported_at=dossier.created,
        template=dossier.template,
        step=next((desk.index.ref(one.record.id) for one in asked if _is_open(one)), None),
    )


def _is_open(stored: Stored) -> bool:
    return isinstance(stored.record, kinds.Step) and stored.record.answered is None


# --- vocabularies ---


def vocabularies(desk: Desk) -> VocabularyList:
    """All of them."""
    own = making.own_terms(desk)
    return VocabularyList(
        vocabularies={name: len(vocabulary.words(name, own)) for name in sorted(vocabulary.built_in())}
    )


def terms(desk: Desk, name: str, language: str) -> VocabularyAnswer:
    """The terms of one, labelled in a language."""
    own = making.own_terms(desk)
    found = (
        TermLine(
            code=word.code,
            label=vocabulary.label(name, word.code, language, own),
            labels=dict(word.labels),
            own=word.own,
        )
        for word in vocabulary.words(name, own)
    )
    return VocabularyAnswer(vocabulary=name, terms=tuple(found))


def add_term(desk: Desk, name: str, code: str, labels: dict[str, str]) -> Made:
    """A term of the collective's own; ExistsError if the vocabulary has it."""
    known = {word.code for word in vocabulary.words(name, making.own_terms(desk))}
    if name in vocabulary.fixed():
        raise UsageError(
            tr("Nobody can add to this vocabulary: the program acts on its terms."), tr("See another one.")
        )
    if code in known:
        raise ExistsError(
            tr("This vocabulary has this code already."), tr("See: archive vocabulary list {name}", name=name)
        )
    if not labels:
        raise UsageError(tr("A term needs a label."), tr("Say it in your language: --label uk=…"))
    term = forms.whole(kinds.Term, {**desk.stamp(), "vocabulary": name, "code": code, "labels": labels})
    desk.save(Draft(term))
    return Made(ref=desk.index.ref(term.id), id=term.id)
