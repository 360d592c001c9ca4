"""A person as somebody asks for them: identifiers in any form, and what a cell or a text says of them.

Question  Does this cell hold the person, and where does this text name them?
Forms     As given and as its pseudonym, whatever the capitals and blanks; `mailto:` left aside, 42.0 is 42,
          "Ann Smith" is also "Smith, Ann".
Clear     An address, a full name, a pseudonym, LONG characters not all of them letters, or letters and digits
          mixed mean nobody else: they are found anywhere. Others ("42", "ann") mean other things in other
          columns: they are looked for only in columns that hold persons.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

LONG = 8
_SHORTEST_MIXED = 5
PSEUDONYM = re.compile(r"[0-9a-f]{20}")
_UNMATCHED = re.compile(r"(?:ambiguous|missing|nobody)-([0-9a-f]{20})")
_BEFORE, _AFTER = r"(?<![\w.+@-])", r"(?![\w@-]|\.\w)"


class Finder(Protocol):
    """Who can tell a person's cells and texts from others'."""

    def find_word(self, cell: str, *, in_person_column: bool) -> str | None:
        """The word that stands for the person from now on, where the whole cell is the person; else None."""
        ...

    def redact(self, text: str) -> str:
        """The text with that word for each place where it names the person."""
        ...


class Sought:
    """Whoever is known by these identifiers; `name` gives the pseudonym of a text, `word` takes their place.

    pseudonyms: further ones of theirs.
    """

    def __init__(
        self,
        identifiers: Iterable[str],
        name: Callable[[str], str],
        word: str = "erased",
        pseudonyms: Iterable[str] = (),
    ) -> None:
        self.word = word
        self.identifiers = tuple(dict.fromkeys(" ".join(text.split()) for text in identifiers))
        spelt = [form for text in self.identifiers for form in spell(text)]
        named = [name(form) for form in spelt if not is_pseudonym(form)]
        given = filter(is_pseudonym, map(fold, self.identifiers))
        self.pseudonyms = frozenset((*named, *given, *pseudonyms))
        open_forms = {fold(form) for form in spelt}
        self.clear = frozenset(filter(is_clear, open_forms)) | self.pseudonyms
        self.forms = open_forms | self.clear
        longest_first = sorted(self.clear, key=lambda form: (-len(form), form))
        told = "|".join(_spell_pattern(form) for form in longest_first)
        self._pattern = re.compile(f"{_BEFORE}(?:{told}){_AFTER}" if told else r"(?!)", re.IGNORECASE)

    def find_word(self, cell: str, *, in_person_column: bool) -> str | None:
        """See Finder."""
        return self.word if fold(cell) in (self.forms if in_person_column else self.clear) else None

    def redact(self, text: str) -> str:
        """See Finder."""
        return self._pattern.sub(self.word, text)

    def names(self, text: str) -> bool:
        """Whether a text names the person somewhere."""
        return self._pattern.search(text) is not None


def fold(text: str) -> str:
    """A cell without what spelling varies in."""
    plain = " ".join(text.split()).casefold().removeprefix("mailto:")
    keyed = _UNMATCHED.fullmatch(plain)
    if keyed is not None:
        return keyed[1]
    return plain[:-2] if re.fullmatch(r"\d+\.0", plain) else plain


def is_pseudonym(text: str) -> bool:
    """Whether it looks like one of ours."""
    return PSEUDONYM.fullmatch(text) is not None


def is_clear(form: str) -> bool:
    """Whether a folded form means the same wherever it stands."""
    if "@" in form or is_pseudonym(form):
        return True
    if " " in form:
        return sum(len(word) > 1 for word in form.split()) > 1
    mixed = any(c.isalpha() for c in form) and any(c.isdigit() for c in form)
    return (mixed and len(form) >= _SHORTEST_MIXED) or (len(form) >= LONG and not form.isalpha())


def spell(text: str) -> Iterator[str]:
    """The ways one identifier is written in exports and statements; each has a pseudonym of its own."""
    bare = text.removeprefix("mailto:")
    words = bare.replace(",", " ").split()
    turned = [f"{words[-1]}, {' '.join(words[:-1])}"] if len(words) > 1 and "," not in bare else []
    if len(words) > 1 and "," in bare:
        last, _, first = bare.partition(",")
        turned = [f"{first.strip()} {last.strip()}"]
    for form in dict.fromkeys((bare, *turned)):
        for cased in dict.fromkeys((form, form.lower(), form.upper(), form.title())):
            yield cased
            if "@" in cased:
                yield from (f"mailto:{cased}", f"mbox mailto:{cased}", f"mailto:{cased}".lower())


def _spell_pattern(form: str) -> str:
    """A form as texts and addresses of pages write it."""
    return re.escape(form).replace(r"\ ", r"\s+").replace("@", "(?:@|%40)")
