"""Tables as grids of cells, and the rows and columns that are studies."""

from scripts.common.paper.article_tables import studies, tables
from tests.papers import paper, reference, table, xref


def test_spans_of_cells_are_laid_out():
    rows = '<tr><td rowspan="2">A</td><td>1</td></tr><tr><td>2</td></tr><tr><td colspan="2">B</td></tr>'
    (one,) = tables(paper(table(rows)))
    assert [[cell.passage.text for cell in row] for row in one.grid[1:]] == [
        ["A", "1"],
        ["A", "2"],
        ["B", "B"],
    ]
    assert one.footnotes[0].text == "A footnote"


def test_rows_without_links_are_found_by_author_and_year():
    listed = "".join(
        reference(n, name=name, year=year)
        for n, (name, year) in enumerate((("Élan", 2001), ("Roe", 2002), ("Roe", 2009)), 1)
    )
    rows = "<tr><td>Elan et al. (2001)</td><td>x</td></tr><tr><td>Roe 2009</td><td>y</td></tr><tr><td>Poe 2003</td><td>z</td></tr>"
    article = paper(table(rows), listed)
    (one,) = tables(article)
    found = studies(article, one)
    assert [study.ref_ids for study in found] == [("r1",), ("r3",), ()]
    assert "no reference of that name and year" in found[2].doubt


def test_a_row_that_names_another_work_than_it_links_is_shown():
    listed = reference(1, name="Roe", year=2001) + reference(2, name="Solah", year=2014) + reference(3)
    rows = f"<tr><td>Roe 2001 [{xref(1)}]</td><td>x</td></tr><tr><td>Solah et al., 2014 [{xref(1)}]</td><td>y</td></tr>"
    article = paper(table(rows), listed)
    (one,) = tables(article)
    second = studies(article, one)[1]
    assert second.ref_ids == ("r2",)
    assert "read as 2 (Solah 2014)" in second.doubt


def test_studies_in_columns():
    head = f"<tr><th></th><th>Roe [{xref(2)}]</th><th>Poe [{xref(5)}]</th></tr>"
    article = paper(
        table(
            "<tr><td>Country</td><td>A</td><td>B</td></tr><tr><td>Year</td><td>1</td><td>2</td></tr>",
            head=head,
        )
    )
    (one,) = tables(article)
    assert [study.ref_ids for study in studies(article, one)] == [("r2",), ("r5",)]


def test_the_year_may_be_in_the_column_beside_the_author():
    listed = "".join(
        reference(n, name=name, year=year) for n, (name, year) in enumerate((("Roe", 2002), ("Roe", 2009)), 1)
    )
    rows = "<tr><td>Roe et al.</td><td>2009</td></tr><tr><td>Roe</td><td>(2002)</td></tr>"
    article = paper(table(rows, head="<tr><th>Author</th><th>Year</th></tr>"), listed)
    (one,) = tables(article)
    assert [study.ref_ids for study in studies(article, one)] == [("r2",), ("r1",)]


def test_letters_behind_years_tell_two_works_apart():
    listed = "".join(
        f'<ref id="r{n}"><mixed-citation><name><surname>Roe</surname><given-names>A</given-names></name> '
        f"<year>2010</year>{letter}. <article-title>Title {n}</article-title></mixed-citation></ref>"
        for n, letter in enumerate("ab", 1)
    )
    rows = "<tr><td>Roe 2010b</td><td>x</td></tr><tr><td>Roe 2010A</td><td>y</td></tr>"
    article = paper(table(rows), listed)
    (one,) = tables(article)
    assert [study.ref_ids for study in studies(article, one)] == [("r2",), ("r1",)]


def test_a_row_without_a_link_is_found_by_its_author_where_the_column_of_links_is_empty():
    listed = "".join(reference(n, name=f"Author{n}", year=2010) for n in range(1, 5))
    rows = "".join(
        f"<tr><td>Author{n}</td><td>2010</td><td>{xref(n) if n < 4 else ''}</td></tr>" for n in range(1, 5)
    )
    head = "<tr><th>Author</th><th>Year</th><th>Reference</th></tr>"
    article = paper(table(rows, head=head), listed)
    (one,) = tables(article)
    assert [study.ref_ids for study in studies(article, one)] == [("r1",), ("r2",), ("r3",), ("r4",)]
