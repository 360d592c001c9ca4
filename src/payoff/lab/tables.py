"""The same firm as its systems would export it: two tables and the study file that asks about them.

Proof     tests/lab: the product's own path from file to panel gives the panel `invent` gives.
"""

import numpy as np
import pyarrow as pa

from payoff.lab.invent import Invented, name_person, name_team
from payoff.lab.plan import ARMS, periods_of
from payoff.nouns.arrays import Bools, Dates, Ints
from payoff.nouns.study import Design

FILES = {"people": "people.parquet", "results": "results.parquet"}


def write_tables(firm: Invented) -> dict[str, pa.Table]:
    """people: one row each. results: one row for each person and month on the payroll."""
    people, given, world = firm.people, firm.given, firm.world
    periods = periods_of(world)
    who, when = np.nonzero(firm.weights > 0)
    names = np.array([name_person(i) for i in range(people.n_people)])
    results = {
        "person_id": names[who],
        "month": periods[when],
        "value": firm.values[who, when],
        "weight": firm.weights[who, when],
    }
    rows = {
        "person_id": names,
        "team_id": np.array([name_team(i) for i in range(world.firm.n_teams)])[people.team],
        "manager_id": np.array([f"m{i:04d}" for i in range(world.firm.n_teams)])[people.manager],
        "region": np.array([f"region {i + 1}" for i in range(world.firm.n_regions)])[people.region],
        "role": np.array([f"role {i + 1}" for i in range(world.firm.n_roles)])[people.role],
        "tenure": people.tenure,
        "hired_on": _dates(people.first, periods, people.first > 0),
        "left_on": _dates(people.gone, periods, people.gone < world.n_periods),
        "launched_on": _dates(given.launch, periods, given.launch >= 0),
        "arm": np.array(ARMS)[given.arm],
        "took_part": (given.program & given.willing).astype(np.float64),
        "exposed": given.exposed,
    }
    if given.factors is not None:
        rows |= {"content": given.factors[:, 0], "nudges": given.factors[:, 1]}
    return {"people": pa.table(rows), "results": pa.table(results)}


def write_study(firm: Invented) -> str:
    """The study file; its sources are `FILES`, beside it."""
    world, study, metric = firm.world, firm.study, firm.study.metrics[0]
    hypothesis = study.primary_hypothesis
    query = "select person_id, month, value, weight from results"
    if world.unit == "team":
        mean = "sum(value * weight) / sum(weight) as value, sum(weight) as weight"
        query = f"select team_id, month, {mean} from results join people using (person_id) group by 1, 2"
    low, high, least = (f"{100 * lift:g}%" for lift in (*world.program.expected, world.program.useful))
    return f"""\
payoff: 1
study: {study.name}
title: {study.title}
program: {study.program}
question: {study.question}
people: {{analyst: analyst, finance: finance, sponsor: sponsor}}
currency: {study.currency}
price_base: {study.price_base}
horizon_months: {study.horizon_months}
sources:
  people: {{parquet: {FILES["people"]}, key: [person_id], steward: analyst}}
  results: {{parquet: {FILES["results"]}, key: [person_id, month], steward: analyst}}
metrics:
  {metric.name}:
    label: {metric.label}
    unit: {metric.unit_text}
    better: {metric.better}
    scale: {metric.scale}
    owner: {metric.owner}
    sql: {query}
outcome: {{primary: {metric.name}}}
cohort:
  sql: {_cohort_sql(firm)}
design:
{_design_lines(study.design)}
hypotheses:
  - {{id: {hypothesis.id}, claim: {hypothesis.claim}, metric: {metric.name}, expected: {low}..{high},
     worth_it_above: "{least}", source: {hypothesis.source}}}
value:
  gained:
    category: revenue
    formula: lift * baseline * {study.design.unit_label}s * months * worth * margin
    cash: true
assumptions:
  margin: {{value: 40%, source: invented, owner: finance}}
  worth: {{low: 40, mid: 50, high: 60, unit: {study.currency}/point, source: invented, owner: finance}}
  discount: {{value: 8%, source: invented, owner: finance}}
costs:
  - {{item: Program, amount: 10000, kind: one_time, category: implementation, source: invented}}
"""


def _cohort_sql(firm: Invented) -> str:
    columns = "team_id, arm, launched_on, took_part, exposed, tenure"
    columns += ", content, nudges" if firm.given.factors is not None else ""
    if firm.world.unit == "team":
        return "select team_id, min(arm) as arm, min(launched_on) as launched_on from people group by 1"
    return f"select person_id, {columns} from people"


def _design_lines(design: Design) -> str:
    """Only what differs from what a study file leaves out."""
    arms = "[" + ", ".join(design.arms) + "]"
    lines: dict[str, str | None] = {
        "type": design.type,
        "unit": design.unit,
        "unit_label": design.unit_label,
        "period": design.period,
        "baseline": f"{design.baseline.start_on}..{design.baseline.end_on}",
        "follow_up": f"{design.follow_up.start_on}..{design.follow_up.end_on}",
        "method": design.method,
        "second": design.second or "none",
        "cluster": design.cluster,
        "arm": design.arm and ("arm" if design.arms else f"arm <> '{ARMS[0]}'"),
        "arms": arms if design.arms else None,
        "factors": "{" + ", ".join(f"{f.name}: {f.sql}" for f in design.factors) + "}"
        if design.factors
        else None,
        "launch": design.launch,
        "take_up": design.take_up and "took_part = 1",
        "covariates": f"[{', '.join(design.covariates)}]" if design.covariates else None,
        "expected_share": None if design.expected_share is None else str(design.expected_share),
        "randomised": "true" if design.type == "did" and design.randomised else None,
        "chosen": design.chosen if design.chosen not in ("lot", "unknown") else None,
        "exposed": design.exposed,
        "matching": f"{{distance: {design.matching.distance}}}" if design.matching else None,
    }
    return "\n".join(f"  {key}: {text}" for key, text in lines.items() if text is not None)


def _dates(index: Ints, periods: Dates, known: Bools) -> pa.Array:
    """First day of the month at `index`, null where not known."""
    days = periods[np.clip(index, 0, len(periods) - 1)]
    return pa.array(days, pa.date32(), mask=~known)
