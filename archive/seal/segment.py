"""Segments: what one commit adds to the journal, signed inside its encryption, so outsiders do not learn who wrote.

The plaintext has the form of ``lines.py`` (label ``segment``); its body lines are the entries. Line 2::

    {"at":"2026-11-22T10:05Z", "chain":…, "collective":…, "dev":…, "entries":[…], "keys":["<key event id>"],
     "prev":"<id of the segment before it in the same chain>", "seen":{"<dev>/<chain>":[<seq>,"<id>"]}, "seq":41, "v":1}

The first segment of a chain has no ``prev``. ``at`` and ``seen`` are claims: they raise alarms and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from archive.seal import age, lines
from archive.seal.identity import Identity
from archive.seal.lines import Minute, Signed
from archive.seal.roster import Key, Roster
from archive.speech import tr

Chain = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Seq = Annotated[int, Meta(ge=1)]


class Head(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Line 2 of a segment, without ``entries``, which ``lines`` keeps."""

    at: Minute
    chain: Chain
    collective: Key
    dev: Key
    keys: tuple[Key, ...]
    seen: dict[str, tuple[Seq, Key]]
    seq: Seq
    v: Literal[1]
    prev: Key | None = None


def make(
    owner: Identity, head: Head, entries: Sequence[bytes], epoch: bytes, random: Callable[[int], bytes]
) -> tuple[str, bytes]:
    """The segment's id and its encrypted bytes, for one epoch's public key. DamagedError over a limit."""
    name, plaintext = lines.write(msgspec.to_builtins(head), entries, lambda message: owner.sign("segment", message))
    return name, age.encrypt_bytes(plaintext, [epoch], random)


def copy(signed: Signed, epoch: bytes, random: Callable[[int], bytes], without: Container[str] = ()) -> bytes:
    """Another encrypted file with the same line 2, perhaps without some body lines, for one epoch's public key."""
    return age.encrypt_bytes(lines.without(signed, without), [epoch], random)


def open_segment(data: bytes, secrets: Sequence[bytes], members: Roster) -> tuple[Head, Signed]:
    """Opens a segment with the epochs' secrets and verifies all that can be verified without other segments.

    Who wrote it may have been removed since: whether it still counts is for ``cuts.py`` to say.
    NoMatchError if its epoch is not among them; NewerError or DamagedError otherwise.
    """
    signed = lines.read(age.decrypt_bytes(data, secrets))
    head = lines.head(signed, Head)
    card = members.known.get(head.dev)
    if head.collective != members.collective:
        raise lines.damaged(tr("it belongs to another collective"))
    if card is None or not signed.signed_by(card.verify_key, "segment"):
        raise lines.damaged(tr("no device on the collective's list signed it"))
    if (head.prev is None) != (head.seq == 1):
        raise lines.damaged(tr("its number and its predecessor do not fit"))
    return head, signed
