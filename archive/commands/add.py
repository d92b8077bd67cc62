"""``archive add``: files go in, clean and sealed."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import typer

from archive.casework import adding, bringing, making
from archive.casework.bringing import Wanted
from archive.casework.originals import Ask
from archive.commands import add_options as say
from archive.commands import opening
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import PartlyDoneError, UncleanError, UsageError
from archive.ingest.files import Pick
from archive.ingest.taking import Job
from archive.records import edtf, edtf_typed
from archive.records.answers import AddAnswer, FileAnswer
from archive.records.forms import AddForm
from archive.records.wording import plain
from archive.sandbox.walls import NO_WALLS, WALLS, Wall
from archive.scrub import ocr
from archive.scrub.answers import UNCLEAN
from archive.scrub.clean import Cleaner
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
_HINT = tr("Take a photo of it instead, or keep it unexportable: --unclean. Nothing was stored.")
_SOUND_HINT = tr("Save it anew from a program that plays it, or keep it unexportable: --unclean. Nothing was stored.")
_AGAIN = tr("List: archive log --last --refused. Run again after mending: nothing is added twice.")
_NO_ORIGINALS = tr("Originals were not kept: do not delete the phone's copy if a court may ask.")
_MANY = 50  # files; of more, each is told only where something is odd
_NO_SANDBOX = tr(
    "WITHOUT A SANDBOX: a file made to do harm can now read, change and send away all that you can. Only for files "
    "that you trust. The log of the archive will say that it was so."
)
_STOPPED = tr("Stopped. What went in stays in; the same command goes on from here, and adds nothing twice.")
_SSD = tr("Deleted here; an SSD or a camera card may keep what it held until it is written over.")


Find = Callable[[Desk, Ask], tuple[Sequence[Job], Sequence[FileAnswer]]]


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def add(
    ctx: typer.Context,
    files: say.Files = None,
    case: say.Case = None,
    kind: say.Kind = None,
    subtype: say.Subtype = None,
    title: say.Title = None,
    date: say.Date = None,
    place: say.Place = None,
    language: say.Language = None,
    source: say.Origin = None,
    about: say.About = None,
    mentions: say.Mentions = None,
    faces: say.Faces = None,
    transcript_of: say.TranscriptOf = None,
    translation_of: say.TranslationOf = None,
    manifest: say.Manifest = None,
    recursive: say.Recursive = False,
    glob: say.Globs = None,
    since: say.Since = None,
    until: say.Until = None,
    keep_original: say.KeepOriginal = None,
    move: say.Move = False,
    unclean: say.Unclean = False,
    no_sandbox: say.NoSandbox = False,
    from_json: say.FromJson = None,
) -> None:
    """Take files in: cleaned of metadata, encrypted, findable. One bad file does not stop the rest."""
    fields = {
        "case": case, "kind": kind, "subtype": subtype, "title": _title(ctx, title), "date": _date(ctx, date),
        "place": place, "language": language, "source": source, "about": refs(about), "mentions": refs(mentions),
        "faces": faces, "transcript_of": transcript_of, "translation_of": translation_of,
    }  # fmt: skip
    wanted = Wanted(
        form=opening.form_from(from_json, AddForm, fields),
        paths=files or (),
        pick=Pick(recursive, tuple(glob or ()), _first_day(since), _last_day(until)),
        listed=_listed(manifest),
        keep_original=keep_original,
        unclean=unclean,
        walls=walls(no_sandbox),
    )
    if not files and manifest is None:
        raise UsageError(tr("Which files?"), tr("Name them: archive add FILE. Or list them: --manifest FILE"))
    take(ctx, lambda desk, ask: (bringing.jobs(desk, wanted, ask), ()), move=move, around=wanted.walls)


def walls(no_sandbox: bool) -> Sequence[Wall]:
    """What may stand around those who read brought files."""
    return NO_WALLS if no_sandbox else WALLS


def take(ctx: typer.Context, jobs: Find, *, move: bool, around: Sequence[Wall]) -> None:
    """Open the archive, take in what ``jobs`` finds there is to do, and tell what became of each file.

    ``jobs`` also tells what was made already, while it looked.
    """
    with Cleaner(walls=around) as cleaner:  # starts while the passphrase is typed: it needs no key
        _take(ctx, opening.open_desk(ctx), jobs, cleaner, move=move)


def _take(ctx: typer.Context, desk: Desk, jobs: Find, cleaner: Cleaner, *, move: bool) -> None:
    speaker = opening.terminal(ctx)
    if cleaner.walls == NO_WALLS:
        speaker.note(_NO_SANDBOX)
    found, made = jobs(desk, partial(ask_once, speaker))
    for one in made:
        (tell_file if len(made) <= _MANY else _tell_odd)(speaker, one)
    kept = all(job.fields.keep_original for job in found)
    if move and not kept:
        speaker.confirm(
            tr("The originals are not kept, only clean copies: what they prove is lost once they are deleted here.")
        )
    tell = partial(tell_file if len(found) <= _MANY else _tell_odd, speaker)
    try:
        with speaker.progress(tr("Cleaning and sealing"), len(found)) as advance:
            done = adding.add(desk, found, cleaner, move=move, tell=tell, advance=advance, made=made)
    except KeyboardInterrupt:
        speaker.note(_STOPPED)
        raise
    speaker.answer(done, lambda: _closing(done, kept=kept))
    _refuse(done)


def ask_once(speaker: Terminal) -> bool | None:
    """Whether originals are kept, where the collective asks for it; None where nobody is there."""
    if not speaker.can_ask:
        return None
    question = tr("Keep the originals too, sealed, as a court may ask for them? [y/N]")
    return speaker.ask(question, "").lower() in ("y", "yes")


def _listed(manifest: str | None) -> tuple[bytes, Path] | None:
    """The bytes of a manifest and the folder that its files are relative to."""
    if manifest is None:
        return None
    return opening.read_input(manifest), Path() if manifest == opening.STDIN else Path(manifest).parent


def _date(ctx: typer.Context, given: str | None) -> str | None:
    """When, as people say it; what was understood is told where it is not what was typed."""
    if given is None:
        return None
    read, speaker = edtf_typed.read(given, opening.now().date().isoformat()), opening.terminal(ctx)
    told = making.understood("date", read)
    if read != given and not speaker.json:
        speaker.note(told)
    return read


def _first_day(said: str | None) -> str | None:
    return edtf.bounds(edtf.parse(said))[0] if said else None


def _last_day(said: str | None) -> str | None:
    return edtf.bounds(edtf.parse(said))[1] if said else None


def refs(given: list[str] | None) -> list[str]:
    """References given one by one or with commas between them."""
    return [ref for word in given or [] for ref in word.split(",") if ref.strip()]


def _title(ctx: typer.Context, given: str | None) -> str | None:
    return opening.words(ctx, given, tr("Title")) if given == opening.STDIN else given


def tell_file(speaker: Terminal, one: FileAnswer) -> None:
    """One file: what became of it and what was removed."""
    by_machine = tr("; read by machine") if one.text_source == "ocr" else ""
    unread = tr("; scan unread: {unread}", unread=safe(one.unread)) if one.unread else ""
    told = _fate(one) + by_machine + unread + (f"; {safe(one.note)}" if one.note else "")
    speaker.note(f"{safe(one.file)}: {told}" + (tr("; deleted here") if one.moved else ""))


def _tell_odd(speaker: Terminal, one: FileAnswer) -> None:
    """One file of many: only where something has to be known of it."""
    if one.status == "refused" or one.note or one.unread or not one.cleaned:
        tell_file(speaker, one)


def _fate(one: FileAnswer) -> str:
    if one.status == "refused":
        return tr("refused, {reason}", reason=safe(one.reason or ""))
    if one.status == "duplicate":
        return tr("known already as {ref}", ref=one.ref)
    if one.sha256_original is None:
        return f"{one.ref} ({plain(one.kind or '')})"
    anew = "" if one.lossless else f"; {safe(one.method or '')}"
    return f"{one.ref} ({plain(one.kind or '')}), " + (f"{removal(one)}{anew}" if one.cleaned else tr("NOT CLEANED"))


def removal(one: FileAnswer) -> str:
    """What was removed from a file that is clean now, in words."""
    return tr("removed: {removed}", removed=safe(", ".join(one.removed))) if one.removed else tr("nothing to remove")


def _closing(done: AddAnswer, *, kept: bool) -> Iterator[str]:
    """How many of each; where some were refused, the error line says it."""
    if not done.refused:
        yield _counts(done)
    if len(done.records) > _MANY:
        yield tr("What became of each file: archive log --last")
    if any(why in (one.unread or "") for one in done.records for why in ocr.LACKING):
        yield ocr.HOW
    if any(one.moved for one in done.records):
        yield _SSD
    elif _took_files(done) and not kept:
        yield _NO_ORIGINALS


def _took_files(done: AddAnswer) -> bool:
    """Whether a file was taken in whose original could have been kept, and not only what was made beside."""
    return any(one.status == "added" and one.sha256_original and one.cleaned for one in done.records)


def _counts(done: AddAnswer) -> str:
    return tr(
        "{added:,} added, {duplicates:,} known already, {refused:,} refused.",
        added=done.added,
        duplicates=done.duplicates,
        refused=done.refused,
    )


def _refuse(done: AddAnswer) -> None:
    """Exit 14 where nothing given could be taken in, 3 where only some could."""
    if not done.refused:
        return
    if done.added or done.duplicates:
        raise PartlyDoneError(_counts(done), _AGAIN)
    one = next(one for one in done.records if one.status == "refused")
    raise UncleanError(
        f"{one.file}: {one.reason}."
        if done.refused == 1
        else tr("None of the {refused} files could be taken in.", refused=done.refused),
        _instead(one) if (one.reason or "").startswith(tr(UNCLEAN).partition("{")[0]) else tr("Nothing was stored."),
    )


def _instead(one: FileAnswer) -> str:
    """What to do with a file that cannot be cleaned; nobody photographs what is heard."""
    kind = mimetypes.guess_type(one.file)[0] or ""
    return _SOUND_HINT if kind.startswith(("audio/", "video/")) else _HINT
