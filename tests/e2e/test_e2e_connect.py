"""From an export as it lies there to a figure: connect, confirm, check, run."""

import csv
import json
import shutil
from pathlib import Path

from e2e_support import run_payoff
from firm import STUDY, write_firm

import payoff as po
from payoff.nouns.effect import Effect

GOLDEN = Path(__file__).parents[1] / "connectors" / "golden"
PLAIN = (
    "  deals: {csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}\n"
)
EXPORT = """\
  deals:
    file: opportunities.csv
    profile: salesforce-opportunities
    key: opportunity_id
    confirmed_by: a.ruiz
    steward: sales-ops
"""
PLAIN_SQL = "select rep_id, month, deals as value from deals"
EXPORT_SQL = """>
      select owner_id as rep_id, date_trunc('month', closed_on) as month, sum(amount) as value
      from deals where is_won group by 1, 2"""
HEADER = ["Id", "OwnerId", "StageName", "IsClosed", "IsWon", "Amount", "CloseDate"]


def write_opportunities(folder: Path) -> None:
    """The firm's deals as won opportunities, and for every rep an open one that would double a month."""
    with (
        (folder / "deals.csv").open(newline="") as deals,
        (folder / "opportunities.csv").open("w", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n, row in enumerate(csv.DictReader(deals)):
            month = row["month"][:8] + "17"
            writer.writerow([f"W{n}", row["rep_id"], "Closed Won", "true", "true", row["deals"], month])
            if n % 12 == 0:
                forecast = [f"O{n}", row["rep_id"], "Prospecting", "false", "false", "999", "2026-06-30"]
                writer.writerow(forecast)


def test_an_export_gives_the_figures_of_the_table_it_was_made_from(tmp_path: Path) -> None:
    path = write_firm(tmp_path)
    plain = po.Study(path).run(version="plain", exploratory=True).effect.locked
    write_opportunities(tmp_path)
    assert PLAIN in STUDY
    assert PLAIN_SQL in STUDY
    text = STUDY.replace(PLAIN, EXPORT).replace(PLAIN_SQL, EXPORT_SQL)
    path.write_text(text.replace("pseudonymise: [rep_id]", "pseudonymise: [rep_id, owner_id]"))
    export = po.Study(path).run(version="export", exploratory=True).effect.locked
    assert isinstance(plain, Effect)
    assert isinstance(export, Effect)
    assert export.estimates.tolist() == plain.estimates.tolist()
    assert export.intervals.tolist() == plain.intervals.tolist()


def test_a_forecast_as_outcome_stops_the_check_at_its_line(tmp_path: Path) -> None:
    path = write_firm(tmp_path)
    write_opportunities(tmp_path)
    text = STUDY.replace(PLAIN, EXPORT).replace(
        PLAIN_SQL, EXPORT_SQL.replace("closed_on", "expected_close_on")
    )
    path.write_text(text)
    told = run_payoff("check", path, cwd=tmp_path)
    assert told.returncode == 3
    assert "error P121" in told.stderr
    assert "expected_close_on, which is a forecast" in told.stderr


def test_connect_shows_saves_and_overwrites_nothing(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "cxone-contacts" / "export.csv", tmp_path / "contacts.csv")
    told = run_payoff("connect", "contacts.csv", "--save", cwd=tmp_path)
    assert told.returncode == 0
    assert "→ started_at: 03/04/2025" in told.stdout
    assert "credited to its last agent" in told.stdout.replace("\n         ", " ")
    saved = (tmp_path / "contacts.csv.source.yml").read_text()
    assert saved in told.stdout
    again = run_payoff("connect", "contacts.csv", "--save", cwd=tmp_path)
    assert again.returncode == 2
    assert "U132" in again.stderr
    document = json.loads(run_payoff("connect", "contacts.csv", "--json", cwd=tmp_path).stdout)
    assert (document["profile"], document["layout"]) == ("cxone-contacts", "verified")
    assert document["block"] == saved
