"""Rank the records that wait by the review's own decisions: an order of reading, never a decision."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.screening.stages import EXCLUDE
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

RANKING_COLUMNS = ("record_id", "rank", "score")
SIMULATION_COLUMNS = ("read", "of", "found", "relevant", "recall_percent", "by_chance_percent")
WAITING = ("records_waiting", "other_records_waiting")
SEED = 1  # the solver shuffles; the same seed gives the same bytes
MIN_EACH = 2  # decisions of each kind: fewer teach nothing
BATCH = 0.1  # share of the records read so far that is read before the model learns again, at least one


def relevant_or_not(decisions: Iterable[dict[str, str]], stages: Sequence[str]) -> dict[str, int]:
    """Return record -> 1 if it went on towards the full text, 0 if it was excluded before."""
    label: dict[str, int] = {}
    for row in sorted(decisions, key=lambda row: stages.index(row["stage"])):
        excluded = row["stage"] != stages[-1] and row["decision"] == EXCLUDE
        label[row["record_id"]] = int(not excluded)
    return label


def weigh(texts: Sequence[str]) -> Any:
    """Return the words of each text weighed by how rare they are (TF-IDF): a sparse row per text."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, dtype=np.float64).fit_transform(texts)


def scores(
    rows: Any, read: Sequence[int], labels: Sequence[int], asked: Sequence[int]
) -> NDArray[np.float64]:
    """Return for each asked row how likely it is relevant, learned from those read (logistic regression).

    Both kinds weigh the same, because inclusions are few. Rounded to six digits: below that sums differ
    between processors.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", random_state=SEED)
    model.fit(rows[list(read)], np.asarray(labels))
    return np.asarray(np.round(model.predict_proba(rows[list(asked)])[:, 1], 6))


def simulate(rows: Any, labels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (records read, relevant found) of a screening that had been led by the ranking from the start.

    It begins with the first relevant and the first irrelevant record, reads what ranks highest, and learns
    again after every batch. The records are those that people did decide on, so the truth is known.
    """
    read = [list(labels).index(1), list(labels).index(0)]
    left = [i for i in range(len(labels)) if i not in read]
    yield len(read), sum(labels[i] for i in read)
    while left:
        chance = scores(rows, read, [labels[i] for i in read], left)
        order = sorted(range(len(left)), key=lambda i: (-chance[i], left[i]))
        batch = [left[i] for i in order[: max(1, int(BATCH * len(read)))]]
        read += batch
        left = sorted(set(left) - set(batch))
        yield len(read), sum(labels[i] for i in read)


def simulation_rows(rows: Any, labels: Sequence[int]) -> list[dict[str, object]]:
    """Return recall against records read, beside what reading in any order finds on average."""
    total, relevant = len(labels), sum(labels)
    return [
        {
            "read": read, "of": total, "found": found, "relevant": relevant,
            "recall_percent": f"{100 * found / relevant:.1f}",
            "by_chance_percent": f"{100 * read / total:.1f}",
        }
        for read, found in simulate(rows, labels)
    ]  # fmt: skip


def main(
    *,
    unique: str,
    clusters: str,
    final_boxes: str,
    decisions: str,
    stages: Sequence[str],
    ranking: str,
    simulation: str,
) -> None:
    """Write the rank of every record that waits, and how the ranking would have served so far."""
    try:
        import sklearn  # noqa: F401  its absence is reported before any work
    except ImportError:
        raise InputError("screening.ranking: needs scikit-learn, which is not installed. Run make.") from None
    label = relevant_or_not(rows_of(read_table(decisions)), stages)
    home = {row["record_id"]: row["cluster_id"] for row in rows_of(read_table(clusters))}
    waiting = {home[row["record_id"]] for row in rows_of(read_table(final_boxes)) if row["box"] in WAITING}
    text = {
        row["record_id"]: f"{row['title']} {row['abstract']} {row['keywords']}"
        for row in rows_of(read_table(unique))
    }
    decided = sorted(name for name in label if name in text and name not in waiting)
    kinds = [label[name] for name in decided]
    if min(kinds.count(0), kinds.count(1)) < MIN_EACH:
        log.warning(
            "no ranking: it learns from %d records of each kind or more; %d relevant and %d"
            " irrelevant are decided",
            MIN_EACH,
            kinds.count(1),
            kinds.count(0),
        )
        write_table([], ranking, RANKING_COLUMNS)
        write_table([], simulation, SIMULATION_COLUMNS)
        return
    names = sorted(waiting)
    rows = weigh([text[name] for name in (*decided, *names)])
    known = range(len(decided))
    chance = scores(rows, known, kinds, range(len(decided), rows.shape[0])) if names else np.empty(0)
    order = sorted(range(len(names)), key=lambda i: (-chance[i], names[i]))
    write_table(
        [
            {"record_id": names[i], "rank": place, "score": f"{chance[i]:.6f}"}
            for place, i in enumerate(order, 1)
        ],
        ranking,
        RANKING_COLUMNS,
    )
    write_table(simulation_rows(rows, kinds), simulation, SIMULATION_COLUMNS)
    log.info(
        "%s ranked by %s; none is excluded by it",
        count_of(len(names), "record"),
        count_of(len(decided), "decision"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            unique=snakemake.input.unique,
            clusters=snakemake.input.clusters,
            final_boxes=snakemake.input.final_boxes,
            decisions=snakemake.input.decisions,
            stages=snakemake.params.stages,
            ranking=snakemake.output.ranking,
            simulation=snakemake.output.simulation,
        )
