"""The cell of a journal may hold the whole source line: name, meeting, volume, issue, pages and day."""

import pytest

from scripts.common.duplicates.names import author_keys
from scripts.common.duplicates.source_lines import place_with_line, source_line

MEETING = "Mood.Conference: 4th Meeting Rome.Conference Start: 20140709.Conference Publication: (var.pagings)"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Proteomics.12 (15-16) ()(pp 2421-2427) 2012.Date of Publication: August 2012.",
         ("Proteomics", "12", "15-16", "2421-2427", "2012")),
        ("Neuroscience letters.585 ()(pp 54-59) 2015.Date of Publication: 12 Jan 2015.",
         ("Neuroscience letters", "585", "", "54-59", "2015")),
        ("Plant Science 40 (3) ()(pp 269-277) 1974.", ("Plant Science", "40", "3", "269-277", "1974")),
        ("PLoS ONE.9 (1) (no pagination) 2014.Article Number: e85348.Date of Publication: 07 Jan 2014.",
         ("PLoS ONE", "9", "1", "e85348", "2014")),
        (f"{MEETING}.67 (9 Suppl 1) ()(pp 49S) 2010.Date of Publication: May 2010",
         ("Mood = 4th Meeting Rome", "67", "9 Suppl 1", "49S", "2010")),
        (MEETING, ("Mood = 4th Meeting Rome", "", "", "", "")),
        ("Mood (November 2011)", ("Mood", "", "", "", "")),
        ("JAMA. 2010 Jan 5;303(1):47-53", ("JAMA", "303", "1", "47-53", "2010")),
        ("Journal of Mood. 24(3):e287-9, 2014 Oct.", ("Journal of Mood", "24", "3", "e287-9", "2014")),
        ("Mood. Vol.24(3), Oct 2014, pp. 287-289.", ("Mood", "24", "3", "287-289", "2014")),
        ("MOOD, vol. 24, no. 3, pp. 287-289, Oct. 2014.", ("MOOD", "24", "3", "287-289", "2014")),
        ("Mood, volume 24, issue 3-4, p. 287", ("Mood", "24", "3-4", "287", "")),
        ("Mood (MOOD J), Oct2014; 24(3): 287-289. (3p)", ("Mood (MOOD J)", "24", "3", "287-289", "2014")),
        ("Mood, vol. 24", ("Mood, vol. 24", "", "", "", "")),
        ("J.Appl.Physiol (1985.)", ("J.Appl.Physiol (1985.)", "", "", "", "")),
        ("Journal of Mood", ("Journal of Mood", "", "", "", "")),
        ("3 Biotech", ("3 Biotech", "", "", "", "")),
    ],
)  # fmt: skip
def test_journal_volume_issue_pages_and_year_are_read_out_of_one_cell(cell, expected):
    assert source_line(cell) == expected


@pytest.mark.parametrize(
    ("journal", "volume", "issue", "pages", "year", "expected"),
    [
        # a spreadsheet made a day of the pages: the line has them
        ("Mood.8 (2) ()(pp 1-2) 2002.", "", "2", "01-Feb", "2002", ("Mood", "8", "2", "1-2", "2002")),
        (MEETING, "19", "pp S431", "2009", "2009", ("Mood = 4th Meeting Rome", "19", "", "S431", "2009")),
        (MEETING, "19", "var.pagings", "S17", "2009", ("Mood = 4th Meeting Rome", "19", "", "S17", "2009")),
        ("Mood", "19", "no pagination", "", "2009", ("Mood", "19", "", "", "2009")),
        # the year of the record is kept, an empty one is read from the line
        ("Mood.8 (2) ()(pp 1-2) 2002.", "", "", "", "2001", ("Mood", "8", "2", "1-2", "2001")),
        ("Mood.8 (2) ()(pp 1-2) 2002.", "", "", "", "", ("Mood", "8", "2", "1-2", "2002")),
        ("Mood", "8", "2", "1-2", "2002", ("Mood", "8", "2", "1-2", "2002")),
    ],
)
def test_the_line_fills_what_the_other_cells_do_not_say(journal, volume, issue, pages, year, expected):
    assert place_with_line(journal, volume, issue, pages, year) == expected


@pytest.mark.parametrize("written", ["SternP.R.JonesA.", "SternP.R.; JonesA.", "Stern, P. R.; Jones, A."])
def test_initials_without_a_blank_are_no_part_of_the_family_name(written):
    assert author_keys(written)[0] == ["stern", "jones"]
