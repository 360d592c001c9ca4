"""payoff metrics times: six people whose way to competence anybody can count; nothing later is looked at."""

import datetime as dt
from pathlib import Path

import pytest

from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.timing import Timing, Ways, time_metric, timing_document, timing_lines
from payoff.run.workspace import find_workspace
from payoff.signals import TimeTo

STUDY = """\
payoff: 1
study: ready
question: Are people competent sooner?
people: {analyst: ana, finance: fin}
currency: USD
horizon_months: 12
sources:
  tries: {csv: tries.csv, columns: [person, timestamp, touchpoint, score_scaled, team], steward: ana}
  people: {csv: people.csv, columns: [person_id, hired_on, left_on, known_until, team], steward: ana}
  courses: {csv: courses.csv, columns: [person_id, started_at, completed_at, team], steward: ana}
  sales: {csv: sales.csv, columns: [team, period, value], steward: ana}
  teams: {csv: teams.csv, columns: [team, arm], steward: ana}
metrics:
  sold:
    unit: USD/team/month
    better: higher
    owner: fin
    sql: select team, period, value from sales
  competency: {use: time_to_competency, tables: {statements: tries, people: people}, owner: hr}
  velocity:
    use: completion_velocity
    source: courses
    owner: learning
    columns: {known_until: "date '2026-06-30'"}
outcome: {primary: sold, leading: [competency, velocity]}
cohort: {source: teams}
design:
  type: rct
  unit: team
  period: month
  arm: arm = 'program'
  method: difference_in_means
  baseline: 2026-01-01..2026-03-31
  follow_up: 2026-04-01..2026-06-30
hypotheses:
  - {id: H1, claim: More is sold, metric: sold, expected: 5%..10%, source: guess}
value:
  days: {label: Sold, category: revenue, formula: lift * baseline * margin * teams * months, cash: true}
assumptions:
  margin: {value: 40%, source: assumed, owner: fin}
  price: {value: 100, unit: USD, source: assumed, owner: fin}
  discount: {value: 4%, source: assumed, owner: fin}
costs:
  - {item: Lessons, amount: price, kind: one_time, category: implementation}
privacy: {min_cell: 5}
"""
PEOPLE = """\
person_id,hired_on,left_on,known_until,team
a,2026-01-01,,2026-06-30,x
b,2026-01-01,,2026-06-30,x
c,2026-01-01,2026-01-20,2026-06-30,x
d,2026-01-01,2026-02-28,2026-06-30,y
d,2026-03-01,,2026-06-30,x
e,2026-01-01,,2026-06-30,y
f,2026-03-01,,2026-06-30,y
"""
TRIES = """\
person,timestamp,touchpoint,score_scaled,team
a,2026-01-11T09:00:00,assessment,0.9,x
b,2026-01-11T09:00:00,assessment,0.9,x
b,2026-01-16T09:00:00,assessment,0.5,x
b,2026-01-31T09:00:00,assessment,0.8,x
d,2026-03-12T09:00:00,assessment,0.85,x
e,2026-01-05T09:00:00,assessment,0.95,y
e,2026-05-05T09:00:00,assessment,0.3,y
f,2026-04-15T09:00:00,assessment,0.9,y
"""
COURSES = """\
person_id,started_at,completed_at,team
a,2026-01-01,2026-01-05,x
b,2026-01-01,2026-01-11,x
c,2026-01-01,,x
d,2026-01-01,2026-05-01,y
e,2026-02-01,2026-02-21,y
f,,,y
"""


def write_teams(folder: Path) -> None:
    """Sixteen teams in two arms, and what they sold in the baseline: enough for a plan to be locked."""
    teams = ["x", "y", *(f"t{n}" for n in range(14))]
    arms = [f"{team},{'program' if n % 2 else 'waits'}" for n, team in enumerate(teams)]
    (folder / "teams.csv").write_text("\n".join(["team,arm", *arms]))
    sold = [f"{t},2026-0{m}-01,{90 + 3 * n + 7 * m % 5}" for n, t in enumerate(teams) for m in (1, 2, 3)]
    (folder / "sales.csv").write_text("\n".join(["team,period,value", *sold]))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for name, text in (("people", PEOPLE), ("tries", TRIES), ("courses", COURSES)):
        (tmp_path / f"{name}.csv").write_text(text)
    write_teams(tmp_path)
    (tmp_path / "ready.yml").write_text(STUDY)
    return tmp_path / "ready.yml"


def timed(study: Path, name: str) -> tuple[Timing, TimeTo]:
    timing = time_metric(find_workspace(study), name, Silent())
    assert isinstance(timing.found, TimeTo)
    return timing, timing.found


def test_met_and_held_by_hand_and_blind_to_what_follows(study: Path) -> None:
    """a 10 days, b 30 (0.5 in between), d 70 over a move, e 4 (May is not seen); c left; f on the way."""
    timing, found = timed(study, "competency")
    assert (timing.n, timing.until) == (6, "2026-03-31")
    assert (found.curve.n_events, found.n_left, found.n_open) == (4, 1, 1)
    assert list(found.curve.times) == [4, 10, 30, 70]
    assert found.curve.median == 30  # 5/6 · 4/5 · 2/3 (c left on day 20) = 4/9 without it
    said = dict(timing_lines(timing))
    assert said["Time to competency"].startswith("half of those who stay are there after 30 days")
    assert said["People"] == "6: hidden there, hidden left before, hidden on the way on 2026-03-31"
    assert "fewer than 5 people" in said[""]
    document = timing_document(timing)
    assert [document[name] for name in ("n", "n_reached", "n_left", "n_open")] == [6, None, None, None]
    assert document["share_of_all"] is None


def test_counts_of_five_people_and_more_are_told(study: Path) -> None:
    """The same six, six times over; of a single one who left besides, nothing that would give them away."""
    for name, text in (("people", PEOPLE), ("tries", TRIES)):
        head, *rows = text.splitlines()
        many = [f"{row[0]}{n}{row[1:]}" for n in range(6) for row in rows]
        (study.parent / f"{name}.csv").write_text("\n".join([head, *many]))
    timing, found = timed(study, "competency")
    assert (found.n_left, timing.ways) == (6, Ways(24, 6, 6))
    assert dict(timing_lines(timing))["People"] == "36: 24 there, 6 left before, 6 on the way on 2026-03-31"
    alone = (study.parent / "people.csv").read_text().replace("c5,2026-01-01,2026-01-20", "c5,2026-01-01,")
    (study.parent / "people.csv").write_text(alone.replace("c4,2026-01-01,2026-01-20", "c4,2026-01-01,"))
    timing, found = timed(study, "competency")
    assert (found.n_left, timing.ways) == (4, Ways(24, None, None))


def test_after_the_lock_follow_up_counts_too(study: Path) -> None:
    """e fell below in May, so e is not there; f took 45 days."""
    lock_study(find_workspace(study), "ana", "fin", dt.date(2026, 3, 30))
    _, found = timed(study, "competency")
    assert (found.curve.n_events, found.n_left, found.n_open) == (4, 1, 1)
    assert list(found.curve.times) == [10, 30, 45, 70]


def test_after_the_lock_data_at_fault_keep_the_time_back_as_they_do_a_result(study: Path) -> None:
    ranged = "steward: ana, health: {ranges: {score_scaled: 0..1}}}"
    study.write_text(STUDY.replace("score_scaled, team], steward: ana}", f"score_scaled, team], {ranged}"))
    lock_study(find_workspace(study), "ana", "fin", dt.date(2026, 3, 30))
    assert timed(study, "competency")[0].until == "2026-06-30"
    (study.parent / "tries.csv").write_text(TRIES.replace(",0.", ",9."))
    with pytest.raises(PayoffError) as stopped:
        time_metric(find_workspace(study), "competency", Silent())
    assert stopped.value.exit_code == 4
    assert {problem.code for problem in stopped.value.problems} == {"D401"}


def test_a_course_that_is_not_done_is_on_the_way(study: Path) -> None:
    timing, found = timed(study, "velocity")
    assert (timing.n, found.curve.n_events, found.n_open) == (5, 3, 2)  # d completes in May
    assert list(found.curve.times) == [4, 10, 20]
    assert timing_document(timing)["median"] == 20


def test_few_people_are_not_shown_and_other_metrics_have_no_time(study: Path) -> None:
    study.write_text(STUDY.replace("min_cell: 5", "min_cell: 7"))
    timing = time_metric(find_workspace(study), "competency", Silent())
    assert isinstance(timing.found, Refusal)
    assert "refused" in timing_document(timing)
    study.write_text(STUDY.replace("min_cell: 5", "min_cell: 1"))
    (study.parent / "courses.csv").write_text("".join(COURSES.splitlines(keepends=True)[:5]))
    timing = time_metric(find_workspace(study), "velocity", Silent())  # a smaller floor than five is none
    assert isinstance(timing.found, Refusal)
    assert timing_document(timing)["n"] is None
    with pytest.raises(PayoffError, match="U226"):
        time_metric(find_workspace(study), "refunds", Silent())
