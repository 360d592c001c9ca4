"""The tables of an identity map.

Question  What does the file hold? `claim.row` counts within its list; `first`, `last` are ordinals of days.
"""

VERSION = "1"
TABLES = f"""
create table if not exists meta (name text primary key, value text not null) without rowid;
insert or ignore into meta values ('version', '{VERSION}');
create table if not exists list (
    id integer primary key autoincrement, name text not null, as_of text not null, file text not null,
    digest text not null, n_rows integer not null, added_at text not null, added_by text not null,
    unique (name, as_of)
);
create table if not exists claim (
    list integer not null references list (id), row integer not null, system text not null,
    value text not null, is_person integer not null, first integer not null, last integer not null,
    primary key (list, row, system, value)
) without rowid;
create table if not exists decision (
    number integer primary key autoincrement, kind text not null, system text, value text,
    person_system text, person_value text, first_on text not null, last_on text not null,
    by text not null, why text not null, at text not null, replaces integer references decision (number),
    erased integer not null default 0
);
create table if not exists disclosure (
    at text not null, by text not null, why text not null, what text not null, n_identifiers integer not null
);
create table if not exists forgotten (digest text primary key) without rowid;
"""
