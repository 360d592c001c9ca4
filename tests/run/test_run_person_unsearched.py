"""Files in which nobody can be looked for are named: in a look, in the certificate, when it is verified."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import personal_workspace as p
import pytest
from test_run_person_erasing import call, order, verify

from payoff.run.privacy.person_places import read_studies
from payoff.run.privacy.person_unsearched import (
    BINARY,
    DAMAGED,
    DATABASE,
    LOCKED,
    MAIL,
    NAMELESS,
    OLD_OFFICE,
    OTHER_ARCHIVE,
    PDF,
    PICTURE,
    TOO_DEEP,
    explain_unsearched,
    list_unsearched,
)
from payoff.run.workspace import find_home

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    p.make_workspace(tmp_path / "firm")
    return tmp_path / "firm"


def pack(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return data.getvalue()


def locked() -> bytes:
    """An archive whose member says that it has a password."""
    data = bytearray(pack(inner__csv=b"a,b\n"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def strange() -> bytes:
    """An archive whose member is packed in a way of its own."""
    data = bytearray(pack(inner__csv=b"a,b\n"))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 9
    return bytes(data)


def nest(depth: int) -> bytes:
    data = pack(deals__csv=b"a,b\n")
    for _ in range(depth):
        data = pack(more__zip=data)
    return data


CLOSED: dict[str, tuple[bytes, str]] = {
    "old.xls": (OLE, OLD_OFFICE),
    "locked.xlsx": (OLE, OLD_OFFICE),
    "letter.pdf": (b"%PDF-1.7\nof somebody else", PDF),
    "scan.jpg": (b"\xff\xd8\xff\xe0" + bytes(20), PICTURE),
    "phone.heic": (b"\0\0\0\x18ftypheic", PICTURE),
    "web.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", PICTURE),
    "locked.zip": (locked(), LOCKED),
    "strange.zip": (strange(), OTHER_ARCHIVE),
    "all.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(9), OTHER_ARCHIVE),
    "cut.zip": (pack(a__csv=b"a\n")[:30], DAMAGED),
    "cut.parquet": (b"PAR1 and no more of it", DAMAGED),
    "no.xlsx": (b"somebody wrote a text here", DAMAGED),
    "mails.zip": (pack(note__txt=b"hello", old__xls=OLE), f"{OLD_OFFICE} within it: old.xls"),
    "slides.pptx": (pack(**{"ppt/media/face__png": PNG}), f"{PICTURE} within it: ppt/media/face.png"),
    "packed.pdf.gz": (gzip.compress(b"%PDF-1.4"), PDF),
    "cut.csv.gz": (gzip.compress(b"a,b\n" * 90)[:20], DAMAGED),
    "crm.sqlite": (b"SQLite format 3\0" + b"rep7@firm.example" + bytes(99), DATABASE),
    "crm.duckdb": (bytes(8) + b"DUCK" + bytes(99), DATABASE),
    "mail.eml": (b"Content-Transfer-Encoding: base64\r\n\r\ncmVwNw==", MAIL),
    "people.pkl": (b"\x80\x04\x95\x13\0\0\0people", BINARY),
    "deep.zip": (nest(7), TOO_DEEP + " within it: more.zip" * 6),
}  # fmt: skip


def place(root: Path) -> dict[str, str]:
    """All of them in the workspace, and why each is not searched."""
    for name, (data, _) in CLOSED.items():
        (root / name).write_bytes(data)
    (root / "table.dat").write_bytes((root / "hr.parquet").read_bytes())
    return {name: why for name, (_, why) in CLOSED.items()} | {"table.dat": NAMELESS}


def told(said: list[dict[str, Any]]) -> dict[str, str]:
    return {one["path"]: one["why"] for one in said}


def test_each_is_named_with_its_reason_and_no_other(root: Path) -> None:
    home = find_home(root)
    assert list_unsearched(home, read_studies(home)) == ()
    expected = place(root)

    found = list_unsearched(home, read_studies(home))

    assert {str(one.path.relative_to(home.root)): one.why for one in found} == expected


def test_an_archive_that_can_be_opened_is_searched() -> None:
    assert explain_unsearched("a.zip", nest(3)) is None
    assert explain_unsearched("a.csv.gz", gzip.compress(b"a,b\n")) is None
    assert explain_unsearched("empty.xlsx", b"") is None


def test_text_in_any_encoding_is_searched() -> None:
    for text in ("Zora Quill", "Zora Quill, Zoë Ångström\r\n", "佐藤 Zora"):
        for encoding in ("utf-8", "utf-16", "utf-16-le"):
            assert explain_unsearched("note.txt", text.encode(encoding)) is None


def test_a_file_that_is_no_text_keeps_its_bytes(root: Path) -> None:
    database = b"SQLite format 3\0" + p.MAIL.encode() + bytes(99)
    old = OLE + p.MAIL.encode() + bytes(9)
    (root / "crm.dat").write_bytes(database)
    (root / "old.xls").write_bytes(old)

    done = order(root)

    assert (root / "crm.dat").read_bytes() == database
    assert (root / "old.xls").read_bytes() == old
    left = {one["path"]: one["to_do"] for one in done["left"]}
    assert "--sources" not in left["old.xls"]
    assert set(told(done["files_not_searched"])) == {"crm.dat", "old.xls"}


def test_find_names_them(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = place(root)

    assert call(root, monkeypatch, "find", "nobody@firm.example", "--json") == 0
    assert told(json.loads(capsys.readouterr().out)["files_not_searched"]) == expected
    assert call(root, monkeypatch, "find", "nobody@firm.example") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"old.xls: {OLD_OFFICE}" in shown
    assert f"letter.pdf: {PDF}" in shown


def test_certificate_and_verify_name_them(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = place(root)
    (root / f"{p.MAIL}.xls").write_bytes(OLE)

    done = order(root)

    named = told(done["files_not_searched"])
    word = f"erased-{done['tombstone'][:8]}"
    assert named == {**expected, f"{word}.xls": OLD_OFFICE}
    path = root / ".payoff" / "privacy" / "certificates" / f"{done['tombstone']}.json"
    assert verify(root, path, monkeypatch, "--json") == 0
    again = json.loads(capsys.readouterr().out)["files_not_searched"]
    assert set(again) == {f"{name}: {why}" for name, why in named.items()}
