"""How the workbook's cells look: number formats and the colours that carry meaning.

Question  Which cell may be edited, which is computed, which was only simulated?
Colours   Yellow: input. Plain: formula or value. Violet: input changed since payoff wrote the file.
          Blue: differs from the version before.
          Orange words: assumed. None of them is the only sign: heads and words say the same.
"""

from collections.abc import Mapping

_INK, _QUIET, _RULE = "#1B2129", "#565F6B", "#D5DAE0"
_FONT = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "top"}
_INPUT = {"bg_color": "#FFF6D6", "border": 1, "border_color": "#C9B458"}
_HEAD = _FONT | {"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "bottom_color": _INK, "text_wrap": True}

CHANGED: Mapping[str, object] = {"bg_color": "#F0D9EC", "font_color": "#9A2482", "bold": True}

SINCE: Mapping[str, object] = {"bg_color": "#DCE9F7", "font_color": "#174A82"}

STYLES: Mapping[str, dict[str, object]] = {
    "title": _FONT | {"font_size": 16, "bold": True},
    "note": _FONT | {"font_color": _QUIET, "italic": True},
    "wrap_note": _FONT
    | {"font_color": _QUIET, "italic": True, "align": "left", "indent": 1, "text_wrap": True},
    "head": _HEAD | {"align": "left", "indent": 1},
    "head_first": _HEAD,
    "head_right": _HEAD | {"align": "right"},
    "text": _FONT | {"align": "left", "indent": 1},
    "wrap": _FONT | {"align": "left", "indent": 1, "text_wrap": True},
    "first": _FONT | {"text_wrap": True},
    "name": _FONT | {"bold": True},
    "code": _FONT | {"font_name": "Courier New", "font_color": _QUIET, "align": "left", "indent": 1},
    "warn": _FONT | {"font_color": "#B04300", "align": "left", "indent": 1},
    "input": _FONT | _INPUT | {"num_format": "General"},
    "number": _FONT | {"num_format": "General"},
    "month": _FONT | {"num_format": "0", "align": "left"},
    "count": _FONT | {"num_format": "0"},
    "money": _FONT | {"num_format": "#,##0.00;−#,##0.00"},
    "total": _FONT | {"num_format": "#,##0.00;−#,##0.00", "bold": True, "top": 1, "top_color": _INK},
    "share": _FONT | {"num_format": '[>10000]"more than 1,000,000%";[<0]−0.00%;0.00%'},
    "ratio": _FONT | {"num_format": "0.0000;−0.0000"},
    "months": _FONT | {"num_format": "0.00"},
    "tiny": _FONT | {"num_format": "0.0E+00;−0.0E+00;0"},
    "hint": _FONT | {"font_color": _QUIET, "italic": True, "align": "left", "indent": 1},
    "factor": _FONT | {"num_format": "0.000000"},
    "verdict": _FONT | {"bold": True, "font_size": 12, "border": 1, "border_color": _RULE},
    "changed": _FONT | dict(CHANGED),
    "since": _FONT | dict(SINCE),
}

LEGEND: tuple[tuple[str, str], ...] = (
    ("input", "Yellow: an input you may change."),
    ("changed", "Violet: an input that differs from payoff's value beside it."),
    ("since", "Blue: differs from the version before; the cell's comment says what it was."),
    ("warn", "Orange words: assumed, seen by nobody in a document or a system."),
    ("text", "Plain: a formula, or a value payoff found; the tab says which."),
)
