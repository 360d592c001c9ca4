"""Systems that call people by other names: add lists, match, decide, run; nobody is named in any output."""

import datetime as dt
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from e2e_support import run_payoff
from firm import write_firm
from identified_firm import N_REPS, name_mail, name_owner, name_person, read_rows, write_identified_firm

import payoff as po
from payoff.nouns.effect import Effect

STAFF = ("--column", "Number=hr", "--column", "Mail=email", "--person", "hr")
USERS = ("--column", "User=salesforce", "--column", "Email=email", "--from", "From", "--to", "To")


def add(folder: Path, *lists: str) -> None:
    """As a steward types it."""
    for name in lists:
        told = run_payoff(
            "identity", "add", f"{name}.csv", *{"staff": STAFF, "users": USERS}[name], cwd=folder
        )
        assert told.returncode == 0, told.stderr


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Effect:
    """The answer where every system calls people alike."""
    path = write_firm(tmp_path_factory.mktemp("plain"), N_REPS)
    effect = po.Study(path).run(exploratory=True).effect.locked
    assert isinstance(effect, Effect)
    return effect


@pytest.mark.parametrize("order", [("staff", "users"), ("users", "staff")])
def test_the_answer_is_that_of_one_key_everywhere(
    tmp_path: Path, plain: Effect, order: tuple[str, str]
) -> None:
    path = write_identified_firm(tmp_path)
    add(tmp_path, *order)
    found = po.Study(path).run(exploratory=True).effect.locked
    assert isinstance(found, Effect)
    np.testing.assert_allclose(found.estimates, plain.estimates, rtol=1e-12)
    np.testing.assert_allclose(found.intervals, plain.intervals, rtol=1e-12)


def test_without_a_map_or_with_too_many_unmatched_nothing_runs(tmp_path: Path) -> None:
    path = write_identified_firm(tmp_path)
    told = run_payoff("run", path, "--exploratory", cwd=tmp_path)
    assert told.returncode == 2
    assert "I101" in told.stderr
    add(tmp_path, "staff")
    told = run_payoff("run", path, "--exploratory", cwd=tmp_path)
    assert told.returncode == 4
    assert "D151" in told.stderr
    text = (tmp_path / "users.csv").read_text().splitlines()
    (tmp_path / "users.csv").write_text("\n".join(text[: len(text) // 2]) + "\n")
    add(tmp_path, "users")
    told = run_payoff("run", path, "--exploratory", cwd=tmp_path)
    assert told.returncode == 4
    assert "D153" in told.stderr
    assert "Own" not in told.stderr  # rows at fault are told by their keys


def test_an_ambiguous_identifier_waits_for_the_steward(tmp_path: Path) -> None:
    path = write_identified_firm(tmp_path)
    add(tmp_path, "staff", "users")
    disputed = name_owner(42, dt.date(2026, 1, 1))
    with (tmp_path / "users.csv").open("a") as list_:
        list_.write(f"{disputed},{name_mail(77)},2026-02-01,2026-03-31\n")
    add(tmp_path, "users")
    told = run_payoff("identity", "match", path, "--json", "--keys", "open.csv", cwd=tmp_path)
    columns = {one["column"]: one for one in json.loads(told.stdout)["columns"]}
    assert columns["owner"]["rows"]["ambiguous"] == 2  # February and March, no other month
    (row,) = read_rows(tmp_path / "open.csv")
    assert (row["state"], row["rows"], row["first_on"], row["last_on"]) == (
        "ambiguous", "2", "2026-02-01", "2026-03-01",
    )  # fmt: skip
    assert disputed not in (tmp_path / "open.csv").read_text()
    assert len(row["candidates"].split("; ")) == 2
    decided = ("identity", "decide", "--belongs", f"salesforce={disputed}", "--person", "hr=H0042")
    told = run_payoff(
        *decided, "--by", "d.steward", "--why", "77 stood in and logged in herself", cwd=tmp_path
    )
    assert told.returncode == 0, told.stderr
    told = run_payoff("identity", "match", path, "--json", cwd=tmp_path)
    assert {one["share_unmatched"] for one in json.loads(told.stdout)["columns"]} == {0.0}
    other = (*decided[:4], "--person", "hr=H0077", "--by", "d.steward", "--why", "really")
    told = run_payoff(*other, cwd=tmp_path)
    assert (told.returncode, "I108" in told.stderr) == (2, True)
    assert run_payoff(*other, "--replaces", "1", cwd=tmp_path).returncode == 0


def test_nobody_is_named_in_any_table_output_or_log(tmp_path: Path) -> None:
    path = write_identified_firm(tmp_path)
    add(tmp_path, "staff", "users")
    with (tmp_path / "deals.csv").open("a") as list_:
        list_.write("0055g00000Wh999,2026-06-01,3\n")
    told = [
        run_payoff(*command, cwd=tmp_path)
        for command in (
            ("check", path),
            ("run", path, "--exploratory"),
            ("identity", "match", path, "--keys", "open.csv"),
        )
    ]
    assert [one.returncode for one in told] == [0, 0, 0], [one.stderr for one in told]
    given = {path.name, "staff.csv", "users.csv", "people.csv", "deals.csv"}
    texts = {one.args[1]: one.stdout + one.stderr for one in told}
    for file in tmp_path.rglob("*"):
        if (
            file.is_file()
            and file.name not in given
            and (tmp_path / ".payoff" / "identity") not in file.parents
        ):
            texts[str(file.relative_to(tmp_path))] = read_text(file)
    assert sum(name.endswith(".parquet") for name in texts) == 2
    assert {Path(name).suffix for name in texts} >= {".html", ".json", ".xlsx", ".csv"}
    named = {name_mail(n).casefold() for n in range(N_REPS)} | {
        name_person(n).casefold() for n in range(N_REPS)
    }
    named |= {f"h{n:04d}" for n in range(N_REPS)}
    word = re.compile(r"[\w.+@-]+")
    for name, text in texts.items():
        words = set(word.findall(text.casefold()))
        assert not words & named, name
        assert not any(person in text.casefold() for person in named if " " in person), name
        assert "0055g0" not in text, name


def read_text(file: Path) -> str:
    """All text in a file, tables and archives unpacked."""
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        return " ".join(str(value) for column in table.columns for value in column.to_pylist())
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as archive:
            return " ".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    return file.read_bytes().decode("utf-8", "replace")
