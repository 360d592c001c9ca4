"""Did you mean …?"""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when none is close."""
    by_lower = {name.lower(): name for name in sorted(known)}
    found = difflib.get_close_matches(word.lower()[:80], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], none_known: str = "there are none yet") -> str:
    """`did you mean margin?`, or the list of what exists."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean {near}?"
    if not names:
        return none_known
    shown = ", ".join(names[:12])
    return f"one of: {shown}{', …' if len(names) > 12 else ''}"
