"""JSON text that is refused before any rule of xAPI is looked at, and text that only seems wrong."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xapi_bodies import build, find_fault, read

from payoff.xapi.fault import RequestError
from payoff.xapi.json_text import is_deeper_than, read_json

NAME = '"http://e.com/x"'


def extend(text: str, names: str = NAME) -> bytes:
    """A statement with an extension written as the text says."""
    body = json.dumps(build(result={"extensions": {"http://e.com/place": 0}}))
    return body.replace('"http://e.com/place": 0', f"{names}: {text}").encode()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf" + json.dumps(build()).encode(), "byte order mark"),
        (json.dumps(build()).encode("utf-16"), "byte order mark"),
        (json.dumps(build()).encode() + b"}", "no JSON"),
        (json.dumps(build()).encode()[:-1], "no JSON"),
        (b"[" + json.dumps(build()).encode() + b",]", "no JSON"),
        (extend('"\xe9"').replace("é".encode(), b"\xe9"), "not UTF-8"),
        (extend('"-"').replace(b"-", b"\xed\xa0\x80"), "not UTF-8"),
        (extend('"\\ud800"'), "the escape \\ud800 is half of a surrogate pair"),
        (extend('"\\ud83d\\ude00 \\ud800x"'), "the escape \\ud800 is half of a surrogate pair"),
        (extend('"\\udc00\\ud800"'), "the escape \\udc00 is half of a surrogate pair"),
        (extend('"\\\\ud800')[:-20], "no JSON"),
        (extend("NaN"), "no JSON"),
        (extend("-Infinity"), "no JSON"),
        (extend("01"), "no JSON"),
        (extend("'x'"), "no JSON"),
        (extend('"\x00"'), "no JSON"),
        (extend("[" * 100_000), "deep"),
        (b"[" * 1_000_000, "deep"),
        (b'{"a":' * 1_000_000, "deep"),
    ],
)
def test_text_that_is_no_json_is_refused(body: bytes, what: str) -> None:
    assert what in find_fault(body).what


def test_elements_of_an_array_that_are_no_json_are_named() -> None:
    good = json.dumps(build()).encode()
    assert find_fault(b"[" + good + b"," + extend("1e999") + b"]").path.startswith("$[1].result.extensions[")
    assert "not UTF-8" in find_fault(b"[" + good + b', "\xff"]').what


@pytest.mark.parametrize("number", ["1e400", "-1e309", "[1, {}, 1e999]", "1" * 5000])
def test_numbers_that_no_float_reaches_are_refused_with_their_path(number: str) -> None:
    fault = find_fault(extend(number))
    assert "out of the range" in fault.what
    assert fault.path.startswith('$.result.extensions["http://e.com/x"]')


@pytest.mark.parametrize(
    "number", ["9007199254740993", "18446744073709551617", "1" * 300, "-0", "1e-999", "1E+5", "0.1000"]
)
def test_other_numbers_are_kept_as_they_are_written(number: str) -> None:
    assert f": {number}".encode() in read(extend(number)).raw


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"actor": 1, "actor": 2}', "$.actor"),
        (json.dumps(build()).replace('"id"', '"id": "x", "id"', 1).encode(), "$.verb.id"),
        (extend("1", f"{NAME}: 2, {NAME}"), '$.result.extensions["http://e.com/x"]'),
        (extend('[{}, {"a": 1, "b": 2, "a" : 1}]'), '$.result.extensions["http://e.com/x"][1].a'),
        (extend('{"a": 1, "\\u0061" \n: 1}'), '$.result.extensions["http://e.com/x"].a'),
        (extend('{"a\\u003a": "\\u003a", "a\\u003A": "::"}'), '$.result.extensions["http://e.com/x"]["a:"]'),
        (extend('{"a": 1, "a": "\\u003a"}'), '$.result.extensions["http://e.com/x"].a'),
        (extend('{"é": 1, "\\u00e9": 1}'), '$.result.extensions["http://e.com/x"]["\\u00e9"]'),
        (extend('{"": 1, "": 1}'), '$.result.extensions["http://e.com/x"][""]'),
    ],
)
def test_members_named_twice_are_refused_with_their_path(body: bytes, path: str) -> None:
    fault = find_fault(body)
    assert (fault.path, fault.what) == (path, "this member stands twice in its object")


def test_what_a_twin_hides_is_refused_too() -> None:
    hidden = extend(f'{{"a": {"[" * 900}{"]" * 900}, "a": 1}}')
    assert find_fault(hidden).path
    assert "out of the range" in find_fault(extend('{"a": 1e999, "a": 1}')).what


@pytest.mark.parametrize(
    "text", ['"a\\": b"', '":"', '"\\u003a"', '{"a:b": {":": ":"}}', '"\\\\u003a"', '{"a" :\t1}']
)
def test_colons_in_strings_are_no_members(text: str) -> None:
    assert read(extend(text))


@pytest.mark.parametrize("text", ["1e999", '"\\u003a"', "1" * 5000])
def test_a_text_that_is_one_value_is_read_or_refused(text: str) -> None:
    if text.startswith('"'):
        assert read_json(text.encode()) == ":"
    else:
        with pytest.raises(RequestError, match="out of the range"):
            read_json(text.encode())


@pytest.mark.parametrize(("last", "step"), [("1e999", ""), ('{"a": 1, "a": 1}', ".a")])
def test_deep_and_wide_text_is_refused_in_little_memory(last: str, step: str) -> None:
    body = extend("[" * 800 + "{}," * 20_000 + last + "]" * 800)
    tracemalloc.start()
    assert find_fault(body).path.endswith(f"[20000]{step}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000, "a path copied for each value takes 128 MB"


def test_a_nul_is_text_like_any_other() -> None:
    assert b"\\u0000" in read(extend('"\\u0000"')).raw


@pytest.mark.parametrize(("n_levels", "is_refused"), [(100, False), (101, True), (900, True)])
def test_extensions_may_be_deep_but_not_too_deep(n_levels: int, is_refused: bool) -> None:
    body = extend("[" * n_levels + "]" * n_levels)
    if is_refused:
        assert find_fault(body).path == '$.result.extensions["http://e.com/x"]'
    else:
        assert read(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=80, deadline=None)
@given(json_values, st.sampled_from([None, 2]), st.booleans())
def test_what_python_writes_is_read_back(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    assert read_json(text) == value


@settings(max_examples=80, deadline=None)
@given(json_values, st.integers(min_value=0), st.sampled_from(["", " ", "\n\t"]), st.booleans())
def test_one_more_member_of_a_name_is_always_found(
    value: object, at: int, space: str, ascii_only: bool
) -> None:
    text = json.dumps({"a": value, "b": [{"c": value}]}, ensure_ascii=ascii_only)
    ends = [place for place, sign in enumerate(text) if sign == "{"]
    objects = [place for place in ends if text[place + 1 : place + 2] == '"' and read_name(text, place)]
    place = objects[at % len(objects)]
    name = read_name(text, place)
    twin = f"{text[: place + 1]}{name}{space}:{space}1,{text[place + 1 :]}"
    with pytest.raises(RequestError, match="stands twice"):
        read_json(twin.encode(errors="surrogatepass"))


def read_name(text: str, place: int) -> str:
    """The first name of the object that starts here; empty where a string only looks like an object."""
    try:
        _, end = json.JSONDecoder().raw_decode(text, place)
        json.loads(f"{text[:place]}0{text[end:]}")
        _, end = json.JSONDecoder().raw_decode(text, place + 1)
    except ValueError:
        return ""
    return text[place + 1 : end]


def test_depth_is_counted_in_levels() -> None:
    assert not is_deeper_than(1, 0)
    assert is_deeper_than([], 0)
    assert not is_deeper_than([[1], {"a": 1}], 2)
    assert is_deeper_than([[1], {"a": [1]}], 2)
