"""Where the studies are from: every country has a tile, and no study is lost."""

from pathlib import Path

import pycountry
import pytest

from scripts.common.figures.countries import find_country, read_countries
from scripts.common.files.tables import read_table, rows_of
from scripts.figures.plot_countries import main
from tests.drawings import figure_paths


def test_every_country_of_the_standard_has_a_tile_of_its_own():
    tiles = read_countries()
    assert set(tiles) == {country.alpha_3 for country in pycountry.countries}
    assert len({(tile.row, tile.column) for tile in tiles.values()}) == len(tiles) == 249
    for tile in tiles.values():
        standard = pycountry.countries.get(alpha_3=tile.alpha3)
        for written in (tile.en, tile.zh, tile.alpha3, standard.name):
            assert find_country(written) == tile


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("USA", "USA"), ("US", "USA"), ("the United States", "USA"), ("U.S.A.", "USA"), ("美国", "USA"),
        ("England", "GBR"), ("Northern Ireland", "GBR"), ("Republic of Korea", "KOR"), ("Türkiye", "TUR"),
        ("turkey", "TUR"),
        ("Cote d'Ivoire", "CIV"), ("Viet Nam", "VNM"), ("Hong Kong", "HKG"), ("Congo", "COG"), ("DRC", "COD"),
        ("no", None), ("NA", None), ("NR", None), ("Korea", None),
        ("in", None), ("Europe", None), ("worldwide", None), ("", None),
    ],
)  # fmt: skip
def test_a_country_is_found_as_people_write_it(written, code):
    found = find_country(written)
    assert (found.alpha3 if found else None) == code


def test_the_map_loses_no_study(folder):
    Path("charting.csv").write_text(
        "study_id,country\n1,UK\n2,England; Scotland; France\n3,Europe\n4,\n5,France; Atlantis\n",
        encoding="utf-8",
    )
    main(charting="charting.csv", variable="country", language="en", paths=figure_paths("map"))
    assert [
        (r["country"], r["label"], r["studies"], r["study_ids"]) for r in rows_of(read_table("map.csv"))
    ] == [
        ("FRA", "France", "2", "2; 5"),
        ("GBR", "United Kingdom", "2", "1; 2"),
        ("", "Atlantis", "1", "5"),
        ("", "Europe", "1", "3"),
        ("", "not reported", "1", "4"),
    ]
