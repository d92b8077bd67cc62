"""What commands answer with ``--json``, as structs: names that scripts and checks rely on."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from archive.records.kinds import AnyRecord, CaptureFacts


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document on stdout."""


class Made(Answer, frozen=True, kw_only=True):
    """Something new, and how to call it from now on."""

    ref: str
    id: str
    note: str | None = None


class FileAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What became of one file that was brought.

    ``cleaned`` is false for one that was kept as it is (``--unclean``), ``lossless`` for one that had to be made anew
    (``method`` says how) and does not show bit for bit what it was; ``moved`` tells that the source was deleted
    here, ``text_source`` is ``ocr`` where text was read by machine, ``unread`` why a scan (or pages of it) was not,
    ``note`` whatever else there is to know.
    """

    file: str
    status: Literal["added", "duplicate", "refused"]
    ref: str | None = None
    kind: str | None = None
    media_type: str | None = None
    sha256_original: str | None = None
    sha256_clean: str | None = None
    removed: tuple[str, ...] = ()
    reason: str | None = None
    cleaned: bool = True
    lossless: bool = True
    method: str | None = None
    text_source: str | None = None
    unread: str | None = None
    moved: bool = False
    note: str | None = None


class BroughtAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What became of the files of the last ``add`` or ``import`` on this computer, and when that was."""

    at: str | None
    records: tuple[FileAnswer, ...]


class AddAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What became of all of them."""

    records: tuple[FileAnswer, ...]
    added: int
    duplicates: int
    refused: int


class Hit(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One record that a search found; ``marks`` are the places of the hit in the snippet, in characters.

    ``told_of`` is the record that it writes down or translates; ``text_source`` is ``ocr`` where its text was read by
    machine.
    """

    ref: str
    kind: str
    case: str | None
    title: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    cleaned: bool = True
    text_source: str | None = None
    told_of: str | None = None


class CountLine(Answer, frozen=True, kw_only=True):
    """How many of the records found have this value; cases and persons by ref, with their title or pseudonym."""

    value: str
    count: int
    title: str | None = None


class SearchAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """How many records answer, and a page of them; ``sort``: how they are sorted; ``counts``: with ``--count-by``."""

    total: int
    hits: tuple[Hit, ...]
    sort: str = "relevance"
    counts: tuple[CountLine, ...] = ()


class SavedLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A search kept under a name."""

    ref: str
    name: str
    query: str
    filters: dict[str, str]


class SavedAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """All searches that are kept."""

    searches: tuple[SavedLine, ...]


class RecordAnswer(Answer, frozen=True, kw_only=True):
    """A record as its schema says, with its reference and those of the records it names (id to reference).

    ``capture_facts`` are the references of what its capture proves, ``captured`` that itself where it was asked for,
    ``told_by`` the references of its transcripts and translations, ``originals`` the names of files kept as brought.
    """

    ref: str
    record: AnyRecord
    refs: dict[str, str]
    capture_facts: tuple[str, ...] = ()
    captured: tuple[CaptureFacts, ...] = ()
    told_by: tuple[str, ...] = ()
    originals: tuple[str, ...] = ()


class SideLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One of two texts."""

    ref: str
    language: str | None
    title: str | None
    text: str


class BesideAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Two texts beside each other."""

    left: SideLine
    right: SideLine


class WithheldAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record that stays in, and why."""

    ref: str
    reason: str


class Gap(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Something a reader of the dossier will miss: the next question to ask."""

    field: str
    why: str


class ExportAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A dossier, or with ``dry_run`` what it would be (``bundle`` is absent then)."""

    bundle: str | None
    included: tuple[str, ...]
    withheld: tuple[WithheldAnswer, ...]
    gaps: tuple[Gap, ...]
    redactions: int
    leaks: tuple[str, ...] = ()
    recipient: str | None = None
    undecided: int = 0  # words that were hidden because nobody has looked at them
    cautions: tuple[str, ...] = ()  # whose safety nobody has confirmed, and who stands out
    people: tuple[str, ...] = ()  # whom it is about, and who is to be told that it left
    sha256: str | None = None  # of its tagmanifest-sha256.txt: tells this dossier from any other


class RotateAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A new collective key; ``epoch`` is absent where none was made (``--dry-run``)."""

    collective: str
    epoch: str | None
    members: int
    reencrypted: bool


class ProblemLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One damaged or missing thing."""

    path: str
    problem: str
    healed: bool


class CheckAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Whether all of the archive is there and unchanged."""

    ok: bool
    records: int
    objects: int
    files: int
    problems: tuple[ProblemLine, ...]


class VerifyAnswer(Answer, frozen=True, kw_only=True):
    """Whether a bundle is complete and unchanged; ``sha256`` is that of its ``tagmanifest-sha256.txt``, ``signed_by``
    the fingerprint of a key, ``stamped`` whether a time stamp of it lies beside it."""

    ok: bool
    problems: tuple[str, ...]
    sha256: str | None = None
    signed_by: str | None = None
    stamped: bool = False


class LogLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One event of the chain of custody, in PREMIS terms."""

    at: str
    event: str
    device: str
    concerns: tuple[str, ...]
    outcome: str
    digests: dict[str, str] = {}


class LogAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The chain of custody, oldest first; ``verified`` (with ``--verify``): whether all of it is signed and whole.

    ``more``: older events were left out, as ``--limit`` says.
    """

    events: tuple[LogLine, ...]
    verified: bool | None = None
    problems: tuple[str, ...] = ()
    more: bool = False


class InitAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A new archive."""

    archive: str
    archive_id: str
    collective: str
    collective_id: str
    device: str
    missing: tuple[str, ...] = ()


class ConsentLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One asking; ``holds`` are those of its purposes that are agreed to today, by this asking or another.

    ``unseen_by``: members of whom no computer is known to have read this withdrawal.
    """

    ref: str
    person: str
    given_at: str
    until: str
    purposes: tuple[str, ...]
    withdraws: tuple[str, ...]
    holds: tuple[str, ...] = ()
    recipients: dict[str, tuple[str, ...]] = {}
    text_version: str | None = None
    text_sha256: str | None = None
    conditions: str | None = None
    unseen_by: tuple[str, ...] = ()


class UnfinishedLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A dossier that is out although somebody in it said no, and nobody has confirmed yet."""

    step: str
    persons: tuple[str, ...]
    bundle: str | None
    recipient: str | None
    since: str


class ConsentList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """All askings of a person or of everybody, and the withdrawals that are not finished."""

    consents: tuple[ConsentLine, ...]
    unfinished: tuple[UnfinishedLine, ...] = ()


class DemoAnswer(Answer, frozen=True, kw_only=True):
    """Where the demo's dossier lies."""

    dossier: str
    redactions: int


class IdentityAnswer(Answer, frozen=True, kw_only=True):
    """The part of a key that may be given away: ``card`` lets a member take it in, ``words`` are compared by voice."""

    device: str
    person: str
    age: str
    card: str
    words: str


class RebuildAnswer(Answer, frozen=True, kw_only=True):
    """How many segments went into the new index."""

    segments: int


class HeldBy(Answer, frozen=True, kw_only=True):
    """A dossier that left with a person's story in it, and for whom."""

    bundle: str
    exported_at: str
    recipient: str | None = None


class FallLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record that no longer leaves, and why it falls."""

    ref: str
    why: str


class WithdrawAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What was taken back, what falls with it, who holds what, the letters written and the steps that are open.

    ``destroy``: they no longer agree that anything is kept.
    """

    person: str
    purposes: tuple[str, ...]
    held_by: tuple[HeldBy, ...]
    letters: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    falls: tuple[FallLine, ...] = ()
    destroy: bool = False
