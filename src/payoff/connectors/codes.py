"""What the codes of this room mean: `payoff help D103`."""

CODES = {
    "D101": "A source file cannot be opened, or changed while it was read. Paths are relative to the "
    "study file.",
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
    "D121": "Columns of an export do not fit its profile: one without which a row belongs to nothing is not "
    "there, a mapped one is not there, or one is there twice. payoff connect FILE shows what is found.",
    "D122": "Dates or times are not written as was said, do not exist, or have no time zone. Formats and "
    "zones are never guessed: 03/04 is two days, and an evening is another day elsewhere.",
    "D123": "Numbers can be read in two ways or in none: 1.234 is one and a bit, or a thousand. `decimal` "
    "says which.",
    "D124": "A column of yes and no holds a word nobody has explained. `values` says what it means.",
    "D125": "Durations do not say what they count in. `duration_unit` says.",
    "D150": "A column that the study names for its identifiers, or for their day, is not in the source.",
    "D151": "A column is said to hold identifiers of a system that no list of the identity map knows.",
    "D152": "The column that dates identifiers holds something that is no day.",
    "D153": "More rows than the study allows belong to nobody known: missing from the lists, ambiguous, or "
    "used on a day when nobody held the identifier. payoff identity match STUDY lists them.",
    "D132": "A secret that a source names is not there, or others may read the file it is in. "
    "PAYOFF_SECRET_NAME in the environment, or NAME in .payoff/secrets.yml that its owner alone may read.",
    "D133": "A database or service did not answer, refused, or led to another host. What came last stays.",
    "D134": "A service's answer is not as declared, or its list changed while it was read.",
    "D136": "Databases and services need the extra: pip install 'payoff[sources]'.",
    "D137": "The cursor is not there, is blank, or has no order, so that what is new cannot be told.",
    "D127": "A zipped export is not one file, has a password, or is damaged.",
}
