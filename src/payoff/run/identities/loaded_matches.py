"""What loads made of identifiers: the keys in the tables in use → who was matched, who not.

Question  How many rows of a source of many files or pulls found their person, which keys are open?
Method    A key says in its first word what became of its identifier; a load keeps nothing else of it.
Clear     Files of a folder can still be asked which identifier a key was made of; a pull cannot.
Limits    `missing` and `not then` are one word in a key, and are counted as missing.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from payoff.connectors.cells import read_text
from payoff.connectors.identified import PREFIX, Naming, find_column, read_days
from payoff.connectors.pseudonym import name_texts
from payoff.connectors.read import read_in_clear
from payoff.identity import Coverage, State
from payoff.identity.coverage import UNMATCHED, count_states
from payoff.identity.identifier import normalise
from payoff.identity.matching import NO_DAY
from payoff.nouns.arrays import Ints
from payoff.nouns.origin import Folder
from payoff.nouns.study import Source, Study
from payoff.run.identities.unmatched import Unmatched, find_candidates, tell_days
from payoff.run.loads.file_watch import find_files
from payoff.run.loads.load_all import read_reader
from payoff.run.loads.loading import find_loaded
from payoff.run.workspace import Workspace
from payoff.warehouse.sandbox import find_rows

_Open = tuple[State, str, Ints]  # state, key, rows
_STATES = (State.AMBIGUOUS, State.MISSING, State.NOBODY)


def match_loaded(
    study: Study, source: Source, workspace: Workspace, naming: Naming
) -> tuple[tuple[Coverage, ...], tuple[Unmatched, ...]]:
    """Each column of identifiers as the table in use has it. Raises U251: not loaded under this map."""
    said = source.identifying
    assert said is not None
    loaded = find_loaded(source, workspace, read_reader(study, source, workspace, naming))
    table = pq.read_table(find_rows(loaded, workspace.warehouse))
    told = read_days(source, said, table)
    days = told if told is not None else np.full(table.num_rows, NO_DAY)
    coverage: list[Coverage] = []
    unmatched: list[Unmatched] = []
    for column, system in said.columns:
        name = find_column(source, table, column)
        encoded = table[name].cast(pa.string()).combine_chunks().dictionary_encode()
        keys, codes = encoded.dictionary, np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
        state = np.append(_read_states(keys), State.BLANK)[codes]
        coverage.append(count_states(source.name, name, system, state, codes, told is not None))
        open_ = _list_open(keys, codes, state)
        clear = _find_clear(source, workspace, naming, (name, system), {key for _, key, _ in open_})
        for kind, key, rows in sorted(open_, key=lambda one: (one[0], -len(one[2]), one[1])):
            value = clear.get(key, "")
            some = find_candidates(naming.people, system, value) if value and kind is State.AMBIGUOUS else ()
            said_of = (source.name, name, system, kind, key, value)
            unmatched.append(Unmatched(*said_of, len(rows), *tell_days(days[rows]), some))
    return tuple(coverage), tuple(unmatched)


def _read_states(keys: pa.Array) -> Ints:
    """State of each distinct key."""
    state = np.full(len(keys), State.MATCHED, dtype=np.int64)
    for kind in _STATES:
        state[np.asarray(pc.starts_with(keys, PREFIX[kind]), dtype=bool)] = kind
    return state


def _list_open(keys: pa.Array, codes: Ints, state: Ints) -> list[_Open]:
    """Keys that stand for nobody known."""
    found: list[_Open] = []
    rows = np.flatnonzero(np.isin(state, UNMATCHED))
    rows = rows[np.argsort(codes[rows], kind="stable")]
    for theirs in np.split(rows, np.flatnonzero(np.diff(codes[rows])) + 1) if len(rows) else ():
        found.append((State(int(state[theirs[0]])), keys[int(codes[theirs[0]])].as_py(), theirs))
    return found


def _find_clear(
    source: Source, workspace: Workspace, naming: Naming, place: tuple[str, str], wanted: set[str]
) -> dict[str, str]:
    """Key → identifier as it is compared, of those that files still hold."""
    if not wanted or not isinstance(source.origin, Folder):
        return {}
    pseudonyms = {key.rpartition("-")[2]: key for key in wanted}
    return {
        pseudonyms[name]: value
        for value, name in _name_files(source, source.origin, workspace, naming, place)
        if name in pseudonyms
    }


def _name_files(
    source: Source, origin: Folder, workspace: Workspace, naming: Naming, place: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """(identifier, its pseudonym) of a column in every file of a folder."""
    column, system = place
    folder = workspace.study_path.parent
    for file in find_files(folder, origin.pattern)[0]:
        one = replace(source, path=file.path)
        table = read_in_clear(one, folder)
        cells = normalise(system, read_text(table[find_column(one, table, column)]))
        values = pc.unique(cells).drop_null().to_pylist()
        yield from zip(values, name_texts((f"{system} {v}" for v in values), naming.secret), strict=True)
