"""Keystores: bytes that never change, one passphrase that opens, and refusals before any costly work."""

from __future__ import annotations

import struct
import subprocess
import sys
import unicodedata
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedError, UsageError, WrongPassphraseError
from archive.seal import keystore
from archive.seal.keystore import Secrets, lock, unlock

REPO = Path(__file__).parents[2]
PHRASE = "мій їжак їсть ґудзики"
SECRETS = Secrets(seed=bytes(range(32)), person="3f" * 16, index_key=bytes(range(32, 64)))
SALT, NONCE = bytes(range(64, 80)), bytes(range(80, 104))
# Made once with the argon2 command of the reference implementation, not with the code under test.
GOLDEN = {
    "tests-only": (
        "434b5331010000000100000008000000404142434445464748494a4b4c4d4e4fe9ab3fa592d36bf547ba94f81d36afe92b38"
        "d88b099c63f4ee85373e1aeebf6b505152535455565758595a5b5c5d5e5f606162636465666780c1b6769f1fc5ec4ab4fbd1"
        "32aed01bb07c1bfc2c544cb30dda6d3f0b0c41772b60c4995afb371adca5d8cc7bc43176be0a297d55c657395b646bad7fa8"
        "688553e4c986fb606f0c1d67fe71043b62eafe142eebc88e5e16a56d621f47bb2a5ce01da8dcc6ef3b147ecea9fae21df161"
        "0720336d751aca01b278a9b5d33837a73ff2a3fef468099cd70d51fdc46ae2a2d32dd09737aa3e5296bc4e1b9306f252da70"
        "13d597beca8b33133fd85c898a9ebaa6bfee3d2ef96f87800a5e3f1c612a90acf2bf568e922135a757728f933200425b2951"
        "ad7f"
    ),
    "standard": (
        "434b5331010000000300000000000400404142434445464748494a4b4c4d4e4f1e7ebe868a451d0a53a4a482345c5f900e3f"
        "b5cd21acf7a7b2384c0ec0173678505152535455565758595a5b5c5d5e5f6061626364656667162c28de35d4ba65285802a4"
        "ab5381fb19ba85b6a4370283b780c28bb856386260237d80859884a87c678c6ac3f1f500b33062a93484174db0fb9fd40a27"
        "6a174b278add2df92221e61e44786298398a3ac38c603c5420bea442d77790a3ce4ac2f20dc1e885886a51409171393e1e64"
        "ffd82b053d394a1b64d21cd88df9aea7ba1869c6777595823a62d971876aee10c9ec61c694e1baa32560efe27a6137b25017"
        "d638e47a9d1a52d3799c4ea6c97be47a9faa6d7428f2bea74f18dd3315f2602e1dc54210ec300fc7834fa6efbe2b33d0b750"
        "a248"
    ),
}


def fixed(size: int) -> bytes:
    """The salt and the nonce of the golden keystores."""
    return {16: SALT, 24: NONCE}[size]


def counted(size: int, numbers: count[int] = count(1)) -> bytes:  # noqa: B008  shared on purpose: no two draws alike
    """Bytes that differ each time."""
    return next(numbers).to_bytes(size, "little")


MADE = lock(SECRETS, PHRASE, "tests-only", fixed)


@pytest.mark.parametrize("profile", sorted(GOLDEN))
def test_golden_keystores(profile: str) -> None:
    """Known passphrase, salt and nonce give known bytes, and those bytes open."""
    assert lock(SECRETS, PHRASE, profile, fixed).hex() == GOLDEN[profile]
    assert unlock(bytes.fromhex(GOLDEN[profile]), PHRASE) == SECRETS


def test_the_layout_is_the_one_of_the_format() -> None:
    """Each field lies where docs and module say."""
    assert MADE[:32] == b"CKS1" + bytes([1, 0, 0, 0]) + struct.pack("<II", 1, 8) + SALT
    assert MADE[64:88] == NONCE
    body = b'{"index_key":"%s","person":"%s","seed":"%s"}' % (
        SECRETS.index_key.hex().encode(),
        SECRETS.person.encode(),
        SECRETS.seed.hex().encode(),
    )
    assert len(MADE) == 88 + len(body) + 16


def test_profiles_cost_what_they_say() -> None:
    """The standard is 256 MiB three times; only the one marked for tests is cheap; all can be read again."""
    assert keystore.PROFILES["standard"] == keystore.Cost(3, 262_144)
    serious = {name: cost for name, cost in keystore.PROFILES.items() if name != "tests-only"}
    assert set(serious) == {"standard", "low-memory"}
    for cost in serious.values():
        assert cost.passes * cost.memory >= 3 * 262_144
        assert cost.memory >= 65_536
        assert cost.passes <= keystore.MOST.passes
        assert cost.memory <= keystore.MOST.memory


@given(
    seed=st.binary(min_size=32, max_size=32),
    person=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    index_key=st.binary(min_size=32, max_size=32),
    phrase=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1, max_size=40),
)
def test_round_trip(seed: bytes, person: str, index_key: bytes, phrase: str) -> None:
    """Any secrets under any passphrase come back."""
    secrets = Secrets(seed, person, index_key)
    assert unlock(lock(secrets, phrase, "tests-only", counted), phrase) == secrets


@pytest.mark.parametrize(
    "wrong", [PHRASE + " ", PHRASE.upper(), PHRASE[:-1], " " + PHRASE, PHRASE + "\n\n", PHRASE + "\r"]
)
def test_a_wrong_passphrase_is_told_so(wrong: str) -> None:
    """Nearly right is wrong, and only one line break at the end is forgiven."""
    with pytest.raises(WrongPassphraseError):
        unlock(MADE, wrong)


@pytest.mark.parametrize("typed", [PHRASE + "\n", PHRASE + "\r\n", unicodedata.normalize("NFD", PHRASE)])
def test_the_same_passphrase_otherwise_written(typed: str) -> None:
    """A line break from a file and letters in two parts (macOS) make no difference, when locking too."""
    assert unlock(MADE, typed) == SECRETS
    assert lock(SECRETS, typed, "tests-only", fixed) == MADE


def test_the_phrase_here_has_letters_in_two_parts() -> None:
    """Otherwise the test above would say nothing."""
    assert unicodedata.normalize("NFD", PHRASE) != PHRASE


@pytest.mark.parametrize("empty", ["", "\n", "\r\n", "\ud800"])
def test_an_empty_passphrase_is_refused(empty: str) -> None:
    """So is one that is no text (bytes that are not UTF-8 arrive as lone surrogates)."""
    with pytest.raises(UsageError):
        lock(SECRETS, empty, "tests-only", fixed)
    with pytest.raises(UsageError):
        unlock(MADE, empty)


def test_a_flipped_bit_anywhere_is_found() -> None:
    """Salt, cost and commitment look like a wrong passphrase, everything else is damage; nothing opens."""
    for bit in range(8 * len(MADE)):
        changed = bytearray(MADE)
        changed[bit // 8] ^= 1 << bit % 8
        expected = WrongPassphraseError if 16 <= bit // 8 < 64 else DamagedError
        if 8 <= bit // 8 < 16:
            continue  # the cost: the two tests below
        with pytest.raises(expected):
            unlock(bytes(changed), PHRASE)


@pytest.mark.parametrize(("passes", "memory"), [(2, 8), (16, 8), (1, 9), (1, 1032)])
def test_another_cost_is_another_key(passes: int, memory: int) -> None:
    """A cost within the range that was changed does not open."""
    with pytest.raises(WrongPassphraseError):
        unlock(MADE[:8] + struct.pack("<II", passes, memory) + MADE[16:], PHRASE)


@pytest.mark.parametrize(
    ("passes", "memory"),
    [(0, 8), (17, 8), (1 << 31, 8), (1, 0), (1, 7), (1, 1_048_577), (1, 1 << 31), ((1 << 32) - 1, (1 << 32) - 1)],
)
def test_a_cost_out_of_range_is_refused_before_it_is_paid(
    passes: int, memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The derivation does not even begin: a planted file must not eat 4 TiB."""
    monkeypatch.setattr(keystore, "crypto_pwhash_alg", lambda *_: pytest.fail("the derivation ran"))
    with pytest.raises(DamagedError):
        unlock(MADE[:8] + struct.pack("<II", passes, memory) + MADE[16:], PHRASE)


def test_a_file_cut_off_or_extended_is_found() -> None:
    """Every beginning, and a few bytes more."""
    for length in range(len(MADE)):
        with pytest.raises(DamagedError):
            unlock(MADE[:length], PHRASE)
    for more in (b"\n", bytes(16), MADE):
        with pytest.raises(DamagedError):
            unlock(MADE + more, PHRASE)


def test_two_locks_share_nothing() -> None:
    """Salt, commitment, nonce and contents differ each time, even for the same secrets."""
    one, other = (lock(SECRETS, PHRASE, "tests-only", counted) for _ in range(2))
    assert one[:16] == other[:16]
    for start, end in ((16, 32), (32, 64), (64, 88), (88, len(one))):
        assert one[start:end] != other[start:end]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"index_key":"' + b"0" * 64 + b'","person":"p","seed":"00"}',
        b'{"index_key":"' + b"0" * 64 + b'","person":7,"seed":"' + b"0" * 64 + b'"}',
        b'{"index_key":"' + b"0" * 64 + b'","person":"p","seed":"' + b"0" * 64 + b'","seed":"' + b"0" * 64 + b'"}',
        b'{"index_key":"' + b"0" * 64 + b'", "person":"p", "seed":"' + b"0" * 64 + b'"}',
        b'{"index_key":"' + b"0" * 64 + b'","person":"\\ud800","seed":"' + b"0" * 64 + b'"}',
        b'{"index_key":"' + b"A" * 64 + b'","person":"p","seed":"' + b"0" * 64 + b'"}',
    ],
)
def test_contents_in_any_other_form_are_damage(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed under the right key, yet not as it would be written: refused, with no other exception."""
    monkeypatch.setattr(keystore, "_written", lambda _: body)
    made = lock(SECRETS, PHRASE, "tests-only", fixed)
    monkeypatch.undo()
    with pytest.raises(DamagedError):
        unlock(made, PHRASE)


def test_too_little_memory_is_said() -> None:
    """A process that may have 200 MiB cannot pay the standard cost: a sentence says so, and no traceback."""
    code = """
import resource, sys
from archive.errors import ArchiveError
from archive.seal import keystore
resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
try:
    keystore.lock(keystore.Secrets(bytes(32), "", bytes(32)), "phrase", "standard", bytes)
except ArchiveError as error:
    sys.exit(f"{type(error).__name__}: {error.message} {error.hint}")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("ArchiveError: There is not enough free memory")
    assert "256 MiB" in done.stderr


def test_its_text_shows_no_secret() -> None:
    """repr is what ends up in a traceback or a log."""
    for secret in (SECRETS.seed, SECRETS.index_key):
        assert repr(secret) not in repr(SECRETS)
        assert secret.hex() not in repr(SECRETS)


def test_a_short_key_is_a_mistake() -> None:
    """Only 32 bytes are a key."""
    with pytest.raises(ValueError, match="32 bytes"):
        Secrets(bytes(31), "", bytes(32))
