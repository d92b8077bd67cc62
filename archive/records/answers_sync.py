"""What ``archive sync`` answers with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer, ProblemLine


class Arrived(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What came with a sync, once opened: records by who entered them, files still on their way, and what waits.

    ``waiting`` counts segments whose key event is not here yet; ``waits_for`` is the one other member, if there is one.
    """

    records: dict[str, int]
    files: int
    files_lacking: int
    waiting: int
    waits_for: str | None


class SyncAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What an exchange did, or with ``dry_run`` would do: new files each way, and mended ones on either side.

    ``bytes`` were planned to be written, on both sides; ``dropped`` files lie on a side though they were moved or
    shredded; ``foreign`` paths do not belong to the archive; ``stopped`` says which side could take no more.
    """

    sent: int
    received: int
    healed: int
    bytes: int
    dropped: int
    foreign: tuple[str, ...]
    problems: tuple[ProblemLine, ...]
    stopped: tuple[str, ...]
    arrived: Arrived | None
    dry_run: bool
