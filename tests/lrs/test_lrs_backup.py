"""payoff lrs backup, verify-backup, restore, beside a running server."""

import json
from pathlib import Path

from e2e_support import run_payoff
from served_store import ServedStore, build_statement, serve, unique_activity, unique_agent


def test_backed_up_while_serving_and_served_again(served: ServedStore, tmp_path: Path) -> None:
    activity = unique_activity()
    assert (
        served.post("statements", [build_statement(unique_agent(), activity) for _ in range(5)]).status == 200
    )
    file, target = str(tmp_path / "today.backup"), str(tmp_path / "again.db")
    made = run_payoff(
        "lrs", "backup", file, "--store", served.store, "--keep-until", "2030-01-31", "--json", cwd=tmp_path
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["keep_until"] == "2030-01-31"
    seen = run_payoff("lrs", "verify-backup", file, cwd=tmp_path)
    assert seen.returncode == 0
    assert "2030-01-31" in seen.stdout
    assert run_payoff("lrs", "restore", file, "--store", target, cwd=tmp_path).returncode == 0
    with serve(target) as again:
        want = served.get("statements", activity=activity).json()["statements"]
        assert len(want) == 5
        assert again.get("statements", activity=activity).json()["statements"] == want
    away = run_payoff(
        "lrs", "restore", file, "--store", "postgresql://nobody:hidden@127.0.0.1:1/none", cwd=tmp_path
    )
    assert away.returncode == 7
    assert "R104" in away.stderr
    assert "hidden" not in away.stderr
    refused = run_payoff("lrs", "restore", file, "--store", target, cwd=tmp_path)
    assert refused.returncode == 2
    assert "not empty" in refused.stderr
