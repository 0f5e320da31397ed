"""PubMed's XML: every article of the answer is read, with the text that markup interrupts."""

import gzip
import io
import json
import re

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.records.pubmed_xml import article_date, articles, record
from scripts.records.parse_pubmed import main, read_windows


def article(**parts):
    """Return one PubmedArticle; the parts replace the usual ones."""
    p = {
        "title": "<ArticleTitle>A title</ArticleTitle>",
        "date": "<Year>2019</Year>",
        "abstract": "",
        "authors": "",
        "types": "",
        "rest": "",
        "data": "",
        "pmid": "1",
        "doi": "",
    } | parts
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{p['pmid']}</PMID><Article><Journal><ISSN>1234-5678</ISSN>"
        f"<JournalIssue><Volume>7</Volume><PubDate>{p['date']}</PubDate></JournalIssue>"
        f"<Title>The Journal</Title>"
        f"<ISOAbbreviation>J.</ISOAbbreviation></Journal>{p['title']}{p['doi']}{p['abstract']}{p['authors']}"
        f"<PublicationTypeList>{p['types']}</PublicationTypeList></Article>{p['rest']}</MedlineCitation>"
        f"<PubmedData>{p['data']}</PubmedData></PubmedArticle>"
    )


def xml(*found):
    return f"<PubmedArticleSet>{''.join(found)}</PubmedArticleSet>".encode()


def read(*found):
    return [record(item, "w.xml") for item in articles(io.BytesIO(xml(*found)), "w.xml")]


def one(**parts):
    (row,) = read(article(**parts))
    return row


def test_markup_in_a_title_does_not_cut_it():
    title = "<ArticleTitle>Effects of CO<sub>2</sub> on <i>E.\n coli</i>: a trial.</ArticleTitle>"
    assert one(title=title)["title"] == "Effects of CO2 on E. coli: a trial."


def test_a_title_in_the_own_language_is_taken_where_there_is_no_other():
    title = "<ArticleTitle/><VernacularTitle>Redes sociales en salud</VernacularTitle>"
    assert one(title=title)["title"] == "Redes sociales en salud"


def test_a_structured_abstract_keeps_its_labels():
    abstract = (
        '<Abstract><AbstractText Label="AIM">To <b>see</b>.</AbstractText>'
        "<AbstractText>No label.</AbstractText></Abstract>"
    )
    assert one(abstract=abstract)["abstract"] == "AIM: To see. No label."


def test_people_and_groups_are_authors():
    authors = (
        "<AuthorList>"
        "<Author><LastName>Walsh</LastName><ForeName>Louisa M</ForeName><Suffix>Jr</Suffix></Author>"
        "<Author><LastName>Hill</LastName><Initials>S</Initials></Author>"
        "<Author><CollectiveName>The Study Group</CollectiveName></Author></AuthorList>"
    )
    assert one(authors=authors)["authors"] == "Walsh, Louisa M Jr; Hill, S; The Study Group"


def test_the_doi_is_the_article_s_own_and_not_that_of_a_work_it_cites():
    cited = (
        '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/cited</ArticleId>'
        "</ArticleIdList></Reference></ReferenceList>"
    )
    assert one(data=cited)["doi"] == ""
    own = (
        '<ArticleIdList><ArticleId IdType="doi">10.1000/OWN</ArticleId>'
        '<ArticleId IdType="pmc">PMC5</ArticleId></ArticleIdList>'
    )
    assert (one(data=own + cited)["doi"], one(data=own)["pmcid"]) == ("10.1000/OWN", "PMC5")
    located = '<ELocationID EIdType="pii">S1</ELocationID><ELocationID EIdType="doi">10.1000/x</ELocationID>'
    assert one(doi=located)["doi"] == "10.1000/x"


@pytest.mark.parametrize(
    ("date", "known"),
    [
        ("<Year>2019</Year><Month>Mar</Month><Day>7</Day>", "2019-03-07"),
        ("<Year>2019</Year><Month>03</Month>", "2019-03"),
        ("<Year>2019</Year><Season>Winter</Season>", "2019"),
        ("<MedlineDate>2019 Nov-Dec</MedlineDate>", "2019-11"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12"),
        ("<MedlineDate>Spring 2001</MedlineDate>", "2001"),
        ("<MedlineDate>2000 Spring</MedlineDate>", "2000"),
        ("<MedlineDate>in press</MedlineDate>", ""),
    ],
)
def test_a_publication_date_is_read_as_far_as_pubmed_tells_it(date, known):
    row = one(date=date)
    assert (row["date"], row["year"]) == (known, known[:4])


def test_creation_entry_and_publication_are_three_dates():
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}"><Year>2020</Year><Month>{month}</Month><Day>1</Day>'
        "</PubMedPubDate>"
        for status, month in (("received", 1), ("entrez", 2), ("pubmed", 3))
    )
    content = xml(article(data=f"<History>{history}</History>"))
    (found,) = (
        {f: article_date(a, f) for f in ("crdt", "edat", "pdat")} for a in articles(io.BytesIO(content), "w")
    )
    assert found == {"crdt": "2020-02-01", "edat": "2020-03-01", "pdat": "2019"}


def links(kind):
    return f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}"/></CommentsCorrectionsList>'


@pytest.mark.parametrize(
    ("parts", "retraction"),
    [
        ({"types": "<PublicationType>Retracted Publication</PublicationType>"}, "retracted"),
        ({"rest": links("RetractionIn")}, "retracted"),
        ({"types": "<PublicationType>Retraction of Publication</PublicationType>"}, "retraction notice"),
        ({"types": "<PublicationType>Retraction Notice</PublicationType>"}, "retraction notice"),
        ({"rest": links("ExpressionOfConcernIn")}, "expression of concern"),
        ({"rest": links("ErratumIn")}, ""),
        ({"rest": links("RetractionOf")}, ""),
    ],
)
def test_a_retracted_article_its_notice_and_an_erratum_are_distinguished(parts, retraction):
    assert one(**parts)["retraction"] == retraction


BOOK = (
    "<PubmedBookArticle><BookDocument><PMID>20301347</PMID><Book><BookTitle>GeneReviews</BookTitle><PubDate>"
    "<Year>1993</Year></PubDate><Isbn>123</Isbn></Book>{title}</BookDocument></PubmedBookArticle>"
)


def test_a_chapter_of_a_book_is_no_article_and_is_read_too():
    chapter, whole = read(BOOK.format(title="<ArticleTitle>A chapter</ArticleTitle>"), BOOK.format(title=""))
    assert (chapter["title"], chapter["journal"], chapter["pmid"]) == ("A chapter", "GeneReviews", "20301347")
    assert (whole["title"], whole["journal"], whole["year"]) == ("GeneReviews", "", "1993")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (xml(article())[:-30], r"w\.xml line \d+: damaged or cut XML"),
        (b"", r"w\.xml line \d+: damaged or cut XML"),
        (b"<html><body>Blocked</body></html>", r"w\.xml: begins with <html>, PubmedArticleSet is needed"),
        (b"<eSearchResult/>", r"w\.xml: begins with <eSearchResult>"),
        (
            xml("<PubmedArticle><MedlineCitation><PMID>7</PMID></MedlineCitation></PubmedArticle>"),
            r"PMID 7 has no journal",
        ),
    ],
    ids=["cut", "empty", "a page for people", "another answer", "an article without body"],
)
def test_what_is_no_whole_answer_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        [record(item, "w.xml") for item in articles(io.BytesIO(content), "w.xml")]


def test_a_file_on_this_machine_cannot_be_drawn_into_a_title(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words", encoding="utf-8")
    head = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    content = head + xml(article(title="<ArticleTitle>A &x; title</ArticleTitle>"))
    (row,) = [record(item, "w.xml") for item in articles(io.BytesIO(content), "w.xml")]
    assert "secret" not in row["title"]


def test_records_of_all_windows_stand_in_the_order_of_their_pmids(tmp_path):
    paths = [str(tmp_path / f"{n}.xml.gz") for n in (1, 2)]
    for path, numbers in zip(paths, (("20", "100"), ("3",)), strict=True):
        with gzip.open(path, "wb") as stream:
            stream.write(xml(*(article(pmid=number) for number in numbers)))
    assert [row["position"] for row in read_windows(paths)] == ["3", "20", "100"]
    out = {name: str(tmp_path / f"{name}.csv") for name in ("records", "set_aside", "counts")}
    item = {"name": "pubmed", "kind": "search", "source": "PubMed", "platform": "PubMed"}
    receipt = tmp_path / "1.json"
    receipt.write_text(json.dumps({"pmids": [3, 20, 100], "not_delivered": [77]}), encoding="utf-8")
    main(windows=paths, receipts=[str(receipt)], item=item, **out)
    (aside,) = rows_of(read_table(out["set_aside"]))
    assert (aside["position"], aside["raw"]) == ("77", "77"), "named by PubMed and not delivered"
    assert read_table(out["records"])["record_id"].tolist() == ["pubmed:3", "pubmed:20", "pubmed:100"]
    (counts,) = rows_of(read_table(out["counts"]))
    assert (counts["announced"], counts["records"], counts["set_aside"]) == ("4", "3", "1")


def test_a_window_that_is_not_in_order_is_refused_by_name(tmp_path):
    path = tmp_path / "1.xml.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(xml(article(pmid="20"), article(pmid="3")))
    with pytest.raises(InputError, match=r"1\.xml\.gz: PMID 3 comes after 20"):
        list(read_windows([str(path)]))


def test_an_answer_of_pubmed_is_read_without_loss(pubmed_file):
    content = pubmed_file.read_bytes()
    if b"<PubmedArticleSet" not in content:
        pytest.skip("not a PubmedArticleSet")
    announced = len(re.findall(rb"<(?:PubmedArticle|PubmedBookArticle)[\s>]", content))
    rows = [record(item, "w.xml") for item in articles(io.BytesIO(content), pubmed_file.name)]
    assert len(rows) == announced > 0
    for row in rows:
        assert row["pmid"].isdigit()
        assert row["title"]


def test_major_headings_are_distinguished_also_where_only_a_qualifier_is_major():
    mesh = (
        "<MeshHeadingList>"
        '<MeshHeading><DescriptorName MajorTopicYN="Y">Social Media</DescriptorName></MeshHeading>'
        '<MeshHeading><DescriptorName MajorTopicYN="N">Hospitals</DescriptorName></MeshHeading>'
        '<MeshHeading><DescriptorName MajorTopicYN="N">Quality of Health Care</DescriptorName>'
        '<QualifierName MajorTopicYN="Y">standards</QualifierName></MeshHeading></MeshHeadingList>'
    )
    (row,) = [record(item, "w.xml") for item in articles(io.BytesIO(xml(article(rest=mesh))), "x")]
    assert row["keywords"] == "Social Media; Hospitals; Quality of Health Care"
    assert json.loads(row["extra"])["mesh_major"] == ["Social Media", "Quality of Health Care"]
