"""The local SQLCipher index: a cache for finding, never the truth."""
