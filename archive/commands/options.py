"""The options that every command takes, before its name or after it: which archive, who you are, how to speak."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperOption

from archive import speech
from archive.errors import UsageError
from archive.speech import mark, tr

if TYPE_CHECKING:  # libsodium is loaded by commands that open something
    from archive.seal.keystore import Secrets


@dataclass
class Session:
    """What the shared options said; one per command line."""

    archive: str | None = None
    collective: str | None = None
    state: str | None = None
    identity: str | None = None
    passphrase_file: str | None = None
    ui_language: str | None = None
    json: bool = False
    yes: bool = False
    unlocked: tuple[Path, Secrets] | None = None  # in a shell: which key file, and what it opened to
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def value(self, name: str, variable: str) -> str | None:
        """An option's value, else that of its environment variable."""
        said: str | None = getattr(self, name)
        return said or self.environment.get(variable) or None

    @property
    def state_folder(self) -> Path:
        """``--state``, else ARCHIVE_STATE, else the per-user data folder."""
        said = self.value("state", "ARCHIVE_STATE")
        if said:
            return Path(said).expanduser()
        from platformdirs import user_data_path  # noqa: PLC0415 - needed only where nothing was said

        return user_data_path("case-archive")

    @property
    def identity_file(self) -> Path:
        """``--identity``, else ARCHIVE_IDENTITY, else ``identity`` in the state folder."""
        said = self.value("identity", "ARCHIVE_IDENTITY")
        return Path(said).expanduser() if said else self.state_folder / "identity"


def _remember(ctx: typer.Context, param: Any, value: Any) -> Any:
    """Keep an option's value in the session, whichever side of the command's name it stood on."""
    root = ctx.find_root()
    root.obj = root.obj or Session()
    ctx.obj = root.obj
    if value:
        setattr(root.obj, param.name, value)
    return value


def shared_options() -> list[TyperOption]:
    """The options themselves, new for each command that carries them."""
    secret = mark("Read the passphrase from here (else ARCHIVE_PASSPHRASE_FILE or _COMMAND).")
    words = (
        ("--archive", "DIR", mark("The archive (else ARCHIVE_DIR, else the nearest folder above that holds one).")),
        ("--collective", "NAME", mark("The collective, where there are several (else ARCHIVE_COLLECTIVE).")),
        ("--state", "DIR", mark("Your key, index and memory (else ARCHIVE_STATE, else your data folder).")),
        ("--identity", "FILE", mark("Your key (else ARCHIVE_IDENTITY, else `identity` in the state folder).")),
        ("--passphrase-file", "FILE", secret),
        (speech.OPTION, "LANGUAGE", mark("What is said to people: en, uk, ru or cs (else as the locale says).")),
    )
    flags = (
        ("--json", mark("One JSON document instead of text.")),
        ("--yes", mark("Say yes beforehand to what would be asked.")),
    )
    options = [_option(name, metavar=metavar, help=tr(text)) for name, metavar, text in words]
    return options + [_option(name, is_flag=True, help=tr(text)) for name, text in flags]


def _option(name: str, **settings: Any) -> TyperOption:
    return TyperOption(
        param_decls=[name, name.removeprefix("--").replace("-", "_")],
        expose_value=False,
        callback=_remember,
        show_default=False,
        **settings,
    )


SHOWN = 50  # of a long list, where nobody says how many
Kdf = Annotated[
    str, typer.Option("--kdf", help="How hard a passphrase is to guess: standard, low-memory (or tests-only).")
]
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Only so many, the newest; 50 unless you say.")
]
Everything = Annotated[bool, typer.Option("--all", help="All of them. With --json it is all unless you say.")]


def shown(said: Session, limit: int | None, everything: bool) -> int | None:
    """How many of a long list are shown; None for all. UsageError where both are asked for."""
    if limit is not None and everything:
        raise UsageError(tr("--limit and --all contradict each other."), tr("Say one of them."))
    return limit if limit is not None else None if everything or said.json else SHOWN


class Command(TyperCommand):
    """A command that also takes the shared options."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings["params"] = [*settings.get("params", []), *shared_options()]
        super().__init__(*args, **settings)
