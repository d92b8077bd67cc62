"""What the address book answers with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer


class RecipientLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Somebody of the address book; ``key`` says whether there is one and how it was checked, ``holds`` how much."""

    ref: str
    name: str
    type: str
    key: str
    holds: int


class RecipientList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Everybody in it."""

    recipients: tuple[RecipientLine, ...]


class HoldsLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A dossier that a recipient has; ``step`` is the one by which it was asked back and that nobody answered."""

    bundle: str
    exported_at: str
    template: str
    step: str | None


class RecipientAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One recipient."""

    ref: str
    id: str
    name: str
    type: str
    language: str | None
    age_key: str | None
    key_checked: str | None
    key_checked_on: str | None
    channel: str | None
    contact: str | None
    holds: tuple[HoldsLine, ...]


class TermLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A term of a vocabulary; ``own``: the collective's own."""

    code: str
    label: str
    labels: dict[str, str]
    own: bool


class VocabularyAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The terms of one vocabulary."""

    vocabulary: str
    terms: tuple[TermLine, ...]


class VocabularyList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The names of all vocabularies, each with how many terms it has."""

    vocabularies: dict[str, int]
