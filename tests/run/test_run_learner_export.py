"""Rows of people leave for a declared purpose alone, under pseudonyms, with few alike blanked, on record."""

import csv
import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from private_firm import N_ELSEWHERE, N_REPS, write_private_firm

from payoff.nouns.problem import PayoffError
from payoff.records.export_log import read_exports
from payoff.run.privacy.learner_export import Asked, export_learners, log_path
from payoff.run.progress import Silent
from payoff.run.workspace import Workspace, find_workspace

PURPOSES = """\
payoff: 1
exports:
  cohort analysis: {columns: [region, tenure, deals], roles: [analyst]}
  other: {columns: [region], roles: [steward]}
  too much: {columns: [rep_id], roles: [analyst]}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("learners")
    path = write_private_firm(home)
    (home / "payoff.yml").write_text(PURPOSES)
    return find_workspace(path)


def asked(workspace: Workspace, file: str, **changes: str) -> Asked:
    plain = Asked("cohort analysis", "analyst", "a.ruiz", workspace.root / file)
    return replace(plain, **changes)  # type: ignore[arg-type]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_rows_bear_pseudonyms_and_few_alike_are_blanked(workspace: Workspace) -> None:
    order = asked(workspace, "a.csv")
    made = export_learners(workspace, order, Silent())
    rows = rows_of(order.file)
    assert len(rows) == made.n_rows == N_REPS - N_ELSEWHERE
    assert list(rows[0]) == ["person", "region", "tenure", "deals_before", "deals_since"]
    alike = Counter((row["region"], row["tenure"]) for row in rows)
    assert min(alike.values()) == made.smallest
    assert made.smallest is not None
    assert made.smallest >= 5
    assert alike["", ""] == made.n_blanked >= 4  # the West
    assert "@" not in order.file.read_text()
    assert sum(row["deals_before"] == "" for row in rows) == 2  # unknown stays unknown
    assert order.file.stat().st_mode & 0o077 == 0


def test_every_export_is_on_record_with_its_hash(workspace: Workspace) -> None:
    order = asked(workspace, "b.csv")
    export_learners(workspace, order, Silent())
    last = read_exports(log_path(workspace))[-1]
    assert (last.by, last.role, last.purpose, last.file) == ("a.ruiz", "analyst", "cohort analysis", "b.csv")
    assert last.sha256 == hashlib.sha256(order.file.read_bytes()).hexdigest()


def test_the_record_says_where_a_file_outside_the_workspace_went(
    workspace: Workspace, tmp_path: Path
) -> None:
    away = replace(asked(workspace, "x.csv"), file=tmp_path / "deep" / ".." / "away.csv")
    (tmp_path / "deep").mkdir()
    export_learners(workspace, away, Silent())
    assert read_exports(log_path(workspace))[-1].file == str(tmp_path.resolve() / "away.csv")
    (workspace.root / "kept").mkdir()
    export_learners(workspace, asked(workspace, "kept/y.csv"), Silent())
    assert read_exports(log_path(workspace))[-1].file == "kept/y.csv"


def test_pseudonyms_last_within_a_purpose_and_join_no_two(workspace: Workspace) -> None:
    orders = [
        asked(workspace, "c.csv"),
        asked(workspace, "d.csv"),
        asked(workspace, "e.csv", purpose="other", role="steward"),
    ]
    for order in orders:
        export_learners(workspace, order, Silent())
    first, again, other = ({row["person"] for row in rows_of(order.file)} for order in orders)
    assert first == again
    assert not first & other


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "curiosity"}, "N101"),
        ({"role": "manager"}, "N102"),
        ({"by": " "}, "N102"),
        ({"purpose": "too much"}, "N103"),
    ],
)
def test_nothing_leaves_without_purpose_role_and_name(
    workspace: Workspace, changes: dict[str, str], code: str
) -> None:
    before = len(read_exports(log_path(workspace)))
    order = asked(workspace, "f.csv", **changes)
    with pytest.raises(PayoffError) as stopped:
        export_learners(workspace, order, Silent())
    assert (stopped.value.problems[0].code, stopped.value.exit_code) == (code, 6)
    assert not order.file.exists()
    assert len(read_exports(log_path(workspace))) == before


@pytest.mark.parametrize(
    "said", ["exports: [a]", "exports: {a: {columns: [x]}}", "exports: {a: {columns: x, roles: [y]}}"]
)
def test_purposes_that_are_none_are_told(tmp_path: Path, said: str) -> None:
    path = write_private_firm(tmp_path)
    (tmp_path / "payoff.yml").write_text(f"payoff: 1\n{said}\n")
    with pytest.raises(PayoffError) as stopped:
        find_workspace(path)
    assert stopped.value.problems[0].code == "U102"


def test_a_rate_since_is_a_sum_over_a_sum_and_no_mean_of_months(tmp_path: Path) -> None:
    path = write_private_firm(tmp_path)
    january = "case when extract(month from month) = 1 then 1 else {} end as {}"
    rate = ", ".join(january.format(*p) for p in ((0, "value"), (0, "numerator"), (9, "denominator")))
    text = path.read_text().replace("deals as value from deals", f"{rate} from deals")
    path.write_text(text)
    (tmp_path / "payoff.yml").write_text(PURPOSES)
    order = asked(find_workspace(path), "rates.csv")
    export_learners(find_workspace(path), order, Silent())
    since = {float(row["deals_since"]) for row in rows_of(order.file) if row["deals_since"]}
    before = {row["deals_before"] for row in rows_of(order.file) if row["deals_before"]}
    assert since == {1 / (1 + 5 * 9)}  # January 1 of 1, five months 0 of 9; the mean of months is 1/6
    assert before == {"0.0"}
