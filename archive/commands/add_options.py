"""The options of ``archive add`` and ``archive import``: what is said of files, and how they are taken in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Refs = list[str] | None
Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]", help="Files, or folders with --recursive.")]
Case = Annotated[str | None, typer.Option(metavar="REF", help="The case; without it: the inbox.")]
Kind = Annotated[str | None, typer.Option(help="testimony, photo or document (else by the file's type).")]
Subtype = Annotated[str | None, typer.Option(help="Of a document: summons, ruling, verdict, ...")]
Title = Annotated[str | None, typer.Option(help="Neutral, without names (else the file's name); - reads it.")]
Date = Annotated[str | None, typer.Option(help='As people say it: 3.11., "spring 2024".')]
Place = Annotated[str | None, typer.Option(help="Where: the region.")]
Language = Annotated[str | None, typer.Option(help="uk, ru, cs, en, ...")]
Origin = Annotated[str | None, typer.Option(help="How it came to us.")]
About = Annotated[Refs, typer.Option(metavar="PERSON", help="Whose story or face it is.")]
Mentions = Annotated[Refs, typer.Option(metavar="PERSON", help="Who is only named in it.")]
Faces = Annotated[str | None, typer.Option(help="Of a photo, looked at by you: none, consented, to-cover.")]
TranscriptOf = Annotated[str | None, typer.Option(metavar="REF", help="The recording it writes down.")]
TranslationOf = Annotated[str | None, typer.Option(metavar="REF", help="The record it translates.")]
Recursive = Annotated[bool, typer.Option("--recursive", help="Take in what lies in folders; no link is followed.")]
Globs = Annotated[
    Refs, typer.Option("--glob", metavar="PATTERN", help="Only files named so, as '*.jpg'; several times.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only files last changed on this day or later (UTC).")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only files last changed on this day or before (UTC).")]
Manifest = Annotated[
    str | None, typer.Option("--manifest", metavar="FILE|-", help="CSV or JSON lines: files, and fields for each.")
]
KeepOriginal = Annotated[
    bool | None,
    typer.Option("--keep-original/--no-keep-original", help="Seal the file as brought beside it, or do not."),
]
Move = Annotated[bool, typer.Option("--move", help="Delete each file here once it is in the archive and reads back.")]
Unclean = Annotated[
    bool, typer.Option("--unclean", help="Keep what cannot be cleaned as it is: sealed, marked, never exported.")
]
NoSandbox = Annotated[
    bool, typer.Option("--no-sandbox", help="Read the files without a sandbox: a bad one can then do all that you can.")
]
FromJson = Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")]
