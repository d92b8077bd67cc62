"""The index, as the other rooms see it: a cache and never the truth; ``state`` says when it has to be filled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.index import facets, history, logged, reading, refs, searching, waiting
from archive.index.cipher import Database, State, discard, open_database
from archive.index.entering import Tell, enter, nobody
from archive.index.filters import Query
from archive.index.history import Tip
from archive.index.logged import Logged
from archive.index.reading import Stored
from archive.index.searching import Results
from archive.vault.entry import Segment


class Index:
    """One open index over all collectives a person can read.

    Where a method takes ``collective`` (a collective's id) and none is given, all are meant; an id that two
    collectives hold is then an AmbiguousError. Everything raises InUseError when another process writes for longer
    than ten seconds and DamagedError when the file turns out to be damaged; ``reset`` mends that.
    """

    def __init__(self, db: Database, path: Path | None, key: bytes) -> None:
        self._db = db
        self._path = path
        self._key = key

    @classmethod
    def open(cls, path: Path | None, key: bytes) -> Self:
        """Open or make the index at ``path`` under 32 raw bytes of ``key``; in memory for None and on
        read-only media."""
        return cls(open_database(path, key), path, key)

    @property
    def state(self) -> State:
        """``kept``, or why it begins empty: new, empty, damaged, in clear, other format, in memory."""
        return self._db.state

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def reset(self) -> None:
        """Throw everything away and begin empty; works on a damaged file too."""
        self.close()
        if self._path is not None and self._db.path is not None:
            discard(self._path)
        self._db = open_database(self._path, self._key)

    def applied(self, collective: str) -> frozenset[str]:
        """The names of the segments that are in."""
        rows = self._db.rows(
            "SELECT name FROM applied JOIN collective ON collective.row = applied.collective WHERE collective.id = ?",
            (collective,),
        )
        return frozenset(name for (name,) in rows)

    def enter(self, collective: str, segments: Iterable[Segment], tell: Tell = nobody) -> int:
        """Enter segments, each whole or not at all; those already in are passed over. How many were new.

        Many are entered in several steps, of which an interruption costs only the last; ``tell`` hears time and again
        how many more segments have been read.
        """
        return enter(self._db, collective, segments, tell)

    def get(self, record_id: str, collective: str | None = None) -> Stored | None:
        """A record by its full id: the head to show, with the entries of all its heads; None when it is not here."""
        return next(iter(self.heads(record_id, collective)), None)

    def heads(self, record_id: str, collective: str | None = None) -> tuple[Stored, ...]:
        """Every head of a record, the newest first; two when it was edited apart."""
        return reading.heads(self._db, record_id, collective)

    def listing(
        self, kind: str, case: str | None = None, collective: str | None = None, *, newest: int | None = None
    ) -> tuple[Stored, ...]:
        """All records of a kind, those of one case, or of all the ``newest`` so many; oldest first."""
        return reading.listing(self._db, kind, case, collective, newest)

    def of_case(self, case: str, collective: str | None = None) -> tuple[Stored, ...]:
        """What belongs to a case: its records (``case``) and its persons (``cases``)."""
        return reading.linked(self._db, case, ("case",), collective)

    def identities_of(self, person: str, collective: str | None = None) -> tuple[Stored, ...]:
        """Every head of every identity record of a person."""
        return reading.linked_heads(self._db, person, ("identifies",), collective)

    def identities(self, collective: str | None = None) -> tuple[Stored, ...]:
        """Every head of every identity record: whatever is to be hidden has to know all of them."""
        return reading.every_head(self._db, "identity", collective)

    def consents_of(self, person: str, collective: str | None = None) -> tuple[Stored, ...]:
        """Every head of every consent of a person."""
        return reading.linked_heads(self._db, person, ("consent",), collective)

    def about(self, person: str, collective: str | None = None) -> tuple[Stored, ...]:
        """The records whose story or face this person is."""
        return reading.linked(self._db, person, ("about",), collective)

    def mentioning(self, person: str, collective: str | None = None) -> tuple[Stored, ...]:
        """The records that only name this person."""
        return reading.linked(self._db, person, ("mentions",), collective)

    def captured_of(self, record_id: str, collective: str | None = None) -> tuple[Stored, ...]:
        """Every head of the capture facts of a record."""
        return reading.linked_heads(self._db, record_id, ("captured",), collective)

    def made_from(self, record_id: str, collective: str | None = None) -> tuple[Stored, ...]:
        """The transcripts and translations of a record."""
        return reading.linked(self._db, record_id, ("transcribes", "translates"), collective)

    def linked(self, target: str, role: str, collective: str | None = None) -> tuple[Stored, ...]:
        """The records that point at something in this role (``entering.links_of`` names them), oldest first."""
        return reading.linked(self._db, target, (role,), collective)

    def pressing(self, what: str, day: str, collective: str | None = None, limit: int = 1_000) -> tuple[Stored, ...]:
        """The records in which something waits (``records.due``) that is pressing by ``day``, the longest first."""
        return waiting.pressing(self._db, what, day, collective, limit)

    def waiting(self, day: str, collective: str | None = None) -> Mapping[str, int]:
        """How many records wait for what, as far as it is pressing by ``day``."""
        return waiting.counts(self._db, day, collective)

    def seen_by(self, collective: str, entry: str) -> frozenset[str]:
        """The devices that are known to have seen an entry: that wrote it, or wrote something after reading it."""
        return waiting.seen_by(self._db, collective, entry)

    def last_written(self, collective: str) -> Mapping[str, str]:
        """The minute of the newest segment of each device that is here."""
        return waiting.last_written(self._db, collective)

    def filed_in(self, cases: Collection[str]) -> Mapping[str, int]:
        """How many testimonies, photos and documents each of these cases holds."""
        return waiting.filed_in(self._db, cases)

    def custody_of(self, record_id: str, collective: str | None = None) -> tuple[Stored, ...]:
        """The custody events that concern a record."""
        return reading.linked(self._db, record_id, ("concerns",), collective)

    def log(self, records: Collection[str] | None = None, collective: str | None = None) -> tuple[Logged, ...]:
        """Every entry of the journal, or of some records, in order."""
        return logged.log(self._db, records, collective)

    def newest(self, limit: int, collective: str | None = None) -> tuple[Logged, ...]:
        """The last entries of the journal, in order."""
        return logged.newest(self._db, collective, limit)

    def known_original(self, collective: str, sha256: str) -> str | None:
        """The id of the record made from the file with this SHA-256, in this collective."""
        return reading.known_original(self._db, collective, sha256)

    def ref(self, record_id: str) -> str:
        """The shortest reference nothing else of its kind answers to; NotFoundError when the record is not here."""
        return refs.shortest(self._db, record_id)

    def refs(self, record_ids: Iterable[str]) -> Mapping[str, str]:
        """The references of those of them that are here, in one look."""
        return refs.all_shortest(self._db, record_ids)

    def resolve(self, typed: str, kinds: Sequence[str] = (), *, binned: bool = False) -> str:
        """The id somebody meant, perhaps of something in the bin; NotFoundError or AmbiguousError (exit 17) else."""
        return refs.resolve(self._db, typed, kinds, binned=binned)

    def tips(self, record_id: str, collective: str) -> tuple[Tip, ...]:
        """Every head of a record, tombstones too: what an entry that follows has to name as its parents."""
        return history.tips(self._db, record_id, collective)

    def states(self, record_id: str, collective: str) -> tuple[Tip, ...]:
        """Every entry of a record that is here, with who filed it when, oldest first."""
        return history.states(self._db, record_id, collective)

    def binned(self, collective: str) -> tuple[Tip, ...]:
        """The tombstones that hold, oldest first."""
        return history.deeds(self._db, "tomb", collective)

    def deeds(self, kind: str, collective: str) -> tuple[Tip, ...]:
        """Every ``shred`` or ``keep`` entry, oldest first."""
        return history.deeds(self._db, kind, collective)

    def last_of(self, device: str, collective: str) -> tuple[Tip, ...]:
        """The entries of the newest segment of a device that holds anything but custody events and moves."""
        return history.last_of(self._db, device, collective)

    def moved(self, collective: str, source: str) -> tuple[str, ...]:
        """The files that are said to hold what ``source`` held, nearest first."""
        return history.moved(self._db, collective, source)

    def moves(self, collective: str) -> tuple[tuple[str, str], ...]:
        """All of them, as (source, target)."""
        return history.moves(self._db, collective)

    def count_of(self, kind: str, collective: str | None = None) -> int:
        """How many records of a kind there are outside the bin."""
        return waiting.count_of(self._db, kind, collective)

    def count(self, collective: str) -> int:
        """How many records the collective has."""
        return history.count(self._db, collective)

    def records_of(self, collective: str, entries: Collection[str]) -> int:
        """To how many records these entries belong; all that are not here count as one."""
        return history.records_of(self._db, collective, entries)

    def subjects(self, collective: str, entries: Collection[str]) -> tuple[str, ...]:
        """The ids of the records that these entries are states of, as far as they are here."""
        return history.subjects(self._db, collective, entries)

    def forget(self, collective: str, names: Iterable[str]) -> None:
        """The files of these names are no more: what was read in them stays, as their copies hold it."""
        history.forget(self._db, collective, names)

    def note_brought(self, at: str, told: Sequence[bytes], *, anew: bool) -> None:
        """Keep what became of brought files (any documents), as the last ones here; ``anew`` forgets those before."""
        history.note_brought(self._db, at, told, anew=anew)

    def note_export(self, path: str, at: str) -> None:
        """Keep where a dossier was written in clear on this computer."""
        history.note_export(self._db, path, at)

    def plain_exports(self) -> tuple[tuple[str, str], ...]:
        """Where dossiers were written in clear, and when; whether they still lie there is not known here."""
        return history.plain_exports(self._db)

    def brought(self) -> tuple[tuple[str, bytes], ...]:
        """When and what became of the files that were brought last, in their order."""
        return history.brought(self._db)

    def namesakes(self, text: str, collective: str) -> tuple[str, ...]:
        """The ids of persons with a sealed name that begins as a word of ``text`` does, to be looked at closely."""
        return searching.namesakes(self._db, text, collective)

    def search(self, query: Query) -> Results:
        """Full text and filters; see ``searching``."""
        return searching.search(self._db, query)

    def total(self, query: Query) -> int:
        """How many records a search finds."""
        return searching.total(self._db, query)

    def count_by(self, query: Query, by: facets.By) -> tuple[facets.Count, ...]:
        """What a search finds, counted by one of its fields."""
        return facets.count(self._db, query, by)
