"""A person erased from a whole workspace: found nowhere, others untouched, and a certificate that holds."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import personal_workspace as p
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from payoff.apps.cli.main import main
from payoff.connectors.pseudonym import name_text
from payoff.nouns.problem import PayoffError
from payoff.run.arrival import land_sources
from payoff.run.identities.identifying import ListPlan, add_list
from payoff.run.plan import read
from payoff.run.privacy.person_erasing import Request, erase_person, look_for_person
from payoff.run.progress import Silent
from payoff.run.workspace import find_home, find_workspace
from payoff.warehouse.statement_view import read_statements


@pytest.fixture
def root(tmp_path: Path) -> Path:
    p.make_workspace(tmp_path / "firm")
    return tmp_path / "firm"


def order(root: Path, *, sources: bool = True, who: tuple[str, ...] = p.PERSON) -> dict[str, Any]:
    return erase_person(find_home(root), Request(who, "C. Privacy", "request 17", sources))


def read_rows(root: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of all packages and segments."""
    files = [*root.glob(".payoff/warehouse/*/*/rows.parquet"), *root.glob(".payoff/statements/*.parquet")]
    return {str(path.relative_to(root)): pq.read_table(path).to_pylist() for path in files}


def test_an_erased_person_is_found_nowhere(root: Path) -> None:
    before = p.find_traces(root)
    assert len({place.split("!")[0] for place in before}) >= 15

    done = order(root)

    assert p.find_traces(root) == set()
    assert done["left"] == []
    assert look_for_person(find_home(root), p.PERSON)[0] == []


def test_rows_of_others_are_what_they_were(root: Path) -> None:
    before, secret = read_rows(root), (root / ".payoff" / "pseudonym.key").read_bytes()
    gone = {name_text(text, secret) for text in (p.MAIL, p.MAIL.upper())} | {p.MAIL, p.ID}
    whole = {name_text(f"mbox mailto:{p.MAIL}", secret)}

    done = order(root)

    word = f"erased-{done['tombstone'][:8]}"
    for name, rows in read_rows(root).items():
        kept = [
            r for r in before[name] if not {r.get("rep_id"), r.get("person"), r.get("employee_id")} & gone
        ]
        assert len(kept) == len(rows) < len(before[name])
        for old, new in zip(kept, rows, strict=True):
            for column, value in old.items():
                if value in [*gone, *whole]:
                    assert new[column] == word
                else:
                    told = value.replace(p.NAME, word) if isinstance(value, str) else value
                    assert new[column] == told, (name, column)


def test_exports_stay_as_they_are_unless_it_is_ordered(root: Path) -> None:
    before = p.read_state(root)

    done = order(root, sources=False)

    exports = {left["path"] for left in done["left"]}
    assert exports == {
        "deals.csv", "deals.csv.gz", "old.tsv", "people.jsonl", "hr.parquet", "scores.xlsx", "packed.zip",
    }  # fmt: skip
    assert all((root / name).read_bytes() == before[name] for name in exports)
    assert {left["kind"] for left in done["left"]} == {"source"}
    assert all("--sources" in left["to_do"] for left in done["left"])


def test_other_records_of_an_export_keep_every_byte(root: Path) -> None:
    word = f"erased-{order(root)['tombstone'][:8]}"

    lines = p.CSV.split("\r\n")
    mended = f'third@firm.example;2025-07-01;5;{word};"led by {word}; ""well"""'
    expected = "\r\n".join([lines[0], lines[1], mended, *lines[4:]])
    assert (root / "deals.csv").read_bytes() == b"\xef\xbb\xbf" + expected.encode()
    assert (root / "old.tsv").read_bytes() == expected.replace(";", "\t").replace(
        f'"led by {word}\t ""well"""', f'"led by {word}\t ""well"""'
    ).encode("cp1252")
    assert (root / "people.jsonl").read_text().splitlines()[0] == json.dumps({"email": p.OTHER, "n": 1})
    table = pq.read_table(root / "hr.parquet")
    assert table.to_pylist() == [{"employee_id": "hr-1", "n": 2}]
    assert table.schema.metadata[b"kept"] == b"yes"
    assert pq.ParquetFile(root / "hr.parquet").metadata.row_group(0).column(0).compression == "GZIP"
    sheet = CalamineWorkbook.from_path(root / "scores.xlsx").get_sheet_by_index(0)
    assert sheet.to_python() == [
        ["name", "score"], ["Ann Other", 1], ["", ""], ["Bo Third", 3],
    ]  # fmt: skip


def test_the_same_old_file_brings_nobody_back(root: Path) -> None:
    old = (root / "deals.csv").read_bytes()
    order(root)
    (root / "deals.csv").write_bytes(old + b"fifth@firm.example;2025-07-01;7;boss@firm.example;new\r\n")

    workspace = find_workspace(root / "drills.yml")
    land_sources(read(workspace), workspace, Silent())

    landed = [r for rows in read_rows(root).values() for r in rows if "rep_id" in r]
    secret = (root / ".payoff" / "pseudonym.key").read_bytes()
    assert name_text("fifth@firm.example", secret) in {row["rep_id"] for row in landed}
    places = {place for place in p.find_traces(root) if not place.startswith("deals.csv")}
    assert places == set()


def test_a_draw_keeps_its_arms_without_the_person(root: Path) -> None:
    done = order(root)

    rows = list(csv.reader(io.StringIO((root / "drills.allocation.csv").read_text())))
    assert rows[2] == [f"erased-{done['tombstone'][:8]}", "a", "comparison", ""]
    record = json.loads((root / "drills.allocation.json").read_text())
    assert record["erased"][0]["tombstone"] == done["tombstone"]
    assert record["list_sha256"] != record["erased"][0]["list_sha256_before"]


def test_published_figures_stay(root: Path) -> None:
    order(root)

    assert json.loads((root / "out/drills/v1/result.json").read_text())["roi"] == 0.2
    assert (root / "out/drills/v1/evidence/fingerprint").read_text() == "f" * 64 + "\n"
    assert p.OTHER in (root / "out/drills/v1/keys.csv").read_text()


def test_a_note_keeps_the_file_it_came_from_and_counts_what_went(root: Path) -> None:
    before = {path: json.loads(path.read_text()) for path in root.glob(".payoff/warehouse/*/*/load.json")}

    done = order(root)

    assert before
    for path, old in before.items():
        new = json.loads(path.read_text())
        assert (new["sha256"], new["reading"]) == (old["sha256"], old["reading"])
        assert new["erased"][0]["tombstone"] == done["tombstone"]
        assert old["n_rows"] - new["n_rows"] == new["erased"][0]["n_rows"] > 0


def test_a_certificate_holds_until_a_letter_of_it_changes(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = order(root)
    path = root / ".payoff" / "privacy" / "certificates" / f"{done['tombstone']}.json"
    told = path.read_text()

    assert verify(root, path, monkeypatch) == 0
    path.write_text(told.replace("C. Privacy", "C. Privacx"))
    assert verify(root, path, monkeypatch) == 6
    path.write_text("{}")
    assert verify(root, path, monkeypatch) == 2
    assert "U242" in capsys.readouterr().err
    path.write_text(told)
    assert verify(root, path, monkeypatch, "--public-key", "A" * 43 + "=") == 6


def test_a_certificate_says_what_changed_and_until_when_copies_are_kept(root: Path) -> None:
    before = p.read_state(root)

    done = order(root)

    changed = {place["path"]: place for place in done["places"]}
    after = p.read_state(root)
    assert {name for name in before if after.get(name) != before[name]} == set(changed)
    assert all(len(place["before"]) == 64 and place["before"] != place["after"] for place in changed.values())
    assert done["backups"]["kept_until"][:2] == "20"
    assert done["ordered_by"] == "C. Privacy"


def test_an_id_that_means_other_things_is_looked_for_among_persons_only(root: Path) -> None:
    (root / "scores.csv").write_text("employee_id,score\n42,7\n7,42\n")

    done = order(root, who=("42",))

    assert (root / "scores.csv").read_text() == "employee_id,score\n7,42\n"
    assert [place["path"] for place in done["places"]] == ["scores.csv"]


def test_one_who_is_there_nowhere_still_has_a_tombstone(root: Path) -> None:
    before = p.read_state(root)

    done = order(root, who=("nobody@firm.example",))

    assert done["places"] == []
    assert p.read_state(root) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["x@y.example"], "U241"), (["a", "--by", "C", "--reason", "r"], "U240")],
)
def test_an_order_without_a_ground_or_a_name_is_refused(
    root: Path,
    arguments: list[str],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = p.read_state(root)

    assert call(root, monkeypatch, "erase", *arguments) == 2

    assert code in capsys.readouterr().err
    assert p.read_state(root) == before


def test_a_look_changes_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = p.read_state(root)

    assert call(root, monkeypatch, "find", *p.PERSON, "--json") == 0
    places = {place["path"]: place for place in json.loads(capsys.readouterr().out)["places"]}
    assert call(root, monkeypatch, "erase", *p.PERSON, "--dry-run") == 0

    assert places["deals.csv"]["rows"] == [2]
    assert places["deals.csv"]["edited"] == [3]
    assert places["scores.xlsx"]["rows"] == [2]
    assert places["scores.xlsx"]["within"] == [{"name": "sheet Sheet1", "rows": [2], "edited": []}]
    assert places["packed.zip"]["within"] == [{"name": "inner/deals.csv", "rows": [2], "edited": [3]}]
    assert places["deals.csv"]["within"] == []
    assert p.read_state(root) == before


def test_statements_of_others_are_still_read(root: Path) -> None:
    order(root)

    assert read_statements(root / ".payoff" / "statements", []).num_rows == 3


def verify(root: Path, path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    return call(root, monkeypatch, "verify", str(path), *more)


def call(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """A command of the group in the workspace; its exit code."""
    monkeypatch.setattr("sys.argv", ["payoff", "privacy", *arguments, "--workspace", str(root)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


def test_who_is_named_by_an_address_goes_by_staff_number_too(root: Path) -> None:
    users = root.parent / "users.csv"
    users.write_text(f"staff,mail\n{p.ID},{p.MAIL}\nhr-1,{p.OTHER}\n")
    plan = ListPlan("users", {"staff": "hr", "mail": "email"}, own="hr")
    add_list(find_home(root), users, plan, "steward")

    done = order(root, who=(p.MAIL, p.NAME))

    assert p.find_traces(root) == set()
    assert ".payoff/identity/people.sqlite" in {place["path"] for place in done["places"]}
    again = add_list(find_home(root), users, plan, "steward")
    assert again.n_forgotten > 0
    assert p.find_traces(root) == set()


def test_an_address_of_two_people_erases_neither(root: Path) -> None:
    users = root.parent / "users.csv"
    users.write_text(f"staff,mail\n{p.ID},{p.MAIL}\nhr-2,{p.MAIL}\n")
    add_list(find_home(root), users, ListPlan("users", {"staff": "hr", "mail": "email"}, own="hr"), "steward")
    before = p.read_state(root)

    with pytest.raises(PayoffError) as caught:
        order(root, who=(p.MAIL,))

    assert caught.value.problems[0].code == "U244"
    assert p.read_state(root) == before


def test_what_a_killed_erasure_was_writing_goes_with_the_next(root: Path) -> None:
    draft = root / ".payoff" / "privacy" / ".erasing-0.json.77"
    draft.parent.mkdir()
    draft.write_text(name_text(p.MAIL, (root / ".payoff" / "pseudonym.key").read_bytes()))

    order(root)

    assert not draft.exists()
    assert p.find_traces(root) == set()
