"""What a program costs, in the result document: the whole picture and the same money told another way.

Proof     tests/report/test_report_money_tables.py
"""

from typing import Any

from payoff.nouns.cost_line import CostLine
from payoff.nouns.valuation import CostPicture, Figure, Valuation


def views_document(value: Valuation) -> list[dict[str, Any]]:
    """Money per year and per unit; low and high are of the total and scale as it does."""
    found = []
    for view in value.views:
        figure = value.figures.get(view.name)
        ends = (figure.low, figure.high) if isinstance(figure, Figure) else (None, None)
        found.append(
            {
                "name": view.name,
                "total": float(view.total),
                "low": ends[0],
                "high": ends[1],
                "years": float(view.years),
                "per_year": float(view.per_year),
                "first_year": float(view.first_year),
                "units": view.units,
                "per_unit": float(view.per_unit),
                "unit": view.unit,
            }
        )
    return found


def costs_by_size(value: Valuation) -> tuple[CostLine, ...]:
    """The lines in the order of the cost picture: largest first, equal ones as written."""
    return tuple(sorted(value.costs, key=lambda line: -line.point))


def cost_picture_document(value: Valuation) -> dict[str, Any] | None:
    """Every line by size, what falls in which year, what lasts, which lines are missing."""
    picture = value.cost_picture
    if picture is None:
        return None
    return {
        "one_time": float(picture.one_time),
        "recurring": float(picture.run),
        "lines": [
            {
                "item": line.item,
                "category": line.category,
                "kind": cost.kind,
                "amount": float(line.amount),
                "share": float(line.share),
                "cumulative": float(line.cumulative),
            }
            for line, cost in zip(picture.ranked, costs_by_size(value), strict=True)
        ],
        "by_year": [float(amount) for amount in picture.by_year],
        "amortised": _amortised(picture),
        "missing": list(picture.missing),
    }


def _amortised(picture: CostPicture) -> list[dict[str, Any]]:
    return [
        {
            "item": line.item,
            "amount": float(line.amount),
            "months": list(line.months),
            "charged": [float(x) for x in line.charged],
            "balance": [float(x) for x in line.balance],
        }
        for line in picture.amortised
    ]
