"""What we sign for readers outside is verified by the tools they have; what was touched is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest

from archive.errors import DamagedError
from archive.seal import passphrase, signing
from archive.seal.signing import Publisher

KEY = Publisher.of(bytes(range(32)))
OTHER = Publisher.of(bytes(32))
MESSAGE = b"0" * 64 + b"  bagit.txt\n"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen (openssh-client)")
@pytest.mark.parametrize("changed", [b"", b"x"], ids=["whole", "changed"])
def test_ssh_keygen_verifies(tmp_path: Path, changed: bytes) -> None:
    """With the line that we print for allowed signers."""
    (tmp_path / "allowed").write_text(signing.allowed_signer(KEY.public) + "\n")
    (tmp_path / "sig").write_text(KEY.ssh(MESSAGE))
    words = ["-I", signing.PRINCIPAL, "-n", signing.NAMESPACE, "-f", tmp_path / "allowed", "-s", tmp_path / "sig"]
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", *words], input=MESSAGE + changed, capture_output=True, check=False
    )
    assert (done.returncode == 0) is not bool(changed), done.stderr
    assert bool(changed) or signing.fingerprint(KEY.public) in done.stdout.decode()


@pytest.mark.skipif(shutil.which("minisign") is None, reason="needs minisign")
@pytest.mark.parametrize("changed", [b"", b"x"], ids=["whole", "changed"])
def test_minisign_verifies(tmp_path: Path, changed: bytes) -> None:
    """With the public key as we print it."""
    (tmp_path / "file").write_bytes(MESSAGE + changed)
    (tmp_path / "file.minisig").write_text(KEY.minisign(MESSAGE))
    words = ["minisign", "-V", "-m", tmp_path / "file", "-P", signing.minisign_key(KEY.public)]
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode == 0) is not bool(changed), done.stderr


@pytest.mark.parametrize("touched", ["untrusted comment: call +44 7700 900001\n", None])
def test_a_minisign_signature_says_nothing_that_nobody_signed(touched: str | None) -> None:
    """Its first line is covered by no signature, nor is what follows the last."""
    whole = KEY.minisign(MESSAGE)
    signing.verify_minisign(whole, MESSAGE, KEY.public)
    first, _, rest = whole.partition("\n")
    with pytest.raises(DamagedError):
        signing.verify_minisign(touched + rest if touched else f"{whole}Call them.\n", MESSAGE, KEY.public)
    assert first.startswith("untrusted comment: ")


def test_we_verify_what_we_sign() -> None:
    """And say by whose key; the same message gives the same signature, so a dossier stays reproducible."""
    assert signing.verify_ssh(KEY.ssh(MESSAGE), MESSAGE) == KEY.public
    assert KEY.ssh(MESSAGE) == KEY.ssh(MESSAGE) and OTHER.public != KEY.public
    assert "seed" not in repr(KEY)


def test_every_bit_of_a_signature_counts() -> None:
    """A changed letter anywhere, a cut, another message: refused, never another answer."""
    whole = KEY.ssh(MESSAGE)
    with pytest.raises(DamagedError):
        signing.verify_ssh(whole, MESSAGE + b"x")
    for at in range(len(whole) - 1):
        other = "A" if whole[at] != "A" else "B"
        for touched in (whole[:at] + other + whole[at + 1 :], whole[:at]):
            with pytest.raises(DamagedError):
                signing.verify_ssh(touched, MESSAGE)


def test_a_signature_for_another_purpose_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can have the same key sign a file for git cannot pass it off as a dossier."""
    with monkeypatch.context() as patch:
        patch.setattr(signing, "NAMESPACE", "git")
        elsewhere = KEY.ssh(MESSAGE)
    with pytest.raises(DamagedError):
        signing.verify_ssh(elsewhere, MESSAGE)


def test_another_implementation_opens_what_a_passphrase_locks() -> None:
    """pyrage stands for a stock ``age``, which asks for passphrases on a terminal only."""
    sealed = b"".join(passphrase.encrypt([b"so ", b"long" * 40_000], "кінь батарея скріпка", os.urandom, work=10))
    assert pyrage.passphrase.decrypt(sealed, "кінь батарея скріпка") == b"so " + b"long" * 40_000
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(sealed, "кінь батарея")
