"""How one system writes its export, and what a person said where the export does not say.

Question  Which column of this vendor's file is which column of ours, and what is a trap?
Layout    `verified`: the columns were seen in a source's own text. `from memory`: a guess that a person
          confirms or corrects; it is called unverified wherever it is used.
"""

from dataclasses import dataclass
from typing import Literal

DurationUnit = Literal["ms", "s", "min", "h", "said"]  # said: the file does not tell, a person must
Shape = Literal["rows", "last row of each", "two columns an activity"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of ours. names: the vendor's spellings, the first that is there is read.

    time: the column that holds the time of day, where date and time are two. dates: how the vendor writes
    it; empty: ISO 8601, or as `date_format` says. repeated: the header comes more than once, and all are
    joined. values: the vendor's words and ours; any other word is refused. said: nobody but the firm knows
    which word means what, so that the column waits until `values` says. from_memory: this spelling is a
    guess in an otherwise verified layout.
    """

    to: str
    names: tuple[str, ...]
    time: str | None = None
    dates: str | None = None
    unit: DurationUnit | None = None
    repeated: bool = False
    values: tuple[tuple[str, str], ...] = ()
    said: bool = False
    from_memory: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """An export of one system. traps: told to whoever uses it. needs: what its files leave open, so that
    the study says it.

    blanks: what the vendor writes for nothing. key, order: of `last row of each`.
    """

    name: str
    system: str
    kind: str
    layout: Literal["verified", "from memory"]
    fields: tuple[Field, ...]
    traps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    shape: Shape = "rows"
    key: str = ""
    order: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    close_date: str | None = None  # the column that is an outcome of closed deals and a forecast of open ones


@dataclass(frozen=True, slots=True)
class Layout:
    """What a study says about a source's columns and cells, so that nothing has to be guessed.

    mapping: (column of the file, ours). values: (our column, (the file's word, ours) …). date_format: as
    DD.MM.YYYY HH:mm. leavers: a person vouches that those who left are in the file.
    """

    profile: str
    timezone: str | None = None
    date_format: str | None = None
    decimal: Literal["point", "comma"] | None = None
    language: str = "en"
    duration_unit: DurationUnit | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    leavers: bool = False
    confirmed_by: str | None = None

    def words_for(self, column: str) -> dict[str, str]:
        """The file's words of one column of ours → what they mean."""
        return dict(dict(self.values).get(column, ()))
