"""What the archive trusts: age files, identities, keystores, members and epochs. Pure over bytes: no disk, no clock.

Read ``age.py`` first: it is the short path from plaintext to an encrypted file and back. It stands on ``header.py``
(the text before the payload, which knows no keys) and ``stream.py`` (the payload, which knows no header).
``identity.py`` is who signs and who can read; ``keystore.py`` is how an identity lies on a disk behind a passphrase.
Who belongs to a collective is ``roster.py``: versions signed by members (``versions.py``) mean together what
``trust.py`` says, ``changes.py`` makes new ones, ``cuts.py`` sifts what removed devices wrote; ``epoch.py`` hands the
members their keys. Only this room imports nacl.
"""
