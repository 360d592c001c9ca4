"""A firm of 120 people with small groups in every corner: regions, waves, people left out, people lost."""

import csv
from pathlib import Path

from firm import STUDY, name_rep, write_deals

N_REPS = 120
N_ELSEWHERE, N_LATE, N_UNSEEN = 3, 3, 2  # groups too small to be shown
REGIONS = ("North",) * 60 + ("South",) * 40 + ("East",) * 13 + ("West",) * 4 + ("Elsewhere",) * N_ELSEWHERE


def write_private_firm(folder: Path) -> Path:
    """`firm` with a population that leaves 3 people out, a wave of 3, 2 without outcomes; who took part."""
    with (folder / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rep_id", "team", "launch", "region", "tenure", "took_part"])
        for rep in range(N_REPS):
            late = rep in (100, 102, 104)
            launch = "" if rep % 2 else ("2026-02-01" if late else "2026-01-01")
            keen = rep % 10 < (8 if REGIONS[rep] == "North" else 4)  # reach lacks 40 points outside the North
            row = [name_rep(rep), f"team{rep % 24:02d}", launch, REGIONS[rep]]
            writer.writerow([*row, "new" if rep % 5 == 0 else "old", int(rep % 2 == 0 and keen)])
    write_deals(folder, 12, N_REPS - N_ELSEWHERE)
    lines = (folder / "deals.csv").read_text().splitlines(keepends=True)
    unseen = tuple(name_rep(rep) for rep in (20, 41))
    (folder / "deals.csv").write_text("".join(line for line in lines if not line.startswith(unseen)))
    (folder / "payoff.yml").write_text("payoff: 1\n")
    text = STUDY.replace("drilled, region]", "launch, region, tenure, took_part]")
    old = "select rep_id, team, region, case when drilled then date '2026-01-01' end as launch from people"
    text = text.replace(old, "select * from people\n  include: region <> 'Elsewhere'")
    text = text.replace(
        "  launch: launch\n",
        "  launch: launch\n  take_up: took_part\n  subgroups: {region: region, tenure: tenure}\n",
    )
    path = folder / "drills.yml"
    path.write_text(text)
    return path
