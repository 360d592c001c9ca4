"""LibreOffice, made to recalculate: by default it trusts the cached values of a file."""

import io
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import openpyxl

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


_open = cast(Any, openpyxl).load_workbook


def recalculated(workbooks: Mapping[str, bytes]) -> dict[str, Any]:
    """The same files with every formula worked out anew, opened for their values; one office start."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        profile = root / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(PROFILE)
        paths = []
        for name, content in workbooks.items():
            path = root / f"{name}.xlsx"
            path.write_bytes(without_cached_values(content))
            paths.append(str(path))
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{profile.parent}",
                "--headless",
                "--convert-to",
                "xlsx",
                "--outdir",
                str(root / "out"),
                *paths,
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        return {
            name: _open(io.BytesIO((root / "out" / f"{name}.xlsx").read_bytes()), data_only=True)
            for name in workbooks
        }


def without_cached_values(content: bytes) -> bytes:
    """Formulas only, so that no value can be taken for a recalculated one."""
    buffer = io.BytesIO()
    _open(io.BytesIO(content)).save(buffer)
    return buffer.getvalue()


def edited(content: bytes, **values: float | str) -> bytes:
    """The workbook with the cells of these defined names changed, as a reader would."""
    book = _open(io.BytesIO(content))
    for name, value in values.items():
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell.replace("$", "")] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def named(book: Any, name: str) -> Any:
    """The value of a defined name's cell."""
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell.replace("$", "")].value
