"""The pictures of a dossier: papers page by page and photographs, painted over before anything is composed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from msgspec import Struct

from archive.bundle import pages
from archive.bundle.content import Picture
from archive.bundle.hiding import Hiding
from archive.bundle.pages import Covered, Paper, Seeking
from archive.casework.hosting import Advance, Progress
from archive.desk import Desk
from archive.errors import UncleanError
from archive.records import gate
from archive.records.gate import Why
from archive.records.kinds import Filed
from archive.scrub import sheets
from archive.scrub.sheets import MOST_PAGES, Sheets
from archive.speech import tr
from archive.vault.entry import Entry

_TOGETHER = min(len(os.sched_getaffinity(0)), 8)


class Pictured(Struct):
    """The covered pictures by record id, why a record has none though it needs them, and how many places are black.

    ``languages`` are those that pictures can be read in here; none: tesseract is not installed. ``finds_faces``:
    whether a machine looks for faces here; ``faces`` are the photographs on which it still sees one.
    """

    pictures: dict[str, tuple[Picture, ...]] = {}
    failed: dict[str, Why] = {}
    places: int = 0
    languages: tuple[str, ...] = ()
    known: bool = False  # whether it was found out what can be done here
    finds_faces: bool = False
    faces: tuple[str, ...] = ()


class _Job(Struct):
    """A record with how many pages of it are to be made; none: it is a photograph."""

    entry: Entry
    record: Filed
    pages: int | None


def picture(
    desk: Desk,
    paint: Sheets,
    entries: Sequence[Entry],
    hiding: Hiding,
    clear: Mapping[str, frozenset[str]],
    heads: Mapping[str, Sequence[Entry]],
    progress: Progress,
    *,
    beforehand: bool,
) -> Pictured:
    """Every picture that a dossier of ``entries`` may have; ``beforehand`` only what can be told without painting.

    ``clear``: who may be named in a record, by its id; ``heads`` all its states: the boxes of each count. Of files only
    those being painted are held in memory.
    """
    made = Pictured(known=True)
    drawn = [(one, record) for one in entries if (record := _drawn_of(one)) is not None]
    with progress(tr("Counting pages"), len(drawn)) as advance:
        jobs = list(_jobs(desk, paint, drawn, made, advance))
    jobs.sort(key=lambda job: job.pages is None)  # papers first: photographs are quick, and would promise too much
    if beforehand or not jobs:
        return made
    whole = sum(job.pages or 1 for job in jobs)
    with progress(tr("Pages and pictures"), whole) as advance, ThreadPoolExecutor(_TOGETHER) as pool:
        running: deque[tuple[_Job, list[Future[Covered | None]]]] = deque()
        try:
            for job in jobs:
                seek = _seeking(hiding, clear.get(job.record.id), made)
                kind, boxes = job.record.scrub.media_type, looked(heads[job.record.id])
                paper = Paper(_read(desk, job.entry), kind, boxes, desk.random(16))
                running.append((job, _begun(pool, paint, job, paper, seek)))
                for one in running[-1][1]:
                    one.add_done_callback(lambda _: advance(1))  # each as it is done, not as it is waited for
                while len(running) > _TOGETHER:
                    _take(made, *running.popleft())
            while running:
                _take(made, *running.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return made


def _drawn_of(entry: Entry) -> Filed | None:
    """The record, if anything of it leaves as a picture."""
    record = entry.record
    if isinstance(record, Filed) and (gate.leaves_as_pages(record) or gate.leaves_as_picture(record)):
        return record
    return None


def _jobs(
    desk: Desk, paint: Sheets, drawn: Sequence[tuple[Entry, Filed]], made: Pictured, advance: Advance
) -> Iterator[_Job]:
    for entry, record in drawn:
        advance(1)
        try:
            counted = paint.count(_read(desk, entry), record.scrub.media_type)
        except UncleanError:
            _fail(made, record, "unreadable")
            continue
        made.languages, made.finds_faces = sheets.languages(counted.installed), counted.finds_faces
        if gate.leaves_as_picture(record):
            yield _Job(entry, record, None)
        elif not sheets.can_read(counted.installed):
            _fail(made, record, "no-reader")
        elif counted.pages > MOST_PAGES:
            _fail(made, record, "unreadable")
        else:
            yield _Job(entry, record, counted.pages)


def _read(desk: Desk, entry: Entry) -> bytes:
    return b"".join(desk.journal.open_object(next(one for one in entry.attachments if one.role == "clean")))


def looked(heads: Sequence[Entry]) -> dict[int, tuple[str, ...]]:
    """The boxes of every state of a record, by page; looked at is a page only if it is in each of them."""
    states = [{page.page: page.boxes for page in one.record.looked} for one in heads if isinstance(one.record, Filed)]
    everywhere = set.intersection(*map(set, states)) if states else set()
    return {page: tuple(dict.fromkeys(box for state in states for box in state[page])) for page in everywhere}


def _seeking(hiding: Hiding, clear: frozenset[str] | None, made: Pictured) -> Seeking:
    return Seeking(
        lambda text: hiding.to_cover(text, clear, capitals=True),
        lambda text: hiding.to_cover(text, clear, capitals=False),
        made.languages,
        made.finds_faces,
    )


def _begun(
    pool: ThreadPoolExecutor, paint: Sheets, job: _Job, paper: Paper, seek: Seeking
) -> list[Future[Covered | None]]:
    if job.pages is None:
        return [pool.submit(pages.photograph, paint, paper, seek)]
    return [pool.submit(pages.page, paint, paper, number, seek) for number in range(1, job.pages + 1)]


def _outcome(running: Future[Covered | None]) -> Covered | None:
    """A page that cannot be drawn or read for whatever reason does not leave."""
    try:
        return running.result()
    except UncleanError:
        return None


def _take(made: Pictured, job: _Job, running: Sequence[Future[Covered | None]]) -> None:
    record, covered = job.record, [_outcome(one) for one in running]
    whole = [one for one in covered if one is not None]
    if len(whole) < len(covered):
        _fail(made, record, "unreadable")
    else:
        made.pictures[record.id] = tuple(one.picture for one in whole)
        made.places += sum(one.places for one in whole)
        made.faces += (record.id,) if any(one.faces for one in whole) else ()


def _fail(made: Pictured, record: Filed, why: Why) -> None:
    """Where its text may leave alone, that is enough."""
    if gate.leaves_as_picture(record) or gate.judge_text(record):
        made.failed[record.id] = why
