"""`payoff load` on a study of single files says that there is nothing to load, and logs no load."""

import json
from pathlib import Path

from e2e_support import run_payoff
from firm import write_firm


def test_a_study_of_single_files_has_nothing_to_load(tmp_path: Path) -> None:
    study = write_firm(tmp_path)
    told = run_payoff("load", study, cwd=tmp_path)
    assert told.returncode == 0
    assert told.stdout.strip() == "drills: nothing to load; every run reads its files itself"
    assert run_payoff("loads", study, cwd=tmp_path).stdout.strip() == "nothing has been loaded yet"
    assert json.loads(run_payoff("load", study, "--json", cwd=tmp_path).stdout)["sources"] == []
    assert run_payoff("load", study, "--follow", cwd=tmp_path).returncode == 0
    assert not list((tmp_path / ".payoff").rglob(".loads/*"))
