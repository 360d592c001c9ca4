"""How long does finance take for a million draws, against bare NumPy doing the same sums?

    .venv/bin/python benchmarks/speed/bench_money.py                # 1,000,000 draws × 60 months × 10 lines
    .venv/bin/python benchmarks/speed/bench_money.py --draws 200000 --repeat 3

Five benefits and five cost lines, a fading lift with a range of half-lives, a discount rate with a range;
benefits, costs, present values, payback and break-even of every draw. The kernel is what one would write by
hand for exactly this study, in chunks of the same size; payoff reads formulas, so it also serves every other
study. Both run in turn in this process (kernel, payoff, kernel, …); the median ratio is what to quote. Peak
memory is of one payoff run alone in a child process, above what the inputs take.
"""

import argparse
import datetime as dt
import math
import statistics
import subprocess
import sys
import time
import tracemalloc

import numpy as np

from payoff.finance.money_model import Inputs, MoneyModel, build_model
from payoff.finance.simulation import CHUNK, Outcome, simulate
from payoff.nouns.counts import Counts
from payoff.nouns.formula import read_formula
from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule, Sustain
from payoff.nouns.study import CohortPlan, Design, Hypothesis, Privacy, Study, Term, Window
from payoff.nouns.study import (
    Outcome as Outcomes,
)
from payoff.nouns.unit import read_unit

HORIZON, MEASURED, UNITS, BASELINE = 60, 3, 40, 10.0
PRICES = {f"price_{i}": (20.0 * i + 20, 30.0 * i + 30, 50.0 * i + 50) for i in range(5)}
FEES = {f"fee_{i}": (100.0 * i + 100, 150.0 * i + 150, 300.0 * i + 300) for i in range(5)}
RANGES = {**PRICES, **FEES, "half_life": (4.0, 9.0, 18.0), "discount": (0.04, 0.08, 0.12)}


def build_study() -> Study:
    """Five benefits of one lift, five cost lines: one before launch, four running."""
    window = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    metric = Metric("kpi", "Deals", read_unit("deal/rep/month"), "deal/rep/month", "higher", "a", "", ())
    term = (Term("after", 0, None),)
    design = Design("did", "rep", "rep", "month", window, window, "fixed_effects", None, term, "after")
    benefits = [
        BenefitRule(
            f"b{i}", read_formula(f"lift * baseline * reps * months * price_{i}"), True, "cost", "kpi"
        )
        for i in range(5)
    ]
    costs = [CostRule("c0", read_formula("fee_0 * reps"), "one_time", "other", -1)]
    costs += [CostRule(f"c{i}", read_formula(f"fee_{i} * reps"), "run", "other") for i in range(1, 5)]
    return Study(
        "bench", "bench", "bench", "?", {}, "USD", "2026 prices", HORIZON, (), (metric,), Outcomes("kpi"),
        CohortPlan("people"), design, (Hypothesis("H1", "", "kpi", 0.1, 0.1, 0.0, True, None, ""),),
        tuple(benefits),
        tuple(Assumption(n, *r, read_unit(""), "", "", "") for n, r in RANGES.items()),
        tuple(costs), Privacy(), "0" * 64, sustain=Sustain(beyond_first_year="bench"),
    )  # fmt: skip


def build_inputs(n_draws: int) -> Inputs:
    rng = np.random.default_rng(1)
    values = {name: rng.triangular(*ends, n_draws) for name, ends in RANGES.items()}
    return Inputs(rng.normal(0.08, 0.04, (n_draws, 1)), values)


def run_kernel(inputs: Inputs) -> np.ndarray:
    """(6, n_draws): benefit, cost, present values of both, payback, break-even; nothing general about it."""
    rows = []
    for start in range(0, inputs.n_draws, CHUNK):
        part = inputs.rows(start, start + CHUNK)
        v, n = part.values, part.n_draws
        age = np.maximum(np.arange(1, HORIZON + 1) - MEASURED, 0)
        h = v["half_life"][:, None]
        fade = np.where(age > 0, h / math.log(2) * (0.5 ** ((age - 1) / h) - 0.5 ** (age / h)), 1.0)
        months = np.arange(-1, HORIZON + 1)
        benefits, costs, rise = np.zeros((n, months.size)), np.zeros((n, months.size)), np.zeros(n)
        for name in PRICES:
            each = BASELINE * UNITS * v[name]
            benefits[:, 2:] += (each[:, None] * part.lifts) * fade
            rise += each * fade.sum(axis=1)
        costs[:, 0] += v["fee_0"] * UNITS
        for i in range(1, 5):
            costs[:, 2:] += (v[f"fee_{i}"] * UNITS / HORIZON)[:, None]
        factor = (1 + v["discount"])[:, None] ** (-months / 12)
        net = benefits - costs
        balance = np.cumsum(net, axis=1)
        total = costs.sum(axis=1)
        below = balance < -1e-9 * total[:, None]
        last = months.size - 1 - np.argmax(below[:, ::-1], axis=1)
        at = np.minimum(last + 1, months.size - 1)
        row = np.arange(n)
        gap = np.maximum(-balance[row, last], 0)
        share = gap / np.maximum(np.maximum(net[row, at], gap), 1e-300)
        payback = np.where(below[:, -1], np.inf, np.maximum(months[at] - 1 + share, 0))
        payback = np.where(below.any(axis=1), payback, 0.0)
        present = (benefits * factor).sum(axis=1), (costs * factor).sum(axis=1)
        rows.append(np.stack([benefits.sum(axis=1), total, *present, payback, total / rise]))
    return np.concatenate(rows, axis=1)


def run_payoff(study: Study, model: MoneyModel, inputs: Inputs) -> Outcome:
    return simulate(study, model, inputs)


def check_equal(kernel: np.ndarray, found: Outcome) -> None:
    """The two must agree on every draw before a ratio means anything."""
    ours = (found.benefit, found.cost, found.pv_benefit, found.pv_cost, found.payback, found.break_even)
    for by_hand, by_payoff in zip(kernel, ours, strict=True):
        np.testing.assert_allclose(by_payoff, by_hand, rtol=1e-9, atol=1e-6)


def build_case(n_draws: int) -> tuple[Study, MoneyModel, Inputs]:
    study = build_study()
    counts = Counts(UNITS, UNITS, BASELINE, ((1, MEASURED),))
    return study, build_model(study, study.assumptions, counts, 1), build_inputs(n_draws)


def measure_memory(n_draws: int) -> None:
    """In a child: megabytes that a run adds above the inputs."""
    study, model, inputs = build_case(n_draws)
    tracemalloc.start()
    run_payoff(study, model, inputs)
    print(tracemalloc.get_traced_memory()[1] / 2**20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        measure_memory(options.memory_of)
        return
    study, model, inputs = build_case(options.draws)
    seconds: dict[str, list[float]] = {"kernel": [], "payoff": []}
    for _ in range(options.repeat):
        start = time.perf_counter()
        kernel = run_kernel(inputs)
        seconds["kernel"].append(time.perf_counter() - start)
        start = time.perf_counter()
        found = run_payoff(study, model, inputs)
        seconds["payoff"].append(time.perf_counter() - start)
    check_equal(kernel, found)
    ratio = statistics.median(p / k for k, p in zip(*seconds.values(), strict=True))
    print(f"{options.draws:,} draws × {HORIZON} months × 10 lines, chunks of {CHUNK:,}")
    for name, taken in seconds.items():
        print(f"  {name:7} {statistics.median(taken):6.2f} s")
    print(f"  ratio   {ratio:6.2f}  (bound: 2)")
    for draws in sorted({options.draws // 4, options.draws}):
        child = [sys.executable, __file__, "--memory-of", str(draws)]
        added = float(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
        kept = 7 * 8 * draws / 2**20
        text = f"{draws:,} draws, inputs left out; {kept:.0f} MB are the answer"
        print(f"  memory  {added:6.0f} MB at most for {text}")


if __name__ == "__main__":
    main()
