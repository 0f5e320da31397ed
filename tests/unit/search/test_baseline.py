"""The search in NLM's files: each file by itself, then the last version of each record, cut by days."""

import gzip
import json
import logging
import random
from datetime import date
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table
from scripts.common.search.pubmed_files import expected_digest, pubmed_files
from scripts.common.search.query_check import check_answerable
from scripts.common.search.windows import cut
from scripts.search import merge_files, scan_file
from tests import random_queries
from tests.pubmed_files import File, FileSet, invented, name_of, write_digest, write_file

START, END = date(2018, 1, 1), date(2023, 12, 31)


@pytest.fixture(autouse=True)
def _warnings(monkeypatch) -> None:
    """Let pytest see what a job logs."""
    monkeypatch.setattr(logging.getLogger("review"), "propagate", True)


@pytest.fixture(scope="module")
def files() -> FileSet:
    return invented(per_file=12)


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pubmed")
    files.write(folder)
    return folder


class Baseline:
    """Searches a folder in a folder of its own, job by job as the workflow does."""

    def __init__(self, folder: Path, results: Path) -> None:
        self.folder, self.results = folder, results
        (results / "windows").mkdir(parents=True, exist_ok=True)

    def scan(self, query: str, **more: bool) -> list[Path]:
        bases = []
        for file in pubmed_files(str(self.folder)):
            base = self.results / file.name
            scan_file.main(
                path=str(file.path), query=query, mesh_file=None, matches_xml=f"{base}.xml.gz",
                pmids_gz=f"{base}.pmids.gz", receipt=f"{base}.json", **more,
            )  # fmt: skip
            bases.append(base)
        return bases

    def merge(
        self, bases: list[Path], query: str, field: str = "crdt", end: date = END, windows: str = "year"
    ) -> list[int]:
        """Return the PMIDs of the answer."""
        names = [self.results / "windows" / str(window) for window in cut(START, end, windows)]
        merge_files.main(
            query=query, date_field=field, end=end.isoformat(), mesh_file=None, folder=str(self.folder),
            matches=[f"{base}.xml.gz" for base in bases], pmids=[f"{base}.pmids.gz" for base in bases],
            receipts=[f"{base}.json" for base in bases], windows_xml=[f"{name}.xml.gz" for name in names],
            windows_json=[f"{name}.json" for name in names], overall=str(self.results / "baseline.json"),
            then_csv=str(self.results / "then.csv"),
        )  # fmt: skip
        found = {pmid for name in names for pmid in self.receipt(name)["pmids"]}
        return sorted(found)

    def receipt(self, name: Path) -> dict:
        return json.loads(Path(f"{name}.json").read_text(encoding="utf-8"))

    def then(self) -> dict[str, tuple[str, str]]:
        table = read_table(str(self.results / "then.csv"))
        return {row["pmid"]: (row["then"], row["reason"]) for row in table.to_dict("records")}


def search(folder: Path, results: Path, query: str, **more) -> list[int]:
    baseline = Baseline(folder, results)
    return baseline.merge(baseline.scan(query), query, **more)


@pytest.mark.parametrize("seed", range(12))
def test_the_last_version_of_each_record_that_is_not_deleted_answers_a_query(files, folder, tmp_path, seed):
    query = random_queries.query(random.Random(seed))
    assert search(folder, tmp_path, query) == files.answer(query)


def test_the_receipt_over_all_names_files_digests_tree_and_programs(folder, tmp_path):
    search(folder, tmp_path, "care[ti] NOT nurs*[tiab]")
    total = json.loads((tmp_path / "baseline.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in total["files"]] == [file.name for file in pubmed_files(str(folder))]
    assert all(one["md5"] == expected_digest(folder / f"{one['file']}.xml.gz.md5") for one in total["files"])
    assert total["tree"]["operator"] == "NOT"
    assert [part["words"] for part in total["tree"]["parts"]] == ["care", "nurs"]
    assert set(total["programs"]) == {"python", "lxml"}


def article(
    pmid: int,
    title: str,
    *,
    version: int = 1,
    created: str = "2020/05/05",
    revised: str = "2020/06/01",
    printed: str = "2020",
    online: str = "",
) -> bytes:
    """Return a record with a title and days."""

    def day(text: str) -> str:
        names = ("Year", "Month", "Day")
        return "".join(f"<{name}>{part}</{name}>" for name, part in zip(names, text.split("/"), strict=False))

    electronic = f'<ArticleDate DateType="Electronic">{day(online)}</ArticleDate>' if online else ""
    history = f'<PubMedPubDate PubStatus="entrez">{day(created)}</PubMedPubDate>' if created else ""
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><DateRevised>{day(revised)}'
        f"</DateRevised><Article><Journal><JournalIssue><PubDate>{day(printed)}</PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>{electronic}</Article></MedlineCitation><PubmedData><History>"
        f"{history}</History></PubmedData></PubmedArticle>"
    ).encode()


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([File([article(1, "care"), article(1, "cure", version=2)], [])], []),
        ([File([article(1, "cure", version=2), article(1, "care", version=3)], [])], [1]),
        ([File([article(1, "care", version=2)], []), File([article(1, "cure")], [])], []),
        ([File([article(1, "care")], []), File([], [(1, 1)])], []),
        ([File([article(1, "care")], []), File([], [(1, 1)]), File([article(1, "care")], [])], [1]),
        ([File([article(1, "care")], []), File([article(1, "care", version=2)], [(1, 1)])], [1]),
        ([File([article(1, "care")], []), File([article(1, "cure")], [(1, 2)])], []),
        ([File([article(1, "care")], [(2, 1)]), File([article(2, "care")], [])], [1, 2]),
        ([File([article(1, "cure"), article(1, "care")], [])], [1]),
        ([File([article(1, "care"), article(1, "cure")], [])], []),
    ],
    ids=[
        "the higher version of a file counts, whatever the lower one says",
        "the higher version of a file counts",
        "a later file counts, whatever its version",
        "a deletion removes",
        "a record that comes again after its deletion is there",
        "the deletion of a version leaves those after it",
        "the deletion of a version takes those before it along",
        "a deletion of what is not there yet removes nothing later",
        "of one version twice in a file the last one counts: it meets the query",
        "of one version twice in a file the last one counts: it does not meet the query",
    ],
)
def test_versions_and_deletions(files, found, tmp_path):
    FileSet(files).write(tmp_path / "pubmed")
    assert search(tmp_path / "pubmed", tmp_path / "results", "care[ti]") == found


@pytest.mark.parametrize(
    ("field", "windows"),
    [("crdt", {"2021"}), ("pdat", {"2019", "2020"})],
    ids=["by creation in the year of creation", "by publication where printed and where online"],
)
def test_the_period_is_cut_by_the_date_that_was_asked_for(field, windows, tmp_path):
    one = article(7, "care", created="2021/01/01", printed="2020", online="2019/12/31")
    FileSet([File([one], [])]).write(tmp_path / "pubmed")
    baseline = Baseline(tmp_path / "pubmed", tmp_path / "results")
    assert baseline.merge(baseline.scan("care[ti]"), "care[ti]", field) == [7]
    found = {
        path.name[:4]
        for path in (tmp_path / "results/windows").glob("*.json")
        if json.loads(path.read_text(encoding="utf-8"))["pmids"] == [7]
    }
    assert found == windows


def test_a_record_without_the_date_is_in_no_window_and_named(tmp_path, caplog):
    FileSet([File([article(7, "care", created="")], [])]).write(tmp_path / "pubmed")
    assert search(tmp_path / "pubmed", tmp_path / "results", "care[ti]") == []
    assert "1 records meet the query and have no date" in caplog.text
    total = json.loads((tmp_path / "results/baseline.json").read_text(encoding="utf-8"))
    assert total["without_date"] == [7]


def test_what_was_known_on_an_earlier_day_is_given_for_each_record(tmp_path):
    old, new = "2020/06/01", "2022/02/02"
    first = File(
        [
            article(1, "care", revised=old), article(2, "care", revised=new),
            article(3, "care", created="2022/02/02", printed="2020", revised=new),
            article(4, "care", revised=old), article(5, "care", revised=old), article(6, "care", revised=new),
        ], [],
    )  # fmt: skip
    FileSet([first, File([article(5, "cure", revised=new)], [(4, 1), (6, 1)])]).write(tmp_path / "pubmed")
    baseline = Baseline(tmp_path / "pubmed", tmp_path / "results")
    found = baseline.merge(baseline.scan("care[ti]"), "care[ti]", "pdat", date(2020, 12, 31))
    assert found == [1, 2, 3]
    then = baseline.then()
    assert {pmid: answer for pmid, (answer, _) in then.items()} == {
        "1": "yes", "2": "not known", "3": "no", "4": "yes", "5": "yes", "6": "not known",
    }  # fmt: skip
    assert then["4"][1] == "not revised up to then; since deleted by pubmed26n0002"
    assert "replaced by a version that does not meet the query" in then["5"][1]


DAMAGED = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-200]),
    "with a wrong byte": lambda path: path.write_bytes(
        path.read_bytes()[:900] + b"\0\1\2" + path.read_bytes()[903:]
    ),
    "empty": lambda path: path.write_bytes(b""),
    "a page of a proxy": lambda path: path.write_text("<html>login</html>", encoding="utf-8"),
    "not packed": lambda path: path.write_bytes(gzip.decompress(path.read_bytes())),
    "two files in one": lambda path: path.write_bytes(path.read_bytes() * 2),
    "another set": lambda path: path.write_bytes(gzip.compress(b"<OtherSet></OtherSet>")),
    "cut before it was packed": lambda path: path.write_bytes(
        gzip.compress(gzip.decompress(path.read_bytes())[:-300])
    ),
}


@pytest.mark.parametrize("sealed", [False, True], ids=["with the digest of the whole", "with its own digest"])
@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_one_line(damage, sealed, tmp_path):
    path = write_file(tmp_path, 1, [article(number, "care") for number in range(1, 40)])
    damage(path)
    if sealed:
        write_digest(path)
    with pytest.raises(InputError) as error:
        Baseline(tmp_path, tmp_path / "results").scan("care[ti]")
    (line,) = error.value.args
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert line.endswith("again.")


def test_a_wrong_digest_is_one_line_with_both(tmp_path):
    path = write_file(tmp_path, 1, [article(1, "care")])
    write_digest(path, "0" * 32)
    with pytest.raises(InputError, match=f"its MD5 is [0-9a-f]{{32}}, its .md5 says {'0' * 32}"):
        Baseline(tmp_path, tmp_path / "results").scan("care[ti]")


@pytest.fixture
def series(tmp_path) -> Path:
    for number in range(1, 7):
        write_file(tmp_path, number, [])
    return tmp_path


def test_annual_and_update_files_may_lie_in_the_folders_of_nlm(series):
    for name, numbers in (("baseline", (1, 2, 3)), ("updatefiles", (4, 5, 6))):
        (series / name).mkdir()
        for number in numbers:
            for end in ("", ".md5"):
                (series / f"{name_of(number)}{end}").rename(series / name / f"{name_of(number)}{end}")
    (series / "README.txt").write_text("NLM")
    assert [file.number for file in pubmed_files(str(series))] == [1, 2, 3, 4, 5, 6]


def remove(folder: Path, *numbers: int) -> None:
    for number in numbers:
        for end in ("", ".md5"):
            (folder / f"{name_of(number)}{end}").unlink()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda folder: remove(folder, 3), "pubmed26n0003.xml.gz is missing"),
        (lambda folder: remove(folder, 1), "pubmed26n0001.xml.gz is missing"),
        (lambda folder: (folder / "pubmed26n0006.xml.gz").unlink(), "n0006.xml.gz is missing, its .md5 is"),
        (lambda folder: (folder / "pubmed26n0006.xml.gz.md5").unlink(), "n0006.xml.gz.md5 is missing"),
        (lambda folder: write_file(folder, 7, [], year=27), "holds files of 2026 and 2027"),
        (lambda folder: remove(folder, *range(1, 7)), "holds no file with a name like"),
        (lambda folder: remove(folder, 2, 4), "pubmed26n0002.xml.gz, pubmed26n0004.xml.gz are missing"),
    ],
    ids=["one in the middle", "the first", "a file whose digest is there", "a digest whose file is there",
         "two years", "nothing", "several"],
)  # fmt: skip
def test_a_series_that_is_not_whole_is_one_line(change, line, series):
    change(series)
    with pytest.raises(InputError) as error:
        pubmed_files(str(series))
    (message,) = error.value.args
    assert line in message


def test_a_digest_is_read_as_nlm_and_as_md5sum_write_it(tmp_path):
    digest = "d41d8cd98f00b204e9800998ecf8427e"
    for text in (f"MD5 (x.xml.gz) = {digest}", f"MD5(x.xml.gz)= {digest}", f"{digest.upper()}  x.xml.gz\n"):
        (tmp_path / "x.md5").write_text(text)
        assert expected_digest(tmp_path / "x.md5") == digest
    (tmp_path / "x.md5").write_text("<html>")
    with pytest.raises(InputError, match="holds no MD5 digest"):
        expected_digest(tmp_path / "x.md5")


def test_a_folder_that_grew_and_a_new_year_are_reported(series, tmp_path, caplog):
    results = tmp_path / "results"
    baseline = Baseline(series, results)
    bases = baseline.scan("care[ti]")
    (results / "pubmed25n0001.json").write_text("{}")
    write_file(series, 7, [])
    baseline.merge(bases, "care[ti]")
    assert "1 files came while the others were searched (pubmed26n0007 is the first)" in caplog.text
    assert "the annual files of 2026 take the place of those of 2025" in caplog.text


def test_files_that_end_before_the_search_does_are_reported(tmp_path, caplog):
    FileSet([File([article(1, "care", revised="2021/03/04")], [])]).write(tmp_path / "pubmed")
    baseline = Baseline(tmp_path / "pubmed", tmp_path / "results")
    baseline.merge(baseline.scan("care[ti]"), "care[ti]")
    assert "the files go up to 2021-03-04" in caplog.text
    over = {
        name: baseline.receipt(tmp_path / "results/windows" / name)["window_over"]
        for name in map(str, cut(START, END, "year"))
    }
    assert list(over.values()) == [True, True, True, False, False, False]


def test_without_days_of_revision_the_last_creation_of_a_match_counts(tmp_path, caplog):
    record = article(1, "care", created="2021/03/04").replace(b"<DateRevised>", b"<X>").replace(
        b"</DateRevised>", b"</X>"
    )  # fmt: skip
    FileSet([File([record], [])]).write(tmp_path / "pubmed")
    baseline = Baseline(tmp_path / "pubmed", tmp_path / "results")
    for query, day in (("care[ti]", "2021-03-04"), ("cure[ti]", "")):
        baseline.merge(baseline.scan(query), query)
        assert baseline.receipt(tmp_path / "results/windows/2021-01-01_2021-12-31")["searched_on"] == day
    assert "up to which day the files go is not known" in caplog.text


@pytest.mark.parametrize(
    "written",
    [
        lambda record: record.replace(b"<PubmedArticle>", b"<PubmedArticle >"),
        lambda record: record.replace(b'Version="1"', b"Version='1'"),
        lambda record: record.replace(b"<PMID ", b"\r\n<PMID Owner='NLM' "),
        lambda record: record.replace(b"<ArticleTitle>", b"<!-- </PubmedData> --><ArticleTitle>"),
        lambda record: record.replace(b"care", b"<![CDATA[care]]>"),
        lambda record: record.replace(b"><", b">\r\n  <"),
        lambda record: (
            b'<PubmedBookArticle><BookDocument><PMID Version="1">2</PMID><ArticleTitle>care</ArticleTitle>'
            b'</BookDocument><PubmedBookData><History><PubMedPubDate PubStatus="entrez"><Year>2020</Year>'
            b"</PubMedPubDate></History></PubmedBookData></PubmedBookArticle>"
        ),
    ],
    ids=["a blank in a tag", "other quotes", "another attribute", "a comment", "character data",
         "line ends of Windows", "a book"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "between", "last"])
def test_what_is_not_written_as_nlm_writes_it_is_parsed(written, place, tmp_path):
    records = [article(1, "care"), article(3, "cure")]
    records.insert(place, written(article(2, "care")))
    write_file(tmp_path, 1, records, [(3, 1)])
    assert search(tmp_path, tmp_path / "results", "care[ti] OR cure[ti]") == [1, 2], "3 is deleted"


def test_a_file_that_only_deletes_deletes(tmp_path):
    FileSet([File([article(1, "care"), article(2, "care")], []), File([], [(1, 1)])]).write(tmp_path)
    assert search(tmp_path, tmp_path / "results", "care[ti]") == [2]


def test_what_is_skipped_is_counted_and_its_pmid_kept(tmp_path):
    write_file(tmp_path, 1, [article(1, "care"), article(2, "cure", version=3), article(3, "cure")])
    (base,) = Baseline(tmp_path, tmp_path / "results").scan("care[ti]")
    assert gzip.decompress(Path(f"{base}.pmids.gz").read_bytes()) == b"1\n2 3\n3\n"
    assert json.loads(Path(f"{base}.json").read_text(encoding="utf-8"))["records"] == 3


def test_a_missing_file_of_headings_is_one_line(tmp_path):
    check_answerable("care[ti]", None)
    with pytest.raises(InputError, match=r"^search\.mesh: .*desc2026\.xml is missing\."):
        check_answerable("care[ti]", str(tmp_path / "desc2026.xml"))
