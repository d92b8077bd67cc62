"""Opening the keystore in a state folder with a passphrase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.errors import DamagedError, NoKeyError, NotFoundError, WrongPassphraseError
from archive.seal import keystore
from archive.seal.keystore import Secrets
from archive.vault.state import drop_old_identity, old_identity, read_identity


def unlock(identity: Path, ask: Callable[[], str]) -> Secrets:
    """The secrets in the keystore at ``identity``; NoKeyError if it is not there.

    After a change of the passphrase the old keystore goes as soon as the new one has opened; until then it opens too.
    """
    try:
        data = read_identity(identity)
    except NotFoundError:
        raise NoKeyError from None
    passphrase, old = ask(), old_identity(identity)
    try:
        secrets = keystore.unlock(data, passphrase)
    except (WrongPassphraseError, DamagedError):
        if not old.exists():
            raise
        return keystore.unlock(read_identity(old), passphrase)
    if old.exists():
        drop_old_identity(identity)
    return secrets
