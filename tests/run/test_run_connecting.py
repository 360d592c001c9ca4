"""What `payoff connect` finds in a file, and the block it writes for a person to confirm."""

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from payoff.connectors import read_source
from payoff.nouns.problem import PayoffError
from payoff.run.connecting import Connected, connect
from payoff.study.build import build_source
from payoff.study.document import SourcePart
from payoff.study.profiles import PROFILES

GOLDEN = Path(__file__).parents[1] / "connectors" / "golden"
FOLDERS = sorted(path.name for path in GOLDEN.iterdir())


def look(folder: str, name: str | None = None) -> Connected:
    (export,) = (GOLDEN / folder).glob("export.*")
    return connect(export, name)


def written(found: Connected) -> dict[str, object]:
    ((_, source),) = YAML(typ="safe").load(found.block)["sources"].items()
    return dict(source)


@pytest.mark.parametrize("profile", FOLDERS)
def test_each_export_is_known_again_and_its_block_is_a_source(profile: str) -> None:
    found = look(profile)
    assert found.profile.name == profile
    assert [text for label, text in found.summary if label == "Trap"] == list(PROFILES[profile].traps)
    SourcePart.model_validate(written(found))


def test_what_only_a_person_can_say_is_asked_for() -> None:
    asked = [text for label, text in look("pos").summary if label == "Say"]
    assert asked == [
        "decimal: point or comma; column Amount can be read both ways",
        "date_format: column Sold At fits DD.MM.YYYY HH:mm:ss; confirm it",
    ]
    asked = [text for label, text in look("cxone-contacts").summary if label == "Say"]
    assert "duration_unit: the file does not tell" in asked
    assert any(text.startswith("timezone") for text in asked)


def test_sample_values_stand_beside_the_columns() -> None:
    columns = {theirs: (ours, samples) for theirs, ours, samples in look("jira-issues").columns}
    assert columns["Created"] == ("created_at", ("09/Oct/25 1:42 PM", "01/Dec/25 12:10 AM"))
    assert columns["Status Category"] == ("", ("Done", "To Do"))


def test_an_unknown_file_is_suggested_a_table_and_a_mapping_with_reasons(tmp_path: Path) -> None:
    path = tmp_path / "Kündigungen 2025.csv"
    text = "Employee-ID;E-Mail;Departmnt;Hire Date\n7;a@example.org;Sales;03.04.2021\n"
    path.write_bytes(text.encode("windows-1252"))
    found = connect(path)
    assert found.profile.name == "people"
    suggested = {s.theirs: s for s in found.suggestions}
    assert suggested["Departmnt"].ours == "department"
    assert suggested["Departmnt"].confidence < suggested["Hire Date"].confidence <= 0.95
    assert suggested["Hire Date"].reasons == ("spelt so in bamboohr-people", "its cells are dates")
    assert written(found)["mapping"] == {s.theirs: s.ours for s in found.suggestions}


def test_cells_that_are_no_dates_are_not_suggested_as_a_date(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person_id,hire_date\n1,soon\n2,later\n")
    assert "hired_on" not in {s.ours for s in connect(path, "people").suggestions}


def test_names_of_people_are_suggested_for_no_identifier(tmp_path: Path) -> None:
    path = tmp_path / "workers.csv"
    path.write_text("Employee_ID,Manager\n1,Ada Abel\n2,Zoë de l'Isle\n")
    assert {s.theirs: s.ours for s in connect(path, "workday-people").suggestions} == {
        "Manager": "manager_name"
    }
    path.write_text("Employee_ID,Manager\n1,m17\n2,m18\n")
    assert {s.ours for s in connect(path, "workday-people").suggestions} == {"manager_id"}


def test_the_agent_of_tickets_is_asked_for_where_the_profile_has_none(tmp_path: Path) -> None:
    path = tmp_path / "zendesk.csv"
    path.write_text("Id,Assignee,Assignee id\n1,Ann Lee,77\n")
    summary = connect(path, "zendesk-tickets").summary
    assert ("Missing", "agent_id: nearly every measure is by it; mapping: {Assignee id: agent_id}") in summary
    path.write_text("Id,Assignee,agent_id\n1,Ann Lee,77\n")
    assert not [t for _, t in connect(path, "tickets").summary if "nearly every" in t]


def test_an_encoding_that_is_given_is_written_as_a_study_names_it(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("person_id,name\n1,Größe\n".encode("cp1252"))
    found = connect(path, "people", "cp1252")
    assert "encoding: windows-1252  # as given" in found.block
    SourcePart.model_validate(written(found))
    with pytest.raises(PayoffError, match="U121 'klingon' is no encoding of text"):
        connect(path, "people", "klingon")


def test_an_encoding_that_is_guessed_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("person_id,name,left_on\n1,Größe,2025-01-31\n".encode("windows-1252"))
    found = connect(path)
    assert "windows-1252" in dict(found.summary)["File"]
    assert "encoding: windows-1252  # guessed" in found.block
    source = build_source("people", SourcePart.model_validate(written(found)))
    assert read_source(source, tmp_path).table["name"].to_pylist() == ["Größe"]


@pytest.mark.parametrize(("name", "profile"), [("x.docx", None), ("x.csv", "zendesk")])
def test_what_cannot_be_looked_at_is_told(tmp_path: Path, name: str, profile: str | None) -> None:
    shutil.copy(GOLDEN / "ledger" / "export.csv", tmp_path / name)
    with pytest.raises(PayoffError) as caught:
        connect(tmp_path / name, profile)
    assert (caught.value.problems[0].code, caught.value.exit_code) == ("U121", 2)


LOGINS = "Id,Agent_ID,Created at\n" + "".join(f"{n},Rep{n}@firm.example,2026-01-05T10:00\n" for n in range(9))


def uncommented(found: Connected) -> dict[str, object]:
    """The block as somebody takes it over who believes what it says of identifiers."""
    lines = [
        line.replace("# ident", "ident", 1) if line.strip().startswith("# identif") else line
        for line in found.block.splitlines()
    ]
    ((_, source),) = YAML(typ="safe").load("\n".join(lines))["sources"].items()
    return dict(source)


def test_a_login_that_is_an_address_is_suggested_as_an_identifier(tmp_path: Path) -> None:
    path = tmp_path / "zendesk.csv"
    path.write_text(LOGINS + "9,robot,2026-01-05T10:00\n")
    found = connect(path, "tickets")
    said = uncommented(found)
    assert said["identifiers"] == {"agent_id": "email"}
    assert said["identified_on"] == "created_at"
    SourcePart.model_validate(said)
    assert "identifiers" not in written(found)  # refused where there is no map: a person takes it over
    path.write_text(LOGINS.replace("@firm.example", ""))
    assert "identifiers" not in connect(path, "tickets").block


def test_a_login_of_addresses_that_is_left_over_is_told_with_the_mapping_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "zendesk.csv"
    path.write_text(LOGINS.replace("Agent_ID", "Login"))
    block = connect(path, "tickets").block
    assert "# identifiers: {agent_id: email}  # agent_id: Login holds addresses" in block
    assert "mapping: {Login: agent_id}" in block


def test_users_of_salesforce_and_columns_of_addresses_are_suggested(tmp_path: Path) -> None:
    path = tmp_path / "opportunities.csv"
    path.write_text("Id,OwnerId,CloseDate\nW1,0055g00000Ow042,2026-01-05\nW2,0055g00000Ow042AAA,2026-01-06\n")
    said = uncommented(connect(path, "salesforce-opportunities"))
    assert said["identifiers"] == {"owner_id": "salesforce"}
    people = uncommented(look("workday-people"))
    assert people["identifiers"] == {"email": "email"}
    assert "identified_on" not in people


def test_addresses_of_customers_are_no_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "zendesk.csv"
    path.write_text("Id,Requester email\n1,cust@home.example\n")
    found = connect(path, "zendesk-tickets")
    assert "requester_email" in {ours for _, ours, _ in found.columns} | {s.ours for s in found.suggestions}
    assert "identifiers" not in found.block
