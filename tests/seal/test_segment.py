"""Segments: their bytes, their limits, and everything about one that is refused."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult_base

from archive.errors import DamagedError, UsageError
from archive.seal import age, canonical, lines, padme, roster, segment
from archive.seal.identity import Identity
from archive.seal.lines import NewerError
from archive.seal.segment import Head

ANNA = Identity(bytes(range(32)), "aa" * 16)
EVE = Identity(bytes(32), "ee" * 16)
GENESIS = roster.found(ANNA, os.urandom)
MEMBERS = roster.judge([GENESIS], GENESIS.id)
SECRET = bytes(range(1, 33))
PUBLIC = crypto_scalarmult_base(SECRET)
ENTRIES = [canonical.encode({"t": "put", "v": 1, "n": n}) for n in range(3)]


def head(**fields) -> Head:
    plain = {
        "at": "2026-11-22T10:05Z", "chain": "c" * 32, "collective": GENESIS.id, "dev": ANNA.device,
        "keys": ("d" * 64,), "seen": {}, "seq": 1, "v": 1,
    }  # fmt: skip
    return Head(**{**plain, **fields})


def sealed(plaintext: bytes) -> bytes:
    return age.encrypt_bytes(plaintext, [PUBLIC], os.urandom)


def plain(entries=ENTRIES, owner=ANNA, **fields) -> bytes:
    _, data = segment.make(owner, head(**fields), entries, PUBLIC, os.urandom)
    return age.decrypt_bytes(data, [SECRET])


def opened(data: bytes):
    return segment.open_segment(data, [SECRET], MEMBERS)


def test_what_is_made_opens_again():
    """Head, entries and id come back as they went in."""
    name, data = segment.make(ANNA, head(), ENTRIES, PUBLIC, os.urandom)
    read, signed = opened(data)
    assert read == head()
    assert list(signed.body) == ENTRIES
    assert signed.id == name
    assert not signed.missing


@settings(max_examples=60)
@given(st.integers(0, 300_000))
def test_small_files_have_five_sizes_and_larger_ones_padme(size):
    """The encrypted file is 4, 8, 16, 32 or 64 KiB; beyond that the plaintext has a PADMÉ length."""
    _, data = segment.make(ANNA, head(), [b"x" * size], PUBLIC, os.urandom)
    if len(data) <= 65536:
        assert len(data) in (4096, 8192, 16384, 32768, 65536)
    else:
        length = len(age.decrypt_bytes(data, [SECRET]))
        assert padme.padded(length) == length


def edits() -> dict[str, bytes]:
    """Plaintexts that a member could write but that say something they must not."""
    first, second, *body = plain().rstrip(b"\n").split(b"\n")
    eves = plain(owner=EVE).split(b"\n")[0]
    other = canonical.encode({"t": "put", "v": 1, "n": 9})
    return {
        "an extra line": b"\n".join([first, second, *body, other, b""]),
        "a repeated line": b"\n".join([first, second, *body, body[0], b""]),
        "a changed line": b"\n".join([first, second, other, *body[1:], b""]),
        "an empty line inside": b"\n".join([first, second, body[0], b"", body[1], b""]),
        "no line end": b"\n".join([first, second, *body]),
        "a head changed after signing": b"\n".join([first, second.replace(b'"seq":1', b'"seq":2'), *body, b""]),
        "a stranger's signature": b"\n".join([eves, second, *body, b""]),
        "two signatures": b"\n".join([first.replace(b'"]', b'","' + b"0" * 128 + b'"]'), second, *body, b""]),
        "no signature": b"\n".join([b'{"sigs":[]}', second, *body, b""]),
        "more on line 1": b"\n".join([first.replace(b"]}", b'],"x":1}'), second, *body, b""]),
        "a head that is not canonical": b"\n".join([first, second.replace(b",", b", ", 1), *body, b""]),
        "only one line": first + b"\n",
        "nothing": b"",
        "only padding": b"\n" * 100,
    }


@pytest.mark.parametrize("what", edits())
def test_every_line_must_be_what_was_signed(what):
    """Nothing can be added, repeated, changed or put in another form."""
    with pytest.raises(DamagedError):
        opened(sealed(edits()[what]))


@pytest.mark.parametrize(
    "fields",
    [
        {"collective": "0" * 64},
        {"dev": EVE.device},
        {"seq": 2},
        {"prev": "0" * 64},
        {"seq": 0},
        {"at": "2026-11-22T10:05:01Z"},
        {"chain": "x"},
        {"keys": ("x",)},
        {"seen": {"a": (0, "0" * 64)}},
    ],
    ids=str,
)
def test_a_head_that_does_not_fit_is_refused(fields):
    """Another collective, a device not on the list, a number without predecessor, malformed fields."""
    with pytest.raises(DamagedError):
        opened(sealed(plain(**fields)))


def test_a_line_that_is_missing_is_told_and_the_others_are_read():
    """A hollow copy is valid, but says what it lacks."""
    rows = plain().rstrip(b"\n").split(b"\n")
    _, signed = opened(sealed(b"\n".join([*rows[:2], rows[3], b""])))
    assert signed.missing == (lines.digest(ENTRIES[0]), lines.digest(ENTRIES[2]))
    assert signed.body == (ENTRIES[1],)


def test_another_epoch_is_told_apart_from_damage():
    """A segment before its key waits."""
    _, data = segment.make(ANNA, head(), ENTRIES, PUBLIC, os.urandom)
    with pytest.raises(age.NoMatchError):
        segment.open_segment(data, [bytes(32)], MEMBERS)


def test_a_later_version_is_told_apart_from_damage():
    """``v`` 2 says: update first."""
    with pytest.raises(NewerError):
        opened(sealed(plain(v=2)))


def test_a_signature_for_another_purpose_does_not_count():
    """The label keeps a key event's signature from being shown as a segment's."""
    rows = plain().split(b"\n")
    rows[0] = canonical.encode({"sigs": [ANNA.sign("keys", rows[1]).hex()]})
    with pytest.raises(DamagedError):
        opened(sealed(b"\n".join(rows)))


def test_limits_of_writing_and_reading():
    """20,000 entries, 1 MiB a line, 64 MiB a file; one more is refused with a sentence that helps."""
    body = [b'{"n":%d}' % n for n in range(lines.MOST_ENTRIES)]
    _, signed = opened(segment.make(ANNA, head(), body, PUBLIC, os.urandom)[1])
    assert len(signed.body) == lines.MOST_ENTRIES
    line = b"x" * lines.LONGEST_LINE
    for too_much in ([*body, b"{}"], [line + b"x"], [line[:-n] for n in range(1, 70)]):
        with pytest.raises(UsageError, match="one step"):
            lines.write({}, too_much, lambda message: ANNA.sign("segment", message))
    for text in (b"{}\n" * (lines.MOST_ENTRIES + 3), b"{}\n{}\n" + line + b"x\n"):
        with pytest.raises(DamagedError):
            lines.read(text)
