"""What the codes of this room mean: `payoff help D203`."""

CODES = {
    "D201": "Rows could not be written to the warehouse. The version in use stays.",
    "D202": "Landed rows are gone or are not the bytes that were landed. The next run lands the file anew.",
    "D203": "DuckDB could not answer a query of the study; its own first line is quoted.",
    "D204": "A query of the study is not one SELECT. Queries read; they cannot write, attach or configure.",
    "D205": "A source has a name that is no name: letters, digits and _ only.",
    "D206": "Segments of fed statements do not follow one another. Remove those behind the gap, feed again.",
    "D207": "Another feed is writing these segments. One at a time.",
    "D209": "Another process is loading this source and does not end. One at a time.",
    "D208": "Fed statements in a folder are one tenant's. Feed another tenant into a workspace of its own.",
    "D220": "payoff.yml says engine: spark, and Spark is not installed: pip install 'payoff[spark]'.",
    "D221": "Spark needs Java 17, and there is none, or it does not start; what it printed is named.",
    "D222": "A query says something Spark lacks or answers otherwise, named. Say it differently.",
    "D223": "Spark could not answer a query of the study; its own first line is quoted.",
}
