"""A starter under a name of its own, and what it says before anybody is drawn."""

import shutil
from pathlib import Path

from firm import write_firm
from pilot_firm import write_pilot

from payoff.run.checking import check_everything
from payoff.run.progress import Silent
from payoff.run.randomising import randomise_study
from payoff.run.starting import start_study
from payoff.run.workspace import find_workspace


def named(folder: Path) -> Path:
    """A pilot named by its owner, with the starter's data; nobody is drawn yet."""
    write_pilot(folder / "other")
    path = start_study("pilot-90-days", "listening", folder)[0]
    shutil.copytree(folder / "other/data", folder / "data")
    return path


def test_a_named_pilot_reads_the_list_that_its_own_lot_writes(tmp_path: Path) -> None:
    path = named(tmp_path)
    assert "pilot-90-days.allocation.csv" not in path.read_text()
    drawn = randomise_study(find_workspace(path), Silent())
    assert drawn.csv_path.name == "listening.allocation.csv"
    assert check_everything(find_workspace(path), Silent()).exit_code == 0


def test_before_the_draw_the_missing_list_says_how_it_comes(tmp_path: Path) -> None:
    found = check_everything(find_workspace(named(tmp_path)), Silent())
    (problem,) = (p for p in found.problems if p.code == "D101")
    assert "listening.allocation.csv" in problem.what
    assert problem.fix.startswith("run payoff randomise STUDY")


def test_whose_arm_is_blank_is_said_with_their_keys(tmp_path: Path) -> None:
    path = write_firm(tmp_path)
    design = "  type: did\n  unit: rep_id\n  period: month\n  cluster: team\n  launch: launch\n"
    text = path.read_text().replace(
        design, design.replace("did", "rct").replace("launch: launch", "arm: arm")
    )
    arm = "case when region = 'N' and team = 'team00' then null else launch is not null end as arm"
    text = text.replace("end as launch from people", f"end as launch, {arm} from people")
    path.write_text(text.replace("pseudonymise: [rep_id], ", ""))
    said = [
        text
        for label, text in check_everything(find_workspace(path), Silent()).summary
        if label == "Left out"
    ]
    assert said[0].startswith("10: arm unknown (rep0000@firm.example, rep0016@firm.example")
    assert said[0].endswith(", …)")


def test_whose_baseline_is_short_is_said_with_their_keys(tmp_path: Path) -> None:
    path = write_firm(tmp_path)
    path.write_text(path.read_text().replace("pseudonymise: [rep_id], ", ""))
    summary = dict(check_everything(find_workspace(path), Silent()).summary)
    assert "Seen less than twice before" not in summary
    deals = tmp_path / "deals.csv"
    hardly = {f"rep{rep:04d}@firm.example" for rep in range(12)}
    early = ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11")
    rows = deals.read_text().splitlines()
    kept = [row for row in rows if row.split(",")[0] not in hardly or not row.split(",")[1].startswith(early)]
    deals.write_text("\n".join(kept) + "\n")
    summary = dict(check_everything(find_workspace(path), Silent()).summary)
    said = summary["Seen less than twice before"]
    assert said.startswith("rep0000@firm.example, rep0001@firm.example, ")
    assert said.endswith("rep0009@firm.example and 2 more")
