"""Writes the vectors of store format 1: one file an area, one failure each. ``python tests/vectors/generate.py``.

A vector's ``data`` is a list of parts: text as it stands, ``{"hex": …}``, or ``{"text": …, "times": n}``.
``outcome`` is "read", the name of the error that refuses it, or what else becomes of it; ``says`` stands in the error's
text. All randomness is a hash over a counter, so that the same program writes the same bytes; a test holds them against
the files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b, sha256
from itertools import count
from pathlib import Path
from typing import Any

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt, crypto_scalarmult_base

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # so that it runs from anywhere

from archive.seal import age, bech32, canonical, epoch, keystore, lines, roster  # noqa: E402
from archive.seal.identity import Identity  # noqa: E402
from archive.seal.lines import digest  # noqa: E402
from archive.vault import layout, requests  # noqa: E402

Part = str | dict[str, Any]
Vector = dict[str, Any]
AT = "2026-11-22T10:05Z"


def drawn(label: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same every time."""
    numbers = count()

    def draw(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += blake2b(f"{label}/{next(numbers)}".encode()).digest()
        return found[:size]

    return draw


FOUNDER, STRANGER = Identity(b"\1" * 32, "aa" * 16), Identity(b"\2" * 32, "bb" * 16)
SECOND = Identity(b"\3" * 32, "aa" * 16)
GENESIS = roster.found(FOUNDER, drawn("genesis"))
OTHER = roster.found(FOUNDER, drawn("another genesis"))
EPOCH = drawn("epoch")(32)
PASSPHRASE = "seven herons"
SECRETS = keystore.Secrets(b"\1" * 32, "aa" * 16, b"\4" * 32)


def parts(data: bytes) -> list[Part]:
    """The parts of some bytes: text where it is text, padding counted."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return [{"hex": data.hex()}]
    if any(not sign.isprintable() and sign != "\n" for sign in text):
        return [{"hex": data.hex()}]
    kept = text.rstrip("\n")
    padding = len(text) - len(kept)
    return [text] if padding < 8 else [kept, {"text": "\n", "times": padding}]


def vector(
    name: str, what: str, data: bytes | list[Part], outcome: str = "read", says: str = "", **more: Any
) -> Vector:
    """One vector."""
    told = {"name": name, "what": what, "data": parts(data) if isinstance(data, bytes) else data, "outcome": outcome}
    return {**told, **({"says": says} if says else {}), **more}


def refused(name: str, what: str, data: bytes | list[Part], says: str = "", **more: Any) -> Vector:
    """One that is damaged."""
    return vector(name, what, data, "DamagedError", says, **more)


# --- canonical JSON ---


def canonicals() -> Iterator[Vector]:
    """Values in their one spelling, and in others."""
    for name, text in {
        "object": '{"a":1,"b":[true,false,null,""]}', "text": '"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/\u007f\u2028é"',
        "largest": "9007199254740991", "zero": "0", "keys by code point": '{"Z":1,"a":1,"é":1,"｡":1,"😀":1}',
        "deepest": "[" * 16 + "]" * 16,
    }.items():  # fmt: skip
        yield vector(name, "accepted", text.encode())
    form, no_json = "not in canonical form", "no JSON"
    for name, text, says in (
        ("empty", "", no_json), ("cut off", '{"a":1', no_json), ("two values", "1 2", no_json),
        ("a comma too many", "[1,]", no_json), ("a comment", "[1]//", no_json), ("single quotes", "'a'", no_json),
        ("a bare control character", '"\x01"', no_json), ("not a number", "NaN", no_json), ("plus", "+1", no_json),
        ("a leading zero", "01", no_json), ("half a character", '"\\ud800"', ""), ("a bad escape", '"\\x"', no_json),
        ("a space", '{"a": 1}', form), ("a line end", "1\n", form), ("keys out of order", '{"b":1,"a":1}', form),
        ("a key twice", '{"a":1,"a":1}', form), ("a slash escaped", '"\\/"', form),
        ("a letter escaped", '"\\u0061"', form),
        ("upper-case escape", '"\\u001F"', form), ("long escape of a line feed", '"\\u000a"', form),
        ("a float", "1.5", "out of range"), ("a whole float", "1.0", "out of range"),
        ("an exponent", "1e2", "out of range"),
        ("negative", "-1", "out of range"), ("minus zero", "-0", ""),
        ("one too large", "9007199254740992", "out of range"),
        ("too deep", "[" * 17 + "]" * 17, "nested too deeply"), ("far too deep", "[" * 5000 + "]" * 5000, ""),
    ):  # fmt: skip
        yield refused(name, f"refused: {name}", text.encode(), says)
    yield refused("a byte order mark", "UTF-8 with BOM", b"\xef\xbb\xbf1")
    yield refused("not UTF-8", "a byte that UTF-8 does not have", b'"\xff"')
    yield refused("overlong", "a slash in two bytes", b'"\xc0\xaf"')
    yield refused("half a character, raw", "a surrogate in UTF-8", b'"\xed\xa0\x80"')
    yield vector("longest text", "512 KiB", ['"', {"text": "a", "times": 2**19}, '"'])
    yield refused("text too long", "512 KiB and a byte", ['"', {"text": "a", "times": 2**19 + 1}, '"'], "too long")
    yield refused("text too long in bytes", "fewer letters", ['"', {"text": "é", "times": 2**18 + 1}, '"'], "too long")
    yield refused("key too long", "a key", ['{"', {"text": "a", "times": 2**19 + 1}, '":1}'], "too long")


# --- keystore ---


def changed(data: bytes, at: int, by: bytes) -> bytes:
    """The bytes with others put in at one place."""
    return data[:at] + by + data[at + len(by) :]


def flipped(data: bytes, at: int) -> bytes:
    """The bytes with one bit turned."""
    return changed(data, at, bytes([data[at] ^ 1]))


def keystore_with(body: bytes) -> bytes:
    """A keystore, sealed as it has to be, with this in it."""
    whole = keystore.lock(SECRETS, PASSPHRASE, "tests-only", drawn("keystore"))
    cost = keystore.PROFILES["tests-only"]
    key, _ = keystore._derive(PASSPHRASE, whole[16:32], cost)
    return whole[:88] + crypto_aead_xchacha20poly1305_ietf_encrypt(body, whole[:64], whole[64:88], key)


def keystores() -> Iterator[Vector]:
    """Every field of the keystore changed for itself."""
    whole = keystore.lock(SECRETS, PASSPHRASE, "tests-only", drawn("keystore"))
    yield vector("whole", "as lock writes it", whole)
    yield vector("line feed", "a passphrase file ends in LF", whole, passphrase=PASSPHRASE + "\n")
    yield vector("carriage return", "or in CRLF", whole, passphrase=PASSPHRASE + "\r\n")
    composed = keystore.lock(SECRETS, "\u0439", "tests-only", drawn("composed"))
    yield vector("decomposed", "typed as two characters", composed, passphrase="\u0438\u0306")
    wrong = "WrongPassphraseError"
    yield vector("two line feeds", "only one is left out", whole, wrong, passphrase=PASSPHRASE + "\n\n")
    yield vector("wrong passphrase", "one letter less", whole, wrong, passphrase=PASSPHRASE[:-1])
    yield vector("no passphrase", "empty", whole, "UsageError", passphrase="\n")
    yield vector("salt", "one bit of it", flipped(whole, 16), wrong)
    yield vector("commitment", "one bit of it", flipped(whole, 63), wrong)
    yield vector("cost", "one pass more", changed(whole, 8, b"\2"), wrong)
    for name, at, by in (
        ("magic", 0, b"CKS2"), ("derivation", 4, b"\2"), ("reserved", 7, b"\1"), ("no pass", 8, bytes(4)),
        ("seventeen passes", 8, b"\x11"), ("too little memory", 12, b"\7"), ("too much memory", 12, b"\1\0\x10\0"),
    ):  # fmt: skip
        yield refused(name, "refused before the derivation runs", changed(whole, at, by))
    for name, at in (("nonce", 64), ("ciphertext", 88), ("tag", -1 % len(whole))):
        yield refused(name, "one bit of it", flipped(whole, at))
    yield refused("empty", "no byte", b"")
    yield refused("header only", "cut off before the body", whole[:88])
    yield refused("cut off", "a byte less", whole[:-1])
    yield refused("longer", "a byte more", whole + b"\0")
    fields = {"index_key": "04" * 32, "person": "aa" * 16, "seed": "01" * 32}
    for name, body in {
        "spaces inside": json.dumps(fields).encode(), "a field more": _compact({**fields, "x": 1}),
        "a field less": _compact({"person": "a", "seed": "01" * 32}), "short seed": _compact({**fields, "seed": "01"}),
        "upper case": _compact({**fields, "seed": "AB" * 32}), "person is a number": _compact({**fields, "person": 1}),
        "no JSON": b"x", "a list": b"[]",
    }.items():  # fmt: skip
        yield refused(name, "well sealed, badly filled", keystore_with(body))


def _compact(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


# --- signed lines ---


def signed(
    label: str,
    head: Mapping[str, Any] | bytes,
    body: Sequence[bytes],
    *,
    by: Identity = FOUNDER,
    first: bytes | None = None,
) -> bytes:
    """A plaintext whose head, body and signature may be anything; unpadded."""
    second = head if isinstance(head, bytes) else canonical.encode(head)
    first = first if first is not None else canonical.encode({"sigs": [by.sign(label, second).hex()]})
    return b"\n".join((first, second, *body, b""))


ENTRY = b'{"salt":"00","t":"x","v":1}'
HEAD: Mapping[str, Any] = {
    "at": AT, "chain": "c0" * 16, "collective": GENESIS.id, "dev": FOUNDER.device, "entries": [digest(ENTRY)],
    "keys": ["e0" * 32], "seen": {}, "seq": 1, "v": 1,
}  # fmt: skip


def segments() -> Iterator[Vector]:
    """The plaintext of a segment; reading it means encrypting it to the epoch first."""
    good = signed("segment", HEAD, [ENTRY])
    yield vector("whole", "padded as it is written", good.ljust(lines.padded(len(good)), b"\n"))
    empty = signed("segment", {**HEAD, "entries": []}, [])
    yield vector("no entries", "nothing in it", empty.ljust(lines.padded(len(empty)), b"\n"))
    more = signed("segment", {**HEAD, "zz": "later"}, [ENTRY])
    yield vector("unknown field", "a field of later days is kept", more.ljust(lines.padded(len(more)), b"\n"))
    hollow = signed("segment", HEAD, [])
    yield vector("hollow", "a line is missing in this copy", hollow.ljust(lines.padded(len(hollow)), b"\n"), "hollow")
    yield vector("version 2", "of a later program", signed("segment", {**HEAD, "v": 2}, [ENTRY]), "NewerError")
    yield from _bad_heads()
    yield from _bad_lines(good)
    yield from _bad_signatures()


def _bad_heads() -> Iterator[Vector]:
    malformed = "second line is malformed"
    for name, change, says in (
        ("no version", {"v": None}, malformed), ("version as text", {"v": "1"}, malformed),
        ("number zero", {"seq": 0}, malformed), ("number as text", {"seq": "1"}, malformed),
        ("no number", {"seq": None}, malformed), ("no chain", {"chain": None}, malformed),
        ("time with seconds", {"at": "2026-11-22T10:05:00Z"}, malformed),
        ("time without zone", {"at": AT[:-1]}, malformed),
        ("chain in upper case", {"chain": "C0" * 16}, malformed), ("short chain", {"chain": "c0"}, malformed),
        ("short key event", {"keys": ["e0"]}, malformed), ("keys as text", {"keys": "e0"}, malformed),
        ("seen without number", {"seen": {"x": "e0" * 32}}, malformed),
        ("seen zero", {"seen": {"x": [0, "e0" * 32]}}, malformed),
        ("short predecessor", {"seq": 2, "prev": "e0"}, malformed), ("short device", {"dev": "e0"}, malformed),
        ("first with predecessor", {"prev": "e0" * 32}, "do not fit"), ("second without", {"seq": 2}, "do not fit"),
        ("other collective", {"collective": "e0" * 32}, "another collective"),
        ("unknown device", {"dev": STRANGER.device}, "no device on the collective's list"),
        ("no entries list", {"entries": None}, "does not name its entries"),
        ("entries as text", {"entries": digest(ENTRY)}, "does not name its entries"),
        ("entry named twice", {"entries": [digest(ENTRY)] * 2}, "does not name its entries"),
        ("entry in upper case", {"entries": [digest(ENTRY).upper()]}, "does not name its entries"),
    ):  # fmt: skip
        head = {key: value for key, value in {**HEAD, **change}.items() if value is not None}
        yield refused(name, "in line 2", signed("segment", head, [ENTRY]), says)
    yield refused("head is a list", "line 2", signed("segment", b"[]", [ENTRY]), "does not name its entries")
    yield refused("head out of order", "line 2", signed("segment", b'{"v":1,"entries":[]}', []), "canonical")


def _bad_lines(good: bytes) -> Iterator[Vector]:
    yield refused("empty", "no byte", b"", "no end")
    yield refused("one line", "no line 2", b'{"sigs":[]}\n')
    yield refused("no end", "the last line feed is missing", good[:-1], "no end")
    yield refused("padded with zeros", "padding is line feeds", good + bytes(16), "no end")
    yield refused("carriage returns", "CRLF", good.replace(b"\n", b"\r\n"))
    yield refused("empty line before", "nothing comes first", b"\n" + good)
    yield refused("unnamed line", "the head does not know it", signed("segment", HEAD, [ENTRY, b"{}"]), "not signed")
    yield refused("line twice", "once is right", signed("segment", HEAD, [ENTRY, ENTRY]), "or one twice")
    yield refused("line changed", "one letter", signed("segment", HEAD, [ENTRY.replace(b"00", b"01")]), "not signed")
    yield refused("too many lines", "20,002 of them", [{"text": "x\n", "times": 20_003}], "too many lines")
    head: Part = {"text": "x", "times": 2 * 2**20 + 1}
    yield refused("head too long", "2 MiB and a byte", ["{}\n", head, "\n"], "too long")
    long: Part = {"text": "x", "times": 2**20 + 1}
    yield refused("line too long", "1 MiB and a byte", [signed("segment", HEAD, []).decode(), long, "\n"], "too long")


def _bad_signatures() -> Iterator[Vector]:
    sig = FOUNDER.sign("segment", canonical.encode(HEAD)).hex()
    for name, first in {
        "none": {"sigs": []}, "two": {"sigs": [sig, sig]}, "in upper case": {"sigs": [sig.upper()]},
        "short": {"sigs": [sig[:-2]]}, "as text": {"sigs": sig}, "and more": {"sigs": [sig], "x": 1}, "absent": {},
    }.items():  # fmt: skip
        data = signed("segment", HEAD, [ENTRY], first=canonical.encode(first))
        yield refused(f"signature {name}", "line 1", data, "first line is no signature")
    data = signed("segment", HEAD, [ENTRY], first=b'{"sigs": ["%s"]}' % sig.encode())
    yield refused("signature with a space", "line 1", data, "canonical")
    nobody = "no device on the collective's list signed it"
    yield refused("signed by another", "not by dev", signed("segment", HEAD, [ENTRY], by=STRANGER), nobody)
    yield refused("signed as key event", "the label is part of it", signed("keys", HEAD, [ENTRY]), nobody)
    other = signed("segment", {**HEAD, "seq": 1, "keys": []}, [ENTRY], first=canonical.encode({"sigs": [sig]}))
    yield refused("signature of another head", "moved over", other, nobody)
    wrong = canonical.encode({"sigs": [flipped(bytes.fromhex(sig), 40).hex()]})
    yield refused("signature changed", "one bit", signed("segment", HEAD, [ENTRY], first=wrong), nobody)


# --- encrypted files ---


def sealed() -> Iterator[Vector]:
    """A segment's file, as it lies in the archive."""
    good = signed("segment", HEAD, [ENTRY])
    whole = age.encrypt_bytes(good, [crypto_scalarmult_base(EPOCH)], drawn("sealed"))
    body = whole.index(b"\n---") + 4 + 44 + 1
    yield vector("whole", "to the epoch alone", whole)
    other = age.encrypt_bytes(good, [STRANGER.age_public], drawn("stranger"))
    yield vector("for another", "it waits for a key event", other, "NoMatchError")
    yield vector("share changed", "one character of the ephemeral share", changed(whole, 45, b"B"), "NoMatchError")
    yield refused("plain", "not encrypted", good)
    yield refused("empty", "no byte", b"")
    yield refused("age version 2", "not known", whole.replace(b"/v1\n", b"/v2\n"))
    yield refused("cut in the header", "no payload", whole[:100])
    yield refused("cut at the nonce", "nothing behind", whole[: body + 8])
    yield refused("cut", "a byte less", whole[:-1])
    yield refused("longer", "a byte more", whole + b"\0")
    yield refused(
        "header MAC", "changed", changed(whole, body - 44, b"A" if whole[body - 44 : body - 43] != b"A" else b"B")
    )
    yield refused("nonce", "one bit", flipped(whole, body))
    yield refused("payload", "one bit", flipped(whole, body + 20))
    yield refused("tag", "the last bit", flipped(whole, len(whole) - 1))
    yield refused("no chunk", "the payload is left out", whole[: body + 16])


# --- key events ---


def keys() -> Iterator[Vector]:
    """The plaintext of a key event; reading it means encrypting it to the founder's device first."""
    public = crypto_scalarmult_base(EPOCH)
    name, earlier = epoch.epoch_id(public), drawn("earlier")(32)
    pk, sk = bech32.encode_recipient(public), bech32.encode_identity(EPOCH)
    told = {"after": [], "id": name, "pk": pk, "roster": GENESIS.id, "to": [FOUNDER.device]}
    secret = {"id": name, "sk": sk, "t": "secret", "v": 1}
    other = {**secret, "id": epoch.epoch_id(crypto_scalarmult_base(earlier)), "sk": bech32.encode_identity(earlier)}
    version = canonical.decode_object(roster.to_line(GENESIS))

    def event(
        *body: Mapping[str, Any], epoch: Any = told, label: str = "keys", by: Identity = FOUNDER, **change: Any
    ) -> bytes:
        body_lines = [canonical.encode(line) for line in body]
        head = {"at": AT, "collective": GENESIS.id, "dev": FOUNDER.device, "epoch": epoch, "v": 1, **change}
        return signed(label, {"entries": [*map(digest, body_lines)], **head}, body_lines, by=by)

    yield vector("whole", "one epoch", event(secret, version))
    yield vector("two epochs", "the earlier one's secret too", event(secret, other, version))
    yield vector("unknown line", "of later days: passed over", event(secret, version, {"t": "later", "v": 1}))
    yield vector("version 2", "of a later program", event(secret, version, v=2), "NewerError")
    yield vector("signed by a stranger", "whoever it says it is by", event(secret, version, by=STRANGER), "set aside")
    yield vector("signed as a segment", "the label is part of it", event(secret, version, label="segment"), "set aside")
    yield vector(
        "by a stranger", "not on the list", event(secret, version, by=STRANGER, dev=STRANGER.device), "set aside"
    )
    yield vector("of another collective", "and well signed", event(secret, version, collective=OTHER.id), "set aside")
    whole = event(secret, version)
    last = whole.rstrip(b"\n").rpartition(b"\n")[0] + b"\n"
    yield refused("a line short", "only accepted whole", last, "lacks lines")
    misnamed = "a key that is not its epoch's"
    for what, line in {
        "secret of another": {**secret, "sk": other["sk"]}, "secret in lower case": {**secret, "sk": sk.lower()},
        "secret with a typing mistake": {**secret, "sk": sk[:-1] + ("Q" if sk[-1] != "Q" else "P")},
        "secret without name": {"sk": sk, "t": "secret", "v": 1},
        "secret without key": {"id": name, "t": "secret", "v": 1},
        "public key as secret": {**secret, "sk": pk},
    }.items():  # fmt: skip
        yield refused(what, "a secret line", event(line, version), misnamed)
    wrong = pk[:-1] + ("q" if pk[-1] != "q" else "p")
    yield refused(
        "public key with a typing mistake",
        "its checksum",
        event(secret, version, epoch={**told, "pk": wrong}),
        misnamed,
    )
    yield refused("epoch misnamed", "its id", event(secret, version, epoch={**told, "id": "0" * 32}), misnamed)
    for what, change in {
        "short epoch id": {"id": "00"}, "public key in upper case": {"pk": pk.upper()},
        "short roster": {"roster": "00"},
        "short device": {"to": ["00"]}, "after as text": {"after": "x"},
    }.items():  # fmt: skip
        yield refused(what, "in the epoch", event(secret, version, epoch={**told, **change}), "malformed")
    yield refused("no epoch", "left out", event(secret, version, epoch={}), "malformed")
    yield refused("time", "not to the minute", event(secret, version, at="2026"), "malformed")
    yield refused("no signatures", "in the version line", event(secret, {"t": "version", "v": 1, "version": {}}))
    yield refused("signature no hex", "in the version line", event(secret, {**version, "sigs": ["x"]}), "malformed")


# --- membership versions ---


def version_of(owner: Identity, body: Mapping[str, Any], **changes: Any) -> bytes:
    """A version line with this body, signed by ``owner``."""
    line = canonical.encode(body)
    signatures = changes.get("signatures", (owner.sign(changes.get("label", "version"), line),))
    return roster.to_line(roster.Version(line, signatures))


def beginnings() -> Iterator[Vector]:
    """Geneses: who begins a collective."""
    body = canonical.decode_object(GENESIS.line)
    (card,) = body["cards"]
    stranger = canonical.decode(_card(STRANGER))
    yield vector("whole", "the genesis", roster.to_line(GENESIS))
    says = "does not know"
    for name, change in {
        "unknown field": {"x": 1}, "version 2": {"v": 2}, "short nonce": {"nonce": "00"}, "no card": {"cards": []},
        "two cards": {"cards": [card, stranger]}, "a parent": {"parents": ["00" * 32]}, "a removal": {"removes": ["x"]},
        "a cut": {"cuts": {f"{FOUNDER.device}/{'0' * 32}": "00" * 32}}, "card with more": {"cards": [{**card, "y": 1}]},
    }.items():  # fmt: skip
        yield refused(name, "in the genesis", version_of(FOUNDER, {**body, **change}), says)
    fit = "founder's card does not fit"
    bad = {**card, "sig": flipped(bytes.fromhex(str(card["sig"])), 0).hex()}
    for name, change in {
        "another admin": {"admins": ["bb" * 16]}, "no admin": {"admins": []}, "by another": {"by": STRANGER.device},
        "card not signed": {"cards": [bad]},
        "card renamed": {"cards": [{**card, "person": "cc" * 16}], "admins": ["cc" * 16]},
    }.items():  # fmt: skip
        yield refused(name, "in the genesis", version_of(FOUNDER, {**body, **change}), fit)
    by = "its founder did not sign it"
    yield refused("signed by another", "a stranger", version_of(STRANGER, body), by)
    yield refused("not signed", "no signature", version_of(FOUNDER, body, signatures=()), by)
    once = FOUNDER.sign("version", GENESIS.line)
    yield refused("signed twice", "one is right", version_of(FOUNDER, body, signatures=(once, once)), by)
    yield refused("signed as a card", "the label is part of it", version_of(FOUNDER, body, label="card"), by)


def _card(owner: Identity, **change: Any) -> bytes:
    """A card, signed by its own device over what is changed, too."""
    card = {"ed": owner.verify_key.hex(), "person": owner.person, "v": 1, "x": owner.age_public.hex(), **change}
    return canonical.encode({**card, "sig": owner.sign("card", canonical.encode(card)).hex()})


def changes() -> Iterator[Vector]:
    """Later versions: what is taken up, what waits for a newer program, what is nobody's."""
    card = canonical.decode_object(_card(SECOND))
    body = {
        "admins": [], "by": FOUNDER.device, "cards": [card], "collective": GENESIS.id, "cuts": {},
        "parents": [GENESIS.id], "removes": [], "v": 1,
    }  # fmt: skip
    yield vector("whole", "a second device", version_of(FOUNDER, body), "taken up")
    for name, change in {
        "unknown field": {"x": 1}, "version 2": {"v": 2}, "no parents": {"parents": []},
        "short parent": {"parents": ["00"]},
        "cut without chain": {"cuts": {FOUNDER.device: "00" * 32}}, "empty name": {"removes": [""]},
    }.items():  # fmt: skip
        yield vector(name, "a member signed it", version_of(FOUNDER, {**body, **change}), "waits")
    long = canonical.decode(_card(SECOND, person="00" * 32))
    for name, data in {
        "signed by another": version_of(STRANGER, body), "not signed": version_of(FOUNDER, body, signatures=()),
        "signed as a card": version_of(FOUNDER, body, label="card"),
        "another collective": version_of(FOUNDER, {**body, "collective": OTHER.id}),
        "by nobody known": version_of(STRANGER, {**body, "by": STRANGER.device}),
        "card changed": version_of(FOUNDER, {**body, "cards": [{**card, "person": "cc" * 16}]}),
        "card twice": version_of(FOUNDER, {**body, "cards": [card, card]}),
        "person like a device": version_of(FOUNDER, {**body, "cards": [long]}),
        "unknown field, stranger": version_of(STRANGER, {**body, "x": 1}),
    }.items():  # fmt: skip
        yield vector(name, "counts for nothing", data, "nobody's")


# --- entries, objects, marker, requests, memory ---


def entries() -> Iterator[Vector]:
    """Body lines of segments: records, deeds, and what a later program wrote."""
    record = {
        "att": [], "created": AT, "entered_by": "ab" * 32, "id": "0" * 32, "kind": "case", "parents": [],
        "salt": "00" * 16,
        "t": "put", "title": "T", "v": 1,
    }  # fmt: skip
    tomb = {"id": "0" * 32, "parents": ["ab" * 32], "salt": "00" * 16, "t": "tomb", "v": 1}
    moved = {"from": "ab" * 32, "salt": "00" * 16, "t": "moved", "to": "cd" * 32, "v": 1}
    shred = {"entries": ["ab" * 32], "files": [], "salt": "00" * 16, "t": "shred", "v": 1}
    yield vector("record", "a case", canonical.encode(record), "record")
    yield vector("record with more", "a field of later days", canonical.encode({**record, "zz": 1}), "record")
    for name, line in {"tombstone": tomb, "move": moved, "shred": shred}.items():
        yield vector(name, "a deed", canonical.encode(line), "deed")
    for name, line in {
        "unknown type": {"t": "later", "v": 1}, "unknown kind": {**record, "kind": "later"},
        "record of version 2": {**record, "v": 2},
        "bad time": {**record, "created": "today"}, "tombstone with more": {**tomb, "x": 1},
        "tombstone of nothing": {**tomb, "parents": []},
        "move from nowhere": {**moved, "from": "x"}, "shred of version 2": {**shred, "v": 2},
        "shred of nothing": {**shred, "entries": []},
        "short salt": {**shred, "salt": "00"},
        "record with a short salt": {**record, "salt": "00"},
    }.items():  # fmt: skip
        yield vector(name, "kept, without effect", canonical.encode(line), "newer")
    no_type = "no type or version"
    yield refused("no type", "left out", b'{"v":1}', no_type)
    yield refused("no version", "left out", b'{"t":"put"}', no_type)
    yield refused("version as text", "not a number", b'{"t":"put","v":"1"}', no_type)
    yield refused("a list", "no object", b"[]", "no object")
    yield refused("not canonical", "a space", b'{"t":"put", "v":1}', "canonical")


def objects() -> Iterator[Vector]:
    """One part of an attachment, and what its record says of it."""
    plain, public = b"a heron stood at the weir", crypto_scalarmult_base(EPOCH)
    fill = 26 - len(plain)  # PADMÉ of 25 is 26
    whole = age.encrypt_bytes(plain + bytes(fill), [public], drawn("object"))
    told = {"size": len(plain), "sha256": sha256(plain).hexdigest(), "part": len(plain)}
    wrong = "not what its record says"
    yield vector("whole", "padded to 26 bytes", whole, **told)
    empty = age.encrypt_bytes(b"", [public], drawn("empty"))
    yield vector("empty", "no byte", empty, size=0, part=0, sha256=sha256(b"").hexdigest())
    yield refused("other content", "its SHA-256", whole, wrong, **{**told, "sha256": "0" * 64})
    yield refused("part shorter", "its record has a byte more", whole, wrong, **{**told, "size": 26})
    yield refused("other size", "one byte less in all", whole, wrong, **{**told, "part": 24})
    yield refused("no padding", "25 bytes are padded", age.encrypt_bytes(plain, [public], drawn("bare")), wrong, **told)
    more = age.encrypt_bytes(plain + bytes(2), [public], drawn("more"))
    yield refused("padding too long", "27 bytes", more, wrong, **told)
    foreign = age.encrypt_bytes(plain + bytes(fill), [STRANGER.age_public], drawn("foreign"))
    yield vector("for another", "its key is not here", foreign, "NoMatchError", **told)
    yield refused("cut", "a byte less", whole[:-1], **told)
    yield refused("changed", "one bit", flipped(whole, len(whole) - 20), **told)


def markers() -> Iterator[Vector]:
    """The file ARCHIVE."""
    good = layout.new_archive_id(drawn("marker"))
    yield vector("whole", "two lines", layout.marker(good))
    damaged = "ARCHIVE is damaged"
    for name, text in {
        "empty": "", "one line": "case-archive/1\n", "no line end": f"case-archive/1\n{good}", "carriage returns":
        f"case-archive/1\r\n{good}\r\n", "a third line": f"case-archive/1\n{good}\n\n",
        "short": f"case-archive/1\n{good[:-1]}\n",
        "upper case": f"case-archive/1\n{good.upper()}\n",
        "a digit changed": f"case-archive/1\n{'0' if good[0] != '0' else '1'}{good[1:]}\n",
        "a space": f"case-archive/1\n {good}\n", "something else": "Hello\n",
    }.items():  # fmt: skip
        says = "does not know" if name == "carriage returns" else damaged
        yield refused(name, "nothing opens behind it", text.encode(), says)
    yield refused("format 2", "of a later program", f"case-archive/2\n{good}\n".encode(), "does not know")
    yield refused("too long", "a page and more", ["case-archive/1\n", {"text": "0", "times": 5000}], damaged)


def asked() -> Iterator[Vector]:
    """Requests to be let in."""
    request = requests.ask(STRANGER)
    fields = canonical.decode_object(request.line)
    card = canonical.decode_object(_card(STRANGER))
    yield vector("whole", "a new device", request.line)
    yield vector("in place of another", "a forgotten passphrase", requests.ask(STRANGER, FOUNDER.device).line)
    for name, data in {
        "no card": b'{"v":1}', "version 2": canonical.encode({**fields, "v": 2}),
        "more": canonical.encode({**fields, "x": 1}),
        "short device": canonical.encode({**fields, "replaces": "00"}), "a space": request.line.replace(b":", b": ", 1),
        "card changed": canonical.encode({"card": {**card, "person": "cc" * 16}, "v": 1}),
        "card with more": canonical.encode({"card": {**card, "y": 1}, "v": 1}),
        "person like a device": canonical.encode({"card": canonical.decode(_card(STRANGER, person="00" * 32)), "v": 1}),
        "empty": b"", "a list": b"[]", "line end": request.line + b"\n",
    }.items():  # fmt: skip
        yield refused(name, "no request", data)


def memories() -> Iterator[Vector]:
    """The file ``seen`` under a key of 32 ones."""
    text = b'{"collectives":{},"device":"","place":1,"v":1}'
    mac = blake2b(text, digest_size=32, key=b"\1" * 32, person=b"seen/1").hexdigest().encode()
    other = blake2b(text, digest_size=32, key=b"\2" * 32, person=b"seen/1").hexdigest().encode()
    yield vector("whole", "with its MAC", mac + b"\n" + text)
    for name, data in {
        "changed": mac + b"\n" + text.replace(b"1", b"2", 1), "another key": other + b"\n" + text, "no MAC": text,
        "MAC in upper case": mac.upper() + b"\n" + text, "empty": b"", "cut": (mac + b"\n" + text)[:-1],
    }.items():  # fmt: skip
        yield refused(name, "begun anew, and told", data, "was changed")


AREAS: Mapping[str, Callable[[], Iterator[Vector]]] = {
    "canonical": canonicals, "keystore": keystores, "segment": segments, "sealed": sealed, "keys": keys,
    "genesis": beginnings, "change": changes, "entry": entries, "object": objects, "marker": markers,
    "request": asked, "seen": memories,
}  # fmt: skip


def files() -> dict[str, str]:
    """Every file of vectors by its name."""
    return {f"{area}.json": json.dumps([*made()], ensure_ascii=False, indent=1) + "\n" for area, made in AREAS.items()}


if __name__ == "__main__":
    for file, content in files().items():
        (Path(__file__).parent / file).write_text(content)
