"""age files: they open here and in other implementations, and nothing that was changed opens anywhere."""

from __future__ import annotations

import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import blake2b, sha256
from itertools import count, repeat
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.errors import ArchiveError, DamagedError
from archive.seal import age, header, stream
from archive.seal.identity import Identity

ANNA, BORYS, EVA = (Identity(bytes([number]) * 32, "") for number in (1, 2, 3))
TAMPERED = (DamagedError, age.NoMatchError)
SIZES = [0, 1, stream.CHUNK - 1, stream.CHUNK, stream.CHUNK + 1, 2 * stream.CHUNK, 3 * stream.CHUNK + 5]
needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs age")


def chance(seed: bytes = b"") -> Callable[[int], bytes]:
    """Randomness that is the same each time: a counter hashed."""
    numbers = count()
    return lambda size: blake2b(b"%d" % next(numbers), key=seed, digest_size=size).digest()


def text(size: int) -> bytes:
    """Plaintext of this size in which no two chunks are alike."""
    return b"".join(b"%07d\n" % number for number in range(size // 8 + 1))[:size]


def sealed(data: bytes, *recipients: Identity) -> bytes:
    """An age file for these, or for Anna."""
    return age.encrypt_bytes(data, [who.age_public for who in recipients or (ANNA,)], chance())


def what_came(ciphertext: bytes) -> bytes:
    """What Anna's reader released before it refused; fails if it did not refuse."""
    released = bytearray()

    def read() -> None:
        for piece in age.decrypt([ciphertext], [ANNA.age_secret]):
            released.extend(piece)

    with pytest.raises(DamagedError):
        read()
    return bytes(released)


@pytest.mark.parametrize("size", SIZES)
def test_other_implementations_open_our_files(size: int) -> None:
    """pyrage opens what we write, at every size near the edge of a chunk."""
    reader = pyrage.x25519.Identity.from_str(ANNA.age_identity)
    assert pyrage.decrypt(sealed(text(size), EVA, ANNA), [reader]) == text(size)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_the_files_of_other_implementations(size: int) -> None:
    """We open what pyrage writes, among several recipients."""
    recipients = [pyrage.x25519.Recipient.from_str(who.age_recipient) for who in (EVA, ANNA)]
    assert age.decrypt_bytes(pyrage.encrypt(text(size), recipients), [ANNA.age_secret]) == text(size)


@needs_age
def test_stock_age_opens_our_files(tmp_path: Path) -> None:
    """The recovery story: a stock binary, the printed secret, the file."""
    key, file = tmp_path / "key", tmp_path / "file"
    key.write_text(ANNA.age_identity)
    file.write_bytes(sealed(text(200_000), BORYS, ANNA))
    opened = subprocess.run(["age", "--decrypt", "-i", key, file], check=True, capture_output=True)
    assert opened.stdout == text(200_000)


@needs_age
def test_we_open_the_files_of_stock_age() -> None:
    """And the other way round."""
    command = ["age", "--encrypt", "-r", EVA.age_recipient, "-r", ANNA.age_recipient]
    made = subprocess.run(command, input=text(200_000), check=True, capture_output=True).stdout
    assert age.decrypt_bytes(made, [ANNA.age_secret]) == text(200_000)


def test_the_written_bytes_are_final() -> None:
    """The same randomness gives the same file as on the day this was written."""
    assert (
        sha256(sealed(text(70_000), ANNA, BORYS)).hexdigest()
        == "c1c7cff8223a59360800a67fc3b56f433ca42a35426b02efc651b8211fec54e4"
    )


@given(st.binary(max_size=300), st.lists(st.integers(1, 5), min_size=1, max_size=5), st.binary(max_size=32))
def test_round_trip(data: bytes, people: list[int], seed: bytes) -> None:
    """Each recipient opens it, alone or with other keys on the ring; the last key tried does it."""
    everyone = [Identity(bytes([number]) * 32, "") for number in people]
    made = age.encrypt_bytes(data, [who.age_public for who in everyone], chance(seed))
    for who in everyone:
        assert age.decrypt_bytes(made, [bytes(32), who.age_secret]) == data


@given(st.lists(st.integers(0, 3 * stream.CHUNK), max_size=4), st.integers(1, 200_000))
@example([0, stream.CHUNK, 0], stream.CHUNK)
def test_pieces_may_be_of_any_size(sizes: list[int], step: int) -> None:
    """How plaintext and ciphertext are cut on their way in changes nothing."""
    data = text(sum(sizes))
    parts, at = [], 0
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    made = b"".join(age.encrypt(parts, [ANNA.age_public], chance()))
    assert made == sealed(data)
    pieces = (made[at : at + step] for at in range(0, len(made), step))
    assert b"".join(age.decrypt(pieces, [ANNA.age_secret])) == data


def test_one_byte_at_a_time() -> None:
    """The end of the header is found wherever pieces end."""
    made = sealed(b"a word")
    assert b"".join(age.decrypt((bytes([byte]) for byte in made), [ANNA.age_secret])) == b"a word"


def test_who_is_no_recipient_is_told_so() -> None:
    """No key, or only foreign keys: NoMatchError, which is not damage."""
    for secrets in ([], [BORYS.age_secret, EVA.age_secret]):
        with pytest.raises(age.NoMatchError):
            age.decrypt_bytes(sealed(b"word"), secrets)
    assert not issubclass(age.NoMatchError, DamagedError)


def test_a_flipped_bit_anywhere_is_found() -> None:
    """Each bit of a small file in turn, header and payload."""
    made = sealed(b"a testimony", BORYS, ANNA)
    for bit in range(8 * len(made)):
        changed = bytearray(made)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TAMPERED):
            age.decrypt_bytes(bytes(changed), [ANNA.age_secret])


def test_a_file_cut_off_anywhere_is_found() -> None:
    """Each beginning of a small file, the empty one too."""
    made = sealed(b"a testimony", BORYS, ANNA)
    for length in range(len(made)):
        with pytest.raises(DamagedError):
            age.decrypt_bytes(made[:length], [ANNA.age_secret])


def test_a_large_file_cut_off_at_a_chunk_is_found() -> None:
    """Whole chunks that are missing at the end; what was released is the beginning of the true text."""
    made = sealed(text(3 * stream.CHUNK))
    for missing in range(1, 3):
        for around in (-1, 0, 1):
            came = what_came(made[: len(made) - missing * (stream.CHUNK + stream.TAG) + around])
            assert text(3 * stream.CHUNK).startswith(came)
            assert len(came) < 3 * stream.CHUNK


@pytest.mark.parametrize("size", SIZES)
def test_anything_after_the_end_is_found(size: int) -> None:
    """One byte more, a tag more, a chunk more, the file twice."""
    made = sealed(text(size))
    for more in (b"\0", bytes(stream.TAG), bytes(stream.CHUNK + stream.TAG), made):
        assert text(size).startswith(what_came(made + more))


def test_chunks_cannot_change_places() -> None:
    """Two chunks swapped, one dropped, one doubled: nothing from there on is released."""
    made, step = sealed(text(4 * stream.CHUNK)), stream.CHUNK + stream.TAG
    start = len(made) - 4 * step
    head, (a, b, c, d) = made[:start], (made[start + step * k : start + step * (k + 1)] for k in range(4))
    assert what_came(head + a + c + b + d) == text(stream.CHUNK)
    assert what_came(head + a + c + d) == text(stream.CHUNK)
    assert what_came(head + a + a + b + c + d) == text(stream.CHUNK)
    assert what_came(head + d) == b""


def test_nothing_is_released_before_its_chunk_verifies() -> None:
    """A change in the last byte of the third chunk lets just two chunks out."""
    made = bytearray(sealed(text(5 * stream.CHUNK)))
    made[-2 * (stream.CHUNK + stream.TAG) - 1] ^= 1
    assert what_came(bytes(made)) == text(2 * stream.CHUNK)


def test_the_payload_of_another_file_does_not_fit() -> None:
    """Header of one, payload of another, both for Anna."""
    one, other = (age.encrypt_bytes(b"same size", [ANNA.age_public], chance(seed)) for seed in (b"1", b"2"))
    assert len(one) == len(other)
    for cut in (-25, -41):  # behind the nonce, before it
        assert what_came(one[:cut] + other[cut:]) == b""


def test_a_stanza_added_by_an_outsider_is_found() -> None:
    """The MAC covers the list of recipients: none can be added, dropped or moved."""
    head, _ = header.split([made := sealed(b"word", ANNA, BORYS)])
    first, second = header.parse(head).stanzas
    for changed in ([first], [second, first], [first, second, second]):
        assert what_came(header.write(header.cover(changed), header.parse(head).mac) + made[len(head) :]) == b""


@pytest.mark.parametrize("point", ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f"])
def test_points_of_low_order_are_refused(point: str) -> None:
    """Neither written to nor read from: anybody would know the shared secret."""
    with pytest.raises(DamagedError):
        age.encrypt_bytes(b"word", [bytes.fromhex(point)], chance())
    stanza = header.Stanza("X25519", (header.encode_base64(bytes.fromhex(point)),), bytes(32))
    assert what_came(header.write(header.cover([stanza]), bytes(32)) + bytes(48)) == b""


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    """Beneath, no length is checked: a short key would be read past its end."""
    with pytest.raises(DamagedError):
        age.encrypt_bytes(b"word", [ANNA.age_public, bytes([9]) * length], chance())
    with pytest.raises(ValueError, match="32 bytes"):
        age.decrypt_bytes(sealed(b"word"), [ANNA.age_secret, bytes(length)])


@pytest.mark.parametrize("number", [0, header.MOST_STANZAS + 1])
def test_no_file_for_nobody_or_for_too_many(number: int) -> None:
    """What a reader would refuse is not written."""
    with pytest.raises(ValueError, match="recipients"):
        age.encrypt_bytes(b"word", [ANNA.age_public] * number, chance())


def test_as_many_stanzas_as_allowed_and_not_one_more() -> None:
    """4,096 stanzas pass, 4,097 do not; X25519 ones in that number stay below the limit of bytes."""
    stanza = header.Stanza("X25519", (header.encode_base64(bytes(32)),), bytes(32))
    for number, fits in ((4096, True), (4097, False)):
        made = header.write(header.cover([stanza] * number), bytes(32))
        head, _ = header.split([made])
        assert head == made
        if fits:
            assert len(header.parse(head).stanzas) == number
        else:
            with pytest.raises(DamagedError):
                header.parse(head)


def test_a_header_without_end_is_given_up() -> None:
    """Of a file that goes on and on no more than the limit is taken."""
    taken = 0

    def unending() -> Iterator[bytes]:
        nonlocal taken
        for piece in repeat(b"-> grease\n\n" * 1000, 1000):
            taken += len(piece)
            yield piece

    with pytest.raises(DamagedError):
        list(age.decrypt(unending(), [ANNA.age_secret]))
    assert taken < header.LIMIT + 11_000


def test_the_limit_is_exact() -> None:
    """A header of 512 KiB passes, with one byte more it does not, in whatever pieces."""
    rest = header.LIMIT - len(header.write(header.cover([header.Stanza("x", ("y",), b"")]), bytes(32)))
    for more, fits in ((1, True), (2, False)):
        made = header.write(header.cover([header.Stanza("x", ("y" * (rest + more),), b"")]), bytes(32))
        assert len(made) == header.LIMIT + more - 1
        for pieces in ([made + b"payload"], [made[:9], made[9:] + b"payload"]):
            if fits:
                head, payload = header.split(pieces)
                assert (head, b"".join(payload)) == (made, b"payload")
            else:
                with pytest.raises(DamagedError):
                    header.split(pieces)


@pytest.mark.parametrize("lines", [b"-> x\n\n---- %b\n", b"-> x\n\n---%b\n", b"--- %b\n", b"\n-> x\n\n--- %b\n"])
def test_other_headers_are_refused(lines: bytes) -> None:
    """Four hyphens, no space, no recipient, an empty line: each with a MAC of the right length."""
    mac = header.encode_base64(bytes(32)).encode()
    with pytest.raises(DamagedError):
        header.parse(b"age-encryption.org/v1\n" + lines % mac)


WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=70)
STANZAS = st.builds(header.Stanza, WORDS, st.lists(WORDS, max_size=3).map(tuple), st.binary(max_size=150))


@given(st.lists(STANZAS, min_size=1, max_size=4), st.binary(min_size=32, max_size=32))
def test_headers_read_as_written(stanzas: list[header.Stanza], mac: bytes) -> None:
    """Any stanzas, the full and the empty last line too, come back, and the MAC with what it covers."""
    covered = header.cover(stanzas)
    assert header.parse(header.write(covered, mac)) == header.Header(tuple(stanzas), mac, covered)


@given(st.data())
def test_what_is_read_is_written_the_same(data: st.DataObject) -> None:
    """A damaged header is refused, or it is another header in its one and only form."""
    made = header.write(header.cover([header.Stanza("X25519", ("abc",), bytes(60))]), bytes(32))
    at = data.draw(st.integers(0, len(made)))
    put = data.draw(st.sampled_from([b"", b" ", b"\n", b"\r", b"=", b"A", b"-", b"\0", b"\xff", b"-> x\n\n", b"--- "]))
    changed = made[:at] + put + made[at + data.draw(st.integers(0, 3)) :]
    try:
        read = header.parse(changed)
    except DamagedError:
        return
    assert header.write(header.cover(read.stanzas), read.mac) == changed


@given(st.binary(max_size=400), st.booleans())
def test_noise_is_refused_in_an_orderly_way(noise: bytes, begun: bool) -> None:
    """Whatever the bytes, the answer is a refusal of ours."""
    with pytest.raises(ArchiveError):
        age.decrypt_bytes((b"age-encryption.org/v1\n" if begun else b"") + noise, [ANNA.age_secret])


def test_memory_is_constant() -> None:
    """48 MiB go through both ways while less than 2 MiB are held."""
    piece = bytes(stream.CHUNK)
    tracemalloc.start()
    try:
        made = age.encrypt(repeat(piece, 768), [ANNA.age_public], chance())
        assert sum(map(len, age.decrypt(made, [ANNA.age_secret]))) == 768 * len(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
