"""What several tests of screening need: a sheet that is read, a catalogue, and decided records."""

import pandas as pd
import pytest

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.review.inputs import Input
from scripts.common.review.settings import USUAL_STAGES
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans
from scripts.screening.list_to_screen import main as list_main
from tests.settings import MATCHING, screening_rules
from tests.unit.screening.examples import decision


@pytest.fixture
def sheet(tmp_path):
    """Return a function that writes a file and reads its decisions; a map, or what it sets for all rows."""

    def read(name, content, not_retrieved=(), words=None, consensus=None, **given):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        words = {**({"set": given} if given else {}), **(words or {})}
        if consensus is not None:
            words["role"] = "consensus" if consensus else "votes"
        item = Input(path.stem, str(path), "decisions", "Ann", "-", "2022-01-01", "", "", "x")
        (plan,) = plans([item], {path.stem: words})
        return read_decisions(plan, screening_rules(not_retrieved_reasons=list(not_retrieved)))

    return read


@pytest.fixture
def catalogue(record):
    """b:1 is the twin of a:1 with a DOI of its own; two chapters share the DOI of their book."""
    records = pd.DataFrame(
        [
            record("a:1", doi="10.1000/A", pmid="123", title="Online feedback in hospitals", year="2020"),
            record("b:1", doi="10.1000/twin", pmid="124", title="On-line feedback in hospitals"),
            record("a:2", doi="10.1000/book", title="A chapter"),
            record("a:3", doi="10.1000/book", title="Another chapter"),
        ]
    )
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("b:1", "a:1"), ("a:2", "a:2"), ("a:3", "a:3")],
        columns=pd.Index(["record_id", "cluster_id"]),
    )
    return Catalogue(records, clusters, MATCHING)


WORDS = {1: "telephone coaching for patients after surgery", 0: "yield of winter wheat on sandy soil"}


@pytest.fixture
def files(tmp_path, record):
    """Twenty decided records of two clear kinds, and four that wait."""
    records, decisions, boxes = [], [], []
    for n in range(24):
        kind = n % 2
        name = f"a:{n:02d}"
        records.append(
            record(
                name, title=f"{WORDS[kind]} {n}", abstract=WORDS[kind], doi=f"10.5555/{n}", authors="Ödön, Á."
            )
        )
        if n < 20:
            decisions.append(decision(name, "title_abstract", "include" if kind else "exclude"))
        box = "records_waiting" if n >= 20 else "dbr_waiting" if kind else "records_excluded"
        boxes.append({"record_id": name, "box": box})
    write_table(records, tmp_path / "unique.csv", tuple(record()))
    write_table([{"record_id": row["record_id"], "cluster_id": row["record_id"]} for row in records],
                tmp_path / "clusters.csv", ("record_id", "cluster_id"))  # fmt: skip
    write_table(decisions, tmp_path / "decisions.csv", ("record_id", "stage", "decision", "reason"))
    write_table(boxes, tmp_path / "final_boxes.csv", ("record_id", "box"))
    for name in ("votes", "conflicts"):
        write_table([], tmp_path / f"{name}.csv", ("record_id", "stage", "reviewer", "kind"))
    write_table([{"record_id": "a:21", "label": "language", "reason": "no translator"}],
                tmp_path / "ineligible.csv", ("record_id", "label", "reason"))  # fmt: skip
    return tmp_path


@pytest.fixture
def listed(files):
    """Return a function that lists what is left to screen, and returns the three files."""

    def run(ranking=None):
        names = ("unique", "clusters", "final_boxes", "votes", "decisions", "conflicts", "ineligible")
        out = {name: str(files / f"{name}.out") for name in ("to_screen", "ris", "with_prior")}
        list_main(
            **{name: str(files / f"{name}.csv") for name in names},
            ranking=ranking,
            stages=USUAL_STAGES,
            **out,
        )
        return (
            rows_of(read_table(out["to_screen"])),
            (files / "ris.out").read_text("utf-8"),
            rows_of(read_table(out["with_prior"])),
        )

    return run
