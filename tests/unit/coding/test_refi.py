"""REFI-QDA, and the codebook in its forms: valid by the schema, and the way back is the identity."""

import zipfile
from functools import cache

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyrefiqda import RefiProject

from scripts.coding.export_coding import label_of, last_votes, project
from scripts.common.coding.codebook import Code, Codebook
from scripts.common.coding.codebook_forms import codebook_qdc, load_codebook, write_codebook_csv, yaml_text
from scripts.common.coding.model import EVIDENCE_COLUMNS, Plan
from scripts.common.coding.refi import fields_of, with_fields
from scripts.common.coding.refi_reading import read_qdpx
from scripts.common.coding.refi_writing import qdpx_bytes, zip_bytes
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from tests.paths import DATA

SCHEMAS = DATA / "refi_qda"


@cache
def schema(name):
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))


def valid(name, content):
    schema(name).assertValid(etree.fromstring(content))


sign = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Co"), exclude_characters="\ufffe\uffff"
)
line = st.text(sign, max_size=12)
prose = st.lists(line, max_size=3).map(lambda parts: "\n".join(parts).strip())
label = line.map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def codebooks(draw):
    """A tree of up to eight codes of any depth, with labels and rules in any script."""
    codes: list[Code] = []

    def grow(parent, level, left):
        while left and draw(st.booleans()):
            left -= 1
            name = f"c{len(codes)}"
            codes.append(
                Code(
                    name,
                    parent,
                    level,
                    draw(label),
                    draw(label),
                    draw(prose),
                    draw(prose),
                    draw(st.booleans()),
                    draw(prose),
                    draw(prose),
                )
            )
            left = grow(name, level + 1, left)
        return left

    grow("", 1, 8)
    if not codes:
        codes.append(Code("c0", "", 1, draw(label), draw(label), "", "", True))
    return Codebook("1.2", draw(label), draw(st.booleans()), tuple(codes))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codebooks())
def test_a_codebook_comes_back_from_yaml_csv_and_qdc_as_it_was(tmp_path, book):
    (tmp_path / "book.yaml").write_text(yaml_text(book), encoding="utf-8")
    write_codebook_csv(book, tmp_path / "book.csv")
    (tmp_path / "book.qdc").write_bytes(codebook_qdc(book))
    valid("Codebook", codebook_qdc(book))
    for name in ("book.yaml", "book.csv", "book.qdc"):
        assert load_codebook(str(tmp_path / name)) == book, name


@given(prose, st.dictionaries(st.sampled_from(["id", "include", "page"]), prose.filter(bool)))
def test_what_a_description_holds_is_read_back(text, fields):
    assert fields_of(with_fields(text, fields)) == (text, fields)


def test_any_other_description_is_text():
    assert fields_of("A note: with a colon\n[review]") == ("A note: with a colon\n[review]", {})


CODES = (
    Code("gains", "", 1, "Gains", "益处", "what got better", "", True),
    Code("speed", "gains", 2, "Délai plus court", "沟通更快", "", "", True, include="days", exclude="years"),
    Code("risks", "", 1, "Risks", "风险", "", "", False),
)

votes = st.lists(
    st.tuples(
        st.sampled_from(["1", "Müller 2020", "李 2020", 'a "b" & <c>']),
        st.sampled_from(["gains", "speed", "risks"]),
        st.sampled_from(["ann", "鲍勃", "Zoë"]),
        prose,
        prose,
        st.sampled_from(["", "p. 3", "12–14"]),
        prose,
    ),
    max_size=20,
)


def stance(study, code, coder):
    return "absent" if (len(study) + len(code) + len(coder)) % 3 == 0 else "present"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(votes)
def test_a_project_is_valid_and_comes_back_as_the_coding_that_it_was(tmp_path, found):
    """Absent codes come back too; what is absent has no passage, page or note in a project."""
    rows = []
    for study, code, coder, excerpt, source, page, note in found:
        said = stance(study, code, coder)
        rest = (excerpt, source, page, note) if said == "present" else ("", "", "", "")
        rows.append((study, code, coder, said, *rest, "1", "x.csv"))
    evidence = pd.DataFrame(sorted(set(rows)), columns=pd.Index(EVIDENCE_COLUMNS), dtype=str)
    assessed = evidence[["study_id", "coder", "round"]].drop_duplicates()
    texts = {study: f"Text of {study}\n" for study in evidence["study_id"]}
    charting = (
        pd.DataFrame({"study_id": ["1"], "country": ["Côte d’Ivoire"]})
        if "1" in texts
        else pd.DataFrame({"study_id": []})
    )
    whole = project(
        "A review", CODES, last_votes(evidence, []), assessed, texts, charting, {"1": "1: Lee 2020"}
    )
    content = qdpx_bytes(whole)
    path = tmp_path / "review.qdpx"
    path.write_bytes(content)
    valid("Project", zipfile.ZipFile(path).read("project.qde"))
    assert qdpx_bytes(whole) == content
    coding = read_codings([Plan("review", str(path), "nobody", "1")], CODES)
    back = pd.DataFrame(
        [v._replace(sheet="x.csv") for v in coding.votes], columns=pd.Index(EVIDENCE_COLUMNS), dtype=str
    )
    order = list(EVIDENCE_COLUMNS)
    assert back.sort_values(order).to_numpy().tolist() == evidence.sort_values(order).to_numpy().tolist()
    assert {(s, c) for s, c, _ in coding.looked} == set(
        zip(assessed["study_id"], assessed["coder"], strict=True)
    )
    if "1" in texts:
        sources = {source.name: source for source in read_qdpx(str(path)).sources}
        assert sources["1"].variables["country"] == "Côte d’Ivoire"
        assert sources["1"].text.startswith("Text of 1\n")


def test_a_passage_is_marked_in_the_abstract_or_below_it_and_a_study_has_its_author(tmp_path):
    """Two coders who noted one passage share its mark; a coding without a passage is at the whole text."""
    rows = [
        ("1", "speed", "ann", "present", "was faster", "", "p. 3", "", "1", ""),
        ("1", "speed", "bob", "present", "was faster", "", "", "", "1", ""),
        ("1", "gains", "ann", "present", "said in an interview", "", "", "", "1", ""),
        ("1", "gains", "bob", "present", "", "", "", "", "1", ""),
    ]
    evidence = pd.DataFrame(rows, columns=pd.Index(EVIDENCE_COLUMNS), dtype=str)
    included = {"1": {"authors": "Lee, A.; Wu, B.", "year": "2020"}, "Roe 2019": {"authors": "Roe, C."}}
    labels = {study: label_of(study, included) for study in included}
    assert labels == {"1": "1: Lee 2020", "Roe 2019": ""}
    made = project(
        "A review", CODES, evidence, evidence[["study_id", "coder", "round"]], {"1": "Care was faster.\n"},
        pd.DataFrame({"study_id": []}), labels,
    )  # fmt: skip
    path = tmp_path / "review.qdpx"
    path.write_bytes(qdpx_bytes(made))
    opened = RefiProject.load(path, tmp_path / "opened")
    (source,) = opened.sources.text_source
    assert source.name == "1: Lee 2020"
    place = RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "opened")
    text = place.read_text(encoding="utf-8")
    marked = {
        text[one.start_position : one.end_position]: len(one.coding) for one in source.plain_text_selection
    }
    assert marked == {"was faster": 2, "said in an interview": 1}
    assert len(source.coding) == 1
    assert read_qdpx(str(path)).sources[0].name == "1"


def foreign(namespace="urn:QDA-XML:project:1.0", folder="Sources"):
    """A project as other programs write it: braces, capitals, passages, a PDF, a user without codings."""
    text = "Erste Zeile\r\nWir waren schneller da.\r\n"
    start = text.index("schneller")
    xml = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="{namespace}" name="Foreign">
<Users><User guid="{{AAAAAAAA-0000-0000-0000-000000000001}}" name="Ann Example"/>
<User guid="AAAAAAAA-0000-0000-0000-000000000002" id="bob"/></Users>
<CodeBook><Codes><Code guid="BBBBBBBB-0000-0000-0000-000000000001" name="Gains" isCodable="true">
<Code guid="BBBBBBBB-0000-0000-0000-000000000002" name="délai  plus court" isCodable="true"/>
</Code></Codes></CodeBook>
<Sources><TextSource guid="CCCCCCCC-0000-0000-0000-000000000001" name="Smith 2020.docx"
plainTextPath="internal://one.txt">
<PlainTextSelection guid="DDDDDDDD-0000-0000-0000-000000000001" name="schneller"
startPosition="{start - 1}" endPosition="{start + 8}">
<Description>strong</Description>
<Coding guid="EEEEEEEE-0000-0000-0000-000000000001" creatingUser="aaaaaaaa-0000-0000-0000-000000000001">
<CodeRef targetGUID="bbbbbbbb-0000-0000-0000-000000000002"/></Coding></PlainTextSelection></TextSource>
<PDFSource guid="CCCCCCCC-0000-0000-0000-000000000002" name="Doe 2019.pdf"
path="internal://two.pdf">
<PDFSelection guid="DDDDDDDD-0000-0000-0000-000000000002" page="4"
firstX="1" firstY="1" secondX="2" secondY="2">
<Coding guid="EEEEEEEE-0000-0000-0000-000000000002" creatingUser="{{AAAAAAAA-0000-0000-0000-000000000002}}">
<CodeRef targetGUID="BBBBBBBB-0000-0000-0000-000000000001"/></Coding></PDFSelection>
</PDFSource></Sources></Project>"""
    return zip_bytes({"project.qde": xml.encode(), f"{folder}/one.txt": text.encode()})


@pytest.mark.parametrize("folder", ["Sources", "sources"])
@pytest.mark.parametrize("namespace", ["urn:QDA-XML:project:1.0", "urn:QDA-XML:project:0.4"])
def test_a_project_of_another_program_gives_passages_pages_and_users(tmp_path, namespace, folder):
    (tmp_path / "p.qdpx").write_bytes(foreign(namespace, folder))
    coding = read_codings([Plan("p", str(tmp_path / "p.qdpx"), "nobody", "1")], CODES)
    assert [(v.study_id, v.code, v.coder, v.excerpt, v.page, v.note) for v in coding.votes] == [
        ("Doe 2019", "gains", "bob", "", "4", ""),
        ("Smith 2020", "speed", "Ann Example", "schneller", "", "strong"),
    ]


def test_a_map_of_a_project_that_names_columns_is_refused(tmp_path):
    (tmp_path / "p.qdpx").write_bytes(foreign())
    words = {"set": {"round": "pilot"}, "only": {"document": "Doe*"}}
    with pytest.raises(InputError, match=r"sheets, p: only: a REFI-QDA project has no columns\. Its map may"):
        read_codings([Plan("p", str(tmp_path / "p.qdpx"), "x", "1", words=words)], CODES)


def test_a_code_of_a_project_that_the_codebook_lacks_is_named(tmp_path):
    (tmp_path / "p.qdpx").write_bytes(foreign())
    with pytest.raises(
        InputError, match=r"p\.qdpx: délai  plus court: code 'délai  plus court' is not in the codebook"
    ):
        read_codings([Plan("p", str(tmp_path / "p.qdpx"), "nobody", "1")], CODES[:1])


def test_a_foreign_codebook_gets_ids_from_its_names(tmp_path):
    (tmp_path / "f.qdc").write_text(
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
        '<Code guid="11111111-0000-0000-0000-000000000000" name="Équipe &amp; soins" isCodable="true">'
        "<Description>About teams</Description>"
        '<Code guid="22222222-0000-0000-0000-000000000000" name="沟通" isCodable="true"/>'
        '<Code guid="33333333-0000-0000-0000-000000000000" name="Other" isCodable="true"/></Code>'
        '<Code guid="44444444-0000-0000-0000-000000000000" name="Risks" isCodable="true">'
        '<Code guid="55555555-0000-0000-0000-000000000000" name="Other" isCodable="true"/></Code>'
        "</Codes></CodeBook>",
        encoding="utf-8",
    )
    book = load_codebook(str(tmp_path / "f.qdc"))
    assert [(c.id, c.parent, c.level, c.label, c.label_zh) for c in book.codes] == [
        ("equipe_soins", "", 1, "Équipe & soins", "Équipe & soins"),
        ("code_22222222", "equipe_soins", 2, "沟通", "沟通"),
        ("other", "equipe_soins", 2, "Other", "Other"),
        ("risks", "", 1, "Risks", "Risks"),
        ("risks_other", "risks", 2, "Other", "Other"),
    ]
    assert book.codes[0].definition == "About teams"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip", "cannot be read as REFI-QDA project"),
        (zip_bytes({"readme.txt": b""}), "holds no project.qde"),
        (zip_bytes({"project.qde": b"<Project"}), "not the XML of REFI-QDA"),
    ],
)
def test_a_damaged_project_is_named(tmp_path, content, message):
    (tmp_path / "p.qdpx").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_qdpx(str(tmp_path / "p.qdpx"))


def test_a_value_of_a_variable_that_is_not_named_is_one_line(tmp_path):
    xml = (
        '<Project name="p"><Sources><TextSource name="Smith 2020"><VariableValue><TextValue>UK</TextValue>'
        "</VariableValue></TextSource></Sources></Project>"
    )
    (tmp_path / "p.qdpx").write_bytes(zip_bytes({"project.qde": xml.encode()}))
    with pytest.raises(InputError, match="Smith 2020 has a value of a variable that it does not name"):
        read_qdpx(str(tmp_path / "p.qdpx"))


def test_no_entity_of_a_project_is_resolved(tmp_path):
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    xml = (
        f'<!DOCTYPE Project [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        '<Project name="p"><CodeBook><Codes><Code guid="11111111-0000-0000-0000-000000000000" name="a">'
        "<Description>&x;</Description></Code></Codes></CodeBook></Project>"
    )
    (tmp_path / "p.qdpx").write_bytes(zip_bytes({"project.qde": xml.encode()}))
    assert "secret" not in read_qdpx(str(tmp_path / "p.qdpx")).codes[0].description


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a,b,A,甲", "b,a,B,乙"], r"line 2: a is below itself, or appears twice"),
        (["a,x,A,甲"], r"line 2: the parent 'x' is no code of this file"),
        (["A,,A,甲"], r"line 2: an id is lower-case letters"),
        (["a,,,甲"], r"line 2: label_en is empty"),
        (["a,,A,甲", "a,,A,甲"], r"the id a appears twice"),
    ],
)
def test_a_wrong_row_of_a_codebook_as_csv_is_named(tmp_path, lines, message):
    path = tmp_path / "codebook.csv"
    path.write_text("\n".join(["id,parent,label_en,label_zh", *lines]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_codebook(str(path))
