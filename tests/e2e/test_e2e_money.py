"""The money end to end: the workbook of published studies in an office suite, what-if, compare, sign-off."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e_support import run_payoff
from firm import write_deals
from money_firms import write_sales, write_support
from office import edited, named, recalculated

import payoff as po
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, Valuation
from payoff.run.demo import copy_demo

# Five assumptions of each study at other values; all it has where it has fewer.
STUDIES: dict[str, dict[str, float]] = {
    "michigan-training-grants": {
        "cost_share": 0.62,
        "trained": 31.0,
        "hourly_pay": 9.5,
        "delivery_per_worker": 140.0,
        "discount": 0.03,
    },
    "illinois-wellness": {"cost_per_employee": 90.0, "discount": 0.07},
    "sales": {"deal_value": 620.0, "margin": 0.33, "USD_per_EUR": 1.2, "half_life": 9.0, "hurdle": 0.21},
    "support": {"calls": 120.0, "cost_per_minute": 0.7, "realised": 0.9, "fee": 90.0, "discount": 0.12},
}
ELSEWHERE = ("probability", "loss_at_hurdle", "roi_amortised")  # simulated; or asserted by its own test


def lock_and_run(path: Path) -> po.Run:
    study = po.Study(path)
    write_deals(path.parent, 6)
    study.lock("a.ruiz", "p.okoro", on=dt.date(2025, 12, 15))
    write_deals(path.parent, 12)
    return study.run()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, po.Run]:
    made: dict[str, Callable[[Path], po.Run]] = {
        "sales": lambda folder: lock_and_run(write_sales(folder)),
        "support": lambda folder: lock_and_run(write_support(folder)),
    }
    found = {}
    for name in STUDIES:
        folder = tmp_path_factory.mktemp(name)
        found[name] = made[name](folder) if name in made else po.Study(copy_demo(name, folder)).run()
    return found


@pytest.fixture(scope="module")
def books(runs: dict[str, po.Run], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every workbook as it is and with the assumptions changed, recalculated in one start of the suite."""
    folder = tmp_path_factory.mktemp("books")
    files = {}
    for name, run in runs.items():
        files[name] = run.workbook(folder / f"{name}.xlsx").read_bytes()
        files[f"{name}-changed"] = edited(files[name], **{f"in_{k}": v for k, v in STUDIES[name].items()})
    return recalculated(files)


def figures(valuation: Valuation) -> dict[str, float]:
    every = {**valuation.figures, **valuation.further}
    return {
        name: figure.point
        for name, figure in every.items()
        if isinstance(figure, Figure) and figure.point is not None and name not in ELSEWHERE
    }


def cell_of(name: str) -> str:
    return f"money_{name}" if name in ("benefit", "cost") else f"money_{name}_point"


@pytest.mark.parametrize("name", STUDIES)
def test_the_published_workbook_recalculates_to_the_engine(
    name: str, runs: dict[str, po.Run], books: dict[str, Any]
) -> None:  # FIN-26
    expected = figures(runs[name].money.valuation)
    assert {"roi", "npv", "net", "bcr"} <= set(expected)
    for figure, point in expected.items():
        assert named(books[name], cell_of(figure)) == pytest.approx(point, rel=1e-9), figure
    assert named(books[name], "matches_payoff") == "yes"


@pytest.mark.parametrize("name", STUDIES)
def test_it_follows_changed_assumptions_as_the_engine_does(
    name: str, runs: dict[str, po.Run], books: dict[str, Any]
) -> None:
    changed = runs[name].money.what_if(**STUDIES[name])
    before, after = figures(changed.original), figures(changed.valuation)
    assert before["roi"] != pytest.approx(after["roi"], rel=1e-3)
    for figure, point in after.items():
        if figure == "irr" and "irr" not in before:
            continue  # a rate that only the change made single is not searched for
        assert named(books[f"{name}-changed"], cell_of(figure)) == pytest.approx(point, rel=1e-9), figure
    assert str(named(books[f"{name}-changed"], "matches_payoff")).startswith("changed inputs: ")


@pytest.mark.parametrize("name", STUDIES)
def test_every_key_of_money_costs_and_effects_explains_itself(name: str, runs: dict[str, po.Run]) -> None:
    run = runs[name]
    money = run.document["money"]
    wanted = [
        *(k for k, v in money.items() if isinstance(v, dict) and "point" in v),
        "lift",
        "costs",
        "benefits",
    ]
    wanted += [*money.get("further", {}), *(f"cost.{c['item']}" for c in run.document["costs"])]
    wanted += [f"assumption.{a['name']}" for a in money["assumptions"]]
    wanted += [f"scenario.{s['name']}" for s in money["scenarios"]]
    wanted += [f"tornado.{b['name']}" for b in money["tornado"]]
    wanted += [f"switching.{s['name']}" for s in money["switching_values"]]
    wanted += [f"ceiling.{item}" for item in money["ceiling"]]
    wanted += [f"effect.{e['metric']}.{e['term']}.{e['method']}" for e in run.document["effects"]]
    for figure in (*wanted, "grade", "power", "money.roi.low"):
        assert str(run.trace(figure, rows=1)), figure
    leaves = {node.source for node in run.trace("roi", rows=1).tree.walk() if node.source}
    assert leaves


@pytest.fixture(scope="module")
def sales(runs: dict[str, po.Run]) -> Path:
    return runs["sales"].workspace.study_path


def test_an_unknown_figure_is_answered_with_the_list(sales: Path) -> None:
    done = run_payoff("explain", "margn", sales, cwd=sales.parent)
    assert done.returncode == 2
    assert "assumption.margin" in done.stderr
    assert "did you mean" in done.stderr or "payoff explain" in done.stderr


def test_a_what_if_stands_beside_the_result_and_is_kept(sales: Path) -> None:  # FIN-30
    before = (sales.parent / "out/drills/latest/result.json").read_bytes()
    done = run_payoff(
        "run", sales, "--set", "margin=35%", "--reason", "draft for 2027", "-q", cwd=sales.parent
    )
    assert done.returncode == 0, done.stderr
    assert "0.35 instead of 0.4" in done.stdout
    assert "draft for 2027" in done.stdout
    assert "v1: " in done.stdout
    (kept,) = (sales.parent / "out/drills/what-if").glob("*.json")
    document = json.loads(kept.read_text())
    assert document["reason"] == "draft for 2027"
    assert document["figures"]["roi"]["changed"]["point"] < document["figures"]["roi"]["original"]["point"]
    assert (sales.parent / "out/drills/latest/result.json").read_bytes() == before
    assert [p.name for p in (sales.parent / "out/drills").glob("v*") if p.is_dir()] == ["v1"]


def test_wrong_settings_are_told_all_at_once(sales: Path) -> None:
    settings = ("margn=0.3", "margin=140%", "fee=12%", "deal_value=high", "half_life=-2")
    pairs = [part for text in settings for part in ("--set", text)]
    done = run_payoff("run", sales, *pairs, "--reason", "x", "-q", cwd=sales.parent)
    assert done.returncode == 2
    for code, said in (
        ("U151", "did you mean margin?"),
        ("U157", "between 0% and 100%"),
        ("U156", "% is not its unit"),
        ("U154", "that is no number"),
    ):
        assert code in done.stderr
        assert said in done.stderr
    assert "5 errors. Nothing was written." in done.stderr
    assert run_payoff("run", sales, "--set", "margin=0.3", "-q", cwd=sales.parent).returncode == 2


def test_finance_signs_then_disputes_and_both_are_printed(sales: Path) -> None:
    folder = sales.parent
    same = run_payoff("sign", sales, "--finance", "A.Ruiz", cwd=folder)
    assert same.returncode == 2
    assert "U193" in same.stderr
    signed = run_payoff("sign", sales, "--finance", "P. Okoro", "--on", "2026-08-01", cwd=folder)
    assert signed.returncode == 0, signed.stderr
    assert run_payoff("report", sales, "-q", cwd=folder).returncode == 0
    document = json.loads((folder / "out/drills/v1/result.json").read_text())
    assert [e["decision"] for e in document["sign_off"]] == ["signed"]
    assert "Signed off by finance (P. Okoro, 2026-08-01)" in (folder / "out/drills/v1/story.html").read_text()
    why = ("--reason", "the fee is out of date", "--on", "2026-08-02")
    assert run_payoff("dispute", sales, "--finance", "P. Okoro", *why, cwd=folder).returncode == 0
    again = run_payoff("run", sales, "-q", cwd=folder)
    assert "Disputed by finance (P. Okoro, 2026-08-02)" in again.stdout.replace("\n" + " " * 14, " ")
    document = json.loads((folder / "out/drills/v1/result.json").read_text())
    assert [(e["decision"], e["of_this_result"]) for e in document["sign_off"]] == [
        ("signed", True),
        ("disputed", True),
    ]


def test_two_programs_are_compared_or_refused(sales: Path, runs: dict[str, po.Run], tmp_path: Path) -> None:
    """CMP-01, CMP-09: a cheaper program with half the lift; then one for another outcome."""
    folder = tmp_path / "course"
    folder.mkdir()
    path = write_sales(folder)
    text = path.read_text().replace("study: drills", "study: course")
    text = text.replace("program: Discovery drills", "program: Two-day course").replace(
        "mid: 1000", "mid: 850"
    )
    course = folder / "course.yml"
    course.write_text(text)
    path.unlink()
    study = po.Study(course)
    write_deals(folder, 6)
    study.lock("a.ruiz", "p.okoro", on=dt.date(2025, 12, 15))
    write_deals(folder, 12, lift=0.1)
    study.run()
    done = run_payoff("compare", sales, course, "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Discovery drills beats Two-day course in" in done.stdout
    assert "lower cost per person" in done.stdout  # where the other form wins
    told = run_payoff("compare", sales, course, "-q", "--json", cwd=tmp_path)
    document = json.loads(told.stdout)
    assert document["winner"] == "Discovery drills"
    assert document["share_first"] > 0.9
    assert [p["study"] for p in document["programs"]] == ["drills", "course"]
    support = runs["support"].workspace.study_path
    refused = run_payoff("compare", sales, support, "-q", cwd=tmp_path)
    assert refused.returncode == 4
    assert "the outcome's unit differs" in refused.stderr
    assert "states no cost for" in refused.stderr


def test_a_figure_that_was_refused_says_why(runs: dict[str, po.Run]) -> None:
    valuation = runs["illinois-wellness"].money.valuation
    refused = [n for n, f in valuation.further.items() if isinstance(f, Refusal)]
    for name in refused:
        with pytest.raises(PayoffError, match="U161"):
            runs["illinois-wellness"].trace(name)
