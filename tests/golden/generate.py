"""Writes the golden archives of store format 1: a tar each, and beside it what the program has to say of it.

The tars that are checked in are final: they have to open for ever, whatever the program writes by then. What this makes
is the same as long as the program draws its randomness in the same order. ``python tests/golden/generate.py`` writes
tars that are missing and every answer; ``--all`` writes the tars anew as well.

Each tar holds ``archive/`` and ``identity``, a keystore of the profile tests-only with the passphrase below. No state:
a computer that never saw the archive reads it, and no mirror heals what is to be told.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from itertools import count
from pathlib import Path
from typing import Any, get_args

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # so that it runs from anywhere

import msgspec  # noqa: E402
from msgspec import inspect  # noqa: E402

from archive.casework import beginning, care  # noqa: E402
from archive.desk import Desk, Place  # noqa: E402
from archive.errors import ArchiveError  # noqa: E402
from archive.records import kinds  # noqa: E402
from archive.records.kinds import AnyRecord, Attachment  # noqa: E402
from archive.seal import changes, keystore, roster, segment  # noqa: E402
from archive.seal.identity import Identity  # noqa: E402
from archive.vault.deeds import Tomb  # noqa: E402
from archive.vault.entry import Draft, Entry  # noqa: E402
from archive.vault.journal import Journal  # noqa: E402
from archive.vault.state import State  # noqa: E402
from archive.vault.store import Store  # noqa: E402

PASSPHRASE = "seven herons over a frozen weir"
NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
MOMENT = 946_684_800  # the one time of all files of an archive


def drawn(label: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same every time."""
    numbers = count()

    def draw(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += blake2b(f"golden/{label}/{next(numbers)}".encode()).digest()
        return found[:size]

    return draw


class Bench:
    """A workbench: one archive's folder, and members with a state folder each."""

    def __init__(self, folder: Path, label: str) -> None:
        self.folder = folder
        self.root = folder / "archive"
        self.random = drawn(label)
        self.place = Place(self.root, folder / "state", folder / "identity")
        beginning.found(self.place, "Weir", lambda: PASSPHRASE, kdf="tests-only", random=self.random, clock=lambda: NOW)
        self.founder = self._unlocked()

    def _unlocked(self) -> Identity:
        secrets = keystore.unlock(self.place.identity.read_bytes(), PASSPHRASE)
        return Identity(secrets.seed, secrets.person)

    def desk(self, state: str = "state") -> Desk:
        """The founder's desk with one of the state folders."""
        place = msgspec.structs.replace(self.place, state=self.folder / state)
        return Desk.open(place, lambda: PASSPHRASE, random=self.random, clock=lambda: NOW)

    def journal(self, owner: Identity | None = None, root: Path | None = None) -> Journal:
        """A member's journal, over this folder or a copy of it."""
        owner, store = owner or self.founder, Store(root or self.root)
        (collective,) = store.collectives()
        state = State(self.folder / f"state-{owner.device[:8]}", store.archive_id)
        return Journal.open(store, collective, owner, state, self.random)

    def let_in(self, letter: str) -> Identity:
        """A new member, an admin, whose words were compared."""
        other = Identity(drawn(letter)(32), letter * 32)
        card = roster.make_card(other)
        desk = self.desk()
        desk.journal.change([lambda members, _: changes.add(self.founder, members, [card], [other.person])], NOW)
        self.journal(other).standing.compare()
        return other

    def give_to(self, member: Identity) -> None:
        """Puts this member's keystore where the founder's is: it is they who will read the archive."""
        secrets = keystore.Secrets(member.seed, member.person, self.random(32))
        self.place.identity.chmod(0o600)
        self.place.identity.write_bytes(keystore.lock(secrets, PASSPHRASE, "tests-only", self.random))

    def remove(self, owner: Identity, gone: Identity, root: Path | None = None) -> None:
        """``owner`` removes somebody."""
        journal = self.journal(owner, root)
        list(journal.segments(()))
        journal.change([lambda members, newest: changes.remove(owner, members, [gone.person], newest)], NOW)

    def write(self, title: str, owner: Identity | None = None, root: Path | None = None) -> str:
        """A case; the name of its segment's file."""
        journal = self.journal(owner, root)
        record = kinds.Case(
            id=self.random(16).hex(), created="2026-11-22T10:05Z", entered_by=journal.identity.device, title=title
        )
        with journal.begin(NOW) as batch:
            return batch.commit([Draft(record)], NOW).name

    def apart(self) -> Path:
        """A copy of the folder, for somebody who works without the others."""
        copy = self.folder / f"copy-{self.random(4).hex()}"
        shutil.copytree(self.root, copy)
        return copy

    def take(self, copy: Path) -> None:
        """What the copy has and this folder has not."""
        for path in copy.rglob("*"):
            target = self.root / path.relative_to(copy)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)

    def files(self, area: str) -> list[Path]:
        """The files of an area, sorted."""
        return sorted(path for path in self.root.glob(f"*/{area}/**/*") if path.is_file())


def filled(bench: Bench) -> Desk:
    """Records of most kinds, attachments, an edit, something in the bin, two epochs."""
    desk = bench.desk()
    case = desk.new(kinds.Case, title="The weir", place="Lviv oblast", period="2026-09/2026-11")
    first = desk.save(Draft(case)).entries[0]
    person = desk.new(kinds.Person, pseudonym="Heron", cases=(case.id,), risk=None)
    named = desk.new(
        kinds.Identity, person=person.id, names=(kinds.Name(language="uk", given="Тарас", surname="Завірюха"),)
    )
    consent = desk.new(
        kinds.Consent, person=person.id, given_by="self", method="witnessed", given_at="2026-11-20",
        purposes=("keep", "publish-pseudonym"), risks_explained=True, expires_at="2028-11-20",
    )  # fmt: skip
    desk.save(Draft(person), Draft(named), Draft(consent))
    _file(desk, case, person, "told.txt", "At noon the gate stood open.\n" * 40)
    desk.save(Draft(msgspec.structs.replace(case, summary="Taken at the gate."), (first.hash,)))
    desk.journal.rotate(NOW)
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="new epoch")))
    _file(desk, case, person, "paper.txt", "The court has ruled.\n" * 300)
    gone = desk.save(Draft(desk.new(kinds.Case, title="By mistake"))).entries[0]
    assert gone.record is not None
    desk.save(Tomb(id=gone.record.id, parents=(gone.hash,)))
    return desk


def _file(desk: Desk, case: kinds.Case, person: kinds.Person, name: str, text: str) -> None:
    """A testimony with its file."""
    data = text.encode()
    digest = sha256(data).hexdigest()
    report = kinds.ScrubReport(
        media_type="text/plain", method="text", lossless=True, sha256_original=digest, size_original=len(data),
        sha256_clean=digest,
    )  # fmt: skip
    record = desk.new(
        kinds.Testimony, title=name, case=case.id, about=(person.id,), language="en", text=text, scrub=report
    )
    with desk.journal.begin(NOW) as batch:
        file = batch.put([data], role="clean", media_type="text/plain", name=name)
        desk.commit(batch, [Draft(record, attachments=(file,))])


# --- the archives ---


def healthy(bench: Bench) -> None:
    """Nothing is wrong: most kinds of records, two files, two keys, an edit, a record in the bin."""
    filled(bench)


def _of_chain(bench: Bench, number: int) -> Path:
    """The file of one segment of the founder, by its number."""
    journal = bench.desk().journal
    (found,) = [one for one in journal.segments(()) if one.seq == number]
    return bench.root / journal.store.relative(journal.collective, "journal", found.name)


def missing_segment(bench: Bench) -> None:
    """A segment in the middle of a chain is gone; the one after it tells."""
    filled(bench)
    _of_chain(bench, 5).unlink()


def missing_object(bench: Bench) -> None:
    """A file that a record needs is gone."""
    filled(bench)
    max(bench.files("objects"), key=lambda path: path.stat().st_size).unlink()


def missing_key_event(bench: Bench) -> None:
    """The newest key event has not arrived: what was written since waits for it."""
    before = set(bench.files("keys"))
    filled(bench)
    (newest,) = set(bench.files("keys")) - before
    newest.unlink()


def truncated(bench: Bench) -> None:
    """A segment was cut in half under its final name."""
    filled(bench)
    path = _of_chain(bench, 4)
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[: len(data) // 2])


def conflict_copies(bench: Bench) -> None:
    """A sync tool left copies beside the files: of a segment, of an object, of a key event; one stands for the file."""
    filled(bench)
    one, two = bench.files("journal")[:2]
    shutil.copy(one, one.with_name(one.name + ".sync-conflict-20261122-100500-ABCDEFG"))
    two.rename(two.with_name(two.name + " (conflicted copy)"))
    for area in ("objects", "keys"):
        path = bench.files(area)[0]
        shutil.copy(path, path.with_name(path.name + " (1)"))


def fork(bench: Bench) -> None:
    """Two edits of one record, made apart: two heads, both kept."""
    desk = filled(bench)
    heads = [head for found in desk.truth().heads.values() for head in found]
    (head,) = [one for one in heads if one.record is not None and one.record.title == "The weir"]
    for number, state in enumerate(("state", "state-2")):
        desk = bench.desk(state)
        assert head.record is not None
        desk.save(Draft(msgspec.structs.replace(head.record, title=f"The weir, {number}"), (head.hash,)))


def one_number_twice(bench: Bench) -> None:
    """Two different segments with one number in one chain, as a cloned disk may write them: both are kept."""
    filled(bench)
    journal = bench.desk().journal
    path, target = _of_chain(bench, 9), journal.epoch
    assert target is not None
    head, _ = segment.open_segment(path.read_bytes(), list(journal.secrets.values()), journal.roster)
    _, twin = segment.make(bench.founder, head, [b'{"t":"later","v":1}'], target.age_public, bench.random)
    with journal.store.batch(journal.collective, bench.random) as batch:
        batch.add("journal", [twin])
        batch.finish()


def concurrent_removal(bench: Bench) -> None:
    """Two admins removed somebody each, at the same time, with a new key each; both are gone when all has arrived."""
    filled(bench)
    boris, carl, dana = map(bench.let_in, "bcd")
    for member in (boris, carl, dana):
        bench.write(f"by {member.person[0]}", member)
    copy = bench.apart()
    bench.remove(bench.founder, carl)
    bench.remove(boris, dana, copy)
    bench.write("after the one")
    bench.write("after the other", boris, copy)
    bench.take(copy)


def dispute(bench: Bench) -> None:
    """Two admins removed each other, as a third sees it: nothing is written until people have settled it."""
    filled(bench)
    boris, carl = map(bench.let_in, "bc")
    bench.write("by b", boris)
    copy = bench.apart()
    bench.remove(bench.founder, boris)
    bench.remove(boris, bench.founder, copy)
    bench.take(copy)
    bench.give_to(carl)


def ex_member(bench: Bench) -> None:
    """A removed member went on writing, with an old key and with one they made: all set aside, nothing counts."""
    filled(bench)
    boris = bench.let_in("b")
    bench.write("by b, while a member", boris)
    copy = bench.apart()
    bench.remove(bench.founder, boris)
    bench.write("after the removal")
    bench.write("by b, afterwards", boris, copy)
    bench.journal(boris, copy).rotate(NOW)
    bench.write("by b, with a new key", boris, copy)
    bench.take(copy)


def every_kind(bench: Bench) -> None:
    """A record of every kind there was on 26 November 2026, with every field that it could have."""
    desk = bench.desk()
    for kind in get_args(kinds.AnyRecord):
        said = filled_in(inspect.type_info(kind)) | desk.stamp()
        desk.save(Draft(msgspec.convert(said, kinds.AnyRecord)))


_PATTERNED = {
    "^[0-9a-f]{32}$": "0123456789abcdef" * 2, "^[0-9a-f]{64}$": "0123456789abcdef" * 4, "^[A-Z]{2}$": "UA",
    "^[A-Z][a-z]{3}$": "Cyrl", "^age1[0-9a-z]{20,190}$": "age1" + "q" * 58,
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "2026-11-20", "^[a-z0-9]+(-[a-z0-9]+)*$": "o-weir",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$": "2026-11-22T10:05Z",
}  # fmt: skip


def filled_in(kind: inspect.Type) -> Any:
    """A value of a type with everything in it: one of each list, the first of each choice, never nothing."""
    match kind:
        case inspect.StrType(pattern=str(pattern)):
            return _PATTERNED.get(pattern, "uk")
        case inspect.StrType(max_length=64):
            return "2024-03"
        case inspect.StrType():
            return "гребля"
        case inspect.IntType(ge=low):
            return low or 1
        case inspect.BoolType():
            return True
        case inspect.LiteralType(values=allowed):
            return allowed[0]
        case inspect.UnionType(types=types):
            return filled_in(next(one for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.Metadata(type=inner):
            return filled_in(inner)
        case inspect.VarTupleType(item_type=inner):
            return [filled_in(inner)]
        case inspect.DictType(key_type=key, value_type=value):
            return {filled_in(key): filled_in(value)}
        case inspect.StructType(fields=inside, tag=tag):
            return {one.encode_name: _unlike(one) for one in inside} | ({"kind": tag} if tag else {})
    raise TypeError(kind)


def _unlike(one: inspect.Field) -> Any:
    """A value that is not the default, which would not be written."""
    kind = one.type.type if isinstance(one.type, inspect.Metadata) else one.type
    if isinstance(kind, inspect.BoolType):
        return not one.default
    if isinstance(kind, inspect.LiteralType):
        return next(value for value in kind.values if value != one.default)
    return filled_in(kind)


ARCHIVES: Mapping[str, Callable[[Bench], None]] = {
    "healthy": healthy, "missing-segment": missing_segment, "missing-object": missing_object,
    "missing-key-event": missing_key_event, "truncated": truncated, "conflict-copies": conflict_copies, "fork": fork,
    "one-number-twice": one_number_twice, "concurrent-removal": concurrent_removal, "dispute": dispute,
    "ex-member": ex_member, "every-kind": every_kind,
}  # fmt: skip


# --- what the program says of one ---


def opened(tar: bytes, folder: Path) -> Desk:
    """A golden archive, unpacked and opened on a computer that never saw it."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as packed:
        packed.extractall(folder, filter="data")
    place = Place(folder / "archive", folder / "state", folder / "identity")
    return Desk.open(place, lambda: PASSPHRASE, random=os.urandom, clock=lambda: NOW)


def answer(desk: Desk, about: str) -> dict[str, Any]:
    """Everything that is expected of an archive; nothing in it is left to chance."""
    truth = desk.truth()
    told = {
        "about": about,
        "keyless": care.check_keyless(desk.store.root),
        "check": care.check(desk, read_data=True),
        "heads": [*_listed(desk, truth.heads)],
        "binned": [*_listed(desk, truth.binned)],
        "members": sorted(desk.journal.roster.cards),
        "writing": _hindrance(desk),
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return plain


def _listed(desk: Desk, records: Mapping[str, tuple[Entry, ...]]) -> Iterator[dict[str, Any]]:
    for entry in sorted((one for heads in records.values() for one in heads), key=lambda one: one.hash):
        assert entry.record is not None
        files = {file.name: _read(desk, file) for file in entry.attachments}
        told = {"kind": _kind(entry.record), "entry": entry.hash, "title": _title(entry.record), "files": files}
        yield told | {"says": msgspec.to_builtins(entry.record)}


def _kind(record: AnyRecord) -> str:
    return str(record.__struct_config__.tag)


def _title(record: AnyRecord) -> str | None:
    return getattr(record, "pseudonym", None) or getattr(record, "name", None) or record.title


def _read(desk: Desk, file: Attachment) -> str:
    """The SHA-256 of what was read, or why it was not."""
    try:
        return sha256(b"".join(desk.journal.open_object(file))).hexdigest()
    except ArchiveError as error:
        return type(error).__name__


def _hindrance(desk: Desk) -> str:
    try:
        desk.journal.standing.check()
    except ArchiveError as error:
        return error.name
    return "allowed"


def packed(name: str) -> bytes:
    """The tar of an archive, made anew: no owner, one time, sorted."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), name)
        ARCHIVES[name](bench)
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for path in [*sorted(bench.root.rglob("*")), bench.place.identity]:
                told = tarfile.TarInfo(path.relative_to(folder).as_posix())
                told.mtime, told.mode = MOMENT, 0o700 if path.is_dir() else 0o400
                told.type = tarfile.DIRTYPE if path.is_dir() else tarfile.REGTYPE
                data = b"" if path.is_dir() else path.read_bytes()
                told.size = len(data)
                tar.addfile(told, io.BytesIO(data))
        return out.getvalue()


def main(anew: bool) -> None:
    """Writes what is missing, or all."""
    for name, make in ARCHIVES.items():
        tar = HERE / f"{name}.tar"
        if anew or not tar.exists():
            tar.write_bytes(packed(name))
        with tempfile.TemporaryDirectory() as folder:
            desk = opened(tar.read_bytes(), Path(folder))
            told = answer(desk, " ".join((make.__doc__ or "").split()))
        (HERE / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main("--all" in sys.argv[1:])
