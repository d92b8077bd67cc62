"""Opening SQLCipher rightly, and the only place that talks to it.

What goes wrong when it is opened carelessly was found by trying (docs/format.md): a key of the wrong length is taken
for a passphrase, a forgotten key makes a database in clear, ``temp_store=1`` writes pages in clear to unlinked files,
ATTACH copies everything out, a wrong key is reported on stderr. Each point has its line here and its test.

The index is a cache: a file that is empty, damaged, in clear or of another format is thrown away, and
``Database.state`` says so; the caller enters all segments again. Where nothing can be written the index lives in
memory.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from sqlcipher3 import dbapi2

from archive.errors import ArchiveError, DamagedError, InUseError
from archive.index.schema import APPLICATION, FORMAT, TABLES
from archive.speech import tr

KEY_BYTES = 32
TIMEOUT_SECONDS = 10.0
_PLAIN = b"SQLite format 3\x00"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_DAMAGED = ("not a database", "malformed")
_BROKEN = tr("The search index is damaged. No record is lost by that.")
_REBUILD = tr("Build it anew: archive index rebuild")
_OTHER_DATABASE = re.compile(r"\s*(?:ATTACH|DETACH|VACUUM)\b", re.IGNORECASE)  # without a key, to copy everything to
_LOOK = tr("Look at the state folder's place and rights.")
_SETTINGS = (
    "PRAGMA cipher_memory_security = OFF",  # on, it makes inserts 3-4 times slower
    "PRAGMA temp_store = 2",
    "PRAGMA synchronous = NORMAL",  # with WAL a power cut may take the last transaction, which is then entered again
    "PRAGMA cache_size = -64000",  # KiB
)
_SPACIOUS = -192_000  # KiB, while much is entered: what is in random order (hashes, ids) of a million records fits in

State = Literal["kept", "new", "empty", "damaged", "in clear", "other format", "in memory"]


class _UnusableError(DamagedError):
    """The file is no index of ours; ``state`` says why. Met outside only if a new file is unusable as well."""

    def __init__(self, state: State) -> None:
        super().__init__(_BROKEN, _REBUILD)
        self.state = state


class Database:
    """One keyed connection; ``state`` other than ``kept`` means: nothing is entered yet, enter all segments."""

    def __init__(self, connection: Any, state: State, path: Path | None) -> None:
        self._connection = connection
        self.state = state
        self.path = path

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query; InUseError, DamagedError or ArchiveError as for everything here."""
        with _told(sql):
            found: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
            return found

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Change something; the row number of what was inserted."""
        with _told(sql):
            return int(self._connection.execute(sql, values).lastrowid or 0)

    def run_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """The same change for many rows."""
        with _told(sql):
            self._connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The write lock is taken at once: a lock taken after a read fails without waiting."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def spacious(self) -> Iterator[None]:
        """More pages are kept in memory meanwhile: each that is not costs decrypting it, and encrypting it again."""
        usual = self.rows("PRAGMA cache_size")[0][0]
        self.rows(f"PRAGMA cache_size = {_SPACIOUS}")
        try:
            yield
        finally:
            self.rows(f"PRAGMA cache_size = {usual}")

    def close(self) -> None:
        """Close; the write-ahead log is folded in by the last one to leave."""
        self._connection.close()


def open_database(path: Path | None, key: bytes) -> Database:
    """The index at ``path`` (None: in memory) under 32 raw bytes of ``key``, whatever the file holds.

    One per file and process: a process that closes a file loses all its POSIX locks on it, SQLite's too.
    """
    if path is None or not _has_room(path.parent):
        return _in_memory(key)
    try:
        return _opened_or_replaced(path, key)
    except OSError as error:
        if error.errno in _FULL:
            return _in_memory(key)
        raise ArchiveError(tr("The search index cannot be opened."), _LOOK) from error
    except dbapi2.DatabaseError as error:
        if "is full" in str(error):
            return _in_memory(key)
        raise _translated(error) from error


def _has_room(folder: Path) -> bool:
    """Whether anything can be written beside the index: in WAL mode even reading does."""
    try:
        return os.access(folder, os.W_OK) and os.statvfs(folder).f_bavail > 0
    except OSError:
        return False


def discard(path: Path) -> None:
    """Delete the index and its companions; not while another process is just opening it."""
    with _standing_still(path, fcntl.LOCK_EX):
        _remove(path)


def _opened_or_replaced(path: Path, key: bytes) -> Database:
    # who makes it is alone: of two that ask for WAL at once, SQLite lets one fail without waiting
    lock = fcntl.LOCK_SH if path.exists() else fcntl.LOCK_EX
    try:
        with _standing_still(path, lock):
            if path.exists() and not os.access(path, os.R_OK | os.W_OK):
                return _in_memory(key)
            return _opened(path, key, "kept" if path.exists() else "new")
    except _UnusableError:
        return _replaced(path, key)


def _replaced(path: Path, key: bytes) -> Database:
    """Throw the unusable file away and begin anew, if it is still unusable: another process may have done it."""
    with _standing_still(path, fcntl.LOCK_EX):
        try:
            return _opened(path, key, "kept")
        except _UnusableError as why:
            state: State = "in clear" if _in_clear(path) else why.state
            _remove(path)
            return _opened(path, key, state)


def _remove(path: Path) -> None:
    for name in (f"{path.name}-wal", f"{path.name}-shm", path.name):
        path.with_name(name).unlink(missing_ok=True)


@contextmanager
def _standing_still(path: Path, lock: int) -> Iterator[None]:
    """Openers share the folder's lock, who makes or deletes has it alone: a file deleted while it is opened is an I/O
    error."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, lock)
        yield
    finally:
        os.close(folder)


def _opened(path: Path, key: bytes, state: State) -> Database:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if path.is_symlink() or not path.is_file():
        raise ArchiveError(tr("Where the search index should be is something else."), _LOOK)
    connection = _connected(str(path), key)
    try:
        _set(connection)
        made = _make_or_recognise(connection)
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        if made and _in_clear(path):
            raise _in_clear_error()
    except BaseException as error:
        connection.close()
        if isinstance(error, dbapi2.DatabaseError) and any(words in str(error) for words in _DAMAGED):
            raise _UnusableError("damaged") from error
        raise
    return Database(connection, "empty" if made and state == "kept" else state, path)


def _in_clear_error() -> ArchiveError:
    return ArchiveError(
        tr("The search index would not be encrypted."), tr("Install the program again from the wheels.")
    )


def _in_clear(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def _in_memory(key: bytes) -> Database:
    connection = _connected(":memory:", key)
    try:
        _set(connection)
        _make_or_recognise(connection)
    except BaseException:
        connection.close()
        raise
    return Database(connection, "in memory", None)


def _connected(name: str, key: bytes) -> Any:
    """A connection that was given its key and nothing else: nothing of the file has been read."""
    if len(key) != KEY_BYTES:
        raise DamagedError(
            tr("The key of the search index has a wrong length."), tr("Your identity file may be damaged.")
        )
    connection = dbapi2.connect(name, timeout=TIMEOUT_SECONDS, isolation_level=None, cached_statements=256)
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"").fetchall()
    return connection


def _set(connection: Any) -> None:
    for setting in _SETTINGS:
        connection.execute(setting).fetchall()
    _require_sqlcipher(connection)


def _require_sqlcipher(connection: Any) -> None:
    options = {str(row[0]) for row in connection.execute("PRAGMA compile_options")}
    version = connection.execute("PRAGMA cipher_version").fetchall()
    temporary = connection.execute("PRAGMA temp_store").fetchone()[0]
    if not version or not options & {"TEMP_STORE=2", "TEMP_STORE=3"} or int(temporary) != 2:
        raise ArchiveError(
            tr("The SQLCipher on this machine is not built as needed."), tr("Install again from the wheels.")
        )


def _make_or_recognise(connection: Any) -> bool:
    """Make the tables where there are none (then True), else see that they are ours; ``_UnusableError`` otherwise."""
    if _marks(connection) == (APPLICATION, FORMAT):
        return False
    connection.execute("BEGIN IMMEDIATE")
    marks = _marks(connection)  # again: another process may have been quicker
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if marks == (0, 0) and not tables:
        _make(connection)
    connection.execute("COMMIT")
    if marks == (APPLICATION, FORMAT):
        return False
    if tables or marks != (0, 0):
        raise _UnusableError("other format")
    return True


def _make(connection: Any) -> None:
    for table in TABLES:
        connection.execute(table)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _marks(connection: Any) -> tuple[int, int]:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return int(application), int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _told(sql: str) -> Iterator[None]:
    """What SQLite says, as one of our refusals; another database is not attached.

    Not by an authorizer of SQLite's: it takes a Ctrl-C inside one for a refusal, which would be told as damage.
    """
    if _OTHER_DATABASE.match(sql):
        raise _in_clear_error()
    try:
        yield
    except dbapi2.DatabaseError as error:
        raise _translated(error) from error


def _translated(error: Exception) -> ArchiveError:
    said = str(error)
    if "locked" in said:
        return InUseError(
            tr("Another process is writing to the search index."), tr("Wait for it to finish, then try again.")
        )
    if "is full" in said:
        return ArchiveError(
            tr("The disk is full: the search index could not be written."), tr("Make room, then try again.")
        )
    if "readonly" in said:
        return ArchiveError(
            tr("The search index was replaced or cannot be written here."), tr("Try again. {look}", look=_LOOK)
        )
    return DamagedError(_BROKEN, _REBUILD)
