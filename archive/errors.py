"""Every refusal of the archive: its class, its exit code, its name for scripts, and what to do next.

An ``ArchiveError`` carries one sentence for people (``message``) and one that says what to do next (``hint``).
Neither may hold case data: no name, no title, no text of a record, no passphrase. Only ``cli.py`` turns an error into
text and an exit code; everything below raises.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.speech import tr


class ArchiveError(Exception):
    """Something that a person can understand and act on; exit code 1 unless a subclass says otherwise."""

    exit_code = 1
    name = "error"

    def __init__(self, message: str, hint: str = "", *, details: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details  # only for ``--json``: what else a script needs, as plain lists and mappings


class UsageError(ArchiveError):
    """The words of the command do not fit."""

    exit_code = 2
    name = "usage"


class PartlyDoneError(ArchiveError):
    """Some of what was asked is done and the rest refused."""

    exit_code = 3
    name = "partly_done"


class NoArchiveError(ArchiveError):
    """No archive at this place or above it."""

    exit_code = 10
    name = "no_archive"


class InUseError(ArchiveError):
    """Another process holds what this one needs."""

    exit_code = 11
    name = "in_use"


class WrongPassphraseError(ArchiveError):
    """The passphrase does not open the keystore."""

    exit_code = 12
    name = "wrong_passphrase"

    def __init__(self) -> None:
        super().__init__(
            tr("This passphrase does not open your key."),
            tr(
                "Check the keyboard layout. Forgotten? Another member can let you in again: archive join --replace. "
                "Nothing in the archive is lost."
            ),
        )


class NotAMemberError(ArchiveError):
    """The identity opens no key event of the collective."""

    exit_code = 12
    name = "not_a_member"

    def __init__(self) -> None:
        super().__init__(
            tr("Your key is not on this collective's list."),
            tr("Give this to a member: archive identity show --public."),
        )


class NoKeyError(ArchiveError):
    """There is no keystore on this computer."""

    exit_code = 12
    name = "no_key"

    def __init__(self) -> None:
        super().__init__(
            tr("You have no key on this computer."),
            tr("Begin an archive: archive init. Or say where the key is: --identity FILE or --state DIR."),
        )


class DamagedError(ArchiveError):
    """Bytes that are not what their name, signature or tag says; or of a format this version does not know."""

    exit_code = 13
    name = "damaged"


class UncleanError(ArchiveError):
    """A brought file that could not be cleaned."""

    exit_code = 14
    name = "cannot_be_cleaned"


class ExistsError(ArchiveError):
    """What should be made is there already."""

    exit_code = 15
    name = "exists"


class WithheldError(ArchiveError):
    """Consent, basis or risk keeps something in."""

    exit_code = 16
    name = "withheld"


class PartlyWithheldError(WithheldError):
    """Some records stay in, with these reasons; the others may leave once a person says so."""

    def __init__(self, message: str, hint: str, *, details: object, reasons: Sequence[str]) -> None:
        super().__init__(message, hint, details=details)
        self.reasons = reasons


class LeakError(ArchiveError):
    """A finished bundle still shows what was to be hidden. ``message`` names the place, never the word."""

    exit_code = 16
    name = "leak"


class UnresolvedError(ArchiveError):
    """Somebody has still to decide about these words, each with how often it stands, before a dossier leaves.

    The message names no word: ``words`` does, for whoever is to decide.
    """

    exit_code = 16
    name = "unresolved"

    def __init__(self, message: str, hint: str, *, words: Sequence[tuple[str, int]]) -> None:
        super().__init__(message, hint, details=[{"word": word, "count": count} for word, count in words])
        self.words = words


class NotFoundError(ArchiveError):
    """Nothing, or more than one thing, answers to the reference."""

    exit_code = 17
    name = "not_found"


class AmbiguousError(NotFoundError):
    """More than one thing answers to the reference."""

    name = "ambiguous"


class MissingToolError(ArchiveError):
    """Something that has to be installed first."""

    name = "missing_tool"
