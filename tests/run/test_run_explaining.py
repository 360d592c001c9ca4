"""A figure with other inputs explains itself by its own arithmetic; looking up loads no estimator."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from payoff.run.explain.explaining import list_figures
from payoff.run.explain.explaining_cases import end_of
from payoff.run.explain.explaining_node import Node
from payoff.run.explain.explaining_tree import Tree

COSTS = 1_000.0 + 20 * 10 * 12  # build, and seats at 20 for ten people over a year


def figure(point: float, low: float, high: float, unit: str) -> dict[str, Any]:
    return {"point": point, "low": low, "high": high, "unit": unit, "horizon": 12, "basis": "undiscounted"}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Ten people; 6,800 of benefits against 3,400 of costs."""
    given = [("seat", 15, 20, 30), ("price", 80, 100, 120)]
    assumptions = [
        {
            "name": n,
            "low": a,
            "mid": b,
            "high": c,
            "unit": "",
            "source": "quote",
            "owner": "me",
            "assumed": False,
        }
        for n, a, b, c in given
    ]
    counted = {"unit": "person", "source": "in the program"}
    money = {
        "roi": figure(1.0, 0.5, 1.6, "ratio"),
        "net": figure(3_400, 1_700, 5_000, "USD"),
        "payback_months": figure(4, 3, 6, "months"),
        "assumptions": assumptions,
        "measured": {"people": {"value": 8, **counted}, "people_assigned": {"value": 10, **counted}},
        "carried_by": "locked",
        "scenarios": [{"name": "worst", "inputs": {"seat": 30, "price": 80}, "roi": 0.2, "net": 920.0}],
        "tornado": [
            {"name": "seat", "low_value": 15, "high_value": 30, "roi_at_low": 1.43, "roi_at_high": 0.478}
        ],
        "switching_values": [{"name": "seat", "mid": 20, "value": 48.0, "unit": "USD", "note": "pays below"}],
    }
    benefit = {
        "name": "gain",
        "label": "",
        "amount": 6_800.0,
        "formula": "lift * price * people",
        "cash": True,
    }
    lines = [
        ("Build", 1_000.0, "1000", [0]),
        ("Seats", 2_400.0, "seat * people * months", list(range(1, 13))),
    ]
    costs = [
        {"item": i, "amount": a, "formula": f, "months": m, "source": "", "owner": ""} for i, a, f, m in lines
    ]
    document = {
        "money": money,
        "benefits": [benefit],
        "costs": costs,
        "effects": [],
        "currency": "USD",
        "fingerprints": [],
    }
    (tmp_path / "evidence").mkdir()
    lineage = {"unit": "id", "unit_label": "person", "queries": [], "sources": []}
    (tmp_path / "evidence" / "lineage.json").write_text(json.dumps(lineage))
    return Tree(document, tmp_path, tmp_path, 5)


def child(node: Node, label: str) -> Node:
    return next(each for each in node.children if each.label == label)


def test_a_scenario_stands_over_its_own_amounts(tree: Tree) -> None:
    node = list_figures(tree)["scenario.worst"]()
    assert child(node, "costs").text == "USD 4,600.00"  # 1,000 + 30 × 10 × 12
    assert child(node, "benefits").text == "USD 5,520.00"
    assert "net USD 920.00 = benefits − costs" in node.text
    assert child(node, "seat").text == "30"
    assert child(node, "seat").children[0].text.startswith("20 (15 to 30)")


def test_a_tornado_bar_shows_both_ends_as_arithmetic(tree: Tree) -> None:
    node = list_figures(tree)["tornado.seat"]()
    low, high = child(node, "at 15"), child(node, "at 30")
    assert (child(low, "costs").text, child(high, "costs").text) == ("USD 2,800.00", "USD 4,600.00")
    assert child(low, "benefits").text == "USD 6,804.00"  # 2,800 × (1 + 1.43)
    assert "(benefits − costs) ÷ costs" in low.text


def test_where_an_input_flips_the_answer_both_sides_are_equal(tree: Tree) -> None:
    there = child(list_figures(tree)["switching.seat"](), "at 48")
    assert child(there, "costs").text == child(there, "benefits").text == "USD 6,760.00"


def test_an_end_of_a_range_is_a_draw_and_not_the_figure(tree: Tree) -> None:
    node = end_of(tree, "roi", "low")
    assert (node.label, node.text) == (
        "roi.low",
        "50%: the 10th percentile of the draws: one in ten is lower",
    )
    assert node.children[0].label == "roi at the mid values"
    assert end_of(tree, "net", "high").text.startswith("5,000 USD: the 90th percentile")


def test_payback_is_told_by_one_rule(tree: Tree) -> None:
    assert "stays at or above zero" in list_figures(tree)["payback_months"]().text


def test_looking_up_loads_no_estimator() -> None:
    loaded = "[m for m in sys.modules if 'causal' in m or 'scipy' in m]"
    code = f"import sys, payoff.run.explain.explaining; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
