"""Kinds of value a study file holds, as pydantic types: read strictly, described for editors.

Canonical form: `30%` and `0.3` serialise alike, so do formulas and SQL that differ in layout alone.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

from payoff.nouns.date_pattern import pattern_regex
from payoff.study.codes import FindingError
from payoff.study.sql_text import flatten_sql
from payoff.study.suggest import nearest
from payoff.study.values import (
    read_date,
    read_expectation,
    read_number,
    read_range,
    read_term,
    read_threshold,
    read_window,
)

_NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?(\s*%|\s*/\s*\d+(\.\d+)?)?\s*$"
_DATE = r"\d{4}-\d{2}-\d{2}"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
ENCODINGS = ("utf-8", "utf-16", "windows-1250", "windows-1252", "iso-8859-1", "iso-8859-15", "mac-roman")
_TITLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def _checked(value: object, read: Any) -> object:
    """The value as written (trimmed) once `read` accepts it; the reader's FindingError otherwise."""
    read(value)
    return value.strip() if isinstance(value, str) else value


def _name(value: object) -> object:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        fix = "use letters, digits and _, starting with a letter, such as deals_won"
        raise FindingError("P111", f"{str(value)[:60]!r} cannot be a name", fix)
    return value


def _study_name(value: object) -> object:
    if not isinstance(value, str) or not _TITLE.fullmatch(value) or ".." in value:
        fix = "use letters, digits, - and _, such as sales-discovery-2026"
        raise FindingError(
            "P111", f"{str(value)[:60]!r} cannot be a study's name", fix, "it names the output folder"
        )
    return value


def _names(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _formula(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(read_number(value)) if isinstance(value, float) else str(int(read_number(value)))
    return value.strip() if isinstance(value, str) else value


def _path(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise FindingError("P104", f"{value!r} is not a file name", "write a path relative to the study file")
    if "://" in value or any(sign in value for sign in "*?["):
        fix = "write the path of one file; export or download it first"
        raise FindingError("P119", f"{value[:80]!r} is not one local file", fix)
    return value.strip()


def _folder(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[^*?\[\]]*[^/\\]*[*?\[][^/\\]*", value.strip()):
        fix = "write folder/pattern with the sign * in the name: exports/*.csv"
        raise FindingError("P119", f"{str(value)[:80]!r} is no pattern of files in one folder", fix)
    if "://" in value:
        fix = "write a folder beside the study: exports/*.csv"
        raise FindingError("P119", f"{value[:80]!r} is no local folder", fix)
    return value.strip()


def _encoding(value: object) -> object:
    if not isinstance(value, str) or value.strip().lower() not in ENCODINGS:
        raise FindingError(
            "P109", f"{str(value)[:40]!r} is no encoding of text", f"one of: {', '.join(ENCODINGS)}"
        )
    return value.strip().lower()


def _date_pattern(value: object) -> object:
    if not isinstance(value, str) or pattern_regex(value) is None:
        fix = "year, month and day once each: DD/MM/YYYY HH:mm, MM/DD/YYYY, DD/MMM/YY h:mm A, D. MMMM YYYY"
        raise FindingError("P120", f"{str(value)[:60]!r} does not say how a date is written", fix)
    return value.strip()


def flatten_formula(text: str) -> str:
    """Arithmetic without spaces: layout is no part of a plan."""
    return re.sub(r"\s+", "", text)


def close_choice(given: object, choices: tuple[str, ...]) -> str:
    """What to write instead of `given`."""
    near = nearest(str(given), choices)
    return f"did you mean {near}?" if near else f"one of: {', '.join(choices)}"


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Name = Annotated[str, BeforeValidator(_name)]
StudyName = Annotated[str, BeforeValidator(_study_name)]
Names = Annotated[list[Text], BeforeValidator(_names), WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)]  # fmt: skip
FilePath = Annotated[str, BeforeValidator(_path)]
FolderPattern = Annotated[str, BeforeValidator(_folder)]
Number = Annotated[
    float,
    BeforeValidator(read_number),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER}]}),
]
Sql = Annotated[str, StringConstraints(min_length=1), PlainSerializer(flatten_sql, when_used="json")]
FormulaText = Annotated[
    str,
    BeforeValidator(_formula),
    StringConstraints(min_length=1),
    PlainSerializer(flatten_formula, when_used="json"),
    WithJsonSchema({"type": ["string", "number"]}),
]
DateText = Annotated[
    str,
    BeforeValidator(lambda value: _checked(value, read_date)),
    WithJsonSchema({"type": "string", "pattern": f"^{_DATE}$"}),
]
WindowText = Annotated[
    str,
    BeforeValidator(lambda value: _checked(value, read_window)),
    PlainSerializer(flatten_formula, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": rf"^{_DATE}\s*\.\.\s*{_DATE}$"}),
]
RangeText = Annotated[
    str,
    BeforeValidator(lambda value: _checked(value, read_range)),
    PlainSerializer(lambda value: list(read_range(value)), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"\.\."}),
]
ExpectationText = Annotated[
    str,
    BeforeValidator(lambda value: _checked(value, read_expectation)),
    PlainSerializer(lambda value: list(read_expectation(value)), when_used="json"),
    WithJsonSchema({"type": "string"}),
]
ThresholdText = Annotated[
    str,
    BeforeValidator(lambda value: _checked(value, read_threshold)),
    PlainSerializer(lambda value: list(read_threshold(value)), when_used="json"),
    WithJsonSchema({"type": "string"}),
]
TermText = Annotated[
    str,
    BeforeValidator(lambda value: str(_checked(value, read_term))),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
]
EncodingText = Annotated[str, BeforeValidator(_encoding)]
DatePattern = Annotated[str, BeforeValidator(_date_pattern)]
DesignType = Literal["rct", "did", "staggered", "matched", "synthetic", "its", "before_after"]
