"""SQLCipher is opened as docs/format.md says; whatever the file holds, the index opens and says what it found."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest
from index_material import KEY, OURS, fill, identity, person, segment, told
from sqlcipher3 import dbapi2

from archive.errors import ArchiveError, DamagedError, InUseError
from archive.index import cipher
from archive.index.filters import Query
from archive.index.index import Index
from archive.index.schema import APPLICATION, FORMAT

WORD = "Zvyrkonta"  # a canary: occurs nowhere but where a test puts it
COMPANIONS = ("", "-wal", "-shm")
ROOT = Path(__file__).parent.parent.parent  # child processes find the package from here
CHILD = {**os.environ, "PYTHONPATH": str(ROOT)}


def raw(path: Path, key: bytes = KEY) -> dbapi2.Connection:
    """A connection past our own door."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def value(database: cipher.Database, pragma: str) -> str:
    return str(database.rows(f"PRAGMA {pragma}")[0][0])


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused_and_nothing_is_made(path: Path, length: int) -> None:
    """SQLCipher would silently take it for a passphrase."""
    with pytest.raises(DamagedError):
        Index.open(path, bytes(length))
    assert not path.exists() or path.stat().st_size == 0


def test_the_connection_is_set_as_the_format_says(path: Path) -> None:
    """Version asserted, nothing temporary on disk, WAL, memory security off, ten seconds of patience, mode 0600."""
    database = cipher.open_database(path, KEY)
    assert database.rows("PRAGMA cipher_version")
    assert value(database, "temp_store") == "2"
    assert {"TEMP_STORE=2", "TEMP_STORE=3"} & {row[0] for row in database.rows("PRAGMA compile_options")}
    assert value(database, "journal_mode") == "wal"
    assert value(database, "cipher_memory_security") == "0"
    assert value(database, "cipher_log_level") == "NONE"
    assert int(value(database, "busy_timeout")) >= 5_000
    assert {(path.parent / name).stat().st_mode & 0o777 for name in names(path.parent)} == {0o600}
    database.close()


def test_a_build_without_encryption_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library's sqlite3 takes every PRAGMA without a word and would write in clear."""
    monkeypatch.setattr(cipher.dbapi2, "connect", sqlite3.connect)
    with pytest.raises(ArchiveError, match="not built as needed"):
        Index.open(path, KEY)
    assert path.stat().st_size == 0


def test_nothing_can_be_attached(path: Path) -> None:
    """An attached database has no key: everything could be copied into it."""
    database = cipher.open_database(path, KEY)
    with pytest.raises(ArchiveError):
        database.rows("ATTACH DATABASE ? AS other KEY ''", (str(path.with_name("other.db")),))
    with pytest.raises(ArchiveError):
        database.rows("VACUUM INTO ?", (str(path.with_name("other.db")),))
    database.close()
    assert not path.with_name("other.db").exists()


STATEMENTS = 5_000
"""They take many times the millisecond of the timer. An end, as Python may drop what is raised inside a destructor."""


def test_ctrl_c_is_never_taken_for_damage(path: Path) -> None:
    """Wherever it comes: while a statement is prepared, too, where SQLite asks nobody of ours."""
    database, asked = cipher.open_database(path, KEY), 0
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for after in range(1, 201):
            with suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, after / 200_000)
                for _ in range(STATEMENTS):  # another each time, or it would be prepared once
                    asked += 1
                    database.rows(f"PRAGMA table_xinfo(name{asked})")
    finally:
        signal.signal(signal.SIGALRM, before)
        database.close()


def test_a_wrong_key_prints_nothing(path: Path) -> None:
    """SQLCipher logs to stderr by default; run as a process, to see what C code writes."""
    Index.open(path, KEY).close()
    code = (
        "import sys; from pathlib import Path; from archive.index.index import Index\n"
        "index = Index.open(Path(sys.argv[1]), bytes(32)); assert index.state == 'damaged'"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, check=True, timeout=600, env=CHILD
    )
    assert done.stdout + done.stderr == b""


def test_kept_between_two_openings(path: Path) -> None:
    with Index.open(path, KEY) as index:
        assert index.state == "new"
        fill(index, told("1"))
    with Index.open(path, KEY) as index:
        assert index.state == "kept"
        assert len(index.applied(OURS)) == 1


def damaged_at(offset: int) -> bytes:
    """What a page full of zeros makes of the file; the page stands at ``offset``."""
    return b"\0" * 4096 if offset else b"\1" * 4096


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"", "empty"),
        (b"SQLite format 3\x00" + bytes(4080), "in clear"),
        (b"x", "empty"),
        (os.urandom(8192), "damaged"),
    ],
    ids=["0 bytes", "header in clear", "one byte", "noise"],
)
def test_a_file_that_is_no_index_is_replaced_and_named(path: Path, content: bytes, state: str) -> None:
    path.write_bytes(content)
    with Index.open(path, KEY) as index:
        assert index.state == state
        assert index.applied(OURS) == frozenset()
        fill(index, told("1"))
    with Index.open(path, KEY) as index:
        assert index.state == "kept"


def test_a_real_plaintext_database_is_replaced_by_an_encrypted_one(path: Path) -> None:
    """As left behind by a program that forgot the key."""
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE record (id)")
    plain.close()
    with Index.open(path, KEY) as index:
        assert index.state == "in clear"
    assert path.read_bytes()[:15] != b"SQLite format 3"


def test_another_key_discards(path: Path) -> None:
    Index.open(path, KEY).close()
    with Index.open(path, bytes(32)) as index:
        assert index.state == "damaged"


def test_every_page_cut_off_or_overwritten_is_noticed_and_reset_mends_it(path: Path) -> None:
    """At opening, or by a DamagedError while reading; never wrong content."""
    with Index.open(path, KEY) as index:
        for value in range(60):
            fill(index, told(f"{value:02x}", text=f"common {WORD}{value} " * 20))
    good = path.read_bytes()
    for offset in range(0, len(good), 4096):
        path.write_bytes(good[:offset] + damaged_at(offset) + good[offset + 4096 :])
        with Index.open(path, KEY) as index:
            try:
                found = index.search(Query(text="common", limit=100)).total
                whole = len(index.listing("testimony"))
                assert (found, whole) == ((60, 60) if index.state == "kept" else (0, 0))
            except DamagedError as error:
                assert "index rebuild" in error.hint
            index.reset()
            assert index.search(Query(text="common")).total == 0


@pytest.mark.parametrize("change", [f"PRAGMA user_version = {FORMAT + 1}", "PRAGMA application_id = 7"])
def test_another_format_is_discarded(path: Path, change: str) -> None:
    Index.open(path, KEY).close()
    connection = raw(path)
    connection.execute(change)
    connection.close()
    with Index.open(path, KEY) as index:
        assert index.state == "other format"
        assert index.applied(OURS) == frozenset()
    connection = raw(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == FORMAT
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
    connection.close()


def test_foreign_tables_under_the_right_key_are_discarded(path: Path) -> None:
    connection = raw(path)
    connection.execute("CREATE TABLE something (x)")
    connection.close()
    with Index.open(path, KEY) as index:
        assert index.state == "other format"


def test_a_symlink_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"not ours")
    path.symlink_to(target)
    with pytest.raises(ArchiveError):
        Index.open(path, KEY)
    assert target.read_bytes() == b"not ours"


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root and unshare for a mount")
@pytest.mark.parametrize("there", [True, False], ids=["closed index there", "no index there"])
def test_on_read_only_media_the_index_is_in_memory(tmp_path: Path, there: bool) -> None:
    """A cleanly closed WAL database cannot be read there at all."""
    if there:
        Index.open(tmp_path / "index.db", KEY).close()
    before = names(tmp_path)
    code = (
        "import sys; from pathlib import Path; from archive.index.index import Index\n"
        "index = Index.open(Path(sys.argv[1]), bytes(range(32))); print(index.state); index.reset(); print(index.state)"
    )
    mounts = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" -c "$3" "$1/index.db"'
    command = ["unshare", "-m", "sh", "-ec", mounts, "sh", str(tmp_path), sys.executable, code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=CHILD)
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("mounting is not allowed here")
    assert done.stdout.split("\n")[:2] == ["in memory", "in memory"], done.stderr
    assert names(tmp_path) == before


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(ArchiveError):
        Index.open(path, KEY)


def test_without_its_folder_the_index_is_in_memory(path: Path) -> None:
    """As on a stick that is read-only from the beginning."""
    with Index.open(path / "none" / "index.db", KEY) as index:
        assert index.state == "in memory"


def test_in_memory_on_request() -> None:
    with Index.open(None, KEY) as index:
        assert index.state == "in memory"
        fill(index, told("1", text="found"))
        assert index.search(Query(text="found")).total == 1
        index.reset()
        assert index.search(Query(text="found")).total == 0


def test_a_second_writer_waits_then_says_in_use(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And readers are not held up meanwhile."""
    monkeypatch.setattr(cipher, "TIMEOUT_SECONDS", 0.2)
    with Index.open(path, KEY) as index, Index.open(path, KEY) as other:
        with index._db.transaction():
            start = time.monotonic()
            with pytest.raises(InUseError):
                fill(other, told("1"))
            assert 0.15 < time.monotonic() - start < 60
            assert other.listing("testimony") == ()
        fill(other, told("1"))
        assert len(index.listing("testimony")) == 1


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    """A journal that breaks off in the middle: no segment is entered, and the next try enters all."""

    def breaking() -> object:
        yield segment(told("1"))
        raise DamagedError("The journal broke off.")

    with Index.open(path, KEY) as index:
        with pytest.raises(DamagedError):
            index.enter(OURS, breaking())
        assert index.applied(OURS) == frozenset()
        assert index.listing("testimony") == ()
        assert index.enter(OURS, [segment(told("1"))]) == 1


def test_a_reset_beside_another_that_is_open(path: Path) -> None:
    """The other one works on or is told to try again; what was entered after the reset stays."""
    with Index.open(path, KEY) as index, Index.open(path, KEY) as other:
        fill(index, told("1", text="old"))
        index.reset()
        fill(index, told("2", text="new"))
        with suppress(ArchiveError):
            fill(other, told("3", text="other"))
    with Index.open(path, KEY) as index:
        assert index.state == "kept"
        assert index.search(Query(text="new")).total == 1
        assert index.search(Query(text="old")).total == 0


def test_eight_at_once_open_and_enter_the_same(path: Path) -> None:
    """Processes: whoever comes first makes the tables; each segment is in once."""
    states = at_once(opening_and_entering, path, [0] * 8)
    assert set(states) <= {"new", "empty", "kept"}
    with Index.open(path, KEY) as index:
        assert index.search(Query(text="common")).total == 20
        assert len(index.log()) == 20


def test_a_new_index_is_made_by_one_at_a_time(path: Path) -> None:
    """SQLite does not wait where two ask for WAL at once: one of eight failed now and then, on a busy machine."""
    folder = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_SH)
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(lambda: Index.open(path, KEY).close())
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.5)
        assert not path.exists()
        os.close(folder)
        opening.result(timeout=300)


def test_eight_at_once_replace_a_damaged_file(path: Path) -> None:
    """Processes: one throws it away, the others find the new one."""
    path.write_bytes(b"x" * 8192)
    states = at_once(opening_and_entering, path, range(0, 160, 20))
    assert states.count("damaged") == 1
    with Index.open(path, KEY) as index:
        assert index.state == "kept"
        assert index.search(Query(text="common")).total == 160


def opening_and_entering(path: Path, first: int) -> str:
    """Enter twenty segments, each in a transaction of its own; what the index was when it was opened."""
    with Index.open(path, KEY) as index:
        for value in range(first, first + 20):
            index.enter(OURS, [segment(told(f"{value:02x}", text="common"))])
        return index.state


def patient() -> None:
    """Wait longer than a person would: on a loaded machine the eight are slow, and whoever tries again may be last."""
    cipher.TIMEOUT_SECONDS = 300.0


def at_once(work: Callable[[Path, int], str], path: Path, values: Iterable[int]) -> list[str]:
    """The same work in eight processes."""
    with ProcessPoolExecutor(8, mp_context=get_context("fork"), initializer=patient) as pool:
        return list(pool.map(work, [path] * 8, values))


def test_no_word_stands_readable_on_disk(path: Path) -> None:
    """Neither in the database nor in its companions, while open and after closing, in UTF-8 and UTF-16."""
    raven = person("1", WORD + "pseudonym")
    words = [WORD + part for part in ("text", "tag", "name", "place", "pseudonym")]
    with Index.open(path, KEY) as index:
        fill(index, raven, identity("2", raven, given=WORD + "name"))
        fill(index, told("3", text=f"{words[0]} " * 50, tags=(words[1],), place=words[3]))
        assert index.search(Query(text=words[0])).total == 1
        held = b"".join(path.with_name(path.name + end).read_bytes() for end in COMPANIONS)
        assert path.with_name(path.name + "-wal").stat().st_size > 0
    held += path.read_bytes()
    for word in [*words, *(word.lower() for word in words)]:
        assert word.encode() not in held
        assert word.encode("utf-16-le") not in held
    assert names(path.parent) == ["index.db"]


def test_a_large_sort_opens_no_other_file(path: Path, tmp_path: Path) -> None:
    """While rows are sorted and grouped beyond the cache, the process has the three files open and no more."""
    database = cipher.open_database(path, KEY)
    database.run("PRAGMA cache_size = 10")
    before = set(opened())
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
    cursor = database._connection.execute(
        f"{rows} SELECT i, hex(randomblob(100)) AS noise FROM n GROUP BY noise ORDER BY noise"  # noqa: S608
    )
    assert cursor.fetchone()
    assert [name for name in set(opened()) - before if not name.startswith(str(path))] == []
    cursor.close()
    database.close()


def opened() -> list[str]:
    """Every regular file this process has open, unlinked ones too."""
    found = []
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the descriptor of this listing itself
            found.append(str(number.readlink()))
    return [name for name in found if name.startswith("/") and not name.startswith("/dev")]


@pytest.mark.usefixtures("strace")
def test_entering_and_sorting_writes_to_the_three_files_only(tmp_path: Path) -> None:
    """Seen from outside: no other file is opened for writing, and no write holds the planted word."""
    script = tmp_path / "run.py"
    script.write_text(
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from index_material import *; from archive.index.filters import Query\n"
        "index = Index.open(Path(sys.argv[1]), KEY)\n"
        f"index.enter(OURS, [segment(*(told(f'{{i:04x}}', text='{WORD} ' * 30) for i in range(400)))])\n"
        f"assert index.search(Query(text='{WORD}', sort='date')).total == 400; index.close()\n"
    )
    (tmp_path / "state").mkdir()
    trace = tmp_path / "trace"
    command = [
        "strace",
        "-f",
        "-y",
        "-s",
        "65536",
        "-o",
        str(trace),
        "-e",
        "trace=openat,open,creat,write,pwrite64,writev",
    ]
    run = [sys.executable, "-B", str(script), str(tmp_path / "state" / "index.db"), str(Path(__file__).parent)]
    done = subprocess.run([*command, *run], capture_output=True, text=True, timeout=600, check=False, env=CHILD)
    assert done.returncode == 0, done.stderr
    lines = trace.read_text(errors="replace").splitlines()
    opens = [line for line in lines if ("O_CREAT" in line or "O_RDWR" in line or "O_WRONLY" in line)]
    assert opens
    assert [line for line in opens if "state/index.db" not in line and "/dev/" not in line] == []
    writes = [line for line in lines if "write" in line.split("(")[0]]
    assert writes
    assert [line for line in writes if WORD in line or WORD.lower() in line] == []


def test_opening_takes_a_few_milliseconds(path: Path) -> None:
    """The best of ten: under 5 ms of work (a raw key, no key derivation)."""
    with Index.open(path, KEY) as index:
        fill(index, *(told(f"{value:04x}") for value in range(200)))
    times = []
    for _ in range(10):
        start = time.process_time()
        Index.open(path, KEY).close()
        times.append(time.process_time() - start)
    assert min(times) < 0.005
