"""What a dossier would be, on a terminal, before it is sealed: its files, its words page by page, its pictures."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from itertools import chain

from archive.bundle.blocks import Block
from archive.bundle.labels import labels
from archive.casework.hosting import Preview
from archive.commands import looking, memory
from archive.commands.sentences import size
from archive.errors import ArchiveError, UsageError
from archive.speech import language, tr, trn
from archive.terminal import Terminal, safe

_MOST = 24  # files told one by one
_BEFORE = {"heading": "## ", "part": "# ", "quote": "  | ", "picture": "[ ] ", "paper": "[ ] "}


def ask(speaker: Terminal, preview: Preview, viewer: str | None, *, plain: bool) -> bool:
    """Show what would leave as often as somebody likes, until a yes; UsageError at a no, also at Enter alone.

    Returns whether it is to be locked with a passphrase first, which is offered for what would leave ``plain``.
    """
    for line in _told(preview):
        speaker.note(line)
    offered = [tr("t shows its words")]
    offered += [tr("p its pictures")] if preview.pictures else []
    offered += [tr("l locks it with a passphrase first")] if plain else []
    question = tr("Seal and hand over? [y/N, {offered}]", offered=", ".join(offered))
    while (said := speaker.ask(question, "--yes").lower()) not in ("y", "yes"):
        if said == "t":
            _read(speaker, preview)
        elif said == "p" and preview.pictures:
            _look(speaker, preview, viewer)
        elif said == "l" and plain:
            return True
        elif said in ("", "n", "no"):
            raise UsageError(tr("No dossier was made. What was said about words is kept."), tr("Answer y to go on."))
    return False


def _told(preview: Preview) -> Iterator[str]:
    yield tr("What would leave:")
    for name, length in preview.files[:_MOST]:
        yield f"  {safe(name)}  {size(length)}"
    if more := preview.files[_MOST:]:
        yield trn("  and {n:,} more file, {size}", "  and {n:,} more files, {size}", len(more), size=size(_sum(more)))
    if preview.counts is not None:
        words = labels(language()).numbers
        counted = ((words[name], getattr(preview.counts, name)) for name in words)
        yield "  " + " · ".join(f"{name}: {number:,}" for name, number in counted if number)
    if preview.pictures:
        yield trn("  {n:,} page or picture", "  {n:,} pages and pictures", preview.pictures)
    yield trn("  {n:,} place hidden", "  {n:,} places hidden", preview.waiting.redactions)
    if preview.waiting.undecided:
        yield trn(
            "  {n:,} word among them that nobody has decided about",
            "  {n:,} words among them that nobody has decided about",
            preview.waiting.undecided,
        )
    if preview.reasons:
        yield trn("{n:,} record stays in:", "{n:,} records stay in:", sum(number for _, number in preview.reasons))
        yield from (f"  {number}×  {safe(reason)}" for reason, number in preview.reasons)


def _sum(files: tuple[tuple[str, int], ...]) -> int:
    return sum(length for _, length in files)


def _read(speaker: Terminal, preview: Preview) -> None:
    """Screen by screen, on a screen that leaves nothing behind."""
    lines = list(chain.from_iterable(speaker.fold(line) for line in _lines(preview.words())))
    room = speaker.rows()
    for start in range(0, len(lines), room):
        last = start + room >= len(lines)
        question = tr("The end: Enter") if last else tr("Enter goes on, q ends")
        if speaker.page(lines[start : start + room], question).lower().startswith("q"):
            return


def _lines(words: Iterator[Block]) -> Iterator[str]:
    for block in words:
        if block.style in ("title", "heading", "part"):
            yield ""
        yield f"{_BEFORE.get(block.style, '')}{safe(' · '.join(block.cells) or block.text)}"


def _look(speaker: Terminal, preview: Preview, viewer: str | None) -> None:
    """The pictures from a memory file system, gone when closed. Where that cannot be, it is said, and asked again."""
    if viewer is None and not shutil.which(looking.USUAL):
        speaker.note(tr("There is nothing to show it with. Say what: ARCHIVE_VIEWER"))
        return
    try:
        with memory.folder() as folder:
            for number, one in enumerate(preview.gridded(), 1):
                ending = mimetypes.guess_extension(one.picture.media_type) or ""
                name = f"{number:03}{ending}"
                memory.put(folder / name, one.picture.data)
                speaker.note(
                    tr(
                        "{name}: to cover more: archive redact --box {ref}:{page}:CELLS",
                        name=name,
                        ref=one.ref,
                        page=one.page,
                    )
                )
            with looking.showing(speaker, viewer, sorted(folder.iterdir())):
                pass
    except ArchiveError as error:
        speaker.note(f"{safe(error.message)} {safe(error.hint)}")
    else:
        speaker.note(tr("Closed: it is gone from memory."))
