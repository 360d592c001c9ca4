"""payoff lrs backup, verify-backup, restore, beside a running server."""

import json
import subprocess
from pathlib import Path

from served_store import PAYOFF, ServedStore, build_statement, serve, unique_activity, unique_agent


def run_payoff(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PAYOFF, "lrs", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


def test_backed_up_while_serving_and_served_again(served: ServedStore, tmp_path: Path) -> None:
    activity = unique_activity()
    assert (
        served.post("statements", [build_statement(unique_agent(), activity) for _ in range(5)]).status == 200
    )
    file, target = str(tmp_path / "today.backup"), str(tmp_path / "again.db")
    made = run_payoff("backup", file, "--store", served.store, "--keep-until", "2030-01-31", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["keep_until"] == "2030-01-31"
    seen = run_payoff("verify-backup", file)
    assert seen.returncode == 0
    assert "2030-01-31" in seen.stdout
    assert run_payoff("restore", file, "--store", target).returncode == 0
    with serve(target) as again:
        want = served.get("statements", activity=activity).json()["statements"]
        assert len(want) == 5
        assert again.get("statements", activity=activity).json()["statements"] == want
    away = run_payoff("restore", file, "--store", "postgresql://nobody:hidden@127.0.0.1:1/none")
    assert away.returncode == 7
    assert "R104" in away.stderr
    assert "hidden" not in away.stderr
    refused = run_payoff("restore", file, "--store", target)
    assert refused.returncode == 2
    assert "not empty" in refused.stderr
