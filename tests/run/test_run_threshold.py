"""The threshold is fixed as a gain and held against the effect on the effect's own scale."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from firm import write_deals, write_firm

from payoff.nouns.effect import Effect
from payoff.run.main_path import find_result, prepare
from payoff.run.threshold import find_threshold, lift_for, threshold_for, threshold_to_lock
from payoff.run.workspace import find_workspace


@pytest.fixture(scope="module")
def workspace_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_firm(tmp_path_factory.mktemp("firm"), n_reps=64)


def test_threshold_times_its_denominator_is_the_gain_at_the_lock(workspace_path: Path) -> None:
    """An effect divided by a mean that has doubled since launch needs half the lift."""
    prepared = prepare(find_workspace(workspace_path))
    result = find_result(prepared, "exploratory")
    effect = result.locked
    assert isinstance(effect, Effect)
    doubled = replace(effect, baseline=2 * prepared.counts.baseline)
    at_lock = find_threshold(prepared.study, prepared.power, prepared.counts)
    now = threshold_for(prepared.study, doubled, prepared.power, prepared.counts)
    assert isinstance(at_lock, float)
    assert isinstance(now, float)
    assert now * doubled.baseline == pytest.approx(at_lock * prepared.counts.baseline)
    assert now == pytest.approx(at_lock / 2)


def test_a_proportional_effect_keeps_the_lift(workspace_path: Path) -> None:
    prepared = prepare(find_workspace(workspace_path))
    effect = find_result(prepared, "exploratory").locked
    assert isinstance(effect, Effect)
    assert lift_for(replace(effect, scale="log"), 0.1, prepared.counts) == 0.1


def test_preparing_never_looks_at_follow_up_outcomes(tmp_path: Path) -> None:
    """Lock and power rest on the baseline: without any follow-up row they are the same (OUT-08)."""
    path = write_firm(tmp_path, n_reps=64)
    full = prepare(find_workspace(path))
    write_deals(tmp_path, 6, n_reps=64)
    early = prepare(find_workspace(path))
    assert early.power == full.power
    assert early.counts == full.counts  # as planned: everybody will be seen to the end
    assert np.isfinite(full.panels[0].values[:, full.panels[0].post]).all()


def test_without_a_baseline_the_threshold_is_locked_in_the_terms_it_was_written(workspace_path: Path) -> None:
    """Nothing before launch turns a lift into a gain: neither is invented."""
    prepared = prepare(find_workspace(workspace_path))
    counts = replace(prepared.counts, baseline=float("nan"))
    plain = replace(prepared.study.primary_hypothesis, break_even=False, smallest_useful=0.3, in_unit=None)

    def locked(**changes: Any) -> tuple[float | None, float | None]:
        study = replace(prepared.study, hypotheses=(replace(plain, **changes),))
        return threshold_to_lock(study, prepared.power, counts)

    assert locked() == (0.3, None)
    assert locked(in_unit="deals/rep/month") == (None, 0.3)
    assert locked(break_even=True) == (None, None)
