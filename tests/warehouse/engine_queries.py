"""Every word of SQL that is carried to Spark, in use: parts of rows by subject, groups, whole queries."""
# ruff: noqa: E501

NUMBERS = """n + m|n - m|n * m|-n|abs(n - 6)|sign(x)|sign(n)
n / m|x / m|price / n|1 / nullif(m, 0)|n / 2|price / 3|0 / m|-1 / m
n // nullif(m, 0)|n // m|n % m|mod(n, m)|price % 2|(n + 1) // (m + 1)
round(x)|round(x, 2)|round(x, 1)|round(y, -1)|round(price, 1)|round(price)|round(n)|round(2.5)|round(n / 3, 2)
floor(x)|ceil(x)|ceiling(y)|floor(price)|floor(n)|ceil(n / 4)
sqrt(abs(y))|ln(y)|log10(y)|log2(y)|log(y)|exp(y)|pow(y, 2)|y ** 3|power(n, 2)|y ^ 2
greatest(n, m)|least(n, m, 3)|greatest(x, y)|coalesce(n, m, 0)|ifnull(x, y)|nullif(n, m)
isnan(x)|isinf(x)|isfinite(x)|x = 'NaN'::double|x > 3|x > 1e300
case when n > 3 then 'many' when n is null then 'none' else 'few' end|case m when 0 then 1 else 2 end|if(flag, n, m)
flag and n > 2|flag or n > 2|not flag|flag is true|flag is not distinct from true|n is distinct from m
n in (2, 5, 7)|n not in (2, 5)|n between 2 and 7|n != m|n <> m|n <= m|n >= m|n < m
price * 2|price + n|price * price|price - 0.125|price + 1|n * 1.5|n * 0.1|small + 1|small * n|blank|coalesce(blank, 1)
price > 0.5|price = 1.5|y = 1|x = -0.0"""
CASTS = """x::bigint|y::int|cast(price as integer)|n::double|n::varchar|flag::int|flag::varchar|day::varchar|wall::varchar
n::decimal(10, 2)|y::decimal(10, 1)|price::double|digits::int|digits::double|try_cast(name as double)|try_cast(digits as double)
n::boolean|day::timestamp|wall::date|seen::date|seen::timestamp|wall::timestamptz|'2026-03-01'::date|date '2026-03-01'
'2026-03-01 10:00:00+02'::timestamp|'2026-03-01 10:00:00+02'::timestamptz|timestamp '2026-03-01 10:00'|y::float|n::smallint|n::tinyint
price::varchar|name::varchar|null::int|'true'::boolean|day::timestamptz|n::decimal"""
CASTS = CASTS.replace("x::bigint", "(case when abs(x) < 100 then x end)::bigint")
TEXTS = r"""upper(name)|lower(name)|length(name)|len(name)|trim(name)|ltrim(name)|rtrim(name)|trim(name, 'a ')
substr(name, 1, 2)|substring(name, 2)|substr(name, -2)|substr(name, 2, 3)|substr(name, 1, strpos(name, '-') - 1)|left(name, 3)|right(name, 2)
replace(name, 'ß', 'ss')|split_part(name, '-', 2)|split_part(name, '-', 9)|split_part(name, '-', -1)
concat(name, '/', n, day)|concat_ws('-', name, n, flag)|name || '/' || n|'a' || name
starts_with(name, 'S')|ends_with(name, 'e')|contains(name, 'o')|strpos(name, 'a')|instr(name, 'e')|position('b' in name)
lpad(digits, 4, '0')|rpad(digits, 4, '*')|repeat(digits, 2)|md5(name)|name like 'S%'|name ilike 's%'|name not like '%\_%' escape '\'|name like '%!%' escape '!'
name like '_t%'|regexp_matches(name, '^[A-Z]\w+$')|regexp_matches(name, '\d')|regexp_replace(name, '[^a-z]', '', 'g')
name = 'zoe'|name < 'a'|name > 'Z'|name in ('Zoë', '')|name between 'A' and 'Z'|coalesce(name, 'none')|nullif(name, '')|name is null|digits > '1'
case when name = 'it''s 50%' then 'quoted "so"' else 'back\slash' end|greatest(name, team)"""
TIMES = """date_trunc('week', day)|date_trunc('month', day)|date_trunc('quarter', wall)|date_trunc('year', day)|date_trunc('day', seen)|date_trunc('hour', seen)|date_trunc('minute', wall)|date_trunc('second', wall)
date_trunc('week', seen at time zone 'Europe/Berlin')|date_trunc('week', day)::date|date_trunc('month', date '2026-03-29')|date_trunc('month', day)::varchar
seen at time zone 'Europe/Berlin'|seen at time zone 'America/New_York'|timezone('Asia/Kolkata', seen)|(wall at time zone 'UTC') at time zone 'Europe/Berlin'|(seen at time zone 'Europe/Berlin')::date|wall at time zone 'UTC'
hour(seen at time zone 'Europe/Berlin')|cast(seen at time zone 'Europe/Berlin' as varchar)
date_diff('day', day, date '2026-01-01')|date_diff('day', wall, seen)|date_diff('week', day, date '2026-01-01')|date_diff('month', day, wall)|date_diff('quarter', day, date '2026-01-01')|date_diff('year', day, date '2026-01-01')|datediff('hour', wall, timestamp '2026-01-01 00:00:00')|date_diff('minute', wall, timestamp '2026-01-01 00:00:30')|date_diff('second', wall, timestamp '2026-01-01')
extract(year from day)|extract(quarter from day)|extract(month from wall)|extract(week from day)|extract(day from seen)|extract(hour from wall)|extract(minute from wall)|extract(second from wall)|extract(dow from day)|extract(isodow from day)|extract(doy from day)|extract(isoyear from day)|extract(epoch from wall)
year(day)|quarter(day)|month(day)|day(day)|week(day)|weekofyear(day)|dayofweek(day)|isodow(day)|dayofyear(day)|isoyear(day)|hour(wall)|minute(wall)|second(wall)
epoch(seen)|epoch(day)|epoch(seen - wall)|epoch(timestamp '2026-01-01' - wall)|extract(epoch from (seen - timestamptz '2026-01-01 00:00:00+01'))
day - date '2026-01-01'|day + 7|day - 7|day + interval 1 month|day - interval 1 day|wall + interval '3' hour|seen - interval 90 minute|day + interval 1 year|date '2024-02-29' + interval 1 year
wall - timestamp '2026-01-01' > interval 30 day|seen - wall = interval 0 day|day > '2026-01-01'|wall < '2026-06-01'|seen >= '2026-01-01'|day between date '2026-01-01' and '2026-12-31'|seen > wall|day = date_trunc('month', day)
make_date(2026, 2, 28)|last_day(day)|strftime(day, '%Y-%m')|strftime(wall, '%d.%m.%Y %H:%M:%S')|strptime('3.1.2026', '%d.%m.%Y')|strptime('20260103', '%Y%m%d')|strptime('2026/01/03 04:05', '%Y/%m/%d %H:%M')
greatest(day, date '2026-01-01')|coalesce(wall, timestamp '2026-01-01')|fine|date_trunc('day', fine::timestamp)"""
GROUPS = """count(*)|count(n)|count(distinct n)|count(distinct name)|count(*) filter (where n > 2)|count_if(flag)|sum(n)|sum(x)|sum(y)|sum(price)|sum(flag)|sum(distinct n)|sum(n) filter (where flag)
avg(n)|avg(y)|avg(price)|avg(distinct n)|min(n)|max(x)|min(x)|max(name)|min(name)|max(day)|min(seen)|max(price)|bool_or(flag)|bool_and(flag)|max(flag)
stddev(y)|stddev_samp(n)|stddev_pop(y)|variance(y)|var_samp(n)|var_pop(y)|covar_pop(n, y)|covar_samp(n, y)
median(y)|median(n)|quantile_cont(y, 0.9)|quantile_cont(n, 0.25)|percentile_cont(0.5) within group (order by y)
sum(n) / count(*)|sum(price) / nullif(count(n), 0)|sum(case when flag then 1 else 0 end) * 1.0 / count(*)|round(avg(n), 2)|max(day) - min(day)|epoch(max(seen) - min(seen))|coalesce(sum(n), 0)|avg(epoch(wall))"""
WINDOWS = """row_number() over (partition by team order by id)|rank() over (order by n)|dense_rank() over (order by n desc)|percent_rank() over (order by n)|cume_dist() over (order by n)|ntile(4) over (order by id)
lag(n) over (partition by team order by id)|lead(n, 2, 0) over (order by id)|first_value(n) over (partition by team order by id)|last_value(n) over (order by id rows between unbounded preceding and unbounded following)|nth_value(n, 2) over (order by id)
lag(n ignore nulls) over (order by id)|last_value(n ignore nulls) over (order by id rows between unbounded preceding and current row)
sum(n) over (order by id)|sum(n) over (partition by team)|avg(y) over (order by id rows between 2 preceding and current row)|count(*) over (partition by flag)|sum(n) over (order by n)|max(x) over (order by id)|n - avg(n) over (partition by team)
row_number() over (order by x, id)|row_number() over (order by x desc, id)|row_number() over (order by name nulls first, id)|row_number() over (order by day, id)"""
QUERIES = {
    "join": "select t.id, teams.region from t left join teams on t.team = teams.team",
    "join using": "select team, count(*) as n from t join teams using (team) group by team",
    "full join": "select coalesce(a.team, b.team) as team, n from (select team, count(*) as n from t group by 1) a full join teams b on a.team is not distinct from b.team",
    "cross join": "select t.id, region from t cross join teams where t.id < 3",
    "semi and anti": "select id from t semi join teams using (team) union all select -id from t anti join teams using (team)",
    "cte that hides a source": "with t as (select id, n from t where n > 2) select count(*) as n from t",
    "ctes in a row": "with a as (select id, day + 7 as later from t), b as (select later - 3 as d, id from a) select id, d - date '2026-01-01' as days from b",
    "sub-queries": "select id, (select max(n) from t) as top, n > (select avg(n) from t) as above from t where team in (select team from teams where region = 'north')",
    "correlated": "select id from t where exists (select 1 from teams where teams.team = t.team and region = 'south')",
    "not in with null": "select id from t where team not in (select team from teams)",
    "row in rows": "select id from t where (team, flag) in (select team, flag from t where n > 2)",
    "qualify": "select id, team from t qualify row_number() over (partition by team order by id desc) = 1",
    "distinct on": "select distinct on (team) team, id from t order by team, id desc",
    "distinct": "select distinct team, flag from t",
    "union": "select team from t union select team from teams",
    "except and intersect": "select team from t intersect select team from teams except select 'c'",
    "group by all": "select team, flag, count(*) as n from t group by all order by all",
    "group by alias": "select date_trunc('month', day) as month, count(*) as n from t group by month",
    "having": "select team, sum(n) as s from t group by team having count(*) > 1 and sum(n) > 3",
    "order and limit": "select id, n from t order by n desc, id limit 5 offset 1",
    "nulls first": "select id, x from t order by x nulls first, id desc",
    "values": "select v.k, v.w * 2 as w from (values ('a', 1), ('b', 2)) as v(k, w)",
    "star": "select * exclude (clock) from t",
    "star in a sub-query": "select s.id, s.region from (select t.id, teams.* from t join teams using (team)) as s",
    "nothing found": "select team, sum(n) as s from t where id > 99 group by team",
    "sum of nothing": "select count(*) as n, sum(n) as s, avg(y) as a, max(day) as d from t where id > 99",
    "capitals": 'select T.ID, "Team" as "Mixed Case", Name as NAME from t',
    "comment and semicolon": "select id -- the key\nfrom t /* all */ ;",
    "same name": "select count(*) as count, max(n) as max from t",
    "a week's cohort": "with w as (select team, date_trunc('week', day) as week, count(*) as n, sum(n) as total from t group by 1, 2) select team, week, total / n as mean, lag(total) over (partition by team order by week) as before from w",
    "rate by local month": "select team, date_trunc('month', seen at time zone 'Europe/Berlin') as period, sum(flag::int) as won, count(flag) as decided, sum(flag::int) / nullif(count(flag), 0) as value from t group by 1, 2",
    "stays": "select a.id, count(b.id) as n from t a join t b on b.day between a.day and a.day + 365 group by a.id",
    "keys as text": "select cast(id as varchar) as key, * exclude (clock) from t",
}  # fmt: skip

ORDERED = ("group by all", "order and limit", "nulls first")
REFUSED = {
    "select arg_max(n, id) from t": "arg_max()",
    "select any_value(n) from t": "any_value()",
    "select corr(n, m) from t": "corr()",
    "select string_agg(name, ',') from t": "group_concat()",
    "select list(n) from t": "array_agg()",
    "select cast(y as varchar) from t": "cast of double to text",
    "select cast(seen as varchar) from t": "cast of instant to text",
    "select try_cast(digits as int) from t": "try_cast of text",
    "select concat('n: ', y) from t": "double in a text",
    "select wall at time zone 'Europe/Berlin' from t": "at time zone for a local time",
    "select y // 2 from t": "// of numbers",
    "select regexp_replace(name, 'a', 'b') from t": "regexp_replace()",
    "select name like team from t": "like with a pattern",
    "select monthname(day) from t": "monthname()",
    "select yearweek(day) from t": "yearweek()",
    "select strftime(day, '%A') from t": "time format",
    "select date_diff('week', wall, seen) from t": "weeks between times",
    "select date_trunc('decade', day) from t": "date_trunc() to decade",
    "select a.id from t a asof join t b on a.day >= b.day": "ASOF join",
    "select team, count(*) from t group by rollup (team)": "rollup",
    "with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r": "with recursive",
    "select unnest([1, 2]) as n from t": "explode()",
    "select clock from t": "clock (TIME)",
    "select * from t": "clock (TIME)",
    "select wall - seen as gap from t": "gap is",
    "select median(price) from t": "median() of what is no double",
    "select left(name, -1) from t": "left()",
    "select md5_number(name) from t": "md5_number()",
    "select day + interval (id) day from t": "interval",
}
FAILING = [
    ("select dealz from t", "D203", "reads a column dealz"),
    ("select * from read_csv('/etc/passwd')", "D203", "failed"),
    ("select * from '/etc/passwd'", "D203", "failed"),
    ("select nosuch(n) from t", "D203", "nosuch"),
    ("create table x as select 1", "D204", "is not one SELECT"),
    ("select cast(name as int) as n from t", "D223", "CAST_INVALID_INPUT"),
    ("select ln(n) as n from t", "D223", "ln of a number"),
]


def parts(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in line.split("|") if part]


def parts_of(text: str) -> list[str]:
    """Parts, where `||` joins texts and does not divide parts."""
    return [part.replace("\0", "||") for part in parts(text.replace(" || ", " \0 "))]


def columns(text: str) -> str:
    return ", ".join(f"({part}) as c{n}" for n, part in enumerate(parts_of(text)))


ROWS = {"numbers": NUMBERS, "casts": CASTS, "texts": TEXTS, "times": TIMES, "windows": WINDOWS}
ALL = {
    **{subject: f"select id, {columns(text)} from t" for subject, text in ROWS.items()},
    "groups": f"select team, {columns(GROUPS)} from t where id not in (5, 9, 11) group by team",
    "one group": f"select {columns(GROUPS)} from t where id not in (5, 9, 11)",
    "no group": f"select {columns(GROUPS)} from t where id > 99",
    **QUERIES,
}
