"""Formulas of spreadsheets: which may stay where no value is stored beside them, because they lead nowhere else."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)
    |(?P<function>[A-Za-z][A-Za-z0-9.]*)\(
    |\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.])
    |\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![\w.])
    |\$?[0-9]{1,7}:\$?[0-9]{1,7}
    |[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?
    |(?:TRUE|FALSE)\b
    |\#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)
    |[-+*/^&=<>,;:%(){}@\s]""",
    re.VERBOSE | re.IGNORECASE,
)
_OUTWARD = frozenset(
    [
        "HYPERLINK", "WEBSERVICE", "FILTERXML", "ENCODEURL", "INDIRECT", "CALL", "REGISTER.ID", "RTD", "DDE", "CELL",
        "INFO", "GETPIVOTDATA", "IMAGE", "STOCKHISTORY", "EVALUATE", "EXEC", "SQL.REQUEST",
    ]
)  # fmt: skip


def is_safe(formula: str, sheets: frozenset[str]) -> bool:
    """Tell whether a formula holds nothing but cells of these sheets, numbers, texts and functions that stay inside."""
    at = 0
    while at < len(formula):
        token = _TOKEN.match(formula, at)
        if token is None:
            return False
        function = (token["function"] or "").upper().removeprefix("_XLFN.")
        if function in _OUTWARD or function.startswith("CUBE"):
            return False
        if token["sheet"] and token["sheet"][:-1].strip("'").replace("''", "'") not in sheets:
            return False
        at = token.end()
    return True
