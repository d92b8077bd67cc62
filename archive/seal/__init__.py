"""What the archive trusts: age files, identities, keystores, members and epochs. Pure over bytes: no disk, no clock.

Read ``age.py`` first: it is the short path from plaintext to an encrypted file and back. It stands on ``header.py``
(the text before the payload, which knows no keys) and ``stream.py`` (the payload, which knows no header).
``identity.py`` is who signs and who can read; ``keystore.py`` is how an identity lies on a disk behind a passphrase.
Only this room imports nacl.
"""
