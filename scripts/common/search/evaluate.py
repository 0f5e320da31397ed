"""Whether a record meets a PubMed query, as PubMed would answer it: docs/strategies.md, rule by rule.

An answer is True, False, or None where what is at hand of the record does not decide. What PubMed does with
data that are not public (its phrase index, its mapping of words without a field) is not imitated.
"""

import calendar
from collections.abc import Callable, Iterable
from datetime import date

from scripts.common.errors import InputError
from scripts.common.search.citation import ALL_FIELDS, Author, Citation, Heading, plain
from scripts.common.search.mesh import Mesh
from scripts.common.search.syntax import DATES, NARROWED, Node, Term, terms
from scripts.common.search.vocabulary import LANGUAGES, STOPWORDS, SUBHEADINGS, subheading_name

Answer = bool | None
Test = Callable[[Citation], Answer]

SHORTEST_TRUNCATED = 4  # letters before an asterisk
_TEXT = (
    "title", "collection_title", "abstract", "other_abstract", "heading", "subheading", "type", "substance",
    "supplementary", "subject_name", "corporate", "source_id", "source_name", "note", "keyword",
)  # fmt: skip
WORDS_IN = {
    "title": ("title", "collection_title"),
    "title_abstract": ("title", "collection_title", "abstract", "other_abstract", "keyword"),
    "text": _TEXT,
    "all": tuple(sorted(ALL_FIELDS)),
    "vernacular": ("vernacular",),
    "keyword": ("keyword",),
    "affiliation": ("affiliation",),
}
WHOLE = {
    "substance": ("substance", "supplementary"),
    "type": ("type",),
    "language": ("language",),
    "journal": ("journal", "journal_abbreviation", "journal_iso", "issn", "issn_linking"),
    "volume": ("volume",),
    "issue": ("issue",),
    "page": ("page",),
    "place": ("place",),
    "pmid": ("pmid",),
}

_ASKED = {
    **dict.fromkeys(("heading", "major", "subheading"), ("heading",)),
    **dict.fromkeys(("author", "first_author", "last_author"), ("author",)),
    **dict.fromkeys(DATES, ("dates",)),
    "identifier": ("identifier", "location"),
}


def compile_query(node: Node, mesh: Mesh | None = None) -> Test:
    """Return the test that a query is; ``InputError`` for a term that PubMed would not search for."""
    if isinstance(node, Term):
        return _compile_term(node, mesh)
    tests = [compile_query(part, mesh) for part in node.parts]
    if node.operator == "OR":
        return lambda record: any_of(test(record) for test in tests)
    if node.operator == "AND":
        return lambda record: all_of(test(record) for test in tests)
    first, others = tests[0], tests[1:]
    return lambda record: all_of(
        (first(record), *(opposite(test(record)) for test in others))
    )  # fmt: skip


def names_asked(node: Node) -> frozenset[str]:
    """Return the names of the texts of a citation that a query looks at, and "dates" if it asks for days."""
    names: set[str] = set()
    for term in terms(node):
        names |= {*_ASKED.get(term.field, ()), *WORDS_IN.get(term.field, ()), *WHOLE.get(term.field, ())}
    if "subheading" in names:
        names.add("heading")
    if "identifier_words" in names:
        names |= {"identifier", "location"}
    return frozenset(names)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return True if one is True, else None if one is not known, else False."""
    found: Answer = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            found = None
    return found


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return False if one is False, else None if one is not known, else True."""
    found: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            found = None
    return found


def opposite(answer: Answer) -> Answer:
    """Return the other answer; what is not known stays so."""
    return None if answer is None else not answer


def notes(node: Node, mesh: Mesh | None) -> list[tuple[Term, str]]:
    """Return the terms that PubMed may find more for than is found here, each with the reason."""
    found = []
    for term in terms(node):
        if term.field not in NARROWED or term.truncated:
            continue
        heading = term.words.split("/")[0]
        if term.field == "subheading":
            if term.narrower:
                found.append((term, "narrower subheadings are not known here; it matches itself only"))
        elif mesh is None:
            found.append((term, "search.mesh names no file of headings; it matches its own name only"))
        elif mesh.heading(heading) is None:
            found.append((term, "is no heading of the file that search.mesh names"))
    return found


def _refuse(term: Term, fault: str, advice: str) -> InputError:
    return InputError(f"search.query: {term.words!r} [{term.field}] {fault}. {advice}")


def _compile_term(term: Term, mesh: Mesh | None) -> Test:
    if term.field in DATES:
        return _dates(term)
    if not plain(term.words):
        raise _refuse(term, "has no letter or figure", "Write the words to look for.")
    if term.truncated and len(plain(term.words).replace(" ", "")) < SHORTEST_TRUNCATED:
        raise _refuse(term, "is too short for an asterisk", f"PubMed wants {SHORTEST_TRUNCATED} letters.")
    if term.field in ("heading", "major"):
        return _heading(term, mesh)
    if term.field == "subheading":
        return _subheading(term)
    if term.field in ("author", "first_author", "last_author"):
        return _author(term)
    if term.field == "identifier":
        return _identifier(term)
    if term.field in WORDS_IN:
        return _words(term) if term.distance is None else _near(term)
    return _whole(term, mesh)


def _answer(found: bool, record: Citation, fields: Iterable[str]) -> Answer:
    """Return True if found; where a field was not at hand in full, not finding it says nothing."""
    if found:
        return True
    return False if not record.unknown or record.unknown.isdisjoint(fields) else None


def _words(term: Term) -> Test:
    """Test for a word or phrase inside one value of the fields; an asterisk leaves the last word open."""
    wanted = f" {plain(term.words)}" + ("" if term.truncated else " ")
    if wanted.strip() in STOPWORDS:
        raise _refuse(term, "is a word that PubMed ignores", "Remove it.")
    fields = WORDS_IN[term.field]

    def test(record: Citation) -> Answer:
        values = record.values
        found = any(wanted in text for name in fields for text in values.get(name, ()))
        return _answer(found, record, fields)

    return test


def _near(term: Term) -> Test:
    """Test for words in any order inside one value, with at most ``distance`` others among them."""
    wanted = plain(term.words).split()
    if len(wanted) < 2:
        raise _refuse(term, "is one word", "Words near each other are at least two, in quotes.")
    fields, distance = WORDS_IN[term.field], term.distance or 0

    def test(record: Citation) -> Answer:
        values = record.values
        found = any(
            _close(text.split(), wanted, distance) for name in fields for text in values.get(name, ())
        )
        return _answer(found, record, fields)

    return test


def _close(words: list[str], wanted: list[str], distance: int) -> bool:
    """Return whether all wanted words are in a stretch with at most ``distance`` words more."""
    length = len(wanted) + distance
    places = [number for number, word in enumerate(words) if word in wanted]
    needed = {word: wanted.count(word) for word in wanted}
    for first in places:
        stretch = words[first : first + length]
        if all(stretch.count(word) >= number for word, number in needed.items()):
            return True
    return False


def _whole(term: Term, mesh: Mesh | None) -> Test:
    """Test for a value that is the term as a whole, or begins with it."""
    names = {plain(term.words)}
    if term.field == "language":
        names = _language(term)
    if term.field == "type" and mesh is not None and not term.truncated:
        heading = mesh.heading(term.words)
        if heading is not None:
            names = set(mesh.narrower(heading)) if term.narrower else {heading}
    wanted = tuple(f" {name}" + ("" if term.truncated else " ") for name in names)
    fields = WHOLE[term.field]

    def test(record: Citation) -> Answer:
        values = record.values
        if term.truncated:
            found = any(text.startswith(wanted) for name in fields for text in values.get(name, ()))
        else:
            found = any(text in wanted for name in fields for text in values.get(name, ()))
        return _answer(found, record, fields)

    return test


def _language(term: Term) -> set[str]:
    """Return the code of a language and its name: records of PubMed have the one, exports either."""
    name = plain(term.words)
    for code, names in LANGUAGES.items():
        if name == code or name in names:
            return {code, *names}
    raise _refuse(term, "is no language of MEDLINE", "Write its English name or its code of three letters.")


def _identifier(term: Term) -> Test:
    wanted = term.words.casefold().removeprefix("doi:").strip()

    def test(record: Citation) -> Answer:
        known = (*record.values.get("identifier", ()), *record.values.get("location", ()))
        found = any(text.startswith(wanted) if term.truncated else text == wanted for text in known)
        return _answer(found, record, ("identifier",))

    return test


def _heading(term: Term, mesh: Mesh | None) -> Test:
    """Test for a heading, those below it where the tree is known, and a subheading if one is named."""
    name, _, qualifier = term.words.partition("/")
    wanted = plain(name)
    names = frozenset({wanted})
    if mesh is not None and not term.truncated and (heading := mesh.heading(name)) is not None:
        names = mesh.narrower(heading) if term.narrower else frozenset({heading})
    subheading = _qualifier(term, qualifier) if qualifier else ""
    major = term.field == "major"

    def fits(heading: Heading) -> bool:
        if not (heading.name.startswith(wanted) if term.truncated else heading.name in names):
            return False
        if subheading:
            return any(part == subheading and (star or not major) for part, star in heading.qualifiers)
        return not major or heading.major or any(star for _, star in heading.qualifiers)

    return lambda record: _answer(any(fits(heading) for heading in record.headings), record, ("heading",))


def _qualifier(term: Term, text: str) -> str:
    name = subheading_name(plain(text))
    name = SUBHEADINGS.get(name, name)
    if name not in SUBHEADINGS.values():
        raise _refuse(term, f"has no subheading {text!r} in MeSH", "Write its name or its two letters.")
    return name


def _subheading(term: Term) -> Test:
    wanted = _qualifier(term, term.words)

    def test(record: Citation) -> Answer:
        found = any(part == wanted for heading in record.headings for part, _ in heading.qualifiers)
        return _answer(found, record, ("subheading",))

    return test


def _author(term: Term) -> Test:
    """Test for a name: family name and initials, of which later ones may be missing, or the full name."""
    wanted = plain(term.words).split()

    def test(record: Citation) -> Answer:
        authors = record.authors
        if term.field == "first_author":
            authors = authors[:1]
        if term.field == "last_author":
            authors = authors[-1:]
        return _answer(any(_is_named(one, wanted, term) for one in authors), record, ("author",))

    return test


def _is_named(author: Author, wanted: list[str], term: Term) -> bool:
    if term.truncated:
        return author.indexed.startswith(" ".join(wanted))
    family, given = author.family.split(), author.given.split()
    full_names = ([*given, *family], [*family, *given]) if given else ()
    if wanted == author.indexed.split() or wanted in full_names:
        return True
    if term.quoted or wanted[: len(family)] != family:
        return False
    match wanted[len(family) :]:
        case []:
            return True
        case [initials]:
            return author.initials.startswith(initials)
        case [initials, suffix]:
            return author.initials.startswith(initials) and suffix == author.suffix
    return False


def _dates(term: Term) -> Test:
    """Test for a day, month or year, or a range of them, both ends included."""
    first, last = _days(term, term.words)[0], _days(term, term.last_day or term.words)[1]
    one_day = first == last and not term.last_day
    if last < first:
        raise _refuse(term, "ends before it begins", "Write the earlier day first.")
    field = term.field

    def test(record: Citation) -> Answer:
        days = record.dates.get(field, ())
        if (
            one_day and field == "pdat"
        ):  # PubMed finds an electronic date after the print date by a range only
            days = tuple(day for day in days if day <= days[0])
        return _answer(any(first <= day <= last for day in days), record, (field,))

    return test


def _days(term: Term, text: str) -> tuple[date, date]:
    """Return the first and the last day of YYYY, YYYY/MM or YYYY/MM/DD."""
    parts = text.strip().replace("-", "/").split("/")
    try:
        year, month, day = (*map(int, parts), *[0] * (3 - len(parts)))
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise _refuse(term, f"has {text!r}, which is no date", "Write 2022, 2022/08 or 2022/08/16.") from None
    if day:
        return first, first
    last = month or 12
    return first, date(year, last, calendar.monthrange(year, last)[1])
