"""What leaves a run about people: no small group, no row of a person, whichever file is opened."""

import io
import json
import re
import zipfile
from pathlib import Path

import pypdf
import pytest
from private_firm import N_ELSEWHERE, N_REPS, N_UNSEEN, write_private_firm

from payoff.nouns.problem import PayoffError
from payoff.run.comparing import compare_studies
from payoff.run.progress import Silent
from payoff.run.running import run_study
from payoff.run.source_tables import holds_people
from payoff.run.what_if import run_what_if
from payoff.run.workspace import find_workspace
from payoff.warehouse import read_rows

FILES = ("brief.pdf", "story.html", "audit.xlsx", "result.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of a run of the firm."""
    home = tmp_path_factory.mktemp("private")
    workspace = find_workspace(write_private_firm(home))
    return run_study(workspace, None, True, "a4", Silent()).folder


def text_of(path: Path) -> str:
    """Everything a file says: of a workbook all its parts, of a PDF its pages."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if path.suffix != ".xlsx":
        return path.read_bytes().decode("latin-1")
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def all_texts(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): text_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def test_no_output_holds_a_row_of_a_person(folder: Path) -> None:
    """Neither an address nor a pseudonym stands in any file of the run."""
    home = folder.parents[2]
    prepared = json.loads((folder / "evidence" / "lineage.json").read_text())
    assert any("rep_id" in source["columns"] for source in prepared["sources"])
    keys = {str(key) for key in people_keys(home)}
    assert len(keys) == N_REPS
    texts = all_texts(folder)
    assert set(FILES) <= set(texts)
    for name, text in texts.items():
        assert "@firm.example" not in text, name
        assert not [key for key in keys if key in text], name


def people_keys(home: Path) -> list[str]:
    """The pseudonyms as they were landed."""
    from payoff.run.main_path import prepare

    workspace = find_workspace(home / "drills.yml")
    prepared = prepare(workspace)
    source = next(s for s in prepared.sources if s.source == "people")
    assert holds_people(prepared.study, source)
    rows = read_rows(source, range(1, source.n_rows + 1), workspace.warehouse)
    return [str(key) for key in rows["rep_id"].to_pylist()]


def test_counts_of_small_groups_are_withheld_and_it_is_said_why(folder: Path) -> None:
    document = json.loads((folder / "result.json").read_text())
    assert [step["n_removed"] for step in document["panel"]["exclusions"]] == [None, None]
    assert document["panel"]["n_units"] == N_REPS - N_ELSEWHERE - N_UNSEEN
    assert document["panel"]["exclusions"][0]["n_left"] is None
    assert document["panel"]["hidden"].startswith("Hidden: fewer than 5 people")
    brief = json.loads((folder / "evidence" / "brief.json").read_text())
    tables = {table["id"]: table for section in brief["sections"] for table in section["tables"]}
    assert [row[1] for row in tables["starts"]["rows"]] == ["hidden", "hidden"]
    assert "fewer than 5 people" in tables["starts"]["note"]
    appendix = {table["id"]: table for table in brief["appendix"]}
    assert "fewer than 5 people" in appendix["exclusions"]["note"]
    west = [row for row in appendix["segments"]["rows"] if row[2] == "West"]
    assert west
    assert all(row[3] == "hidden" and not any(row[4:]) for row in west)


def test_no_table_or_sentence_counts_fewer_people_than_the_floor(folder: Path) -> None:
    """Every number that stands before the people's name, in every text of brief and document."""
    document = (folder / "result.json").read_text()
    brief = (folder / "evidence" / "brief.json").read_text()
    for text in (document, brief):
        found = re.findall(r"(?<![\d.,])(\d+) (?:of (?:the )?)?(?:\d+ )?(?:comparison )?reps?\b", text)
        assert found
        assert all(int(n) == 0 or int(n) >= 5 for n in found)


def test_an_arm_of_four_people_publishes_nothing(tmp_path: Path) -> None:
    path = write_private_firm(tmp_path)
    people = (tmp_path / "people.csv").read_text().splitlines(keepends=True)
    few = [line.replace("2026-01-01", "").replace("2026-02-01", "") for line in people[9:]]
    (tmp_path / "people.csv").write_text("".join(people[:9] + few))
    with pytest.raises(PayoffError) as stopped:
        run_study(find_workspace(path), None, True, "a4", Silent())
    assert (stopped.value.problems[0].code, stopped.value.exit_code) == ("N100", 6)
    assert "program" in stopped.value.problems[0].what
    with pytest.raises(PayoffError, match="N100"):
        run_what_if(find_workspace(path), ["discount=0.04"], "a look past the gate", True, Silent())
    with pytest.raises(PayoffError, match="N100"):
        compare_studies(find_workspace(path), find_workspace(path), True, Silent())
    assert not (tmp_path / "out").exists()
