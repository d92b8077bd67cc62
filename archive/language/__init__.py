"""Folding and name forms over scripts and inflection: search and redaction alike stand on it."""
