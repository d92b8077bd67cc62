"""What other tools' exports say of the files in them, as it comes out of the sandbox; and getting it out of there.

The reading itself is done by ``exports_reader``, which only the sandbox loads. What it answers is held to the shapes
here: a place, a time, a device, a hash, and nothing else crosses the border as a fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Annotated, Literal, Self

import msgspec
from msgspec import Meta, Struct

from archive.errors import UncleanError, UsageError
from archive.records.kinds import Sha256
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker
from archive.scrub.contract import Capture
from archive.speech import tr

Tool = Literal["proofmode", "tella", "uwazi"]
Name = Annotated[str, Meta(max_length=4_096)]
_Coordinate = Annotated[str, Meta(max_length=20, pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,12})?$")]


class Proof(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an export says of one file: its hash and name, and what its capture proves.

    ``sides`` are the paths of all that speaks of it, ``signature`` the one that signs the file itself; ``said`` is the
    side file that the facts are from, and ``said_signature`` the one that signs it.
    """

    sha256: Sha256
    name: Name = ""
    sides: tuple[Name, ...] = ()
    signature: Name | None = None
    said: Name | None = None
    said_signature: Name | None = None
    taken_at: Annotated[str, Meta(max_length=19, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")] | None = None
    zone: Annotated[str, Meta(max_length=6, pattern=r"^[+-]\d\d:\d\d$")] | None = None
    latitude: _Coordinate | None = None
    longitude: _Coordinate | None = None
    device: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[\w ()/.,+&-]+$")] | None = None

    @property
    def capture(self) -> Capture:
        """What the capture proves."""
        return Capture(
            taken_at=self.taken_at,
            zone=self.zone,
            latitude=self.latitude,
            longitude=self.longitude,
            device=self.device,
        )


class Entity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of a database's export: what it says as text, where, and the names of the files that belong to it.

    ``more_places`` is how many places it names beyond that one.
    """

    number: Annotated[int, Meta(ge=1, le=10_000_000)]
    text: Annotated[str, Meta(min_length=1, max_length=262_144)]
    title: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    latitude: _Coordinate | None = None
    longitude: _Coordinate | None = None
    more_places: Annotated[int, Meta(ge=0, le=1_000)] = 0
    files: tuple[Name, ...] = ()


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that an export says; ``key`` is the public key that came along, ``rest`` side files of no single file."""

    proofs: tuple[Proof, ...] = ()
    entities: tuple[Entity, ...] = ()
    key: bytes | None = None
    rest: tuple[Name, ...] = ()


class Member(Struct, frozen=True):
    """A file out of a zip."""

    path: Name
    data: bytes


class Answer(Struct, frozen=True, kw_only=True):
    """What comes over the border: ``reason`` where there is nothing to tell, one of a closed list."""

    told: Told | None = None
    members: tuple[Member, ...] = ()
    reason: Annotated[str, Meta(max_length=100)] | None = None


class Reader:
    """A context manager over the worker that reads exports."""

    def __init__(self, walls: Sequence[Wall] = WALLS) -> None:
        self._worker = Worker("archive.ingest.exports_reader:handle", walls=walls)

    def __enter__(self) -> Self:
        self._worker.__enter__()
        self._worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.__exit__(kind, error, trace)

    def unzip(self, data: bytes) -> tuple[Member, ...]:
        """The files of a zip. Raises UsageError with a reason."""
        return self._ask(b"unzip", data).members

    def told(self, tool: Tool, sides: Mapping[str, bytes]) -> Told:
        """What the side files of an export say. UsageError if they are none of this tool's."""
        answer = self._ask(tool.encode(), msgspec.msgpack.encode(dict(sides)))
        return answer.told or Told()

    def _ask(self, request: bytes, data: bytes) -> Answer:
        try:
            answer = msgspec.msgpack.decode(self._worker.call(request, data), type=Answer)
        except msgspec.MsgspecError:
            answer = Answer(reason="its reader gave no sound answer")
        except UncleanError as error:  # it crashed, or took too long
            answer = Answer(reason=error.message)
        if answer.reason is not None:
            raise UsageError(
                tr("This export cannot be read: {reason}.", reason=tr(answer.reason)),
                tr("Is it another tool's (--format)? A large zip: unpack it yourself, and import the folder."),
            )
        return answer
