"""The library functions for rows too many for a panel: as the reference shows them, as a run would say."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal import RolloutColumns, estimate, find_cells, plain_effects, stream_moments
from payoff.causal.moments import Moments
from payoff.nouns.effect import Effect
from payoff.warehouse.moments import count_moments

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "causal.md"
N, T = 90, 10
LAUNCH = np.repeat([4, 6, -1], N // 3)


def values() -> Any:
    rng = np.random.default_rng(1)
    started = (np.arange(T) >= LAUNCH[:, None]) & (LAUNCH >= 0)[:, None]
    return 20 + rng.normal(size=(N, 1)) + rng.normal(size=(N, T)) + 2.0 * started


def table() -> pa.Table:
    """Sorted by rep and period; who never launches has no launch."""
    each = np.repeat(LAUNCH, T)
    return pa.table(
        {
            "rep": np.repeat(np.arange(N), T),
            "period": np.tile(np.arange(T), N),
            "launch": pa.array(each, mask=each < 0),
            "team": np.repeat(np.arange(N), T),
            "value": values().ravel(),
        }
    )


def batches() -> Iterator[pa.RecordBatch]:
    return iter(table().to_batches(max_chunksize=37))


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", REFERENCE.read_text(), re.S)


def test_the_example_runs_and_says_what_a_run_says() -> None:
    """The panel's own answer, whose plain errors are these."""
    (block,) = blocks()
    assert len([line for line in block.splitlines() if line]) == 5
    shown: dict[str, Any] = {"batches": batches()}
    exec(block, shown)
    study = make_study("did", method="group_time", second=None, cluster="team")
    answers = estimate(study, make_panel(values(), 4, launch=LAUNCH))
    trusted, plain = (a for a in answers[:2] if isinstance(a, Effect))
    assert shown["estimate"][0] == pytest.approx(trusted.estimate)
    assert np.sqrt(shown["covariance"][0, 0]) == pytest.approx(plain.std_error)


def test_a_query_gives_the_same_moments() -> None:
    found = stream_moments(batches(), RolloutColumns(unit="rep"))
    with duckdb.connect() as connection:
        connection.register("rows", table())
        counted = count_moments(connection, "select rep as unit, period, launch, value from rows")
    assert isinstance(found, Moments)
    assert isinstance(counted, Moments)
    one, other = (
        plain_effects(moments, find_cells(moments.times, moments.cohorts, "never", "universal"))
        for moments in (found, counted)
    )
    np.testing.assert_allclose(one.estimates, other.estimates)
    np.testing.assert_allclose(one.covariance(), other.covariance(), atol=1e-12)
