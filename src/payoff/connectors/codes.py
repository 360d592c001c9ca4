"""What the codes of this room mean: `payoff help D103`."""

CODES = {
    "D101": "A source file cannot be opened. Paths are relative to the study file.",
    "D102": "A source has no rows. An empty export is not the same as nothing having happened.",
    "D103": "A text file is not UTF-8 throughout. The first wrong byte, its line and what it may be are "
    "named; nothing is converted by guess, because a wrong guess changes names and keys.",
    "D104": "Column names are missing, doubled, or differ only in capitals, which SQL cannot tell apart.",
    "D105": "Records are not whole: too few or too many fields, a quote that never closes, a last record "
    "cut off. Not one row is used until the file arrives whole.",
    "D106": "Columns that the study names are not in the file.",
    "D107": "A key is there more than once: the same work would count twice.",
    "D108": "Rows have no key and could be given to nobody.",
    "D109": "A Parquet or Excel file is damaged, cut off, or something else under that name.",
    "D110": "It is not clear which sheet of a workbook is meant.",
}
