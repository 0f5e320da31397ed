"""Which records of a file can meet a query, seen in their bytes: the others need not be parsed.

A word of a query can only be found in a record whose bytes hold that word, once it is looked for in every
form that the evaluator folds into one: small and capital letters, letters with accents, character
references, and letters with markup between them. A record is skipped only where a word that each answer
must have is in it in no form; what cannot be judged here counts as "may meet it".
"""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate

from ahocorasick_rs import BytesAhoCorasick

from scripts.common.search.citation import plain
from scripts.common.search.evaluate import WHOLE, WORDS_IN
from scripts.common.search.file_records import Block, Place
from scripts.common.search.mesh import Mesh
from scripts.common.search.syntax import Group, Node, Term, terms
from scripts.common.search.vocabulary import LANGUAGES

MOST_WORDS = 100  # looked for in every record; with more, parsing all records takes no longer
AUTHOR = ("author", "first_author", "last_author")
HEADINGS = ("heading", "major")
SEARCHED = frozenset({*WORDS_IN, *WHOLE, *HEADINGS})  # fields of words; dates and identifiers are not judged
# Where the words of a field are: outside of the list of authors, or anywhere in MedlineCitation. Of other
# fields (all) the whole record is looked at.
WITHOUT_AUTHORS = frozenset({
    "title", "title_abstract", "vernacular", "keyword", "heading", "major", "substance", "type", "language",
    "journal", "volume", "issue", "page", "place", "pmid",
})  # fmt: skip
IN_CITATION = WITHOUT_AUTHORS | {*AUTHOR, "affiliation", "text"}
IN_BOOKS = ("collection_title",)
AUTHORS, AUTHORS_END = b"<AuthorList", b"</AuthorList>"
# Where texts begin. A query of such texts alone needs nothing before them. (Books are always parsed.)
BEGINS = {
    "title": b"<ArticleTitle", "heading": b"<MeshHeadingList", "abstract": b"<Abstract",
    "other_abstract": b"<OtherAbstract", "keyword": b"<KeywordList",
}  # fmt: skip

_ASCII = bytes(range(128))
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_REFERENCE = re.compile(rb"&#(?:\d+|[xX][0-9a-fA-F]+);")
# Inside texts NLM's DTD allows b, i, sub, sup, u, MathML in small letters, and DispFormula.
_INLINE = re.compile(rb"<(?:[a-z!?]|DispFormula)")
_TAG = re.compile(rb"</?(?:[a-z]|DispFormula)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ODD = re.compile(rb"<[!?]")  # comments, character data, instructions
# What [all] finds in a form that is not written: initials without the signs between them, decoded DOIs.
_JOINED = re.compile(rb"<Initials>[A-Za-z0-9]*[^A-Za-z0-9<]|<(?:ArticleId|ELocationID)[^>]*>[^<]*[%&]")

Words = tuple[bytes, ...]


def word_sets(term: Term, mesh: Mesh | None) -> tuple[Words, ...] | None:
    """Return alternatives, of one of which a record that meets a term holds all words; None: not known.

    Of a word with other than the letters a to z and figures only such parts are looked for.
    """
    names = _names(term, mesh)
    if names is None:
        return None
    sets = {tuple(dict.fromkeys(map(str.encode, _ASCII_WORD.findall(name)))) for name in names}
    return None if () in sets else tuple(sorted(sets))


def _names(term: Term, mesh: Mesh | None) -> Iterable[str] | None:
    """Return the texts, as they are compared, of which a record has one where it meets the term."""
    words = plain(term.words.partition("/")[0] if term.field in HEADINGS else term.words)
    if term.field in AUTHOR:
        return words.split()[:1]  # of a family name, or of the full name; what follows may be initials
    if term.field == "language":
        known = ({code, *names} for code, names in LANGUAGES.items() if words == code or words in names)
        return next(known, None)
    if term.field not in SEARCHED:
        return None
    heading = None
    if mesh is not None and not term.truncated and term.field in (*HEADINGS, "type"):
        heading = mesh.heading(words)
    if mesh is None or heading is None:
        return {words}
    return mesh.narrower(heading) if term.narrower else {heading}


class FastPath:
    """Finds the records of a block that may meet a query."""

    def __init__(self, query: Node, mesh: Mesh | None) -> None:
        self._query = query
        self._sets = {term: word_sets(term, mesh) for term in terms(query)}
        fields = {term.field for term, sets in self._sets.items() if sets is not None}
        self._with_authors = not fields <= WITHOUT_AUTHORS
        self._whole = not fields <= IN_CITATION
        self._texts_alone = {name for field in fields for name in _texts(field)} <= {*BEGINS, *IN_BOOKS}
        self._words: BytesAhoCorasick | None = None
        self._chosen = False

    def may_meet(self, block: Block) -> list[Place]:
        """Return the records of a block that may meet the query, in their order."""
        texts = [self._text(block.content, place) for place in block.places]
        joined = b"".join(text + b"\n" for text in texts if text is not None).lower()
        if not self._chosen and joined:
            words = _rarest(self._query, self._sets, cache(joined.count))
            self._words = BytesAhoCorasick(sorted(words)) if words else None
            self._chosen = True
        if self._words is None:
            return block.places
        ends = list(accumulate(0 if text is None else len(text) + 1 for text in texts))
        found = self._found(self._words, joined, ends)
        numbered = enumerate(zip(block.places, texts, strict=True))
        return [place for number, (place, text) in numbered if text is None or number in found]

    def _found(self, words: BytesAhoCorasick, joined: bytes, ends: list[int]) -> set[int]:
        """Return the numbers of the records that hold one of the words, and then what else is needed."""
        holding = {bisect_right(ends, begin) for _, begin, _ in words.find_matches_as_indexes(joined)}
        texts = ((number, _part(joined, ends, number)) for number in holding)
        return {number for number, text in texts if self._holds(self._query, cache(text.__contains__))}

    def _text(self, content: bytes, place: Place) -> bytes | None:
        """Return the part of a record that is searched, in which a word is written in one form only.

        None where that cannot be made.
        """
        begin, end = place.begin, place.end if self._whole else place.citation_end
        authors = -1 if self._with_authors else content.find(AUTHORS, begin, end)
        after = content.find(AUTHORS_END, authors, end) if authors >= 0 else -1
        if after < 0:
            text = content[begin:end]
        elif self._texts_alone:
            begin = _first(content, BEGINS["title"], begin, authors)
            after = _first(content, BEGINS["heading"], after, end)
            text = content[begin:authors] + content[after:end]
        else:
            text = content[begin:authors] + content[after:end]
        text_in_one_form = one_form(text)
        if self._whole and text_in_one_form is not None and _JOINED.search(text_in_one_form):
            return None
        return text_in_one_form

    def _holds(self, node: Node, holds: Callable[[bytes], bool]) -> bool:
        """Return whether a text, which ``holds`` some words, holds those that a part of the query needs."""
        if isinstance(node, Term):
            sets = self._sets[node]
            return sets is None or any(all(map(holds, words)) for words in sets)
        if node.operator == "OR":
            return any(self._holds(part, holds) for part in node.parts)
        parts = node.parts if node.operator == "AND" else node.parts[:1]
        return all(self._holds(part, holds) for part in parts)


def _rarest(
    node: Node, sets: dict[Term, tuple[Words, ...] | None], counts: Callable[[bytes], int]
) -> frozenset[bytes] | None:
    """Return words of which each record that meets a part of the query holds one; None if there are none."""
    if isinstance(node, Term):
        alternatives = sets[node]
        if alternatives is None or len(alternatives) > MOST_WORDS:
            return None
        return frozenset(min(words, key=lambda word: (counts(word), word)) for words in alternatives)
    found = [_rarest(part, sets, counts) for part in _needed(node)]
    if node.operator == "OR":
        if None in found:
            return None
        words = frozenset().union(*(part for part in found if part is not None))
        return words if len(words) <= MOST_WORDS else None
    known = [part for part in found if part is not None]
    return min(known, key=lambda part: (sum(map(counts, part)), sorted(part)), default=None)


def _needed(node: Group) -> tuple[Node, ...]:
    """Return the parts of which one (OR) or each (AND, NOT) has to be met."""
    return node.parts[:1] if node.operator == "NOT" else node.parts


def _texts(field: str) -> tuple[str, ...]:
    """Return the names of the texts that a field searches."""
    return ("heading",) if field in HEADINGS else WORDS_IN.get(field, (field,))


def _first(content: bytes, usual: bytes, begin: int, end: int) -> int:
    """Return where the usual first text of a stretch begins, or ``begin`` if another one is before it."""
    place = content.find(usual, begin, end)
    if place < 0:
        return begin
    for tag in BEGINS.values():
        if tag is not usual and content.find(tag, begin, place) >= 0:
            return begin
    return place


def _part(text: bytes, ends: list[int], number: int) -> bytes:
    """Return the text of one record."""
    return text[ends[number - 1] if number else 0 : ends[number]]


def one_form(text: bytes) -> bytes | None:
    """Return XML in which letters a to z and figures are written as themselves, without markup inside words.

    Letters with accents become plain, as the evaluator compares them. None where that cannot be done.
    """
    has_markup = _INLINE.search(text)
    if has_markup and _ODD.search(text):
        return None
    if b"&#" in text:
        text = _REFERENCE.sub(lambda found: _character(found[0]), text)
    if has_markup:
        text = _TAG.sub(b"", text)
    if not text.isascii():
        try:
            signs = set(text.translate(None, _ASCII).decode("utf-8"))
        except UnicodeDecodeError:
            return None
        for sign in signs:
            letters = _letters(sign)
            if letters is not None:
                text = text.replace(sign.encode(), letters)
    return text


@cache
def _character(reference: bytes) -> bytes:
    """Return the character that a reference such as &#x3b2; means; signs of markup stay as they are."""
    digits = reference[2:-1].decode()
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if number > sys.maxunicode or chr(number) in "<>&\"'":
        return reference
    return chr(number).encode("utf-8", errors="replace")


@cache
def _letters(sign: str) -> bytes | None:
    """Return what the evaluator compares a sign as, if that holds plain letters or figures, or is nothing."""
    folded = unicodedata.normalize("NFKD", sign)
    folded = "".join(part for part in folded if not unicodedata.combining(part)).casefold()
    return folded.encode() if not folded or _ASCII_WORD.search(folded) else None
