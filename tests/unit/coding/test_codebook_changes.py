"""Versions of the codebook: what changed, and whether it was declared."""

from pathlib import Path

import pytest

from scripts.coding.compare_codebooks import compare, main
from scripts.common.coding.codebook import Codebook
from scripts.common.coding.codebook_changes import added_after, follow, read_changes
from scripts.common.coding.codebook_forms import codebook_path, yaml_text
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from tests.codebooks import code

HEAD = "version,change,code,to,reason,who,date"


OLD = Codebook(
    "1",
    "made",
    True,
    (
        code("gains"),
        code("quick", "gains", label="Speed"),
        code("far", "gains"),
        code("fun"),
        code("x", label="Old"),
    ),
)
NEW = Codebook(
    "2",
    "made",
    True,
    (
        code("gains", label="Benefits"),
        code("speed", "gains"),
        code("reach"),
        code("far"),
        code("y", label="Old"),
    ),
)


def declare(folder, *lines):
    (folder / "config/decisions").mkdir(parents=True, exist_ok=True)
    (folder / "config/decisions/codebook_changes.csv").write_text(
        "\n".join([HEAD, *lines]) + "\n", encoding="utf-8"
    )
    return read_changes([item.id for item in NEW.codes])


def test_what_was_added_moved_merged_renamed_and_removed_is_listed(folder):
    changes = declare(
        folder,
        "2,renamed,quick,speed,clearer,ann,",
        "2,merged,fun,reach,one idea,ann,",
        "2,added,reach,,new,ann,",
    )
    assert {
        (r["code"], r["change"], r["from"], r["to"], r["declared"]) for r in compare(OLD, NEW, changes)
    } == {
        ("quick", "renamed", "quick", "speed", "yes"),
        ("fun", "merged", "fun", "reach", "yes"),
        ("reach", "added", "", "", "yes"),
        ("far", "moved", "gains", "", "no"),
        ("gains", "relabelled", "Gains", "Benefits", "no"),
        ("x", "renamed", "x", "y", "no"),
    }


def test_a_code_is_followed_through_the_versions_it_was_not_used_in(folder):
    changes = declare(
        folder,
        "2,renamed,a,b,so,ann,",
        "3,renamed,b,speed,so,ann,",
        "3,removed,z,,so,ann,",
        "4,added,reach,,so,ann,",
    )
    assert follow("a", changes)[0] == "speed"
    assert follow("b", changes, "2")[0] == "speed"
    assert follow("b", changes, "3") == ("b", "")
    assert follow("z", changes, "1") == ("", "z: removed in version 3")
    assert added_after(changes, "1") == ["reach"]
    assert added_after(changes, "4") == added_after(changes, "") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("two,renamed,a,speed,so,ann,", r"line 2: version 'two' is no number"),
        ("2,rename,a,speed,so,ann,", r"line 2: change 'rename' is unknown\. Did you mean renamed"),
        ("2,renamed,a,,so,ann,", r"line 2: a renamed code needs code, reason and"),
        ("2,renamed,a,sped,so,ann,", r"a went to 'sped', which is no code today\. Did you mean speed"),
    ],
)
def test_a_wrong_change_is_named(folder, line, message):
    with pytest.raises(InputError, match=message):
        declare(folder, line)


def test_versions_are_compared_in_their_order_and_two_of_one_number_stop(folder):
    for name, book in (
        ("new", NEW),
        ("old", OLD),
        ("older", OLD._replace(version="0.9", codes=OLD.codes[:2])),
    ):
        Path(f"{name}.yaml").write_text(yaml_text(book), encoding="utf-8")
    main(codebook="new.yaml", older={"old.yaml": {}, "older.yaml": {}}, changes_csv="changes.csv")
    rows = rows_of(read_table("changes.csv"))
    assert {(row["before"], row["version"]) for row in rows} == {("0.9", "1"), ("1", "2")}
    with pytest.raises(InputError, match=r"new\.yaml: two codebooks have one version"):
        main(codebook="new.yaml", older={"new.yaml": {}}, changes_csv="changes.csv")
    with pytest.raises(InputError, match=r"old\.yaml: version 1 is older than 2 among the inputs"):
        main(codebook="old.yaml", older={"new.yaml": {}}, changes_csv="changes.csv")


def test_a_review_has_one_codebook_in_one_of_three_forms(folder):
    assert codebook_path() is None
    Path("config/codebook.csv").write_text("", encoding="utf-8")
    assert codebook_path() == "config/codebook.csv"
    Path("config/codebook.qdc").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"config/codebook\.csv: the review has config/codebook\.qdc too"):
        codebook_path()
