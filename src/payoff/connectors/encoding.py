"""Is this UTF-8 from the first byte to the last?"""

from payoff.connectors.complaint import complain
from payoff.nouns.problem import Place
from payoff.nouns.study import Source

_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check_encoding(source: Source, data: bytes) -> bytes:
    """`data` as UTF-8 without its byte order mark; in another encoding only where the study says which.

    Raises PayoffError naming the first byte that is not UTF-8, its line, and what the file may be.
    """
    if source.encoding is not None:
        data = _decode(source, data, source.encoding)
    if data[:2] in _MARKS:
        raise _not_utf8(source, data, 0, f"the file is {_MARKS[data[:2]]}")
    data = data.removeprefix(BYTE_ORDER_MARK)
    zero = data.find(b"\0")
    if zero >= 0:
        raise _not_utf8(source, data, zero, "it has a zero byte")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.reason == "unexpected end of data":
            raise _not_utf8(
                source, data, error.start, "the last record is cut off, within a letter"
            ) from None
        raise _not_utf8(source, data, error.start, _name_bytes(data, error.start)) from None
    return data


def _decode(source: Source, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise _not_utf8(source, data, error.start, f"the file is not {encoding} throughout") from None


def _name_bytes(data: bytes, start: int) -> str:
    """What the bad byte would be in Windows-1252, and whether other letters in the file are UTF-8."""
    byte = f"byte 0x{data[start]:02x} is not UTF-8"
    letter = data[start : start + 1].decode("cp1252", errors="replace")
    if not letter.isprintable() or letter == "\N{REPLACEMENT CHARACTER}":
        return byte
    mixed = any(b >= 0x80 for b in data[:start])
    rest = "; letters before it are UTF-8, so the file mixes encodings" if mixed else ""
    return f"{byte} (in Windows-1252 it would be {letter!r}){rest}"


def _not_utf8(source: Source, data: bytes, start: int, what: str) -> Exception:
    line_start = data.rfind(b"\n", 0, start) + 1
    line = data.count(b"\n", 0, start) + 1
    excerpt = data[line_start : line_start + 80].split(b"\n")[0].decode("cp1252", errors="replace")
    return complain(
        source,
        "D103",
        f"line {line}: {what}",
        "names and keys with such letters would no longer match between files",
        "export or copy the file again"
        if "cut off" in what
        else "save the file as CSV UTF-8; of a file pasted together from two exports, save both so",
        [f"line {line}"],
        Place(source.path, line, start - line_start + 1, excerpt=excerpt),
    )
