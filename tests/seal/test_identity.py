"""Identities: derivations that never change, signatures bound to their purpose, no secret in what is printed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.seal.identity import Identity, device_id, verify

SEED = bytes(range(32))
SEEDS = st.binary(min_size=32, max_size=32)
ANNA = Identity(SEED, "3f" * 16)


def test_the_derivation_is_final() -> None:
    """What follows from a seed must be the same in twenty years; computed apart with libsodium's own BLAKE2b."""
    assert ANNA.age_secret.hex() == "007f8ce834006f662c3d2a2a320c30da9b84f5f6c1d30ce3cca5024c5fd086bb"
    assert ANNA.age_public.hex() == "66d906941614bb34dd7cf7b18c84bdcad20d96aead3053315f9111d56740b656"
    assert ANNA.verify_key.hex() == "fe5db7d8129795d860014f6b951ae023ed104753f3d5649e6576bb6900c9d64e"
    assert ANNA.device == "6c9cbadf8eea856f86bc06b81c660136045f3e760159e7d8c123f6942811d585"
    assert (
        ANNA.sign("segment", b"line").hex() == "0da927072b7da9ba48d41e9e75e48388506ef6c7a6a9fc5228f1bcb1f7e7ff09"
        "2aa9b7510068597aa933f9c9cfdba28b0559d658093c1e4889c3d3fea07bc50a"
    )


@given(SEEDS)
def test_public_strings_agree_with_a_second_implementation(seed: bytes) -> None:
    """pyrage derives the same age1… string from the same AGE-SECRET-KEY-1…."""
    someone = Identity(seed, "")
    assert str(pyrage.x25519.Identity.from_str(someone.age_identity).to_public()) == someone.age_recipient


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="needs age-keygen")
def test_stock_age_knows_the_identity(tmp_path: Path) -> None:
    """age-keygen -y names the same recipient."""
    file = tmp_path / "identity"
    file.write_text(ANNA.age_identity + "\n")
    shown = subprocess.run(["age-keygen", "-y", file], check=True, capture_output=True, text=True).stdout
    assert shown.strip() == ANNA.age_recipient


def test_the_person_does_not_change_the_keys() -> None:
    """The keys follow from the seed alone, the device from the keys."""
    other = Identity(SEED, "another")
    assert (other.age_public, other.verify_key, other.device) == (ANNA.age_public, ANNA.verify_key, ANNA.device)
    assert device_id(ANNA.verify_key, ANNA.age_public) == ANNA.device != device_id(ANNA.age_public, ANNA.verify_key)


@given(SEEDS, st.binary(max_size=200))
def test_signatures_hold_for_their_purpose_only(seed: bytes, message: bytes) -> None:
    """A signature fits its key, label and message, and nothing else."""
    someone = Identity(seed, "")
    signature = someone.sign("segment", message)
    assert verify(someone.verify_key, "segment", message, signature)
    assert not verify(someone.verify_key, "version", message, signature)
    assert not verify(someone.verify_key, "segment", message + b"\0", signature)
    assert not verify(Identity(bytes(32), "").verify_key, "segment", message, signature) or seed == bytes(32)


def test_every_bit_of_a_signature_counts() -> None:
    """One flipped bit anywhere in a signature is found."""
    signature = int.from_bytes(ANNA.sign("keys", b"m"), "big")
    for bit in range(512):
        assert not verify(ANNA.verify_key, "keys", b"m", (signature ^ 1 << bit).to_bytes(64, "big"))


def test_malformed_parts_are_no_signature() -> None:
    """Keys and signatures of any other length, and a key of low order, are refused without an exception."""
    good = ANNA.sign("card", b"m")
    for length in (0, 31, 33, 63, 65):
        assert not verify(bytes(length), "card", b"m", good)
        assert not verify(ANNA.verify_key, "card", b"m", bytes(length))
    assert not verify(b"\x01" + bytes(31), "card", b"m", b"\x01" + bytes(63))


def test_its_text_shows_no_secret() -> None:
    """repr is what ends up in a traceback or a log."""
    assert ANNA.age_secret  # derived now, so that it could show
    for secret in (SEED, ANNA.age_secret):
        assert secret.hex() not in repr(ANNA)
        assert repr(secret) not in repr(ANNA)


def test_a_short_seed_is_a_mistake() -> None:
    """BLAKE2b would take a key of any length; an identity does not."""
    with pytest.raises(ValueError, match="32 bytes"):
        Identity(bytes(16), "")
