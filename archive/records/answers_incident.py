"""What ``archive incident`` answers with ``--json``: counts and what to do, never whom to warn."""

from __future__ import annotations

from typing import Literal

from archive.records.answers import Answer


class IncidentAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What was done about an incident, and what is left to do.

    ``device`` is the first of ``devices``, all those in wrong hands; none where a dossier leaked. ``removed``: they are
    on none of your collectives' lists any more. ``epoch`` is the key that is written with now. ``to_warn`` counts
    people; who they are is shown on a terminal only. ``was_on`` is null where it was not asked. ``said``: what
    encrypting anew does not help against.
    """

    incident: Literal["seized", "lost", "detained", "leaked"]
    device: str | None
    devices: tuple[str, ...]
    member: str | None
    dossier: str | None
    was_on: bool | None
    removed: bool
    epoch: str | None
    to_warn: int
    checklist: tuple[str, ...]
    said: str
    dry_run: bool
