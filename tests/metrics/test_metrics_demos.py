"""The bundled data, from file to panel: the published counts."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from metrics_studies import illinois, michigan

from payoff.connectors import read_source
from payoff.metrics import build_panel, count_units, plan_queries, read_measured
from payoff.nouns.counts import Counts
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source, Study
from payoff.warehouse import fetch, land, trace_rows

DEMOS = Path(str(files("payoff"))) / "demos"


def prepare(
    study: Study, source: Source, demo: str, root: Path
) -> tuple[SourceFile, Panel, Counts, tuple[Assumption, ...]]:
    file = land(read_source(source, DEMOS / demo), source, root)
    tables = fetch(plan_queries(study), [file], root)
    cohort, (panel,) = build_panel(study, tables, (file.sha256,))
    return file, panel, count_units(study, cohort, panel), read_measured(study, tables)


def test_michigan_has_54_firms_over_three_years(tmp_path: Path) -> None:
    source = Source("jtrain", "csv", "jtrain.csv", key=("fcode", "year"))
    file, panel, counts, (trained,) = prepare(michigan(), source, "michigan-training-grants", tmp_path)
    assert panel.values.shape == (54, 3)
    assert np.isfinite(panel.values).all()
    assert panel.unit[0] == "410523"
    assert np.unique(panel.launch, return_counts=True)[1].tolist() == [25, 19, 10]  # never, 1988, 1989
    assert panel.n_assigned == (25, 29)
    assert [(e.n_removed, e.n_left) for e in panel.exclusions] == [(103, 54)]
    assert (counts.analysed, counts.assigned) == (29, 29)
    assert counts.analysed_by_term == (29, 19)  # ten firms got the grant in the last year
    assert counts.term_months == ((1, 12), (13, 24))
    assert trained.mid == pytest.approx(52.106, abs=1e-3)
    metric = plan_queries(michigan())[1]
    (found,) = trace_rows(metric, [file], tmp_path, "fcode", panel.unit)
    assert (found.n_rows, found.precision) == (54 * 3, "exact")


def test_illinois_has_3239_employees_with_a_follow_up_value(tmp_path: Path) -> None:
    source = Source("claims", "parquet", "claims.parquet")
    _, panel, counts, _ = prepare(illinois(), source, "illinois-wellness", tmp_path)
    observed = panel.weights[:, panel.post] > 0
    assert int(observed.any(axis=1).sum()) == 3239
    assert panel.n_assigned == (1534, 3300)
    assert counts.assigned == 3300
    assert counts.term_months == ((1, 12),)
    assert [str(p) for p in panel.periods] == ["2015-07-01", "2016-08-01"]


@pytest.mark.parametrize("make", [michigan, illinois])
def test_the_order_of_the_file_does_not_matter(make: Callable[[], Study], tmp_path: Path) -> None:
    study = make()
    source = (
        Source("jtrain", "csv", "jtrain.csv")
        if study.cohort.sources == ("jtrain",)
        else Source("claims", "parquet", "claims.parquet")
    )
    demo = "michigan-training-grants" if source.name == "jtrain" else "illinois-wellness"
    file = land(read_source(source, DEMOS / demo), source, tmp_path)
    tables = fetch(plan_queries(study), [file], tmp_path)
    shuffled = {
        name: table.take(np.random.default_rng(3).permutation(table.num_rows))
        for name, table in tables.items()
    }
    assert build_panel(study, shuffled)[1][0].fingerprint == build_panel(study, tables)[1][0].fingerprint
