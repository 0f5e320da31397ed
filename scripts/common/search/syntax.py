"""A PubMed query as a tree: terms with their fields, joined by AND, OR and NOT from left to right.

Only what can be given a meaning here is read: a term without a field is refused, because PubMed would map
it to others by a table that nobody can repeat. docs/strategies.md has every rule with its source.
"""

import re
from typing import NamedTuple, NoReturn

from scripts.common.errors import InputError

MAX_DEPTH = 200  # brackets inside brackets; far above any published search
SHOWN = 30  # characters of the query on each side of a fault, in a message

# tag as PubMed writes it -> the name of the field here
TAGS = {
    "ti": "title", "title": "title",
    "tiab": "title_abstract", "title/abstract": "title_abstract",
    "tw": "text", "text word": "text", "text words": "text",
    "tt": "vernacular", "transliterated title": "vernacular",
    "all": "all", "all fields": "all",
    "mh": "heading", "mesh": "heading", "mesh terms": "heading", "mesh term": "heading",
    "majr": "major", "mj": "major", "mesh major topic": "major",
    "sh": "subheading", "subheading": "subheading", "mesh subheading": "subheading",
    "mesh subheadings": "subheading",
    "ot": "keyword", "other term": "keyword",
    "nm": "substance", "supplementary concept": "substance", "substance name": "substance",
    "pt": "type", "ptyp": "type", "publication type": "type",
    "la": "language", "lang": "language", "language": "language",
    "au": "author", "author": "author",
    "1au": "first_author", "first author": "first_author", "first author name": "first_author",
    "lastau": "last_author", "last author": "last_author", "last author name": "last_author",
    "ad": "affiliation", "affiliation": "affiliation",
    "ta": "journal", "jour": "journal", "journal": "journal",
    "vi": "volume", "volume": "volume",
    "ip": "issue", "issue": "issue",
    "pg": "page", "pagination": "page",
    "pl": "place", "place of publication": "place",
    "pmid": "pmid", "uid": "pmid",
    "doi": "identifier", "aid": "identifier", "article identifier": "identifier",
    "lid": "identifier", "location id": "identifier",
    "dp": "pdat", "pdat": "pdat", "publication date": "pdat", "date - publication": "pdat",
    "crdt": "crdt", "create date": "crdt", "date - create": "crdt",
    "edat": "edat", "entry date": "edat", "entrez date": "edat", "date - entry": "edat",
    "mhda": "mhda", "mesh date": "mhda", "date - mesh": "mhda",
}  # fmt: skip
# fields of PubMed that are not searched here
OTHER_TAGS = frozenset(
    [
        "auid",
        "author identifier",
        "book",
        "dcom",
        "completion date",
        "cois",
        "conflict of interest statement",
        "cn",
        "corporate author",
        "rn",
        "ec/rn number",
        "ed",
        "editor",
        "sb",
        "filter",
        "subset",
        "fau",
        "full author name",
        "fir",
        "full investigator name",
        "gr",
        "grants and funding",
        "grant number",
        "ir",
        "investigator",
        "isbn",
        "lr",
        "modification date",
        "mdat",
        "jid",
        "nlm unique id",
        "ps",
        "personal name as subject",
        "pa",
        "pharmacological action",
        "pubn",
        "publisher",
        "si",
        "secondary source id",
        "epdat",
        "ppdat",
    ]
)
DATES = ("pdat", "crdt", "edat", "mhda")
PROXIMITY = ("title", "title_abstract", "affiliation")
NARROWED = ("heading", "major", "subheading", "type")  # fields whose terms take narrower ones along
NO_SPACES = ("pmid", "identifier")

_TOKEN = re.compile(r'"[^"]*"|\[[^\[\]]*\]|[()&|]|[^\s()\[\]"&|]+')
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&": "AND", "|": "OR"}
_DATE = re.compile(r"\d{4}(?:[/-](?:0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?)?")
_LATELY = re.compile(r"last (?:\d+ )?(?:day|month|year)s?", re.IGNORECASE)
_DISTANCE = re.compile(r"(.+?)\s*:\s*~\s*(\d+)")


class Term(NamedTuple):
    """One term: ``words`` as written, without quotes and asterisk; ``start`` and ``end`` are its place."""

    words: str
    field: str
    quoted: bool = False
    truncated: bool = False
    narrower: bool = True
    distance: int | None = None
    last_day: str = ""
    start: int = 0
    end: int = 0


class Group(NamedTuple):
    """Parts joined by one operator: AND, OR, or NOT (the first part without the others)."""

    operator: str
    parts: "tuple[Term | Group, ...]"
    start: int = 0
    end: int = 0


Node = Term | Group


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def parse(query: str) -> Node:
    """Return the query as a tree; ``InputError`` with the place where its meaning is not known here."""
    return _Reader(query).whole()


def structure_fault(query: str) -> tuple[int, str, str] | None:
    """Return place, fault and advice where a query cannot be one, whatever PubMed maps its words to."""
    try:
        _Reader(query, mapped=True).whole()
    except _Fault as fault:
        return fault.place, fault.says, fault.advice
    return None


class _Fault(InputError):
    """A place of a query that cannot be read."""

    def __init__(self, query: str, place: int, says: str, advice: str) -> None:
        shown = " ".join(query[max(0, place - SHOWN) : place + SHOWN].split())
        super().__init__(f"search.query: {says}, at “… {shown} …”. {advice}")
        self.place, self.says, self.advice = place, says, advice


def written(query: str, node: Node) -> str:
    """Return the part of the query that a node was read from, white space folded."""
    return " ".join(query[node.start : node.end].split())


def terms(node: Node) -> tuple[Term, ...]:
    """Return the terms of a tree in the order of the query."""
    if isinstance(node, Term):
        return (node,)
    return tuple(term for part in node.parts for term in terms(part))


class _Reader:
    """Reads tokens one after the other; ``now`` is the one that comes next, None at the end.

    ``mapped``: what PubMed maps to other words, or knows as a field and we do not, passes.
    """

    def __init__(self, query: str, *, mapped: bool = False) -> None:
        self._query = query
        self._mapped = mapped
        self._tokens = [_Token(found[0], *found.span()) for found in _TOKEN.finditer(query)]
        self._next = 0
        end = 0
        for token in (*self._tokens, _Token("", len(query), len(query))):
            if query[end : token.start].strip():
                self.refuse(
                    _Token("", end, token.start),
                    f"{query[end : token.start].strip()} does not close",
                    "Add its other half, or remove it.",
                )
            end = token.end

    @property
    def now(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def refuse(self, token: _Token | None, fault: str, advice: str) -> NoReturn:
        raise _Fault(self._query, token.start if token else len(self._query), fault, advice)

    def whole(self) -> Node:
        """Read the whole query."""
        node = self.expression(0)
        if self.now is not None:
            self.refuse(self.now, "this bracket was never opened", "Add the missing (, or remove it.")
        return node

    def expression(self, depth: int) -> Node:
        """Read up to the closing bracket; each operator takes all that is left of it."""
        if depth > MAX_DEPTH:
            self.refuse(self.now, f"more than {MAX_DEPTH} brackets are open", "Write it with fewer.")
        left, bracketed = self._operand(depth)
        while self.now is not None and self.now.text != ")":
            operator = _OPERATORS.get(self.now.text)
            if operator:
                self._next += 1
            right, _ = self._operand(depth)
            # Two terms with fields and nothing between them are joined by AND.
            left = _join(operator or "AND", left, right, bracketed)
            bracketed = False
        return left

    def _operand(self, depth: int) -> tuple[Node, bool]:
        """Read a term, or an expression in brackets, and say which of the two it was."""
        token = self.now
        if token is None:
            self.refuse(token, "a term is missing at the end", "Write it, or remove the operator before it.")
        if token.text in _OPERATORS or token.text == ")":
            self.refuse(token, f"a term is missing before {token.text}", "Write it, or remove the operator.")
        if token.text.startswith("["):
            self.refuse(token, f"{token.text} has no term before it", "A field follows its term: asthma[ti].")
        if token.text != "(":
            return self._term(), False
        self._next += 1
        inner = self.expression(depth + 1)
        if self.now is None:
            self.refuse(token, "the bracket ( does not close", "Add the missing ).")
        end = self._tokens[self._next].end
        self._next += 1
        if self.now is not None and self.now.text.startswith("["):
            self.refuse(
                self.now, f"{self.now.text} follows a bracket", "PubMed takes a field after each term only."
            )
        return inner._replace(start=token.start, end=end), True

    def _term(self) -> Term:
        first = self.now
        assert first is not None
        words: list[_Token] = []
        while self.now is not None and self.now.text not in ("(", ")", *_OPERATORS):
            if self.now.text.startswith("["):
                return self._tagged(words)
            words.append(self.now)
            self._next += 1
        text = self._query[first.start : words[-1].end]
        if self._mapped:
            return Term(text, "all", start=first.start, end=words[-1].end)
        self.refuse(
            first,
            f"{text!r} names no field",
            "PubMed would map it to other words by a table that changes; write the field, as in"
            f" {text}[tiab].",
        )

    def _tagged(self, words: list[_Token]) -> Term:
        tag = self.now
        assert tag is not None
        self._next += 1
        term = self._one(words, tag)
        colon = self.now
        if term.field in DATES and colon is not None and colon.text == ":":
            self._next += 1
            last: list[_Token] = []
            while self.now is not None and not self.now.text.startswith("[") and len(last) < 1:
                last.append(self.now)
                self._next += 1
            if not last or self.now is None or not self.now.text.startswith("["):
                self.refuse(colon, "a range has no last day with its field", "Write 2019[dp] : 2022[dp].")
            upper = self._one(last, self.now)
            self._next += 1
            if upper.field != term.field:
                self.refuse(colon, "the two ends of a range have different fields", "Write one field twice.")
            return term._replace(last_day=upper.words, end=upper.end)
        return term

    def _one(self, words: list[_Token], tag: _Token) -> Term:
        """Return the term that these words and this field make; refuse what PubMed would read otherwise."""
        name = " ".join(tag.text[1:-1].casefold().split())
        name, narrower = (name.removesuffix(":noexp"), False) if name.endswith(":noexp") else (name, True)
        distance = None
        if found := _DISTANCE.fullmatch(name):
            name, distance = found[1], int(found[2])
        field = TAGS.get(name.strip())
        if field is None and self._mapped and name in OTHER_TAGS:
            field = "all"
        if field is None:
            self.refuse(tag, f"the field {tag.text} cannot be searched here", f"Known: {', '.join(_SHORT)}.")
        if distance is not None and field not in PROXIMITY:
            self.refuse(tag, f"{tag.text}: words near each other", "are found in ti, tiab and ad only.")
        if not narrower and field not in NARROWED:
            self.refuse(tag, f"{tag.text}: noexp has no meaning here", "It goes with mh, majr, sh and pt.")
        quoted = words[0].text.startswith('"')
        if not self._mapped and len(words) > 1 and any(token.text.startswith('"') for token in words):
            self.refuse(words[0], "a phrase in quotes and other words share one field", "Write AND between.")
        return self._checked(words, quoted, field, narrower, distance, tag)

    def _checked(
        self, words: list[_Token], quoted: bool, field: str, narrower: bool, distance: int | None, tag: _Token
    ) -> Term:
        start = words[0].start
        text = " ".join(self._query[start : words[-1].end].strip('"').split())
        if not self._mapped:
            self._refuse_what_is_mapped(words, text, quoted, field)
        truncated = text.endswith("*")
        text = text.removesuffix("*")
        if "*" in text:
            self.refuse(words[0], "an asterisk inside a term", "It ends the last word: child*.")
        if truncated and distance is not None:
            self.refuse(words[0], "an asterisk in a search for words near each other", "Write the words out.")
        last_day = ""
        if field in DATES and ":" in text:
            text, _, last_day = (part.strip() for part in text.partition(":"))
        if field in DATES:
            for day in filter(None, (text, last_day)):
                if not _DATE.fullmatch(day) and not (self._mapped and _LATELY.fullmatch(day)):
                    self.refuse(words[0], f"{day!r} is no date", "Write 2022, 2022/08 or 2022/08/16.")
        return Term(text, field, quoted, truncated, narrower, distance, last_day, start, tag.end)

    def _refuse_what_is_mapped(self, words: list[_Token], text: str, quoted: bool, field: str) -> None:
        small = next((token for token in words if token.text in ("and", "or", "not")), None)
        if small and not quoted and field != "heading":
            self.refuse(
                small, f"{small.text!r} in small letters", "Write AND, OR, NOT, or the phrase in quotes."
            )
        if field == "all" and not quoted and not text.endswith("*"):
            self.refuse(
                words[0],
                f"{text}[all]: PubMed maps a term that is not in quotes to other words",
                f'Write "{text}"[all].',
            )


_SHORT = sorted(tag for tag in TAGS if " " not in tag and len(tag) <= 6)


def _join(operator: str, left: Node, right: Node, bracketed: bool) -> Group:
    if isinstance(left, Group) and left.operator == operator and not bracketed:
        return Group(operator, (*left.parts, right), left.start, right.end)
    return Group(operator, (left, right), left.start, right.end)
