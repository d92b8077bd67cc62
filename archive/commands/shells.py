"""The scripts that bash, zsh and fish read: what may follow a word, and which lines are not kept.

Pure text. Every word in them comes from the program itself; the three scripts find their place in a line the same way:
words that begin with a hyphen are passed over, and of the others only those count that name a command there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

Shell = Literal["bash", "zsh", "fish"]
Environment = Mapping[str, str]


class Words(NamedTuple):
    """What may follow: commands and options, each with what it is for."""

    commands: Mapping[str, str]
    options: Mapping[str, str]


class Kind(NamedTuple):
    """How a shell is told: ``places`` gives the script's file, and the file that has to read it (None: by itself)."""

    places: Callable[[Path, Environment], tuple[Path, Path | None]]
    script: Callable[[Mapping[str, Words]], str]


def script(shell: Shell, tree: Mapping[str, Words]) -> str:
    """The whole file for a shell. ``tree``: what may follow each beginning (``"case"``, ``"case new"``)."""
    return _HEAD + SHELLS[shell].script(tree).replace("@LINE@", "'(^|[ /;|&])archive([[:space:]]|$)'")


def quoted(text: str) -> str:
    """As one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_HEAD = "# Written by: archive completion install. Only the program's own words stand here.\n\n"
_BASH = """\
_archive() {
    local cur=${COMP_WORDS[COMP_CWORD]} path= word follow options
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in -*) continue ;; esac
        case "${path:+$path }$word" in
            @PATHS@) path="${path:+$path }$word" ;;
        esac
    done
    case $path in
@CASES@
    esac
    case $cur in -*) follow=$options ;; esac
    COMPREPLY=($(compgen -W "$follow" -- "$cur"))
}
complete -o bashdefault -o default -F _archive archive

# Lines with archive stay out of the history: they may hold a name.
HISTIGNORE="${HISTIGNORE:+$HISTIGNORE:}archive:archive *:*[ /;|&]archive:*[ /;|&]archive *"
"""
_ZSH = """\
_archive() {
    local at= word
    local -a follow options
    for word in "${(@)words[2,CURRENT-1]}"; do
        [[ $word == -* ]] && continue
        case "${at:+$at }$word" in
            (@PATHS@) at="${at:+$at }$word" ;;
        esac
    done
    case $at in
@CASES@
    esac
    if [[ $PREFIX == -* ]]; then
        _describe -o option options
    elif (( $#follow )); then
        _describe command follow
    else
        _files
    fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _archive archive

# Lines with archive stay out of the history: they may hold a name.
_archive_keeps_no_line() { [[ ! $1 =~ @LINE@ ]] }
autoload -Uz add-zsh-hook && add-zsh-hook zshaddhistory _archive_keeps_no_line
"""
_FISH = """\
function __archive_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l next (string trim -- "$at $word")
        contains -- $next @PATHS@; and set at $next
    end
    test "$at" = "$argv[1]"
end
complete -c archive -e
@CASES@

# Lines with archive stay out of the history: they may hold a name.
functions -q fish_should_add_to_history; or function fish_should_add_to_history
    not string match -qr -- @LINE@ $argv[1]
end
function __archive_forgets --on-event fish_postexec
    set -l line (string trim -- $argv[1] | string collect)
    string match -qr -- @LINE@ $line; and history delete --exact --case-sensitive -- $line
end
"""


def _bash(tree: Mapping[str, Words]) -> str:
    def told(words: Mapping[str, str]) -> str:
        return quoted(" ".join(words))

    cases = "\n".join(
        f"        {quoted(path)}) follow={told(words.commands)} options={told(words.options)} ;;"
        for path, words in tree.items()
    )
    return _BASH.replace("@PATHS@", "|".join(quoted(path) for path in tree if path)).replace("@CASES@", cases)


def _zsh(tree: Mapping[str, Words]) -> str:
    def told(words: Mapping[str, str]) -> str:
        return " ".join(quoted(f"{name}:{why}") for name, why in words.items())

    cases = "\n".join(
        f"        ({quoted(path)}) follow=({told(words.commands)}) options=({told(words.options)}) ;;"
        for path, words in tree.items()
    )
    return _ZSH.replace("@PATHS@", "|".join(quoted(path) for path in tree if path)).replace("@CASES@", cases)


def _fish(tree: Mapping[str, Words]) -> str:
    lines = []
    for path, words in tree.items():
        here = f"complete -c archive -n {_fish_quoted(f'__archive_at {_fish_quoted(path)}')}"
        lines += [f"{here} -f -a {name} -d {_fish_quoted(why)}" for name, why in words.commands.items()]
        lines += [f"{here} -l {name[2:]} -d {_fish_quoted(why)}" for name, why in words.options.items()]
    paths = " ".join(_fish_quoted(path) for path in tree if path)
    return _FISH.replace("@PATHS@", paths).replace("@CASES@", "\n".join(lines))


def _of_bash(home: Path, _environment: Environment) -> tuple[Path, Path | None]:
    return home / ".bash_completions" / "archive.sh", home / ".bashrc"


def _of_zsh(home: Path, environment: Environment) -> tuple[Path, Path | None]:
    return home / ".zfunc" / "archive.zsh", Path(environment.get("ZDOTDIR") or home) / ".zshrc"


def _of_fish(home: Path, environment: Environment) -> tuple[Path, Path | None]:
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "fish" / "conf.d" / "archive.fish", None


SHELLS: Mapping[Shell, Kind] = {
    "bash": Kind(_of_bash, _bash),
    "zsh": Kind(_of_zsh, _zsh),
    "fish": Kind(_of_fish, _fish),
}
