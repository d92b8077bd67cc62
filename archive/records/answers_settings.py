"""What ``archive profile`` and ``archive template`` answer with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer


class ProfileAnswer(Answer, frozen=True, kw_only=True):
    """What is done with each category; ``base`` is there for one's own: the built-in one it is stricter than."""

    name: str
    actions: dict[str, str]
    base: str | None = None


class TemplateAnswer(Answer, frozen=True, kw_only=True):
    """What is in, in which order; one of ``purposes`` is asked of everybody it is about."""

    name: str
    profile: str
    purposes: tuple[str, ...]
    sections: tuple[str, ...]
    required: tuple[str, ...]
    base: str | None = None


class CompletionAnswer(Answer, frozen=True, kw_only=True):
    """Which files now tell a shell about this program."""

    shell: str
    written: tuple[str, ...]


class ListedSettings(Answer, frozen=True, kw_only=True):
    """One line of a list; ``base`` is there for one's own."""

    name: str
    base: str | None = None


class SettingsAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Those there are, or those that were checked and fit."""

    listed: tuple[ListedSettings, ...]
