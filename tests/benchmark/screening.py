"""How long screening takes on a large review: python -m tests.benchmark.screening [records]"""

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from scripts.common.files.tables import read_table, write_table
from scripts.common.records.record import COLUMNS
from scripts.common.review.settings import Agreement, ScreeningRules
from scripts.common.screening.stages import Plan
from scripts.screening.apply_eligibility import main as apply_eligibility
from scripts.screening.count_flow import main as count_flow
from scripts.screening.list_to_screen import main as list_to_screen
from scripts.screening.match_included import main as match_included
from scripts.screening.measure_screening import main as measure_screening
from scripts.screening.merge_decisions import main as merge_decisions
from scripts.screening.rank_records import main as rank_records
from tests.settings import MATCHING

STAGES = ("title_abstract", "full_text")
SHEET = ("record", "stage", "reviewer", "decision", "reason")
WORDS = ("care", "cohort", "health", "hospital", "nurse", "online", "patient", "public", "quality", "survey")


def write_review(folder: Path, number: int) -> None:
    """Write records (a tenth are twins), and a Rayyan-like sheet of two reviewers who decided two thirds."""
    chance = random.Random(7)
    rows, clusters, votes = [], [], []
    for n in range(number):
        title = f"{' '.join(chance.choices(WORDS, k=9))} {n}"
        name = f"db{n % 3}:{n}"
        facts = {
            "title": title,
            "authors": f"Author{n % 977}, A.",
            "year": str(2004 + n % 19),
            "doi": f"10.5555/{n}",
        }
        rows.append(
            {
                **dict.fromkeys(COLUMNS, ""),
                **facts,
                "record_id": name,
                "input": f"db{n % 3}",
                "abstract": " ".join(chance.choices(WORDS, k=150)),
            }
        )
        home = rows[n - 1]["record_id"] if n % 10 == 9 else name
        clusters.append({"record_id": name, "cluster_id": home})
        for who in ("ann", "bob") if n % 3 else ():
            key = name if n % 2 else facts["doi"]
            decision = "include" if chance.random() < 0.05 else "exclude"
            votes.append(
                {
                    "record": key,
                    "stage": "title_abstract",
                    "reviewer": who,
                    "decision": decision,
                    "reason": "",
                }
            )
    homes = {row["cluster_id"] for row in clusters}
    write_table(rows, folder / "records.csv", COLUMNS)
    write_table(clusters, folder / "clusters.csv", ("record_id", "cluster_id"))
    write_table([row for row in rows if row["record_id"] in homes], folder / "unique.csv", COLUMNS)
    write_table(votes, folder / "sheet.csv", SHEET)


def main(number: int) -> None:
    """Print seconds and peak memory of each step."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_review(folder, number)
        at = {
            path: str(folder / f"{path}.csv")
            for path in (
                "records",
                "clusters",
                "unique",
                "votes",
                "decisions",
                "conflicts",
                "set_aside",
                "sheets",
                "agreement",
                "ineligible",
                "included",
                "reports",
                "recall",
                "summary",
                "previous",
                "flow",
                "final_boxes",
                "to_screen",
                "with_prior",
                "ranking",
                "simulation",
                "list_differences",
                "merged",
                "machines",
            )
        }
        plan = tuple(Plan(str(folder / "sheet.csv"), "sheet"))
        kinds = {f"db{n}": "database" for n in range(3)}
        common = {"records": at["records"], "clusters": at["clusters"]}
        steps = {
            "merge_decisions": lambda: merge_decisions(
                plans=[plan],
                rulings_path=None,
                **common,
                rules=ScreeningRules(),
                matching=MATCHING,
                votes_csv=at["votes"],
                decisions=at["decisions"],
                conflicts=at["conflicts"],
                set_aside=at["set_aside"],
                sheets_csv=at["sheets"],
                merged_csv=at["merged"],
                machines_csv=at["machines"],
            ),
            "measure_screening": lambda: measure_screening(
                votes_csv=at["votes"],
                plans=[plan],
                stages=STAGES,
                rounds=(),
                how=Agreement(),
                agreement_csv=at["agreement"],
            ),
            "apply_eligibility": lambda: apply_eligibility(
                eligibility=None,
                **common,
                unique=at["unique"],
                votes=at["votes"],
                decisions=at["decisions"],
                kinds=kinds,
                search_end="2022-08-16",
                published_after_search="remove",
                effect_of_rules="suggest",
                ineligible=at["ineligible"],
            ),
            "match_included": lambda: match_included(
                lists=dict.fromkeys(("studies", "reports", "previous", "paper")),
                tables={**common, "decisions": at["decisions"]},
                words={"studies": {}, "reports": {}},
                included_list="none",
                databases=list(kinds),
                search={},
                query="",
                matching=MATCHING,
                stages=STAGES,
                numbers=(),
                out={name: at[name] for name in ("included", "reports", "recall", "summary", "previous")},
            ),
            "count_flow": lambda: count_flow(
                **common,
                ineligible=at["ineligible"],
                decisions=at["decisions"],
                votes=at["votes"],
                conflicts=at["conflicts"],
                included=at["included"],
                reports=at["reports"],
                previous=at["previous"],
                published=(None, {}),
                inputs={k: (v, k) for k, v in kinds.items()},
                has_previous=False,
                included_list="none",
                stages=STAGES,
                without_decision="waiting",
                other_methods="none",
                flow=at["flow"],
                final_boxes=at["final_boxes"],
                list_differences=at["list_differences"],
            ),
            "rank_records": lambda: rank_records(
                unique=at["unique"],
                clusters=at["clusters"],
                final_boxes=at["final_boxes"],
                decisions=at["decisions"],
                ranking=at["ranking"],
                stages=STAGES,
                simulation=at["simulation"],
            ),
            "list_to_screen": lambda: list_to_screen(
                unique=at["unique"],
                clusters=at["clusters"],
                final_boxes=at["final_boxes"],
                votes=at["votes"],
                decisions=at["decisions"],
                conflicts=at["conflicts"],
                ineligible=at["ineligible"],
                ranking=at["ranking"],
                stages=STAGES,
                to_screen=at["to_screen"],
                ris=str(folder / "to_screen.ris"),
                with_prior=at["with_prior"],
            ),
        }
        for step, run in steps.items():
            begun = time.perf_counter()
            run()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(f"{step:20} {time.perf_counter() - begun:7.1f} s   {peak} MB so far\n")
        sys.stdout.write(
            f"{len(read_table(at['final_boxes']))} records, {len(read_table(at['decisions']))} decisions\n"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
