"""An invented firm whose workspace holds a person wherever one can stand, and every byte of it to look at."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import e2e_support
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import xlsxwriter

from payoff.connectors.pseudonym import name_text
from payoff.connectors.read import read_source
from payoff.nouns.study import Source
from payoff.warehouse import land
from payoff.warehouse.statement_segments import write_segment
from payoff.xapi.event import shape_event

MAIL, NAME, ID = "zora.quill@firm.example", "Zora Quill", "hr-70417"
PERSON = (MAIL, NAME, ID)
OTHER = "ann.other@firm.example"
STUDY = """\
payoff: 1
study: drills
title: Drills
program: Drills
question: Do drills raise deals?
people: {analyst: a, finance: f, sponsor: s}
currency: USD
price_base: 2026 prices
horizon_months: 12
sources:
  deals: {csv: deals.csv, columns: [rep_id, deals], steward: ops}
metrics:
  deals: {label: Deals, unit: deals/rep/month, better: higher, owner: a,
          sql: "select rep_id, month, deals as value from deals"}
outcome: {primary: deals}
cohort:
  sql: "select rep_id, manager_id as team, case when drilled then date '2026-01-01' end as launch from deals"
design: {type: did, unit: rep_id, period: month, cluster: team, launch: launch,
         baseline: 2025-07-01..2025-12-31, follow_up: 2026-01-01..2026-06-30}
hypotheses:
  - {id: H1, claim: Drills raise deals, metric: deals, expected: 15%..25%,
     worth_it_above: "max(break_even, 2%)", source: pilot}
value:
  margin_gained: {label: Margin, category: revenue, metric: deals, cash: true,
                  formula: lift * baseline * reps * months * deal_value}
assumptions:
  deal_value: {low: 4500, mid: 5000, high: 5500, unit: USD/deal, source: CRM, owner: f}
  fee: {low: 800, mid: 1000, high: 1300, unit: USD/rep, source: assumed, owner: f}
  discount: {value: 8%, source: treasury, owner: f}
costs:
  - {item: Drills, amount: fee * reps, kind: one_time, category: implementation}
privacy: {pseudonymise: [rep_id, manager_id], min_cell: 5}
ask: Go on.
"""
CSV = (
    "rep_id;month;deals;manager_id;note\r\n"
    f"{OTHER};2025-07-01;3;boss@firm.example;plain\r\n"
    f"{MAIL};2025-07-01;4;boss@firm.example;mine\r\n"
    f'third@firm.example;2025-07-01;5;{MAIL.upper()};"led by {NAME}; ""well"""\r\n'
    "fourth@firm.example;2025-07-01;6;boss@firm.example;Größe\r\n"
)


def make_workspace(root: Path) -> None:
    """Study, exports in every format, packages old and new, segments, a version, a list of who was drawn."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "payoff.yml").write_text("payoff: 1\nretention: {backups: 90 days}\n")
    (root / "drills.yml").write_text(STUDY)
    secret = b"k" * 32
    (root / ".payoff").mkdir(mode=0o700)
    (root / ".payoff" / "pseudonym.key").write_bytes(secret)
    (root / ".payoff" / "pseudonym.key").chmod(0o600)
    _write_exports(root)
    _land_twice(root, secret)
    _write_segments(root, secret)
    _write_version(root)
    _write_draw(root)


def _write_exports(root: Path) -> None:
    (root / "deals.csv").write_bytes(b"\xef\xbb\xbf" + CSV.encode())
    (root / "old.tsv").write_bytes(CSV.replace(";", "\t").encode("cp1252"))
    (root / "deals.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    lines = [
        {"email": OTHER, "n": 1},
        {"email": MAIL, "n": 2},
        {"email": "x@y.example", "coach": {"is": NAME}},
    ]
    (root / "people.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    table = pa.table({"employee_id": [ID, "hr-1"], "n": pa.array([1, 2], pa.int32())})
    pq.write_table(table.replace_schema_metadata({"kept": "yes"}), root / "hr.parquet", compression="gzip")
    _write_workbook(root / "scores.xlsx", [["name", "score"], ["Ann Other", 1], [NAME, 2], ["Bo Third", 3]])
    with zipfile.ZipFile(root / "packed.zip", "w") as archive:
        archive.writestr("inner/deals.csv", CSV)
        archive.writestr("read.me", "kept")


def _write_workbook(path: Path, rows: list[list[object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)


def _land_twice(root: Path, secret: bytes) -> None:
    """A version in use and one before it."""
    source = Source("deals", "csv", "deals.csv")
    now = (root / "deals.csv").read_bytes()
    for data in (now.replace(b";3;", b";2;"), now):
        (root / "deals.csv").write_bytes(data)
        batch = read_source(source, root, secret, ("rep_id", "manager_id"))
        land(batch, source, root / ".payoff" / "warehouse")
    plain = Source("hr", "parquet", "hr.parquet")
    land(read_source(plain, root), plain, root / ".payoff" / "warehouse")


def _write_segments(root: Path, secret: bytes) -> None:
    def say(n: int, mail: str, **more: object) -> bytes:
        verb = {"id": "http://adlnet.gov/expapi/verbs/completed"}
        base = {"actor": {"mbox": f"mailto:{mail}"}, "verb": verb, "object": {"id": "https://firm.example/a"}}
        return json.dumps({"id": f"00000000-0000-4000-8000-{n:012d}", **base, **more}).encode()

    said = [
        say(1, OTHER),
        say(2, MAIL),
        say(3, OTHER, context={"instructor": {"mbox": f"mailto:{MAIL}"}}),
        say(4, "x@y.example"),
    ]
    name = lambda text: name_text(text, secret)  # noqa: E731
    events = [
        shape_event(1, 1000 + n, n.to_bytes(16, "big"), raw, "1.0.3", name)
        for n, raw in enumerate(said, start=1)
    ]
    for folder in (".payoff/statements", ".payoff/statements-lms-0a1b2c3d", "west/.payoff/statements-lms"):
        write_segment(root / folder, events, 0)


def _write_version(root: Path) -> None:
    version = root / "out" / "drills" / "v1"
    (version / "evidence").mkdir(parents=True)
    (version / "evidence" / "fingerprint").write_text("f" * 64 + "\n")
    (version / "result.json").write_text(json.dumps({"roi": 0.2, "told_by": NAME}, indent=2))
    key = name_text(MAIL, (root / ".payoff" / "pseudonym.key").read_bytes())
    for health in (version / "evidence" / "health", version.parent / "health"):
        health.mkdir()
        (health / "deals.range.deals.csv").write_text(f"row,rep_id\n2,{key}\n3,{'0' * 20}\n")
    (version / "keys.csv").write_text(f"rep_id,score\n{MAIL},1\n{OTHER},2\n")
    _write_workbook(version / "audit.xlsx", [[f"Quote of {NAME}"]])


def _write_draw(root: Path) -> None:
    rows = f"rep_id,stratum,arm,launch_on\n{OTHER},a,program,2026-01-01\n{MAIL},a,comparison,\n"
    (root / "drills.allocation.csv").write_text(rows)
    record = {"seed": 7, "list_sha256": sha256(rows.encode()).hexdigest()}
    (root / "drills.allocation.json").write_text(json.dumps(record, indent=2) + "\n")


def run_payoff(root: Path, *arguments: str) -> e2e_support.Done:
    """One command in the workspace, as a user types it."""
    return e2e_support.run_payoff(*arguments, cwd=root)


def read_everything(root: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every byte: raw, cells of Parquet, members of archives, text of PDFs."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield from _read_bytes(str(path.relative_to(root)), path.read_bytes())


def _read_bytes(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield name, name
    for code in ("utf-8", "cp1252", "utf-16-le"):
        yield name, data.decode(code, "replace")
    if data[:4] == b"PAR1":
        yield name, json.dumps(pq.read_table(pa.BufferReader(data)).to_pylist(), default=str)
    elif data[:2] == b"\x1f\x8b":
        yield from _read_bytes(name + "!", gzip.decompress(data))
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield from _read_bytes(f"{name}!{entry.filename}", archive.read(entry))
    elif data[:5] == b"%PDF-":
        yield name, "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def find_traces(root: Path) -> set[str]:
    """Places where anything of the person can still be read."""
    secret = (root / ".payoff" / "pseudonym.key").read_bytes()
    spelt = {MAIL, MAIL.upper(), NAME, ID, f"mbox mailto:{MAIL}"}
    marks = {text.casefold() for text in spelt} | {name_text(text, secret) for text in spelt}
    return {place for place, text in read_everything(root) if any(m in text.casefold() for m in marks)}


def read_state(root: Path) -> dict[str, bytes]:
    """Every file that an erasure must end with, but for what is random or dated."""
    state = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_file() and not name.startswith(".payoff/privacy") and path.name != ".lock":
            state[name] = path.read_bytes()
    return state
