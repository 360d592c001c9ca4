"""Where the doubt comes from, as it stands in the result document.

Identity  Same doubt, same document; a cell of the grid that means nothing is null, a refusal is left out
          here and listed under `refusals`.
"""

import math
from typing import Any

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Valuation


def doubt_document(value: Valuation) -> dict[str, Any] | None:
    """`money.doubt`; null where there is no return."""
    doubt = value.doubt
    if doubt is None:
        return None
    shares, grid, knowing = doubt.shares, doubt.grid, doubt.knowing
    return {
        "shares": []
        if isinstance(shares, Refusal)
        else [{"name": s.name, "first": float(s.first), "total": float(s.total)} for s in shares],
        "grid": None
        if grid is None
        else {
            "row": grid.row,
            "column": grid.column,
            "rows": [float(x) for x in grid.rows],
            "columns": [float(x) for x in grid.columns],
            "roi": [[float(x) if math.isfinite(x) else None for x in row] for row in grid.roi],
        },
        "knowing": None
        if isinstance(knowing, Refusal)
        else {"everything": float(knowing.all), "each": {k: float(v) for k, v in knowing.each.items()}},
    }
