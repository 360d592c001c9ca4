"""How dates are written, said in letters: DD/MM/YYYY HH:mm, DD/MMM/YY h:mm A.

Letters   YYYY YY · MMMM MMM MM M (month by name, short name, two digits, one or two) · DD D · HH H
          hh h · mm · ss · A (AM or PM). YY is 2000 to 2099. Anything else stands for itself.
Languages Months by name are read in one stated language, whole or shortened.
"""

import re

MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_PIECES = {
    "YYYY": r"(?P<year>\d{4})", "YY": r"(?P<year>\d{2})", "MMMM": r"(?P<word>\p{L}+)\.?",
    "MMM": r"(?P<word>\p{L}+)\.?", "MM": r"(?P<month>\d{2})", "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})", "D": r"(?P<day>\d{1,2})", "HH": r"(?P<hour>\d{2})", "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{2})", "h": r"(?P<hour>\d{1,2})", "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})", "A": r"(?P<half>[AaPp])\.?[Mm]\.?",
}  # fmt: skip
_LETTERS = re.compile("|".join(_PIECES))


def pattern_regex(pattern: str) -> str | None:
    """The pattern as a regular expression (RE2) with a group for each part; None when it is no pattern.

    A date needs year, month and day, each once, and hours 1 to 12 need A.
    """
    parts: list[str] = []
    end = 0
    for match in _LETTERS.finditer(pattern):
        parts += [_literal(pattern[end : match.start()]), _PIECES[match[0]]]
        end = match.end()
    parts.append(_literal(pattern[end:]))
    text = "".join(parts)
    groups = re.findall(r"\?P<(\w+)>", text)
    months = groups.count("month") + groups.count("word")
    whole = {"year", "day"} <= set(groups) and months == 1 and len(groups) == len(set(groups))
    half = bool(re.search(r"h", pattern))
    if not whole or half != ("half" in groups) or re.search(r"[A-Za-z%]", _LETTERS.sub("", pattern)):
        return None
    return rf"^\s*{text}\s*$"


def month_number(word: str, language: str) -> int | None:
    """1 to 12 for a month's name, whole or its first three letters or more; None when no month fits."""
    names = MONTHS[language].split()
    word = word.lower()
    fitting = [n for n, name in enumerate(names, start=1) if len(word) >= 3 and name.startswith(word)]
    return fitting[0] if len(fitting) == 1 else None


def _literal(text: str) -> str:
    return re.sub(r"\\ ", r"[\\s\\p{Zs}]+", re.escape(text))
