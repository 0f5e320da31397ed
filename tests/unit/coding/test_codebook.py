"""The code tree: every code has one name, one place and a label in both languages."""

import pytest

from scripts.common.coding.codebook import children
from scripts.common.coding.codebook_forms import categories_known, read_codebook
from scripts.common.errors import InputError
from tests.codebooks import HEAD


def code(name, rest=""):
    return f"{{id: {name}, label: {{en: {name}, zh: 名}}, definition: null, place: null{rest}}}"


def book(tmp_path, *codes, head=HEAD):
    path = tmp_path / "codebook.yaml"
    path.write_text(head + "".join(f"  - {item}\n" for item in codes), encoding="utf-8")
    return str(path)


def test_a_tree_of_any_depth_is_read_parents_first(tmp_path):
    inner = code("b", f", children: [{code('c')}], children_known: some")
    deep = code("a", f", children: [{inner}]")
    codes = read_codebook(book(tmp_path, deep, code("d")))
    assert [(x.id, x.parent, x.level) for x in codes] == [
        ("a", "", 1),
        ("b", "a", 2),
        ("c", "b", 3),
        ("d", "", 1),
    ]
    assert [x.children_known for x in codes] == [True, False, True, True]
    assert [x.id for x in children(codes, "")] == ["a", "d"]
    assert [x.id for x in children(codes, "a")] == ["b"]


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ((code("a"), code("a")), r"codebook\.yaml: the id a appears twice"),
        ((code("a", f", children: [{code('a')}]"),), r"the id a appears twice"),
        ((code("Speed"),), r"code 'Speed': an id is lower-case letters"),
        ((code("a", ", colour: red"),), r"code 'a': unknown name colour"),
        (
            (code("a", ", children_known: most"),),
            r"code 'a': children_known is 'most'; it must be all or some",
        ),
        ((code("a", ", children: none"),), r"below a a list of codes is needed"),
        (("{id: a, label: A, definition: null, place: null}",), r"code 'a', label: 'A' is given where names"),
        (("just a word",), r"code 'just a word': 'just a word' is given where names"),
        (
            ("{id: no, label: {en: A, zh: 甲}, definition: null, place: null}",),
            r"id is False, which is no text",
        ),
        (
            ("{id: a, label: {en: 2, zh: 甲}, definition: null, place: null}",),
            r"label\.en is 2, which is no text",
        ),
        (
            ("{id: a, label: {en: A, zh: 甲}, definition: yes, place: null}",),
            r"definition is True, which is no",
        ),
        (("{id: a, label: {en: null, zh: 甲}, definition: null, place: null}",), r"label\.en is empty"),
        (('{id: a, label: {en: "A\\x01", zh: 甲}, definition: null, place: null}',), r"a control character"),
    ],
    ids=[
        "twice",
        "twice on two levels",
        "capitals",
        "unknown name",
        "neither all nor some",
        "no list",
        "one language",
        "no code",
        "no as an id",
        "a number as a label",
        "yes as a definition",
        "no label",
        "control character",
    ],
)
def test_a_wrong_code_is_named(tmp_path, codes, message):
    with pytest.raises(InputError, match=message):
        read_codebook(book(tmp_path, *codes))


def test_an_empty_codebook_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"codebook\.yaml: codes is empty"):
        read_codebook(book(tmp_path, head=HEAD.replace("codes:\n", "codes: []\n")))


def test_whether_all_categories_are_known_is_all_or_some(tmp_path):
    assert categories_known(book(tmp_path, code("a"))) is True
    assert categories_known(book(tmp_path, code("a"), head=HEAD.replace("all", "some"))) is False
    with pytest.raises(InputError, match="children_known is 'most'"):
        categories_known(book(tmp_path, code("a"), head=HEAD.replace("all", "most")))
