"""What do learners' statements look like when ten thousand people work through short lessons?

Each statement is a pure function of its number, so that generator and questions agree without a list being
kept: `write_statement(token, n)` is about 1,260 bytes of JSON, and `read_draw(n)` says who did what in it.
People and lessons are drawn unevenly (few do much, many do little), a registration is one person's turn at
one course, a team is an identified group of some twenty people, the instructor has some two hundred.
`token` makes the ids of one run differ from those of another: the same statements can be sent to one store
many times.
"""

import hashlib
import random
import uuid
from typing import NamedTuple

N_PEOPLE = 10_000
N_COURSES = 200
LESSONS_PER_COURSE = 12
PEOPLE_PER_TEAM = 20
PEOPLE_PER_INSTRUCTOR = 200
SITE = "https://learn.example.com"
VERBS = (  # name, IRI, how many in a hundred
    ("experienced", "http://adlnet.gov/expapi/verbs/experienced", 30),
    ("answered", "http://adlnet.gov/expapi/verbs/answered", 28),
    ("completed", "http://adlnet.gov/expapi/verbs/completed", 12),
    ("initialized", "http://adlnet.gov/expapi/verbs/initialized", 9),
    ("terminated", "http://adlnet.gov/expapi/verbs/terminated", 9),
    ("passed", "http://adlnet.gov/expapi/verbs/passed", 5),
    ("progressed", "http://adlnet.gov/expapi/verbs/progressed", 4),
    ("failed", "http://adlnet.gov/expapi/verbs/failed", 2),
    ("bookmarked", "https://w3id.org/xapi/adb/verbs/bookmarked", 1),
)
_VERB_OF = tuple(index for index, (_, _, share) in enumerate(VERBS) for _ in range(share))
_WORDS = (
    "Listen first, then ask one open question. Say back what you heard before you answer. "
    "Agree on the next step and on who takes it. Name what went well before what did not. "
)

_TEXT = (
    '{{"id":"{id}","actor":{{"objectType":"Agent","name":"Person {person}","account":{{"homePage":"{site}",'
    '"name":"p{person:05d}"}}}},"verb":{{"id":"{verb_id}","display":{{"en-US":"{verb}"}}}},'
    '"object":{{"objectType":"Activity","id":"{site}/courses/{course}/lessons/{lesson}","definition":{{'
    '"name":{{"en-US":"Course {course}, lesson {lesson}"}},"description":{{"en-US":"{words}"}},'
    '"type":"http://adlnet.gov/expapi/activities/lesson"}}}},'
    '"result":{{"score":{{"scaled":{scaled}}},"success":{success},"completion":true,"duration":"PT{seconds}S"}},'
    '"context":{{"registration":"{registration}","platform":"Lessons","language":"en-US",'
    '"instructor":{{"objectType":"Agent","mbox":"mailto:coach{instructor}@example.com"}},'
    '"team":{{"objectType":"Group","name":"Team {team}",'
    '"account":{{"homePage":"{site}","name":"t{team:04d}"}}}},'
    '"contextActivities":{{"parent":[{{"id":"{site}/courses/{course}"}}],'
    '"grouping":[{{"id":"{site}/programs/{program}"}}],'
    '"category":[{{"id":"https://w3id.org/xapi/cmi5/context/categories/cmi5"}}]}},'
    '"extensions":{{"{site}/extensions/session":"{session}"}}}},'
    '"timestamp":"2026-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{milli:03d}Z"}}'
)


class Draw(NamedTuple):
    """Who did what in statement `n`."""

    person: int
    course: int
    lesson: int
    verb: int

    @property
    def agent(self) -> str:
        return f'{{"account":{{"homePage":"{SITE}","name":"p{self.person:05d}"}}}}'

    @property
    def team(self) -> str:
        return f'{{"account":{{"homePage":"{SITE}","name":"t{self.person // PEOPLE_PER_TEAM:04d}"}}}}'

    @property
    def verb_id(self) -> str:
        return VERBS[self.verb][1]

    @property
    def activity(self) -> str:
        return f"{SITE}/courses/{self.course}/lessons/{self.lesson}"

    @property
    def course_activity(self) -> str:
        return f"{SITE}/courses/{self.course}"

    @property
    def registration(self) -> str:
        return _uuid_of(f"registration {self.person} {self.course}")


def _uuid_of(text: str) -> str:
    return str(uuid.UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest(), version=4))


def write_id(token: str, n: int) -> str:
    """The id of statement `n` in the run `token`."""
    return _uuid_of(f"{token} {n}")


def _draw(rng: random.Random) -> Draw:
    person = int(N_PEOPLE * rng.random() ** 2)
    own = rng.randrange(8)  # a person takes eight courses at most
    course = int(N_COURSES * random.Random(person * 8 + own).random() ** 2)
    lesson = rng.randrange(LESSONS_PER_COURSE)
    return Draw(person, course, lesson, _VERB_OF[rng.randrange(100)])


def read_draw(n: int) -> Draw:
    """Who did what in statement `n`."""
    return _draw(random.Random(n))


def write_statement(token: str, n: int) -> bytes:
    """Statement `n` of the run `token`: JSON, about 1,260 bytes."""
    rng = random.Random(n)
    draw = _draw(rng)
    at = (draw.course * LESSONS_PER_COURSE + draw.lesson) % (len(_WORDS) // 2)  # a lesson is described once
    text = _TEXT.format(
        id=write_id(token, n),
        site=SITE,
        person=draw.person,
        verb_id=draw.verb_id,
        verb=VERBS[draw.verb][0],
        course=draw.course,
        lesson=draw.lesson,
        words=_WORDS[at : at + 62].strip(),
        scaled=rng.randrange(101) / 100,
        success="true" if rng.random() < 0.7 else "false",
        seconds=rng.randrange(10, 400),
        registration=draw.registration,
        instructor=draw.person // PEOPLE_PER_INSTRUCTOR,
        team=draw.person // PEOPLE_PER_TEAM,
        program=draw.course // 20,
        session=_uuid_of(f"session {draw.person} {rng.randrange(40)}"),
        month=rng.randrange(1, 11),
        day=rng.randrange(1, 29),
        hour=rng.randrange(7, 19),
        minute=rng.randrange(60),
        second=rng.randrange(60),
        milli=rng.randrange(1000),
    )
    return text.encode()


def write_batch(token: str, first: int, size: int) -> bytes:
    """Statements `first` and up, one alone as an object, several as an array."""
    if size == 1:
        return write_statement(token, first)
    return b"[" + b",".join(write_statement(token, n) for n in range(first, first + size)) + b"]"
