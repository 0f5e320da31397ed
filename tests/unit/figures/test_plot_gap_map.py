"""The evidence gap map: a gap that is known, and a cell that nobody looked at."""

from pathlib import Path

from scripts.common.files.tables import read_table, rows_of
from scripts.figures.plot_gap_map import main
from tests.drawings import figure_paths

PLATFORM = """variables:
  - id: platform
    label: {en: Platform, zh: 平台}
    type: many
    values: [Facebook, Twitter, WeChat]
    definition: null
"""


def test_a_gap_is_known_and_a_cell_that_nobody_looked_at_is_not(folder):
    Path("config/charting.yaml").write_text(PLATFORM, encoding="utf-8")
    Path("themes.csv").write_text(
        "code,level,label,label_zh\nspeed,1,Speed,\ncost,1,Cost,\n", encoding="utf-8"
    )
    Path("matrix.csv").write_text("study_id,speed,cost\n1,1,0\n2,0,0\n3,1,\n4,,\n", encoding="utf-8")
    Path("charting.csv").write_text(
        "study_id,platform\n1,Facebook; Twitter\n2,Facebook\n3,Twitter\n4,Twitter\n", encoding="utf-8"
    )
    main(
        matrix="matrix.csv", themes="themes.csv", charting="charting.csv", variable="platform", language="en",
        paths=figure_paths("gaps"),
    )  # fmt: skip
    found = {(r["code"], r["value"]): r for r in rows_of(read_table("gaps.csv"))}
    assert {key: (r["studies"], r["bound"], r["of"], r["study_ids"]) for key, r in found.items()} == {
        ("speed", "Facebook"): ("1", "exact", "2", "1"),
        ("speed", "Twitter"): ("2", "at least", "3", "1; 3"),
        ("speed", "WeChat"): ("0", "exact", "0", ""),
        ("cost", "Facebook"): ("0", "exact", "2", ""),
        ("cost", "Twitter"): ("", "unknown", "3", ""),
        ("cost", "WeChat"): ("0", "exact", "0", ""),
    }
