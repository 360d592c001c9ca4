"""What arrives, without those who were erased: an old file landed again brings nobody back.

Question  Which rows of this batch are of somebody whose tombstone stands here?
Told      The package's note counts them by tombstone; the file's own hash stays what it is.
"""

from dataclasses import replace

from payoff.connectors.profiled import personal_columns
from payoff.identity.personal_rows import Columns, apply_judgement, judge_rows
from payoff.nouns.batch import Batch
from payoff.nouns.study import Source, Study
from payoff.records.tombstones import Forgotten, name_word
from payoff.warehouse.package import Erased


def describe_columns(study: Study, source: Source) -> Columns:
    """What a study says of the columns of one of its sources."""
    persons = [name.lower() for name in study.privacy.pseudonymise]
    if source.layout is not None:
        persons += personal_columns(source.layout)
    if source.identifying is not None:
        persons += [column.lower() for column, _ in source.identifying.columns]
    return Columns(frozenset(persons), frozenset({study.design.unit.lower()}))


def forget_erased(
    batch: Batch, columns: Columns, forgotten: Forgotten | None
) -> tuple[Batch, tuple[Erased, ...]]:
    """The batch without them, and how many rows each tombstone took."""
    if forgotten is None:
        return batch, ()
    judged = judge_rows(batch.table, forgotten, columns)
    if judged.is_empty:
        return batch, ()
    counts = {stone: judged.count(name_word(stone)) for stone in forgotten.tombstones}
    told = tuple(Erased(stone, *n) for stone, n in counts.items() if any(n))
    warnings = tuple(map(forgotten.redact, batch.warnings))
    return replace(batch, table=apply_judgement(batch.table, judged), warnings=warnings), told
