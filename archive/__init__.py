"""Case Archive: testimonies, photos and papers about repression, kept so that nobody comes to harm by it.

The path of a file, and the rooms it passes::

    ingest ──> scrub ──> vault ──> index            a case goes in, clean and sealed, and is found again
                           │
                           └────> redact ──> bundle   what may leave, leaves without names

A file imports only from rows below its own; rooms in one row do not know each other (``tests/test_architecture.py``)::

    cli
    commands
    guided
    casework | terminal
    desk
    bundle | ingest
    redact | scrub | index
    sandbox | vault
    seal | language
    records
    errors | moving | keyboard
    speech | letters

Start reading at ``casework.py``.
"""
