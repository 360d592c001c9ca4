"""Starter studies and demos read without a single complaint, and their queries run."""

from importlib.resources import files
from typing import get_args

import duckdb
import pytest

from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Study
from payoff.study import check_study, read_study, read_template, template_names
from payoff.study.fields import DesignType

DEMOS = ("illinois-wellness", "michigan-training-grants")


def read(name: str) -> Study:
    return read_study(read_template(name).encode(), f"{name}.yml")


def test_there_is_a_starter_for_each_kind_of_program() -> None:
    assert template_names() == (
        "sales",
        "support",
        "onboarding",
        "safety",
        "coaching",
        "pilot-4-weeks",
        "pilot-90-days",
    )


@pytest.mark.parametrize("name", template_names())
def test_a_starter_has_no_problem(name: str) -> None:
    study, problems = check_study(read_template(name).encode(), f"{name}.yml")
    assert [p.code for p in problems] == ["P611"]  # what is asked for, only its owner can say
    assert study is not None
    assert study.name == name
    assert f"  unit_label: {study.design.unit_label}" in read_template(name)


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_has_no_problem(name: str) -> None:
    data = files("payoff").joinpath("demos", name, f"{name}.yml").read_bytes()
    study, problems = check_study(data, f"{name}.yml")
    assert problems == ()
    assert study is not None
    assert study.name == name


def column_type(column: str) -> str:
    if column.endswith("_on"):
        return "date"
    if column in ("escalated", "resolved_first", "voluntary"):
        return "boolean"
    return (
        "varchar"
        if column.endswith("_id") or column in ("stage", "kind", "arm", "role", "region", "wave")
        else "double"
    )


@pytest.mark.parametrize("name", template_names())
def test_every_query_of_a_starter_runs_on_the_columns_it_declares(name: str) -> None:
    study = read(name)
    design, cohort = study.design, study.cohort
    with duckdb.connect() as connection:
        for source in study.sources:
            columns = ", ".join(f'"{c}" {column_type(c)}' for c in source.columns)
            connection.execute(f'create table "{source.name}" ({columns})')
        for metric in study.metrics:
            returned = [d[0] for d in connection.execute(metric.sql).description]
            assert {design.unit, "value"} <= set(returned)
        wanted = [
            design.unit,
            design.arm,
            design.launch,
            design.wave,
            design.cluster,
            cohort.include,
            design.strata,
        ]
        fields = ", ".join(f"({field})" for field in (*wanted, *design.covariates) if field)
        connection.execute(f"select {fields} from {cohort.table}")


def test_coaching_is_measured_on_the_team() -> None:  # OUT-03
    design = read("coaching").design
    assert (design.unit, design.unit_label) == ("team_id", "team")
    assert design.type == "rct"
    assert design.randomised
    assert design.strata == "department"


def test_a_staggered_starter_is_a_randomised_did_by_wave() -> None:
    design = read("sales").design
    assert (design.type, design.randomised, design.wave) == ("did", True, "wave")
    assert [name for name, _ in design.waves] == ["A", "B"]
    assert (design.method, design.second) == ("fixed_effects", "lagged_outcome")


def test_freed_time_is_not_cash_in_the_support_starter() -> None:
    assert [b.cash for b in read("support").benefits] == [False]


def test_an_unknown_starter_is_named() -> None:
    with pytest.raises(PayoffError) as caught:
        read_template("sale")
    assert caught.value.exit_code == 2
    assert caught.value.problems[0].fix == "did you mean sales?"


def test_the_starter_that_lists_the_designs_lists_them_all() -> None:
    (line,) = (x for x in read_template("sales").splitlines() if x.startswith("  type:"))
    listed = {name.strip() for name in line.split("#")[1].split("|")}
    assert listed == set(get_args(DesignType))
