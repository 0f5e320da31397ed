"""A second, slow evaluator of PubMed queries, written from docs/strategies.md, sharing no code with ours.

It reads a query from its end: the last operator outside of brackets joins what is left of it with what is
right. It looks at the words of a record one by one, and knows the fields that invented queries use.
"""

import re
import unicodedata
from datetime import date, timedelta
from xml.etree import ElementTree

TEXTS = {
    "ti": [".//Article/ArticleTitle"],
    "tiab": [".//Article/ArticleTitle", ".//Article/Abstract/AbstractText", ".//OtherAbstract/AbstractText",
             ".//KeywordList/Keyword"],
    "ot": [".//KeywordList/Keyword"],
    "ad": [".//AffiliationInfo/Affiliation"],
}  # fmt: skip
TEXTS["tw"] = [*TEXTS["tiab"], ".//DescriptorName", ".//QualifierName", ".//PublicationType",
               ".//NameOfSubstance", ".//CollectiveName"]  # fmt: skip
TEXTS["all"] = [*TEXTS["tw"], *TEXTS["ad"], ".//Journal/Title", ".//MedlineTA", ".//Volume", ".//Issue",
                ".//Language", ".//PMID", ".//ArticleId", ".//ForeName"]  # fmt: skip
WHOLE = {
    "pt": [".//PublicationTypeList/PublicationType"],
    "vi": [".//JournalIssue/Volume"],
    "ip": [".//JournalIssue/Issue"],
    "pl": [".//MedlineJournalInfo/Country"],
    "nm": [".//NameOfSubstance"],
    "ta": [".//Journal/Title", ".//MedlineTA"],
    "la": [".//Language"],
    "pmid": [".//PMID"],
    "doi": [".//ArticleId"],
}
# the tree of tests/random_queries.py, by every name that a query may give
NARROWER = {
    "Patient Care": ["Patient Care", "Nursing Care", "Social Media"],
    "Caring for People": ["Patient Care", "Nursing Care", "Social Media"],
    "Nursing Care": ["Nursing Care", "Social Media"],
}
LANGUAGES = {"english": "eng", "german": "ger"}


def letters(text: str) -> list[str]:
    """Split a text into words: whatever is neither letter nor figure parts them; accents go."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold())


def finds(query: str, article: ElementTree.Element) -> bool:
    """Say whether an article (an element of the standard library's parser) answers a query."""
    query = query.strip()
    places = [(found.start(), found[1]) for found in re.finditer(r"(?<=[\])]) (AND|OR|NOT) ", query)]
    outside = [
        (place, word) for place, word in places if query[:place].count("(") == query[:place].count(")")
    ]
    if outside:
        place, word = outside[-1]
        left, right = finds(query[:place], article), finds(query[place + len(word) + 2 :], article)
        return {"AND": left and right, "OR": left or right, "NOT": left and not right}[word]
    if query.startswith("("):
        return finds(query[1:-1], article)
    words, tag = re.fullmatch(r"(.*?)\[([^\]]*)\]", query).groups()
    return _term(words.strip(), tag, article)


def _term(words: str, tag: str, article: ElementTree.Element) -> bool:
    field, _, distance = tag.partition(":~")
    if field in ("dp", "crdt"):
        return _dated(words, field, article)
    if field in ("mh", "majr", "mh:noexp", "majr:noexp", "sh"):
        return any(_heads(words, field, node) for node in article.findall(".//MeshHeading"))
    if field in ("au", "1au", "lastau"):
        return _written_by(words, field, article)
    if field == "pg":
        return any(letters(words) == letters(text)[:1] for text in _texts(article, [".//MedlinePgn"]))
    if field in WHOLE:
        known = [letters(text) for text in _texts(article, WHOLE[field])]
        return letters(LANGUAGES.get(words, words)) in known
    wanted, cut = letters(words), words.strip('"').endswith("*")
    texts = [letters(text) for text in _texts(article, TEXTS[field])]
    if field == "all":
        texts += [name for person in _people(article) for name in person[:1]]
        texts += [letters(text)[:1] for text in _texts(article, [".//MedlinePgn"])]
    if distance:
        return any(_near(text, wanted, int(distance)) for text in texts)
    return any(_begins(text[start:], wanted, cut) for text in texts for start in range(len(text)))


def _texts(article: ElementTree.Element, paths: list[str]) -> list[str]:
    return ["".join(node.itertext()) for path in paths for node in article.findall(path)]


def _heads(words: str, field: str, heading: ElementTree.Element) -> bool:
    """Say whether a heading with its subheadings is what is asked for; majr wants an asterisk at it."""
    name, _, qualifier = words.partition("/")
    names = NARROWER.get(name, [name]) if field in ("mh", "majr") else [name]
    starred = heading.find("DescriptorName").get("MajorTopicYN") == "Y"
    known = {
        "".join(node.itertext()): node.get("MajorTopicYN") == "Y" for node in heading.findall("QualifierName")
    }
    if field == "sh":
        return words in known
    if letters("".join(heading.find("DescriptorName").itertext())) not in [letters(name) for name in names]:
        return False
    any_topic = field in ("mh", "mh:noexp")
    if qualifier:
        return qualifier in known and (known[qualifier] or any_topic)
    return any_topic or starred or any(known.values())


def _people(article: ElementTree.Element) -> list[tuple[list[str], list[str], str, str, list[str]]]:
    """Return of each person the name in the index, family name, initials, suffix and given names."""
    found = []
    for node in article.findall(".//AuthorList/Author"):
        family = letters(node.findtext("LastName") or "")
        initials = "".join(letters(node.findtext("Initials") or ""))
        suffix = "".join(letters(node.findtext("Suffix") or ""))
        if family:
            index = [*family, *filter(None, (initials, suffix))]
            found.append((index, family, initials, suffix, letters(node.findtext("ForeName") or "")))
    return found


def _written_by(words: str, field: str, article: ElementTree.Element) -> bool:
    people = {"au": slice(None), "1au": slice(1), "lastau": slice(-1, None)}[field]
    asked, quoted = letters(words), words.startswith('"')
    for index, family, initials, suffix, given in _people(article)[people]:
        if words.endswith("*"):
            if " ".join(index).startswith(" ".join(asked)):
                return True
            continue
        names = [index, *([[*given, *family], [*family, *given]] if given else [])]
        if not quoted:
            starts = [initials[:length] for length in range(1, len(initials) + 1)]
            names += [family, *([*family, start] for start in starts)]
            names += [[*family, start, suffix] for start in starts if suffix]
        if asked in names:
            return True
    return False


def _begins(text: list[str], wanted: list[str], cut: bool) -> bool:
    if len(text) < len(wanted):
        return False
    pairs = list(zip(text, wanted, strict=False))
    last, sought = pairs.pop()
    return all(a == b for a, b in pairs) and (last.startswith(sought) if cut else last == sought)


def _near(text: list[str], wanted: list[str], distance: int) -> bool:
    for start in range(len(text)):
        for end in range(start + len(wanted), min(len(text), start + len(wanted) + distance) + 1):
            stretch = list(text[start:end])
            for word in wanted:
                if word not in stretch:
                    break
                stretch.remove(word)
            else:
                return True
    return False


def _dated(words: str, field: str, article: ElementTree.Element) -> bool:
    first, last = (words.split(":") * 2)[:2]
    begin, end = _first(first), _last(last)
    if field == "crdt":
        days = [_day(article.find(".//PubMedPubDate[@PubStatus='entrez']"))]
    else:
        days = [_day(article.find(".//JournalIssue/PubDate"))]
        online = article.find(".//ArticleDate")
        a_range = ":" in words or begin != end
        if online is not None and (a_range or _day(online) <= days[0]):
            days.append(_day(online))
    return any(begin <= day <= end for day in days)


def _day(node: ElementTree.Element) -> date:
    return date(*(int(node.findtext(name) or 1) for name in ("Year", "Month", "Day")))


def _first(text: str) -> date:
    parts = [int(part) for part in text.split("/")]
    return date(*[*parts, 1, 1][:3])


def _last(text: str) -> date:
    parts = [int(part) for part in text.split("/")]
    if len(parts) == 3:
        return date(*parts)
    year, month = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
