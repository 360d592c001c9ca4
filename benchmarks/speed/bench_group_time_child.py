"""One measurement of `bench_group_time.py`: a method, a file, one line of JSON.

Peak memory is sampled from the process's own high-water mark, reset when the clock starts.
"""

import contextlib
import io
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

N_DRAWS = 999
NAMES = {"effects": "effect", "errors": "se"}


def read_status(key: str) -> float:
    """MB from /proc/self/status: VmRSS now, VmHWM the high-water mark."""
    text = Path("/proc/self/status").read_text()
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(key))) / 1024


def clocked(work: Any) -> tuple[Any, dict[str, float]]:
    """The answer, and wall, CPU seconds and MB above the start."""
    Path("/proc/self/clear_refs").write_text("5")  # high-water mark back to what is held now
    held, wall, cpu = read_status("VmRSS"), time.perf_counter(), time.process_time()
    answer = work()
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return answer, {**spent, "mb": read_status("VmHWM") - held}


def ours(method: str, path: str) -> dict[str, Any]:
    """From the file: moments, every ATT(g, t), four aggregations, their errors, a band where asked."""
    import duckdb
    import pandas  # noqa: F401  (Arrow imports it with its first conversion; the peers have it from the start)
    import pyarrow as pa
    import pyarrow.parquet as pq

    from payoff.causal import group_time_average as averages
    from payoff.causal.group_time_band import find_band
    from payoff.causal.group_time_cells import find_cells
    from payoff.causal.group_time_effects import plain_effects, regression_effects
    from payoff.causal.moments import Moments
    from payoff.causal.moments_stream import RolloutColumns, stream_moments
    from payoff.warehouse.moments import count_moments

    columns = RolloutColumns(
        cluster="cluster" if "clustered" in method else None,
        covariates=("x",) if method == "covariate" else (),
    )
    rows = f"select unit, period, launch, value from read_parquet('{path}')"

    def work() -> dict[str, Any]:
        if method.startswith("sql"):
            moments = count_moments(duckdb.connect(), rows)
        elif method.startswith("arrow"):
            with pa.memory_map(str(Path(path).with_suffix(".arrow"))) as file:
                opened = pa.ipc.open_file(file)
                batches = (opened.get_batch(k) for k in range(opened.num_record_batches))
                moments = stream_moments(batches, columns)
        else:
            with pq.ParquetFile(path) as file:
                moments = stream_moments(file.iter_batches(262_144, columns=columns.all), columns)
        assert isinstance(moments, Moments), moments
        cells = find_cells(moments.times, moments.cohorts, "never", "varying")
        found = regression_effects(moments, cells) if columns.covariates else plain_effects(moments, cells)
        assert found is not None
        errors = np.sqrt(np.diag(found.covariance()))
        for aggregate in (averages.average_simple, averages.average_by_group, averages.average_by_calendar):
            found.average(aggregate(cells, found.estimates, found.share))
        exposure = averages.average_by_exposure(cells, found.estimates, found.share)
        estimates, covariance = found.average(exposure)
        answer: dict[str, Any] = {"effects": found.estimates.tolist(), "errors": errors.tolist()}
        answer["clustered"] = columns.cluster is not None
        if method.endswith("band"):
            normal = np.full(len(estimates) - 1, np.inf)
            rng = np.random.default_rng(1)
            band = find_band(estimates[1:], covariance[1:, 1:], normal, rng, N_DRAWS)
            answer["critical"] = float(band.critical[0])
        return answer

    answer, spent = clocked(work)
    return {**answer, **spent}


def diff_diff(method: str, path: str) -> dict[str, Any]:
    import pandas as pd
    from diff_diff import CallawaySantAnna

    frame = pd.read_parquet(path).fillna({"launch": 0})
    model = CallawaySantAnna(
        estimation_method="reg",
        n_bootstrap=N_DRAWS if method.endswith("band") else 0,
        seed=1,
        cluster="cluster" if method.endswith("clustered") else None,
    )

    def work() -> Any:
        return model.fit(
            frame,
            "value",
            "unit",
            "period",
            "launch",
            covariates=["x"] if method.endswith("covariate") else None,
            aggregate="all",
        )

    found, spent = clocked(work)
    cells = [found.group_time_effects[key] for key in sorted(found.group_time_effects)]
    answer: dict[str, Any] = {key: [float(c[of]) for c in cells] for key, of in NAMES.items()}
    if method.endswith("band"):
        answer["critical"] = float(found.cband_crit_value)
    return {**answer, **spent}


def csdid(path: str) -> dict[str, Any]:
    import pandas as pd
    from csdid.att_gt import ATTgt

    frame = pd.read_parquet(path).fillna({"launch": 0})

    def work() -> None:
        model = ATTgt("value", "period", "unit", "launch", frame, control_group="nevertreated")
        model.fit(est_method="reg", bstrap=False)
        for kind in ("simple", "group", "dynamic", "calendar"):
            model.aggte(kind, bstrap=False, cband=False)

    _, spent = clocked(work)
    return spent


def main() -> None:
    warnings.simplefilter("ignore")
    method, path = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()):  # csdid prints as it fits
        if method == "csdid":
            answer = csdid(path)
        else:
            answer = diff_diff(method, path) if method.startswith("diff-diff") else ours(method, path)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
