"""The worksheet: every line redone by an office suite, every gap named."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from payoff.finance import roi_worksheet, work_out, worksheet_csv, worksheet_markdown
from payoff.nouns.formula import FormulaError
from payoff.nouns.problem import PayoffError

SALES = {"before": 10.0, "after": 11.0, "volume": 20.0, "months": 12.0, "unit_value": 5_000.0, "margin": 0.4}


def test_the_template_holds_the_lines_finance_expects() -> None:  # FIN-14
    sheet = roi_worksheet({**SALES, "cost": 50_000.0})
    assert sheet.values["change"] == 1
    assert sheet.values["benefit"] == pytest.approx(480_000)
    assert sheet.values["roi"] == pytest.approx(8.6)
    assert sheet.values["roi"] == pytest.approx(sheet.values["bcr"] - 1)
    text = worksheet_markdown(sheet)
    for label in ("X: the measure before", "Y: the measure after", "Δ", "contribution margin", "B:", "C:"):
        assert label in text


def test_every_gap_is_named_and_the_rest_stands() -> None:
    sheet = roi_worksheet({k: v for k, v in SALES.items() if k != "margin"})
    assert sheet.values == {"change": 1.0}
    gaps = {"contribution margin missing", "C: program cost missing"}
    assert set(sheet.refusals["roi"].reason.split("; ")) == gaps


@pytest.mark.parametrize("cost", [0.0, -5.0])
def test_no_return_on_a_cost_that_is_not_positive(cost: float) -> None:
    sheet = roi_worksheet({**SALES, "cost": cost})
    assert "zero or negative" in sheet.refusals["roi"].reason
    assert "zero or negative" in sheet.refusals["bcr"].reason
    assert sheet.values["net"] == pytest.approx(480_000 - cost)


def test_lines_that_divide_by_zero_or_are_no_arithmetic() -> None:
    assert "divides by zero" in work_out({"x": "1 / (a - a)"}, {"a": 1.0}).refusals["x"].reason
    with pytest.raises(FormulaError):
        work_out({"x": "open('file')"}, {})
    with pytest.raises(PayoffError, match="P106"):
        work_out({"x": "a"}, {"a": float("nan")})


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no office suite on this machine")
def test_an_office_suite_recomputes_the_sheet(tmp_path: Path) -> None:  # FIN-14
    lines = {"annuity": "(1-(1+i)**(-n))/i", "capped": "min(annuity, 3)", "less": "-capped + 1"}
    sheets = [roi_worksheet({**SALES, "cost": 50_000.0}), work_out(lines, {"i": 0.02, "n": 4.0})]
    for n, sheet in enumerate(sheets):
        path = tmp_path / f"sheet{n}.csv"
        path.write_text(worksheet_csv(sheet))
        command = [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
        ]
        command += ["csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"]
        command += ["--infilter=Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false"]
        command += ["--outdir", str(tmp_path / "out"), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        (found,) = (tmp_path / "out").glob(f"sheet{n}*.csv")
        with found.open(encoding="utf-8") as file:
            values = [float(row[1]) for row in list(csv.reader(file))[1:]]
        assert values[-len(sheet.values) :] == pytest.approx(list(sheet.values.values()), rel=1e-12)
