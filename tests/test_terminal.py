"""``safe()`` and ``Terminal``: no character that could drive a terminal passes, whatever the text."""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import moving
from archive.errors import ArchiveError, UncleanError
from archive.letters import broken, columns, in_columns
from archive.terminal import Terminal, safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("\x1b]52;c;aGk=\x07", "\ufffd]52;c;aGk=\ufffd"),
        ("\x9b31m\x9d0;x\x9c", "\ufffd31m\ufffd0;x\ufffd"),
        ("a\nb\tc\rd", "a b c d"),
        ("a\u202eb\u2066c\u200fd", "a\ufffdb\ufffdc\ufffdd"),
        ("a\u2028b\u2029c", "a\ufffdb\ufffdc"),
        ("a\u200bb\ufeffc\u00add", "a\ufffdb\ufffdc\ufffdd"),
        ("\ue000\U000f0000\udc80\x00\x7f", "\ufffd" * 5),
        ("Žluťoučký кінь — «так»", "Žluťoučký кінь — «так»"),
        ("e\u0301 ї 👍 漢", "e\u0301 ї 👍 漢"),
        ("[/bold] [red]x[/red] %s {0}", "[/bold] [red]x[/red] %s {0}"),
        ("", ""),
    ],
)
def test_what_could_drive_a_terminal_is_replaced(text: str, shown: str) -> None:
    """Escapes, C1, bidi, separators, invisible and private characters; letters of every script stay."""
    assert safe(text) == shown


def test_every_character_of_unicode_is_decided_by_its_category() -> None:
    """All 1,114,112: none of category C*, Zl or Zp comes through, and nothing else is touched."""
    for number in range(sys.maxunicode + 1):
        character, category = chr(number), unicodedata.category(chr(number))
        shown = safe(character)
        if character in "\n\t\r":
            assert shown == " "
        elif category[0] == "C" or category in ("Zl", "Zp"):
            assert shown == "\ufffd"
        else:
            assert shown == character


@settings(max_examples=200)
@given(st.text(st.characters(codec=None)))
def test_safe_keeps_the_length_and_is_done_once(text: str) -> None:
    """One character for one: offsets of search hits stay right; doing it twice changes nothing."""
    assert len(safe(text)) == len(text) and safe(safe(text)) == safe(text)


def test_marks_stand_where_the_hit_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Marks go round the hit and everything beside and inside them is made safe."""
    assert Terminal().mark("a\x1bhit\x07 b", [(2, 5)]) == "a\ufffd«hit»\ufffd b"
    assert Terminal().mark("ab", [(0, 1), (1, 2)]) == "«a»«b»"
    assert Terminal().mark("x\n", []) == "x "


def test_a_table_shows_markup_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """rich's own markup, emoji codes and links in a cell are text."""
    Terminal().table(("A", "B"), [("[/x]", ":smile:"), ("[link=file:///etc]y[/link]", "\x1b[31mred")])
    out = capsys.readouterr().out
    assert "[/x]" in out and ":smile:" in out and "[link=file:///etc]y[/link]" in out
    assert "\x1b" not in out and "\ufffd[31mred" in out


@pytest.mark.parametrize("width", [10, 24, 40, 80, None])
def test_a_table_fits_its_screen_and_loses_nothing(width: int | None) -> None:
    """Wide letters and marks count as shown; cells break between words, and words only in a narrow column."""
    rows = [("When", "What"), ("2026-11-26", "дуже довге речення про все"), ("x" * 30, "日本語 e\u0301"), ("", "")]
    lines = list(in_columns(rows, width))
    assert all(columns(line) <= (width or 200) and line == line.rstrip() for line in lines)
    assert sorted("".join(lines).replace(" ", "")) == sorted("".join(map("".join, rows)).replace(" ", ""))
    if width in (80, None):
        assert lines[1] == "2026-11-26                      дуже довге речення про все"
    if width == 40:
        assert lines[1:3] == ["2026-11-26                      дуже", "                                довге"]


def test_a_word_is_cut_behind_a_hyphen_where_it_can_be() -> None:
    """A code stays readable in a narrow column; where no hyphen helps, it is cut where the room ends."""
    assert list(in_columns([("publish-anonymous", "x")], 15)) == ["publish-      x", "anonymous"]
    assert list(in_columns([("unhyphenated", "x")], 11)) == ["unhyphen  x", "ated"]


def test_what_follows_a_heading_of_several_words_hangs_below_it() -> None:
    """As below a heading of one word; a long first part is no heading."""
    assert list(broken("capture facts  sealed apart as one", 60)) == ["capture facts  sealed apart as one"]
    assert list(broken(" capture facts  sealed apart as ZT53G; see them: archive show F9ZCZ --capture", 64)) == [
        " capture facts  sealed apart as ZT53G; see them: archive show",
        "                F9ZCZ --capture",
    ]


def test_an_error_is_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A name of a file in an error cannot make a third line."""
    assert Terminal().fail(UncleanError("a\nerror: b\x1b[2J", "x\ny")) == 14
    assert capsys.readouterr().err == "error: a error: b\ufffd[2J\nhint: x y\n"


def test_with_json_an_error_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """One line; notes are silent; control characters stand as JSON escapes."""
    speaker = Terminal(json=True)
    speaker.note("beside")
    speaker.fail(ArchiveError("a\x1b\n", "b", details=[1]))
    said = capsys.readouterr()
    assert said.out == "" and said.err == (
        '{"error":"error","code":1,"message":"a\\u001b\\n","hint":"b","details":[1]}\n'
    )


def test_json_holds_no_character_that_drives_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """C1, bidi, private use and DEL are escaped, and a parser reads back the very same text; letters stay letters."""
    text = "a\x1b\x7f\x9b\u202e\u2028\ue000\U000f0000 Ярема\n"
    Terminal(json=True).document({"title": text})
    out = capsys.readouterr().out
    assert json.loads(out) == {"title": text} and "Ярема" in out
    assert safe(out.replace("\n", "")) == out.replace("\n", "")


def test_what_an_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ASCII terminal gets escapes instead of a crash."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    Terminal().text("Ярема\nčaj")
    out.flush()
    assert out.buffer.getvalue() == b"\\u042f\\u0440\\u0435\\u043c\\u0430\n\\u010daj\n"  # type: ignore[attr-defined]  # BytesIO


def test_a_closed_stdout_is_an_error_and_a_closed_stderr_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has to reach somebody; what stands beside it may be lost."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(ArchiveError, match="Standard output is closed"):
        Terminal().text("answer")
    with pytest.raises(ArchiveError, match="Standard output is closed"):
        Terminal().table(("A",), [("b",)])
    Terminal().note("beside")
    assert Terminal().fail(UncleanError("a", "b")) == 14


def test_a_file_does_not_go_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """``get -o -`` on a terminal could drive it: refused."""

    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Tty())
    with pytest.raises(ArchiveError, match="no place for a file"):
        Terminal().stream([b"\x1b[2J"])


def test_nobody_is_asked_where_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal a question is a usage error that says how to give the answer; --yes answers beforehand."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    for question in (Terminal().ask, Terminal().ask_hidden):
        with pytest.raises(ArchiveError) as refused:
            question("Name", "Use --name.")
        assert refused.value.exit_code == 2 and refused.value.hint == "Use --name."
    with pytest.raises(ArchiveError):
        Terminal().confirm("All is lost.")
    Terminal(yes=True).confirm("All is lost.")


class Screen(io.StringIO):
    """A stream that says it is a terminal; its width comes from the system, 80 where there is none."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2


def on_screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Standard output as a terminal of 80 columns. Called in a test: pytest puts its own back after every fixture."""
    screen = Screen()
    monkeypatch.setattr("os.get_terminal_size", lambda _: SimpleNamespace(columns=80))
    monkeypatch.setattr(sys, "stdout", screen)
    return screen


def test_lines_are_broken_between_words_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the screen, no word is cut, and further lines stand as far in as the first."""
    screen = on_screen(monkeypatch)
    said = "    " + "Ніхто не допоможе, якщо забуто парольну фразу; 漢字漢字 e\u0301e\u0301. " * 5
    Terminal().text(said)
    shown = screen.getvalue().splitlines()
    assert len(shown) > 3 and all(line.startswith("    ") for line in shown)
    assert max(len(line) for line in shown) <= 80
    assert " ".join(line.strip() for line in shown) == said.strip()


@pytest.mark.parametrize("line", ["$ archive " + "--option value " * 20, "x" * 200, ""])
def test_commands_to_be_copied_and_long_words_stay_whole(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """A command that was broken would not run when it is pasted."""
    screen = on_screen(monkeypatch)
    Terminal().text(line)
    assert screen.getvalue() == line + "\n"


def test_a_document_is_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON on a terminal is still JSON."""
    screen = on_screen(monkeypatch)
    said = {"hint": "word " * 60}
    Terminal(json=True).document(said)
    assert json.loads(screen.getvalue()) == said


def test_a_long_line_is_broken_below_its_words() -> None:
    """What stands behind a number, a reference or a heading hangs below itself; other lines below their beginning."""
    assert list(broken("  10  one two three", 13)) == ["  10  one two", "  three"]
    assert list(broken("  What    " + "word " * 20, 60))[1].startswith("          word")
    assert list(broken("    one two three", 11)) == ["    one two", "    three"]
    assert list(broken("\x1b[2m    one two three\x1b[0m", 11)) == ["    \x1b[2mone two", "    three\x1b[0m"]
    assert list(broken("x" * 30 + " y", 10)) == ["x" * 30, "y"]
    assert all(columns(line) <= 40 for line in broken("  12  " + "слово " * 30, 40))
    assert "".join(broken("  3  a\u0301 b c", 6)).split() == ["3", "á", "b", "c"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time that bars see: ``now``, which only the test moves."""
    told = SimpleNamespace(now=100.0)
    monkeypatch.setattr("rich.console.monotonic", lambda: told.now)
    return told


def with_bars(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal as standard error, on which something may move."""
    shown = Screen()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return shown


def test_long_work_shows_how_far_it_is_how_fast_and_how_long_it_will_take(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    """On a terminal, beside the answer; nothing where nobody looks."""
    screen = with_bars(monkeypatch)
    with Terminal().progress("Cleaning", 400) as advance:
        for _ in range(4):
            clock.now += 1
            advance(50)
    shown = screen.getvalue()
    assert "Cleaning" in shown and "200/400" in shown and "50.0/s" in shown and "4 s left" in shown
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with Terminal().progress("Cleaning", 400) as advance:
        advance(50)
    assert silent.getvalue() == ""


def test_the_first_thing_done_tells_how_long_the_others_take(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    """The time it took counts, though what runs beside it ends soon after: two of four pages are half of the work."""
    screen = with_bars(monkeypatch)
    with Terminal().progress("Reading", 40) as advance:
        clock.now += 2
        advance(1)
        advance(1)
    assert re.findall(r"(\d+) s left", screen.getvalue())[-1] == "38"


def test_before_the_first_second_is_over_no_pace_is_told(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    """One of two pages that was ready at once does not make thousands a second."""
    screen = with_bars(monkeypatch)
    with Terminal().progress("Looking", 2) as advance:
        clock.now += 0.0001
        advance(1)
    assert "Looking" in screen.getvalue() and "/s" not in screen.getvalue() and "left" not in screen.getvalue()


def test_long_work_of_unknown_length_shows_how_long_it_has_taken(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    """And promises nothing."""
    screen = with_bars(monkeypatch)
    with Terminal().progress("Drawing", None):
        pass
    assert "Drawing" in screen.getvalue() and "0:00:00" in screen.getvalue() and "left" not in screen.getvalue()


def test_where_nothing_may_move_long_work_is_told_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """One at each tenth of the way, without any control; none of work that is soon over."""
    screen = on_screen(monkeypatch)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    with Terminal().progress("Cleaning", 400) as advance:
        for _ in range(400):
            advance(1)
    assert screen.getvalue() == ""
    monkeypatch.setattr(moving, "_SOON", -1.0)
    with Terminal().progress("Cleaning", 400) as advance:
        for _ in range(400):
            advance(1)
    lines = screen.getvalue().splitlines()
    assert [line.partition(",")[0] for line in lines] == [f"Cleaning: {part} %" for part in range(10, 100, 10)]
    assert all(re.fullmatch(r".*, \d+ s left", line) for line in lines)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s left"), (89, "89 s left"), (900, "15 min left"), (8000, "2 h 13 min left")]
)
def test_time_left_is_told_no_finer_than_it_is_known(seconds: float, said: str) -> None:
    """Seconds of a minute, minutes of an hour."""
    assert moving.left(seconds) == said
