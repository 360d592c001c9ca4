"""A person erased after publication: versions keep their data health, and the look told all that changes."""

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from e2e_support import run_payoff
from firm import STUDY, name_rep, write_firm
from python_calamine import CalamineWorkbook

SOURCE = "columns: [rep_id, month, deals], steward: sales-ops}"
HEALTH = (
    "columns: [rep_id, month, deals], steward: sales-ops,\n"
    "          health: {when: month, every: month, required: [deals], ranges: {deals: 0..100}}}"
)
NAME, MAIL = "Zora Quill", name_rep(3)
WHO = (MAIL, NAME)
ORDER = ("--by", "C. Officer", "--reason", "request 17")


def payoff(folder: Path, *arguments: str) -> str:
    done = run_payoff(*arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """v1 with an accepted finding whose reason names the person, an identity map, a saved block."""
    tmp_path = tmp_path_factory.mktemp("made")
    study = write_firm(tmp_path)
    study.write_text(STUDY.replace(SOURCE, HEALTH))
    payoff(tmp_path, "lock", study.name, "--analyst", "a", "--finance", "b", "--on", "2025-12-30")
    rows = list(csv.reader((tmp_path / "deals.csv").read_text().splitlines()))
    with (tmp_path / "deals.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [row[0], row[1], "-1"] if 0 < n < 40 else row for n, row in enumerate(rows)
        )
    why = ("--reason", f"returns of {NAME} and others", "--until", "2999-12-31", "--steward", "sales-ops")
    payoff(tmp_path, "health", "accept", study.name, "deals.range.deals", *why)
    payoff(tmp_path, "run", study.name)
    (tmp_path / "staff.csv").write_text(f"staff,mail\n10042,{MAIL}\n10043,{name_rep(4)}\n")
    payoff(
        tmp_path, "identity", "add", "staff.csv", "--column", "staff=hr", "--column", "mail=email",
        "--person", "hr", "--by", "sam",
    )  # fmt: skip
    (tmp_path / "deals.csv.source.yml").write_text("deals: {csv: deals.csv}\n")
    return tmp_path


@pytest.fixture
def firm(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "firm", symlinks=True))


def hash_files(root: Path) -> dict[str, str]:
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    names = {str(path.relative_to(root)): path for path in files if path.name != ".lock"}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not name.startswith(".payoff/privacy")
    }


def read_sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_version_rendered_anew_keeps_its_data_health(firm: Path) -> None:
    version = firm / "out" / "drills" / "v1"
    sheets, story = read_sheets(version / "audit.xlsx"), (version / "story.html").read_text()
    assert "Findings about the data" in story
    assert "Data health" in sheets
    assert f"returns of {NAME}" in story

    done = json.loads(payoff(firm, "privacy", "erase", *WHO, *ORDER, "--json"))

    word = f"erased-{done['tombstone'][:8]}"
    after = (version / "story.html").read_text()
    assert after == story.replace(NAME, word)
    assert "Accepted by sales-ops until 2999-12-31: deals: " in after
    expected = json.loads(json.dumps(sheets, default=str).replace(NAME, word))
    assert json.loads(json.dumps(read_sheets(version / "audit.xlsx"), default=str)) == expected
    assert json.loads((version / "result.json").read_text())["data_health"]["sources"]
    payoff(firm, "report", "drills.yml")
    assert (version / "story.html").read_text() == after


@pytest.mark.parametrize("sources", [(), ("--sources",)], ids=["without exports", "with exports"])
def test_a_dry_run_tells_every_file_that_changes(firm: Path, sources: tuple[str, ...]) -> None:
    before = hash_files(firm)
    look = run_payoff("privacy", "erase", *WHO, *sources, "--dry-run", "--json", cwd=firm)
    told = [path for place in json.loads(look.stdout)["places"] for path in place["changes"]]
    assert "source.yml" not in look.stderr
    assert hash_files(firm) == before

    done = json.loads(payoff(firm, "privacy", "erase", *WHO, *ORDER, *sources, "--json"))

    after = hash_files(firm)
    changed = {name for name in before if after.get(name) != before[name]}
    assert sorted(told) == sorted(changed)
    assert {place["path"] for place in done["places"]} == changed
    for name in ("brief.pdf", "story.html", "audit.xlsx", "result.json"):
        assert f"out/drills/v1/{name}" in changed


def test_a_printout_counts_rows_where_there_are_rows(firm: Path) -> None:
    found = " ".join(payoff(firm, "privacy", "find", *WHO).split())
    assert "identity map .payoff/identity/people.sqlite; 1 of their rows in lists" in found
    assert "version out/drills/v1; written anew as a whole: brief.pdf, story.html" in found

    told = " ".join(payoff(firm, "privacy", "erase", *WHO, *ORDER).split())

    assert "people.sqlite: 1 rows gone, 0 edited" in told
    assert "v1/story.html: rendered anew" in told
    assert "v1/evidence/health.json: words that named them are gone" in told
    assert "load.json: what went is noted" in told
    assert "0 rows gone, 0 edited" not in told


def test_a_file_that_is_no_study_is_told_with_what_to_do(firm: Path) -> None:
    (firm / "broken.yml").write_text("payoff: 1\nstudy: x\n")

    for look in (("find", *WHO), ("erase", *WHO, "--dry-run")):
        told = " ".join(run_payoff("privacy", *look, cwd=firm).stderr.split())
        assert "payoff check broken.yml says what to mend" in told
