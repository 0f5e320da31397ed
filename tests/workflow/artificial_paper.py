"""An artificial full text in the structure of the shipped review's paper, also as PubMed Central sends it."""

import re

from tests.paths import DATA

ARTIFICIAL = DATA / "paper/artificial.xml"


def article(pmc: int, licence: bool = True, body: bool = True) -> bytes:
    """The artificial paper as PubMed Central would send it, without its XML declaration."""
    text = ARTIFICIAL.read_text(encoding="utf-8")
    text = text[text.index("<article ") :]
    ids = f'<article-id pub-id-type="pmcid">PMC{pmc}</article-id>'
    text = text.replace('<article-id pub-id-type="pmid">', ids + '<article-id pub-id-type="pmid">', 1)
    if not licence:
        text = re.sub(r"<permissions>.*?</permissions>", "", text, flags=re.DOTALL)
    if not body:
        note = "<!--The publisher of this article does not allow downloading of the full text in XML form.-->"
        text = re.sub(r"<body>.*</floats-group>", note, text, flags=re.DOTALL)
    return text.encode()
