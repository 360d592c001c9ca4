"""Colour by meaning: which colour stands for what, on paper, on screen and in the dark.

Contrast  Marks on their ground: at least 3.1:1 light, 4:1 dark; no two closer than 20 (ΔE76) under
          normal, protan, deutan and tritan vision. Sign, shape and ink labels carry the meaning too.
Proof     tests/report/test_report_charts.py
"""

from collections.abc import Mapping

PROGRAM = "#498EE1"
COMPARISON = "#8D939A"
BENEFIT = "#036242"
COST = "#EE681E"
BLOCKED = "#9A2482"
INK = "#1B2430"
MUTED = "#55606B"
GRID = "#DDE2E7"
PAPER = "#FFFFFF"

LIGHT: Mapping[str, str] = {
    "program": PROGRAM,
    "comparison": COMPARISON,
    "benefit": BENEFIT,
    "cost": COST,
    "blocked": BLOCKED,
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "paper": PAPER,
}

DARK: Mapping[str, str] = {
    "program": "#3978CF",
    "comparison": "#737A83",
    "benefit": "#5ACFA7",
    "cost": "#E99A56",
    "blocked": "#E19AD0",
    "ink": "#E8ECF0",
    "muted": "#A9B3BD",
    "grid": "#343C45",
    "paper": "#14181D",
}

HATCHED = ("benefit", "cost", "blocked")  # fills that print replaces by patterns
