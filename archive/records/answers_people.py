"""What the commands about people answer with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer, UnfinishedLine


class RiskLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Where somebody is and what threatens them; all null where nobody said. ``days`` since it was confirmed."""

    where: str | None
    as_of: str | None
    basis: str | None
    threats: tuple[str, ...]
    uniqueness: str | None
    confirmed: bool
    days: int | None
    held_until: str | None


class PaperLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A paper of identity; of its number the last two signs."""

    ref: str
    type: str
    state: str | None
    number: str | None
    expires: str | None
    held: str | None
    verified: str | None


class ContactLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What is sealed about a person; ways that would harm stand first."""

    do_not_contact: tuple[str, ...]
    safe_contact: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    handles: tuple[str, ...]
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    nicknames: tuple[str, ...]
    aliases: tuple[str, ...]
    birth_date: str | None


class PersonAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One person; ``contacts`` only with ``--names``, which is logged."""

    ref: str
    id: str
    pseudonym: str
    cases: tuple[str, ...]
    risk: RiskLine
    agreed: tuple[str, ...]
    asked: bool
    unfinished: tuple[UnfinishedLine, ...]
    about: tuple[str, ...]
    mentioned: tuple[str, ...]
    papers: tuple[PaperLine, ...]
    contacts: ContactLine | None
