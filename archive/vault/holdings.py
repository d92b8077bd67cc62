"""The files of one collective on this device: the archive's own, and behind them the private mirror that heals them.

A file whose bytes are not what its name says has not arrived yet, or was changed: it is never parsed and never deleted,
but replaced by the mirror's copy if there is a whole one. Whatever was not as it should be ends up in ``problems``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from archive.errors import ArchiveError, DamagedError, NotFoundError
from archive.seal import age
from archive.seal.age import NoMatchError
from archive.seal.lines import digest
from archive.speech import tr
from archive.vault.entry import Problem
from archive.vault.shelter import shelter
from archive.vault.state import State
from archive.vault.store import Store
from archive.vault.tree import Area

_UNWHOLE = tr("is not what its name says: it did not arrive whole, or was changed")


class Holdings:
    """One collective's key events and segments in the archive and in the mirror."""

    def __init__(self, store: Store, state: State, collective: str, random: Callable[[int], bytes]) -> None:
        self.store = store
        self.state = state
        self.collective = collective
        self.random = random
        self._problems: dict[tuple[str, str], Problem] = {}

    @property
    def problems(self) -> list[Problem]:
        """Everything found so far, each thing once."""
        return list(self._problems.values())

    def report(self, area: Area, name: str, problem: str, *, healed: bool = False, aside: bool = False) -> None:
        """Notes a problem of a file."""
        self.note(Problem(self.store.relative(self.collective, area, name), problem, healed, aside))

    def note(self, problem: Problem) -> None:
        """Notes a problem, once."""
        self._problems.setdefault((problem.path, problem.problem), problem)

    def mirrored(self, area: Area) -> set[str]:
        """The names in the mirror: what this device has verified before."""
        return set(self.state.mirror.names(self.collective, area))

    def whole(self, area: Area, name: str) -> bytes | None:
        """The bytes of a file, from the mirror if need be; None, and a problem noted, if there is no whole copy."""
        try:
            return self.store.read(self.collective, area, name)
        except ArchiveError as error:
            problem = _in_words(error)
        data = self.mirror_copy(area, name)
        if data is None:
            self.report(area, name, problem)
            return None
        self.report(area, name, problem, healed=self._put_back(area, data))
        return data

    def has(self, area: Area, name: str) -> bool:
        """Whether the archive has a file of this name; what is in it is not looked at."""
        return self.store.path(self.collective, area, name).exists()

    def names(self, area: Area) -> list[str]:
        """The names of the archive's files of an area."""
        return self.store.names(self.collective, area)

    def stream(self, area: Area, name: str) -> Iterator[bytes]:
        """The bytes of a file in pieces, not held against its name."""
        return self.store.stream(self.collective, area, name)

    def opens(self, area: Area, name: str, secrets: Sequence[bytes]) -> bool:
        """Whether one of the secrets opens the file; one that is damaged counts as opened, as no key helps it."""
        try:
            next(age.decrypt(self.stream(area, name), secrets), None)
        except NoMatchError:
            return False
        except ArchiveError:
            return True
        return True

    def mirror(self, names: Iterable[str]) -> None:
        """Copies segments that were verified just now to the mirror."""
        self.keep("journal", (self.store.read(self.collective, "journal", name) for name in names))

    def size(self, area: Area, name: str) -> int:
        """The bytes of a file; 0 if it is not here."""
        try:
            return self.store.path(self.collective, area, name).stat().st_size
        except OSError:
            return 0

    def mirror_copy(self, area: Area, name: str) -> bytes | None:
        """The mirror's bytes of a file, which stay there; None if it has no whole copy."""
        try:
            return self.state.mirror.read(self.collective, area, name)
        except ArchiveError:
            return None

    def drop(self, area: Area, names: Collection[str]) -> None:
        """Takes files away for good, from the archive and from the mirror."""
        self.store.remove(self.collective, area, names)
        self.state.mirror.remove(self.collective, area, names)

    def keep(self, area: Area, files: Iterable[bytes]) -> None:
        """Copies verified files to the mirror. A power cut may lose or spoil copies: they are read by their hash."""
        mirror = self.state.mirror
        with mirror.batch(self.collective, self.random) as batch:
            for data in files:
                if not mirror.path(self.collective, area, digest(data)).exists():
                    batch.add(area, [data])
            batch.finish(durable=False)

    def shelter(self, names: Iterable[str]) -> None:
        """Gives objects that were placed just now a second name in the mirror, where the disk can do that."""
        shelter(self.store, self.state.mirror, self.collective, names)

    def _put_back(self, area: Area, data: bytes) -> bool:
        """Writes a file again; whether it could be."""
        try:
            with self.store.batch(self.collective, self.random) as batch:
                batch.add(area, [data])
                batch.finish()
        except ArchiveError:
            return False
        return True


def _in_words(error: ArchiveError) -> str:
    if isinstance(error, NotFoundError):
        return tr("is gone")
    if isinstance(error, DamagedError):
        return _UNWHOLE
    return tr("cannot be read: {why}", why=error.message)
