"""SQL as text: one line, no comments, quoted parts untouched."""

import re

_PIECE = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<gap>(?:\s|--[^\n]*|/\*.*?\*/)+)|(?P<other>.)""",
    re.DOTALL,
)


def flatten_sql(sql: str) -> str:
    """`sql` on one line, comments dropped: what a plan promises does not depend on layout.

    Also what makes a condition safe to put in parentheses: a trailing `--` cannot swallow them.
    """
    pieces = (" " if match.lastgroup == "gap" else match.group() for match in _PIECE.finditer(sql))
    return "".join(pieces).strip().rstrip(";").strip()
