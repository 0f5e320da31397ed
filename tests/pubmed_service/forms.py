"""Other forms of a record than its XML: a summary, MEDLINE text, an abstract."""

from lxml import etree

from tests.pubmed_service.world import DATES, dates_of


def _read(record: bytes) -> etree._Element:
    return etree.fromstring(record, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))


def _words(node: etree._Element, path: str) -> str:
    found = node.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def summary(record: bytes) -> dict[str, str]:
    """Return what esummary tells of a record, as far as tests need it."""
    root = _read(record)
    return {
        "PubDate": _words(root, ".//PubDate"),
        "Source": _words(root, ".//ISOAbbreviation"),
        "Title": _words(root, ".//ArticleTitle") or _words(root, ".//BookTitle"),
    }


def medline_text(record: bytes) -> str:
    """Return the record in a small part of the MEDLINE format: the tags that matter, unfolded."""
    root, days = _read(record), dict(zip(DATES, dates_of(record), strict=True))
    lines = [("PMID", _words(root, ".//PMID")), ("TI", summary(record)["Title"])]
    lines += [("AB", " ".join(_words(part, ".") for part in root.iterfind(".//Abstract/AbstractText")))]
    lines += [
        ("FAU", f"{_words(author, 'LastName')}, {_words(author, 'ForeName')}")
        for author in root.iter("Author")
    ]
    lines += [("TA", _words(root, ".//MedlineTA")), ("DP", _words(root, ".//PubDate"))]
    lines += [
        (name.upper(), f"{days[name] // 10_000:04}/{days[name] // 100 % 100:02}/{days[name] % 100:02} 00:00")
        for name in ("edat", "mhda", "crdt")
        if days[name]
    ]
    return "\n" + "".join(f"{tag:<4}- {text}\n" for tag, text in lines if text)


def abstract_text(record: bytes) -> str:
    root = _read(record)
    abstract = " ".join(_words(part, ".") for part in root.iterfind(".//Abstract/AbstractText"))
    return f"{summary(record)['Title']}\n\n{abstract}\n\nPMID: {_words(root, './/PMID')}\n"
