"""What the synthetic paper prints: numbers that are right, and one slip of every kind that can be named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tests.twin.coding import Coding, Node
from tests.twin.words import (
    NUMBERS,
    OWN_WORDS,
    STUDIES,
    STUDY_LIST,
    Words,
    about,
    at_least,
    box_words,
    shares,
)

EQUAL, WITHIN, DIFFERS = "recomputed and equal", "within tolerance", "differs"
CONTRADICTORY, CANNOT, CONSISTENT = "contradictory as printed", "cannot be checked", "consistent"


class Printed(NamedTuple):
    """A claim with the verdict that is right for it; ``kind`` names the slip."""

    statement: Words
    unit: str
    claim: dict[str, Any]
    verdict: str = EQUAL
    kind: str = ""
    right: object = ""
    finding: str = ""


class Counts(NamedTuple):
    """What the synthetic authors really counted."""

    flow: Mapping[str, int]
    retrieved: int  # studies that a database search found
    coding: Coding
    tree: Sequence[Node]

    def studies(self, code: str) -> list[str]:
        """Return the studies behind a code, by number."""
        return sorted(self.coding.studies_of(code, self.tree), key=int)

    def number(self, code: str) -> int:
        """Return how many studies are behind a code."""
        return len(self.studies(code))

    def about(self, words: Words, *codes: str) -> Words:
        """Return a statement about codes: {0}, {1} in ``words`` are their labels."""
        return about(self.tree, words, *codes)

    def below(self, code: str) -> list[str]:
        """Return the codes right below a code, most studies first."""
        return sorted(
            (node.id for node in self.tree if node.parent == code), key=lambda name: -self.number(name)
        )


def published(counts: Counts) -> list[dict[str, Any]]:
    """Return the claims as published.yaml has them, numbered, each with ``expected`` of ``Printed``."""
    return [
        {
            "id": f"c{number:02d}",
            "statement": item.statement.en,
            "unit": item.unit,
            "place": f"table {1 + number // 10} of a paper that does not exist",
            "confidence": "verified",
            "source": "invented",
            "origin": "printed",
            **item.claim,
            "expected": item._replace(verdict=_by_evidence(item)),
        }
        for number, item in enumerate(
            (*_flow(counts), *_themes(counts), *_whole(counts), *_upper_bound(counts)), 1
        )
    ]


def translations(claims: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return each text of the claims with its translation; they hold ``expected``, as ``published`` does."""
    texts = [claim["expected"].statement for claim in claims]
    return [*dict.fromkeys((*OWN_WORDS, *texts))]


def _by_evidence(item: Printed) -> str:
    """Return the verdict as it is called where the claim is compared with the paper's own codebook.

    The list of included studies is no part of the paper here: the decisions include exactly its studies.
    """
    family = item.claim.get("measure", "").split(":")[0]
    if family in ("categories", "themes", "children"):
        return {EQUAL: CONSISTENT, DIFFERS: CONTRADICTORY}.get(item.verdict, item.verdict)
    return item.verdict


def _equal(measure: str, value: object, **more: object) -> dict[str, Any]:
    return {"value": value, "measure": measure, "comparison": "equal", "tolerance": 0, **more}


def _flow(counts: Counts) -> Iterator[Printed]:
    flow = counts.flow
    for box in (
        "database_results",
        "excluded_automatic",
        "dbr_sought_reports",
        "dbr_notretrieved_reports",
        "dbr_excluded",
        "dbr_included",
        "citations_results",
        "other_known",
        "new_studies",
        "new_reports",
    ):
        yield Printed(box_words(box), "records", _equal(f"flow:{box}", flow[box]))
    for box, change in (("duplicates", -3), ("records_screened", 3), ("records_excluded", 3)):
        yield Printed(
            box_words(box),
            "records",
            _equal(f"flow:{box}", flow[box] + change),
            DIFFERS,
            "flow: wrong, sums hold",
            flow[box],
        )
    yield Printed(
        box_words("dbr_assessed"),
        "reports",
        _equal("flow:dbr_assessed", flow["dbr_assessed"] + 2),
        CONTRADICTORY,
        "flow: sum does not hold",
        flow["dbr_assessed"],
        "flow",
    )


def _share(code: str, percent: float, number: int, of: int) -> dict[str, Any]:
    return {
        "value": percent,
        "measure": f"percent:{code}",
        "comparison": "share",
        "tolerance": 0,
        "of": of,
        "number": number,
        "decimals": 1,
    }


def _percent(number: int, of: int) -> float:
    return round(100 * number / of, 1)


def _names_of_themes(counts: Counts) -> list[str]:
    leaves = {node.parent for node in counts.tree if node.share is not None}
    return [node.id for node in counts.tree if node.id in leaves]


def _themes(counts: Counts) -> Iterator[Printed]:
    """Give each theme slips of its own, so that none explains another."""
    first, second, third, fourth, fifth, sixth, seventh, eighth, ninth = _names_of_themes(counts)
    yield from _right_shares(counts, first)
    yield from _wrong_numbers(counts, second)
    yield from _wrong_rank_and_list(counts, third, other=fourth)
    yield from _wrong_order(counts, fourth)
    yield from _wrong_percentages(counts, fifth)
    yield from _two_values(counts, sixth)
    yield from _part_above_whole(counts, seventh)
    yield from _wrong_lists(counts, eighth)
    yield from _right_bounds(counts, ninth)


def _right_shares(counts: Counts, theme: str) -> Iterator[Printed]:
    """Claims on a theme and its codes that are right."""
    of = counts.flow["new_studies"]
    yield Printed(counts.about(STUDIES, theme), "studies", _equal(f"studies:{theme}", counts.number(theme)))
    for code in counts.below(theme):
        n = counts.number(code)
        yield Printed(counts.about(shares(n, of), code), "percent", _share(code, _percent(n, of), n, of))


def _wrong_numbers(counts: Counts, theme: str) -> Iterator[Printed]:
    """A number of studies, and a lower bound, that are too high or too low."""
    many, few = counts.below(theme)
    n = counts.number(many)
    yield Printed(
        counts.about(STUDIES, many),
        "studies",
        _equal(f"studies:{many}", n - 2),
        DIFFERS,
        "number",
        n,
    )
    n = counts.number(few)
    yield Printed(
        counts.about(at_least(n + 3), few),
        "studies",
        {**_equal(f"studies:{few}", n + 3), "comparison": "at_least"},
        DIFFERS,
        "lower bound",
        n,
    )


def _wrong_rank_and_list(counts: Counts, theme: str, other: str) -> Iterator[Printed]:
    """A code that is not the most common one, and a list with a code of the theme ``other``."""
    many, few = counts.below(theme)
    yield Printed(
        counts.about(Words("{0} is the most common code of {1}", "{1}中最常见的编码是{0}"), few, theme),
        "rank",
        {**_equal(f"rank:{few}", 1), "comparison": "rank"},
        DIFFERS,
        "rank",
        2,
    )
    stray = counts.below(other)[0]
    yield Printed(
        counts.about(Words("{0} holds {1} and {2}", "{0}包括{1}和{2}"), theme, many, stray),
        "codes",
        {**_equal(f"children:{theme}", [many, stray]), "comparison": "includes"},
        DIFFERS,
        "list of codes",
        "; ".join(counts.below(theme)),
    )


def _wrong_order(counts: Counts, theme: str) -> Iterator[Printed]:
    """Two codes in the wrong order."""
    many, few = counts.below(theme)
    yield Printed(
        counts.about(Words("{0} is more common than {1}", "{0}比{1}更常见"), few, many),
        "order",
        {**_equal(f"order:{theme}", [few, many]), "comparison": "order"},
        DIFFERS,
        "order",
        f"{many}; {few}",
    )


def _wrong_percentages(counts: Counts, theme: str) -> Iterator[Printed]:
    """A percentage that no number gives, and one that its number does not give."""
    of = counts.flow["new_studies"]
    many, few = counts.below(theme)
    n = counts.number(many)
    yield Printed(
        counts.about(Words(f"Share of {of} studies on {{0}}", f"{of} 项研究中涉及{{0}}的比例"), many),
        "percent",
        {name: value for name, value in _share(many, _impossible(n, of), n, of).items() if name != "number"},
        CONTRADICTORY,
        "share: no whole number",
        _percent(n, of),
        "share",
    )
    n = counts.number(few)
    yield Printed(
        counts.about(shares(n, of), few),
        "percent",
        _share(few, _percent(n + 2, of), n, of),
        CONTRADICTORY,
        "share: number and percentage",
        _percent(n, of),
        "share",
    )


def _two_values(counts: Counts, theme: str) -> Iterator[Printed]:
    """One number printed with two values, and a share of another number."""
    of = counts.flow["new_studies"]
    many, few = counts.below(theme)
    n = counts.number(many)
    again = Words("{0}: studies, as another place has it", "{0}：另一处所载的研究数")
    yield Printed(counts.about(STUDIES, many), "studies", _equal(f"studies:{many}", n))
    yield Printed(
        counts.about(again, many),
        "studies",
        _equal(f"studies:{many}", n + 2),
        CONTRADICTORY,
        "one number, two values",
        n,
        "twice",
    )
    n = counts.number(few)
    yield Printed(
        counts.about(shares(n + 2, of), few),
        "percent",
        _share(few, _percent(n + 2, of), n + 2, of),
        DIFFERS,
        "share",
        _percent(n, of),
    )


def _part_above_whole(counts: Counts, theme: str) -> Iterator[Printed]:
    """A code with more studies than its theme."""
    whole, part = counts.number(theme), counts.below(theme)[0]
    yield Printed(counts.about(STUDIES, theme), "studies", _equal(f"studies:{theme}", whole))
    yield Printed(
        counts.about(STUDIES, part),
        "studies",
        _equal(f"studies:{part}", whole + 1),
        CONTRADICTORY,
        "part above its whole",
        counts.number(part),
        "part",
    )


def _wrong_lists(counts: Counts, theme: str) -> Iterator[Printed]:
    """Lists of studies that lack one or hold one too many, and a range that is too narrow."""
    of = counts.flow["new_studies"]
    many, few = counts.below(theme)
    inside, ours = counts.studies(theme), counts.studies(many)
    outside = next(str(n) for n in range(1, of + 1) if str(n) not in inside)
    subset = {"comparison": "subset"}
    yield Printed(
        counts.about(STUDY_LIST, theme), "studies", {**_equal(f"study_ids:{theme}", inside), **subset}
    )
    yield Printed(
        counts.about(STUDY_LIST, many),
        "studies",
        {**_equal(f"study_ids:{many}", [*ours[1:], outside]), **subset},
        CONTRADICTORY,
        "list outside the list above it",
        "; ".join(ours),
        "list",
    )
    ours = counts.studies(few)
    yield Printed(
        counts.about(STUDY_LIST, few),
        "studies",
        {**_equal(f"study_ids:{few}", ours[1:]), **subset},
        DIFFERS,
        "list of studies",
        "; ".join(ours),
    )

    low, high = _narrow(inside, ours[1:], of)
    yield Printed(
        NUMBERS,
        "study numbers",
        _equal("study_numbers", f"{low}-{high}"),
        CONTRADICTORY,
        "range too narrow",
        f"1-{of}",
        "range",
    )


def _right_bounds(counts: Counts, theme: str) -> Iterator[Printed]:
    """Claims with a tolerance and with a lower bound that are right."""
    many, few = counts.below(theme)
    n = counts.number(many)
    yield Printed(
        counts.about(Words(f"About {n + 1} studies on {{0}}", f"约 {n + 1} 项研究涉及{{0}}"), many),
        "studies",
        _equal(f"studies:{many}", n + 1, tolerance=1),
        WITHIN,
    )
    n = counts.number(few)
    yield Printed(
        counts.about(at_least(n), few),
        "studies",
        {**_equal(f"studies:{few}", n), "comparison": "at_least"},
    )


def _narrow(whole: Sequence[str], part: Sequence[str], of: int) -> tuple[int, int]:
    """Return the widest range of study numbers that holds all of ``part`` and not all of ``whole``."""
    within, every = [int(study) for study in part], [int(study) for study in whole]
    ranges = [(n + 1, of) for n in every if n < min(within)] + [(1, n - 1) for n in every if n > max(within)]
    return max(ranges, key=lambda ends: ends[1] - ends[0])


def _impossible(number: int, of: int) -> float:
    """Return a percentage with one decimal, near that of ``number``, that no whole number of ``of`` gives."""
    known = {tenths for n in range(of + 1) for tenths in _rounded(n, of)}
    start = round(1000 * number / of)
    return next(tenths / 10 for tenths in range(start, 1001) if tenths not in known)


def _rounded(number: int, of: int) -> set[int]:
    """Return the tenths of a percent to which a share can be rounded; a half either way."""
    whole, rest = divmod(1000 * number, of)
    return {whole} if 2 * rest < of else {whole + 1} if 2 * rest > of else {whole, whole + 1}


def _whole(counts: Counts) -> Iterator[Printed]:
    of = counts.flow["new_studies"]
    categories = [node.id for node in counts.tree if not node.parent]
    listed, held = Words("Included studies in the list", "清单中的纳入研究"), "included_retrieved"
    yield Printed(listed, "studies", _equal("included_known", of))
    in_databases = Words("Included studies that the databases hold", "数据库中有的纳入研究")
    yield Printed(in_databases, "studies", _equal(held, counts.retrieved))
    yield Printed(Words("Categories", "类别"), "categories", _equal("categories", len(categories)))
    for name in categories:
        below = [node.id for node in counts.tree if node.parent == name]
        number = counts.about(Words("Number of themes of {0}", "{0}的主题数"), name)
        yield Printed(number, "themes", _equal(f"themes:{name}", len(below)))
        yield Printed(
            counts.about(Words("Themes of {0}", "{0}的主题"), name),
            "themes",
            {**_equal(f"children:{name}", below), "comparison": "includes"},
        )
    coded = Words("Studies with evidence", "有证据的研究")
    yield Printed(coded, "studies", _equal("studies_with_evidence", of))
    yield Printed(NUMBERS, "study numbers", _equal("study_numbers", f"1-{of}"))
    yield Printed(
        NUMBERS,
        "study numbers",
        _equal("study_numbers", f"{of}-1"),
        CONTRADICTORY,
        "range runs backwards",
        f"1-{of}",
        "range",
    )
    yield Printed(
        Words("Members of the committee who agreed", "表示同意的委员会成员"),
        "members",
        {"value": 7, "needs": "the minutes of the committee"},
        CANNOT,
    )
    yield Printed(
        Words("Codes after the interviews", "访谈之后的编码"),
        "codes",
        _equal("categories", len(categories), inputs=["interviews"]),
        CANNOT,
    )


def _upper_bound(counts: Counts) -> Iterator[Printed]:
    """An upper bound that is too low, on a theme of which nothing else is printed."""
    theme = _names_of_themes(counts)[1]
    n = counts.number(theme)
    yield Printed(
        counts.about(
            Words(f"No more than {n - 1} studies on {{0}}", f"涉及{{0}}的研究不多于 {n - 1} 项"), theme
        ),
        "studies",
        {**_equal(f"studies:{theme}", n - 1), "comparison": "at_most"},
        DIFFERS,
        "upper bound",
        n,
    )
