"""Papers and photographs as pictures of which everything is painted over that is to be hidden. Fails closed.

What stands on a page comes from its text layer, where every letter of it is seen, else from a machine. Every hit is
covered, and so is whatever is drawn there that nobody could read: handwriting, stamps, signatures, faces. Then the
painted page is read by machine, and covered again where anything is left. A page that cannot be read well enough stays
in until a person looked at it, and with it the paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, structs

from archive.bundle.content import Picture
from archive.scrub.boxes import Box, Size, covering, meet, of_cells
from archive.scrub.sheets import Paint, Sheet, Sheets, Word

SURE, SURE_OF_A_WORD, SURE_OF_A_NAME = 60, 80, 90
"""Of 100: a number of which the machine is less sure counts as unread, and so does a word, whose first letter may have
been a capital; with a capital letter it may be a misread name."""
READ = 0.6
"""Share of the words on a page that have to be read, or the page counts as unreadable."""
UNREAD = 350
"""Of 1,000: a page of which more would be covered because nobody could read it counts as unreadable."""
_SURE_ALONE = 90
_ROUNDS = 3
_UNSURE, _LONG, _SHORT = "¤", 6, 3
_GAP, _AROUND = 1.5, 2  # heights of a letter
_CLOSE = 8  # part of the height of a word: blanks are three times as wide, so what stands so close is one word
_OF_A_SIGN = 1.2  # of the longest word beside it: a sign by itself is no higher
_HYPHENS = ("-", "‐", "‑", "–", "¬", "\u00ad")
_BETWEEN = frozenset(".,:;!?…-–—_•*/+&%№§\"'’«»„“”()[]")

_INNER_CAPITAL = re.compile(r"[a-zа-яёєіїґў][A-ZА-ЯЁЄІЇҐЎ]")
_TWO_SCRIPTS = re.compile(r"[A-Za-z].*[А-Яа-яЁёЄєІіЇїҐґЎў]|[А-Яа-яЁёЄєІіЇїҐґЎў].*[A-Za-z]")

Stretches = Callable[[str], Sequence[tuple[int, int]]]


class Paper(Struct, frozen=True):
    """A clean file, and what people had covered: cells of the grid by page (from 1), for each page they looked at.

    ``chance`` are random octets of this dossier, so that in no two a picture has the same dots.
    """

    data: bytes
    media_type: str
    looked: Mapping[int, tuple[str, ...]]
    chance: bytes = b""


class Seeking(Struct, frozen=True):
    """What is hidden in a text, ``to_cover`` beforehand and ``left`` on what was painted, and the languages to read.

    ``faces``: whether what looks like a face on a finished photograph is counted.
    """

    to_cover: Stretches
    left: Stretches
    languages: tuple[str, ...]
    faces: bool = False


class Covered(Struct, frozen=True):
    """A page or photograph as it may leave, and how many places were covered on it.

    ``faces``: how many places on a photograph still look like a face or plate to a machine.
    """

    picture: Picture
    places: int
    faces: int = 0


def page(paint: Sheets, paper: Paper, number: int, seek: Seeking) -> Covered | None:
    """One page of a paper (from 1); None if it cannot be read and nobody looked at it, or names stay on it.

    Raises UncleanError where it cannot be drawn.
    """
    sheet = paint.read(paper.data, paper.media_type, number - 1, seek.languages)
    cells = paper.looked.get(number)
    if cells is None and not _is_read(sheet):
        return None
    hits = boxes_of(sheet, seek.to_cover)
    hide = [*hits, *own_boxes(cells or (), sheet.size)]
    known: tuple[Box, ...] | None = None
    if cells is None:
        read = certain_of(sheet)
        known = tuple(word.box for word in read)
        hide += [_roughly(word.box) for word in sheet.words if word not in read]
    for _ in range(_ROUNDS):
        boxes = covering(hide, sheet.size)
        made = paint.paint(paper.data, Paint(paper.media_type, number - 1, boxes, known, chance=paper.chance))
        if made.unread > UNREAD:
            return None
        left = left_on(paint.look(made.data, made.media_type, seek.languages), seek.left)
        if not left:
            return Covered(Picture(media_type=made.media_type, data=made.data), len(boxes))
        hide += left
    return None


def photograph(paint: Sheets, paper: Paper, seek: Seeking) -> Covered:
    """A photograph with the boxes of whoever looked at it; saved anew in any case, and read for the leak check."""
    size = paint.read(paper.data, paper.media_type, 0, ()).size
    boxes = covering(own_boxes(paper.looked.get(1, ()), size), size)
    made = paint.paint(paper.data, Paint(paper.media_type, 0, boxes, None, colour=True, chance=paper.chance))
    if seek.languages:
        paint.look(made.data, made.media_type, seek.languages)
    faces = len(paint.find(made.data, made.media_type).boxes) if seek.faces else 0
    return Covered(Picture(media_type=made.media_type, data=made.data), len(boxes), faces)


def sure_of(words: Iterable[Word]) -> tuple[Word, ...]:
    """Words with a sign in the place of each that is unsure, so that numbers on both sides of it do not become one."""
    return tuple(word if word.sure >= SURE else structs.replace(word, text=_UNSURE) for word in words)


def likely_of(words: Iterable[Word]) -> tuple[Word, ...]:
    """The same without short words that are unsure: a machine sees these in leaves and gravel, and some are names.

    Of names drawn on pictures of any kind those that were read rightly were all sure (docs/decisions).
    """
    return tuple(
        word if word.sure >= SURE or _letters(word) >= _LONG else structs.replace(word, text=_UNSURE) for word in words
    )


def left_on(sheet: Sheet, seek: Stretches) -> tuple[Box, ...]:
    """Where on a finished page something is left, as it was made out and as the leak check takes it.

    With a sign in the place of a word that is unsure, others stand together.
    """
    ways = dict.fromkeys((sheet.words, likely_of(sheet.words), sure_of(sheet.words)))
    return tuple(box for words in ways for box in boxes_of(structs.replace(sheet, words=words), seek))


def boxes_of(sheet: Sheet, seek: Stretches) -> tuple[Box, ...]:
    """Where on a sheet the words stand of which any letter is to be hidden."""
    text, places = text_of(sheet.words)
    found = [one for read in dict.fromkeys((text, _flowing(sheet.words, text, places))) for one in seek(read)]
    hit = {
        word
        for word, (start, end) in zip(sheet.words, places, strict=True)
        if any(first < end and start < last for first, last in found)
    }
    if not sheet.machine:
        return tuple(word.box for word in sheet.words if word in hit)
    hit |= {word for run in _runs(sheet.words) for word in _small_beside(run, hit)}
    return tuple(_roughly(word.box) for word in sheet.words if word in hit)


def _small_beside(run: Sequence[Word], others: Collection[Word]) -> Iterator[Word]:
    """Numbers and initials of a run right beside one of ``others``: half of a name may be misread so (309, of Зоя)."""
    for at, word in enumerate(run):
        is_small = _is_number(word) or (_letters(word) == 1 and word.text.endswith("."))
        if is_small and any(one in others for one in run[max(0, at - 1) : at + 2]):
            yield word


def _flowing(words: Sequence[Word], text: str, places: Sequence[tuple[int, int]]) -> str:
    """``text`` without the ends of lines where a sentence goes on: a capital after them begins no sentence.

    It goes on where the next word would not have found room on the line.
    """
    letters = list(text)
    for block in _blocks(words):
        edge = max(words[at].box[2] for at in block)
        for at in block[:-1]:
            word, after = words[at], words[at + 1]
            room = edge - word.box[2] - _high(word) // 2
            if word.end == "\n" and not word.text.endswith(_HYPHENS) and after.box[2] - after.box[0] > room:
                letters[places[at][1]] = " "
    return "".join(letters)


def _blocks(words: Sequence[Word]) -> Iterator[Sequence[int]]:
    """The words of each paragraph, by their numbers."""
    start = 0
    for at, word in enumerate(words):
        if word.end == "\n\n" or at == len(words) - 1:
            yield range(start, at + 1)
            start = at + 1


def _roughly(box: Box) -> Box:
    """A place as a machine tells it, whose letters may reach out of it to either side."""
    aside = (box[3] - box[1]) // 2
    return (max(0, box[0] - aside), box[1], box[2] + aside, box[3])


def text_of(words: Iterable[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The words as a text, and where in it each stands."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for word in words:
        places.append((at, at + len(word.text)))
        parts += [word.text, word.end]
        at += len(word.text) + len(word.end)
    return "".join(parts), places


def _is_read(sheet: Sheet) -> bool:
    """Whether enough of what a machine takes for words was made out."""
    sure = sum(word.sure >= SURE for word in sheet.words)
    return not sheet.machine or sure >= READ * len(sheet.words)


def certain_of(sheet: Sheet) -> frozenset[Word]:
    """The words on a sheet that were surely made out.

    Turned writing, and letters that stand apart as on a stamp, are taken for signs and numbers of which a machine is
    sure. So short ones count only close beside a word of some letters; and numbers where no such signs stand around.
    """
    if not sheet.machine:
        return frozenset(sheet.words)
    runs = tuple(_runs(sheet.words))
    plain = [word for run in runs if _is_plain(run) for word in _even(run)]
    others = [word for run in runs if not _is_plain(run) for word in run]
    strange = [word.box for word in others if not _is_number(word)]
    usual = sorted(map(_high, plain))[len(plain) // 2] if plain else 0
    apart = [
        word
        for word in others
        if _is_number(word)
        and word.sure >= SURE_OF_A_WORD
        and (not usual or usual / 2 <= _high(word) <= usual * _GAP)
        and not any(meet(_wide(word), box) for box in strange)
    ]
    sure = frozenset(word for word in (*plain, *apart) if _is_sure(word))
    sure = sure.difference(*(pieces for run in runs for pieces in _in_pieces(run) if not _is_whole(pieces, sure)))
    sure = sure.difference(*map(_with_initials, runs))
    return sure.difference(*(_small_beside(run, frozenset(run) - sure) for run in runs))


def _runs(words: Iterable[Word]) -> Iterator[tuple[Word, ...]]:
    """Words that follow each other on a line with no more than a blank between them."""
    run: list[Word] = []
    for word in words:
        if run and (run[-1].end != " " or word.box[0] - run[-1].box[2] > _GAP * max(map(_high, (run[-1], word)))):
            yield tuple(run)
            run = []
        run.append(word)
    if run:
        yield tuple(run)


def _with_initials(run: Sequence[Word]) -> Iterator[Word]:
    """What stands beside a capital with a full stop: a name, though its first letter was taken for a small one."""
    for at, word in enumerate(run):
        if _letters(word) == 1 and word.text[0].isupper() and word.text.endswith("."):
            yield from run[max(0, at - 1) : at + 2]


def _in_pieces(run: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """What of a run stands as close together as the letters of one word do."""
    start = 0
    for at, word in enumerate(run, 1):
        if at < len(run) and (run[at].box[0] - word.box[2]) * _CLOSE <= max(_high(word), _high(run[at])):
            continue
        if at - start > 1:
            yield run[start:at]
        start = at


def _is_whole(pieces: Sequence[Word], sure: Collection[Word]) -> bool:
    """Whether pieces of one word make one: each was surely made out, and together they are in one script."""
    word = "".join(piece.text for piece in pieces)
    return all(piece in sure for piece in pieces) and not (_INNER_CAPITAL.search(word) or _TWO_SCRIPTS.search(word))


def _is_plain(run: Sequence[Word]) -> bool:
    """Whether a word of some letters was made out beyond doubt: by itself it may be letters upside down."""
    least = SURE_OF_A_NAME if len(run) > 1 else _SURE_ALONE
    return any(word.sure >= least and _letters(word) >= _SHORT for word in run)


def _even(run: Sequence[Word]) -> Iterator[Word]:
    """The words of a run without those far higher than a long one, and without signs by themselves among others."""
    high = max(_high(word) for word in run if _letters(word) >= _SHORT)
    for alone, group in groupby(run, lambda word: len(word.text) == 1):
        words = tuple(group)
        if not (alone and len(words) >= _SHORT):
            yield from (word for word in words if _high(word) <= high * (_OF_A_SIGN if alone else _GAP))


def _is_number(word: Word) -> bool:
    return word.text.strip(".,:/()-–—").isdecimal()


def _high(word: Word) -> int:
    return word.box[3] - word.box[1]


def _wide(word: Word) -> Box:
    """The box of a word with what stands around it, a few letters far; of a single sign farther on its line."""
    far, (left, upper, right, lower) = _high(word) * _AROUND, word.box
    aside = far if len(word.text) > 1 else far * _AROUND
    return left - aside, upper - far, right + aside, lower + far


def _letters(word: Word) -> int:
    return sum(map(str.isalpha, word.text))


def _is_sure(word: Word) -> bool:
    """Whether a machine is sure of a word; with a capital, or a sign for a letter, it may be a misread name.

    Signs alone are it only if they are such as stand between words. With a capital inside it is one of another script,
    and a short one may be letters of a stamp.
    """
    if _INNER_CAPITAL.search(word.text):
        return False
    if not any(map(str.isalnum, word.text)):
        return word.sure >= SURE and all(sign in _BETWEEN for sign in word.text)
    may_be_a_name = any(map(str.isupper, word.text)) or (_letters(word) and any(map(str.isdigit, word.text)))
    of_a_stamp = 0 < _letters(word) < _SHORT
    if may_be_a_name or of_a_stamp:
        return word.sure >= SURE_OF_A_NAME
    return word.sure >= (SURE_OF_A_WORD if _letters(word) else SURE)


def own_boxes(cells: Iterable[str], size: Size) -> list[Box]:
    """The boxes of cells that people gave; of cells that are not there the whole sheet."""
    boxes = [of_cells(one, size) for one in cells]
    return [box if box is not None else (0, 0, *size) for box in boxes]  # no such cells: better all of it
