"""Immutable files on disk, and the journal that opens them."""
