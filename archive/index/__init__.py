"""The local search cache: an SQLCipher database that may be thrown away at any time; start reading at ``index.py``."""
