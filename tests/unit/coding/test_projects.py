"""Projects of qualitative programs: which texts a user looked at, and who the users are."""

import uuid

import pytest

from scripts.coding import merge_codings
from scripts.common.coding.model import Plan
from scripts.common.coding.refi_writing import zip_bytes
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import CodingRule
from tests.codebooks import BOOK, CODES

LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"


def guid(*names):
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, " ".join(names)))


def project(users, texts, codings, codes=("speed", "reach")):
    """Return a project; ``codings`` are (user, text, code)."""
    people = "".join(f'<User guid="{guid("user", name)}" name="{name}"/>' for name in users)
    book = "".join(f'<Code guid="{guid("code", name)}" name="{name}" isCodable="true"/>' for name in codes)
    sources = ""
    for text in texts:
        found = "".join(
            f'<Coding guid="{guid(*coding)}" creatingUser="{guid("user", coding[0])}">'
            f'<CodeRef targetGUID="{guid("code", coding[2])}"/></Coding>'
            for coding in codings
            if coding[1] == text
        )
        sources += (
            f'<TextSource guid="{guid("text", text)}" name="{text}"><PlainTextContent>Some words'
            f"</PlainTextContent>{found}</TextSource>"
        )
    xml = (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Users>{people}</Users><CodeBook><Codes>{book}'
        f"</Codes></CodeBook><Sources>{sources}</Sources></Project>"
    )
    return zip_bytes({"project.qde": xml.encode()})


@pytest.fixture
def read(tmp_path):
    """Return a function that reads projects, name -> content, by maps, name -> its reviewer."""

    def coded(projects, reviewers=()):
        plans = []
        for name, content in projects.items():
            (tmp_path / f"{name}.qdpx").write_bytes(content)
            given = {"set": {"reviewer": dict(reviewers)[name]}} if name in dict(reviewers) else {}
            plans.append(Plan(name, str(tmp_path / f"{name}.qdpx"), name, "1", words=given))
        return read_codings(plans, CODES)

    return coded


ONE_NAME = {
    "a": project(["User"], ["P1", "P2"], [("User", "P1", "speed")]),
    "b": project(["User"], ["P1", "P2"], [("User", "P2", "speed")]),
}


def test_two_people_whom_their_program_calls_alike_are_named_by_the_maps(read, caplog):
    coding = read(ONE_NAME, {"a": "ann", "b": "bob"})
    assert [(vote.study_id, vote.coder) for vote in coding.votes] == [("P1", "ann"), ("P2", "bob")]
    assert {(study, coder) for study, coder, _ in coding.looked} == {
        (study, coder) for study in ("P1", "P2") for coder in ("ann", "bob")
    }
    assert "one coder" not in caplog.text


def test_a_user_of_two_projects_is_named_on_screen(read, caplog):
    coding = read(ONE_NAME)
    assert {vote.coder for vote in coding.votes} == {"User"}
    assert "User coded in" in caplog.text
    assert "counts as one coder" in caplog.text


def test_several_users_cannot_all_be_the_one_of_the_map(read):
    both = project(["ann", "bob"], ["P1"], [("ann", "P1", "speed"), ("bob", "P1", "reach")])
    with pytest.raises(InputError, match=r"2 users coded in this project \(ann, bob\), so cy cannot be all"):
        read({"p": both}, {"p": "cy"})
    assert {vote.coder for vote in read({"p": both}, {"p": "ann"}).votes} == {"ann", "bob"}


def test_coders_whose_names_differ_in_capitals_alone_are_named_on_screen(read, caplog):
    read({"p": project(["ann", "Ann"], ["P1"], [("ann", "P1", "speed"), ("Ann", "P1", "speed")])})
    assert "The coders ann and Ann differ in capitals alone and count as two" in caplog.text


@pytest.mark.parametrize(
    ("list_is", "studies"),
    [("complete", ["P1", "P2"]), ("partial", ["P1", "P2", "notes"]), ("none", ["P1", "P2", "notes"])],
)
def test_a_text_without_codings_that_is_no_included_study_is_no_row_of_the_coding(folder, list_is, studies):
    """The text of P2 is named by its DOI."""
    (folder / "config/codebook.yaml").write_text(BOOK, encoding="utf-8")
    texts = ["P1.docx", "10.1000/two", "notes"]
    (folder / "p.qdpx").write_bytes(project(["ann"], texts, [("ann", "P1.docx", "speed")]))
    (folder / "included.csv").write_text(
        f"{LIST}P1,,,,,10.1000/one,,sure,us\nP2,,,,,10.1000/two,,sure,us\n", encoding="utf-8"
    )
    out = {f"{name}_csv": f"{name}.csv" for name in ("evidence", "assessed", "lists", "final", "conflicts")}
    merge_codings.main(
        sheets=[Plan("p", "p.qdpx", "p", "1")],
        codebook="config/codebook.yaml",
        adjudication=None,
        rule=CodingRule(consensus="any"),
        unmarked="absent",
        texts="all",
        rounds=(),
        conflicts_xlsx="conflicts.xlsx",
        set_aside="set_aside.csv",
        included_list="included.csv",
        list_is=list_is,
        **out,
    )
    assert [row["study_id"] for row in rows_of(read_table("assessed.csv"))] == studies
    aside = [(row["value"], row["reason"]) for row in rows_of(read_table("set_aside.csv"))]
    assert aside == [("notes", "no included study, and nothing was coded in it")] * (list_is == "complete")
