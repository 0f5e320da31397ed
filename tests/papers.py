"""Small papers in JATS, written by the tests: what is tested, and nothing else."""

from scripts.common.paper.article import Article
from scripts.common.paper.sentences import Sentence


def xref(number: int, text: str = "") -> str:
    return f'<xref ref-type="bibr" rid="r{number}">{text or number}</xref>'


def reference(number: int, label: str | None = None, name: str = "", year: int = 2010, **extra: str) -> str:
    printed = f"<label>{label if label is not None else number}</label>" if label != "" else ""
    return (
        f'<ref id="r{number}">{printed}<element-citation><name><surname>{name or f"Author{number}"}</surname></name>'
        f"<article-title>{extra.get('mark', '')}Title {number}</article-title><source>Journal</source>"
        f"<year>{year}</year></element-citation></ref>"
    )


def paper(
    body: str, refs: int | str = 20, back: str = "", abstract: str = "", envelope: str = "{}"
) -> Article:
    listed = refs if isinstance(refs, str) else "".join(reference(n) for n in range(1, refs + 1))
    text = (
        f"<article><front><article-meta><abstract><p>{abstract}</p></abstract></article-meta></front>"
        f"<body>{body}</body><back>{back}<ref-list>{listed}</ref-list></back></article>"
    )
    return Article(envelope.format(text).encode(), "paper.xml")


def table(rows: str, caption: str = "Characteristics of included studies", head: str = "") -> str:
    top = f"<thead>{head}</thead>" if head else "<thead><tr><th>Study</th><th>Country</th></tr></thead>"
    return (
        f'<table-wrap id="t1"><label>Table 1</label><caption><p>{caption}</p></caption><table>{top}<tbody>{rows}'
        "</tbody></table><table-wrap-foot><p>A footnote</p></table-wrap-foot></table-wrap>"
    )


def rows_of_studies(numbers: range) -> str:
    return "".join(f"<tr><td>Author{n} 2010 [{xref(n)}]</td><td>x</td></tr>" for n in numbers)


def sentence(text: str, part: str = "results") -> list[Sentence]:
    return [Sentence(text, (), part, (part,), "s1:1:1", ())]
