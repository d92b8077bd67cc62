"""``archive recovery split``, ``show``, ``drill`` and ``combine``: a key on paper, for when everything else is lost."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from archive.casework import recovery as casework
from archive.casework.recovery import Plan
from archive.commands import opening
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import UsageError
from archive.records.answers_recovery import AgeKeyAnswer, HolderLine, RecoveryAnswer, SplitAnswer
from archive.seal import recovery as seal
from archive.seal.recovery import Share, WrongWordsError
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
recovery = typer.Typer(help="A key on paper, in shares, for when everything else is lost.")
app.add_typer(recovery, name="recovery")

From = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="FILE", help="A share's words in a file (or -), one share a line; may be repeated."),
]
BACK = "b"


@recovery.callback()
def _group() -> None:
    """Keep the commands of this group a group, however many they are."""


@recovery.command(cls=Command)
def split(
    ctx: typer.Context,
    threshold: Annotated[int, typer.Option("--threshold", metavar="K", help="How many shares are enough.")],
    shares: Annotated[int, typer.Option("--shares", metavar="N", help="How many shares there are, at most 16.")],
    holder: Annotated[
        list[str] | None,
        typer.Option("--holder", metavar="LABEL", help="Who gets the next share: a member's label or any word (or -)."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", metavar="FOLDER", help="Write a printable sheet for each share there.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of the sheets: en, uk, ru or cs.")] = "en",
) -> None:
    """Make new recovery shares. They replace those made before; the words are shown this once only."""
    desk = opening.open_desk(ctx)
    make(ctx, desk, threshold, shares, holder or (), output, language)


def make(
    ctx: typer.Context,
    desk: Desk,
    threshold: int,
    shares: int,
    holders: Sequence[str],
    output: Path | None = None,
    language: str = "en",
) -> None:
    """Ask who holds what, show the words or write the sheets, and only then put the key in force."""
    speaker = opening.terminal(ctx)
    shown = output is not None or speaker.can_ask or speaker.yes
    if not shown:
        raise UsageError(
            tr("Recovery words are the key to everything, and nobody is here to read them."),
            tr("Write printable sheets: -o FOLDER. Or have the words in the answer: --yes"),
        )
    seal.check_numbers(threshold, shares)
    made = casework.plan(desk, threshold, shares, _holders(ctx, holders, shares))
    if output is not None:
        with casework.sheets(desk, made, output.expanduser(), language) as files:
            answer = casework.put(desk, made)
        lines = [structs.replace(one, sheet=str(file)) for one, file in zip(answer.shares, files, strict=True)]
    elif speaker.can_ask:
        _show_pages(speaker, made)
        answer = casework.put(desk, made)
        lines = list(answer.shares)
    else:
        answer = casework.put(desk, made)
        lines = [structs.replace(one, words=share.text) for one, share in zip(answer.shares, made.shares, strict=True)]
    _tell_split(speaker, structs.replace(answer, shares=tuple(lines)))


def _holders(ctx: typer.Context, given: Sequence[str], shares: int) -> tuple[str, ...]:
    """A label for each share: as given, asked on a terminal, or else only its number."""
    speaker = opening.terminal(ctx)
    if given:
        return tuple(opening.words(ctx, one, tr("Holder")) for one in given)
    plain = [_unnamed(number) for number in range(1, shares + 1)]
    if not speaker.can_ask:
        return tuple(plain)
    asked = (
        speaker.ask(
            tr("Who holds share {number} (a member's label or any word; Enter: share {number})", number=number),
            "--holder",
        )
        for number in range(1, shares + 1)
    )
    return tuple(said or one for said, one in zip(asked, plain, strict=True))


def _show_pages(speaker: Terminal, made: Plan) -> None:
    """Each share on a screen of its own, to be copied by hand; then one question before the key counts."""
    count = len(made.shares)
    for share, holder in zip(made.shares, made.holders, strict=True):
        rows = zip(share.words[:10], share.words[10:], strict=True)
        lines = [
            tr("Share {number} of {count}, for: {holder}", number=share.number, count=count, holder=safe(holder)),
            tr("Write these 20 words on paper, with their numbers. No photo, no file."),
            "",
            *(f"  {row:2}. {left:<12}{row + 10:2}. {right}" for row, (left, right) in enumerate(rows, 1)),
            "",
            tr("{can} Fewer tell nothing.", can=casework.can(made.threshold)),
        ]
        speaker.page(lines, tr("Written down and read over? Enter goes on, and these words are not shown again"))
    speaker.confirm(tr("From now on {can}", can=casework.can(made.threshold)))


def _tell_split(speaker: Terminal, answer: SplitAnswer) -> None:
    lines = [
        tr(
            "{threshold} of {shares} recovery shares made: {ref}",
            threshold=answer.threshold,
            shares=len(answer.shares),
            ref=answer.ref,
        )
    ]
    for one in answer.shares:
        place = f": {safe(one.sheet)}" if one.sheet else f": {one.words}" if one.words else ""
        lines.append(f"  {_named(one)}{place}")
    lines.append(answer.note)
    if answer.replaced:
        lines.append(
            tr(
                "The shares made before can no longer read anything added from now on: have them torn up. Whoever has "
                "enough of them may have copied everything until today; no software can take that back."
            )
        )
    if any(one.sheet for one in answer.shares):
        lines.append(
            tr("Print the sheets, then delete the files: whoever finds them has the key. An SSD may keep a copy.")
        )
    speaker.answer(answer, lambda: [*lines, tr("Next, within days: archive recovery drill")])


def _named(one: HolderLine) -> str:
    return tr("Share {number}", number=one.number) + (
        f", {safe(one.holder)}" if one.holder != _unnamed(one.number) else ""
    )


def _unnamed(number: int) -> str:
    """What a holder is called whom nobody named."""
    return f"share {number}"  # kept with the share, in whatever language somebody reads it


@recovery.command(cls=Command)
def show(ctx: typer.Context) -> None:
    """Who holds the shares, how many are enough, and when they were last tried. Never the words."""
    _tell(opening.terminal(ctx), casework.show(opening.open_desk(ctx)))


def _tell(speaker: Terminal, told: RecoveryAnswer) -> None:
    lines = []
    if told.threshold is not None:
        lines = [
            tr(
                "{threshold} of {shares} shares are enough. Made: {made}. Last tried: {drilled}.",
                threshold=told.threshold,
                shares=len(told.shares),
                made=told.made,
                drilled=told.drilled or tr("never"),
            ),
            *(f"  {_named(one)}{' (left)' if one.left else ''}" for one in told.shares),
            casework.can(told.threshold),
        ]
    speaker.answer(told, lambda: [*lines, *([told.note] if told.note else [])])


@recovery.command(cls=Command)
def drill(ctx: typer.Context, files: From = None) -> None:
    """Try the shares: do they make the key on the list? Shows no secret; writes down the date."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    told = casework.drill(desk, _shares(ctx, files))
    speaker.note(tr("These shares make the recovery key. They were not kept; put the papers back."))
    _tell(speaker, told)


@recovery.command(cls=Command)
def combine(
    ctx: typer.Context,
    files: From = None,
    print_age: Annotated[
        bool, typer.Option("--print-age", help="Only print the key as AGE-SECRET-KEY-1…, for a stock age.")
    ] = False,
    kdf: Annotated[
        str, typer.Option("--kdf", help="How hard a new passphrase is to guess: standard, low-memory (or tests-only).")
    ] = "standard",
) -> None:
    """With enough shares and the archive's folder alone: let a new key of yours in, as an admin."""
    speaker = opening.terminal(ctx)
    if print_age:
        words = _shares(ctx, files)
        key = casework.age_key(words)
        speaker.confirm(tr("This key opens everything in the archive, and it will stand on the screen."))
        speaker.answer(AgeKeyAnswer(age_secret=key), lambda: [key])
        return
    said = opening.session(ctx)
    where = opening.place(ctx, opening.archive_root(said))
    has_key = where.identity.exists()
    words = _shares(ctx, files)
    made = casework.rescue(
        where,
        words,
        lambda: opening.passphrase(ctx, tr("Passphrase")) if has_key else opening.new_passphrase(ctx),
        kdf=kdf,
        random=secrets.token_bytes,
        clock=opening.now,
    )
    speaker.answer(
        made,
        lambda: [
            tr(
                "You are in, as {label}, an admin of: {collective}",
                label=safe(made.label),
                collective=safe(made.collective),
            ),
            tr(
                "Your key: {identity}{what}",
                identity=safe(str(where.identity)),
                what=tr(" (new)") if made.new_key else "",
            ),
            tr("The shares go on: {note}", note=made.note),
            tr("A copy that is older than others cannot be told from here: sync with the others first."),
            tr("Was a laptop lost? Take it off the list: archive device list. Seen words? archive recovery split"),
        ],
    )


# --- reading words ---


def _shares(ctx: typer.Context, files: Sequence[str] | None) -> tuple[Share, ...]:
    """Enough shares: from files, typed word by word on a terminal, or else a share a line from standard input."""
    speaker = opening.terminal(ctx)
    if files is None and speaker.can_ask:
        with speaker.apart():
            return _typed(speaker)
    shares: list[Share] = []
    for file in files or [opening.STDIN]:
        for words in _in_lines(opening.read_input(file)):
            shares.append(seal.read(words, len(shares) + 1))
    return tuple(shares)


def _in_lines(data: bytes) -> list[list[str]]:
    """The words of each share in a text: one a line, or one in all where no line is long. Numbers are dropped."""
    lines = [re.findall(r"[^\W\d_]+", line) for line in data.decode("utf-8", "replace").splitlines()]
    full = [line for line in lines if line]
    return full if any(len(line) >= seal.WORDS // 2 for line in full) else [[word for line in full for word in line]]


def _typed(speaker: Terminal) -> tuple[Share, ...]:
    """As many shares as are needed, each typed until it is right."""
    speaker.note(
        tr(
            "Type one word at a time, or all {words} in a row. Four letters are enough. {back} goes back.",
            words=seal.WORDS,
            back=BACK,
        )
    )
    shares: list[Share] = []
    while not shares or len(shares) < shares[0].threshold:
        place = len(shares) + 1
        try:
            share = seal.read(_typed_words(speaker, place), place)
            seal.check_joins(shares, share)
        except WrongWordsError as error:
            speaker.fail(error)
            continue
        shares.append(share)
        speaker.note(
            tr(
                "Share {place} is right. {shares} of {threshold}.",
                place=place,
                shares=len(shares),
                threshold=share.threshold,
            )
        )
    return tuple(shares)


def _typed_words(speaker: Terminal, share: int) -> list[str]:
    """The words of one share; a wrong one is said at once and asked again."""
    words: list[str] = []
    while len(words) < seal.WORDS:
        said = speaker.ask(
            tr("Share {share}, word {number}", share=share, number=len(words) + 1),
            tr("Give the words with --from FILE."),
        ).split()
        if said == [BACK]:
            words = words[:-1]
            continue
        try:
            for word in said:
                words.append(seal.check_word(word, len(words) + 1, share))
        except WrongWordsError as error:
            speaker.fail(error)
    return words
