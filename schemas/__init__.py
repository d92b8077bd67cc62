"""JSON Schema of every record kind, one file each, written from ``archive.records.kinds`` by ``docs/generate.py``.

A package, so that the wheel holds the files and bundles can carry them along.
"""
