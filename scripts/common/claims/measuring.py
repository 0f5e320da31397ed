"""Measures of records, agreement, years and charted values, from the tables of the results."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median, quantiles, stdev

from scripts.common.claims.measures import (
    AT_LEAST,
    CODINGS,
    DECISIONS,
    EXACT,
    LIST,
    PAPER,
    PUBLISHED_CODER,
    RECORDS,
    Measure,
    Source,
)
from scripts.common.claims.numbers import number_text
from scripts.common.claims.sentences import Codes, Phrase, Sentence, sentence
from scripts.common.coding.model import OPEN, in_order
from scripts.common.screening.flow import NEEDED, NEEDS_LIST, NEEDS_RECORDS
from scripts.common.screening.list_differences import COMPLETE
from scripts.common.screening.study_counts import OPEN_BOXES

COUNTS, UNIQUE = "results/records/counts.csv", "results/records/unique.csv"
RECALL, INCLUDED = "results/screening/recall.csv", "results/screening/included.csv"
CHARTING = "results/coding/charting.csv"
PRINTED = "results/paper/printed.csv"
# Kinds of rows of printed.csv that have a number.
PRINTED_NUMBERS = ("flow", "share", "sum", "remainder", "count", "works", "items", "percent", "years")
COEFFICIENTS = ("percent", "positive", "negative", "kappa", "pabak", "ac1", "alpha", "n")
EVERYONE = "(all)"  # among the coders of agreement.csv: all of them together
SEPARATOR = "; "  # between the values of a charted variable

ALL_ROWS, YEARS = sentence("rows_all"), sentence("rows_column", name="year")

Row = Mapping[str, str]
Rows = Sequence[Row]


def record_measures(counts: Rows, unique: int, transcribed: bool = False) -> Iterator[Measure]:
    """Yield the records of each input and in all, the unique ones, and how many were duplicates."""
    found = Source("records", COUNTS, RECORDS)
    total = sum(int(row["records"]) for row in counts)
    for row in counts:
        name, rows = f"records:{row['input']}", sentence("rows_input", name=row["input"])
        if transcribed and row["kind"] == "search":
            yield found.unknown(name, rows, sentence("need_answers"))
        else:
            yield found.known(name, row["records"], EXACT, rows)
    for name, number, source in (
        ("records", total, found),
        ("unique", unique, found._replace(file=UNIQUE)),
        ("duplicates", total - unique, found._replace(file=UNIQUE)),
    ):
        if not total:
            yield source.unknown(name, ALL_ROWS, Phrase(NEEDED[NEEDS_RECORDS]))
        elif transcribed:
            yield source.unknown(name, ALL_ROWS, sentence("need_answers"))
        else:
            yield source.known(name, number, EXACT, ALL_ROWS)


def recall_measure(recall: Rows, included_list: str, has_records: bool = True) -> Measure:
    """Return the share of the included studies known by name that a database search retrieved.

    Without records of a database (``has_records``) it is not known.
    """
    source = Source("% of studies", RECALL, RECORDS)
    number, of = sum(row["retrieved"] == "yes" for row in recall), len(recall)
    if not has_records:
        return source.unknown("recall", "retrieved = yes", Phrase(NEEDED[NEEDS_RECORDS]))
    if included_list == "none" or not of:
        return source.unknown("recall", "retrieved = yes", Phrase(NEEDED[NEEDS_LIST]))
    if included_list != "complete":
        return source.unknown("recall", "retrieved = yes", sentence("need_whole_list"))
    share = source.known("recall", f"{100 * number / of:.1f}", EXACT, "retrieved = yes")
    return share._replace(number=str(number), of=str(of))


def year_measures(included: Rows, included_list: str) -> Iterator[Measure]:
    """Yield first and last year of the included studies, and how many are of each year."""
    source = Source("years", INCLUDED, LIST, LIST)
    years = [int(row["year"]) for row in included if row["year"].isdecimal()]
    whole = included_list == "complete" and len(years) == len(included)
    for name, value in (("year:first", min(years, default=0)), ("year:last", max(years, default=0))):
        if whole and years:
            yield source.known(name, value, EXACT, YEARS)
        else:
            yield source.unknown(name, YEARS, Phrase(NEEDED[NEEDS_LIST]))
    for year in range(min(years), max(years) + 1) if years else ():
        bound = EXACT if whole else AT_LEAST
        yield source._replace(unit="studies").known(
            f"year:{year}", years.count(year), bound, sentence("rows_value", variable="year", value=str(year))
        )


def basis_of_list(
    path: str | None, votes: Rows, evidence: Rows, flow: Rows, differences: Rows, included_list: str
) -> str:
    """Return what the number of studies in the list of included studies (``path``) rests on.

    People's data, where they decided or coded in that very file, or where they decided on every record and
    these decisions include the same studies as a complete list. Otherwise the list counts as a place of the
    paper. ``differences`` are those of list and decisions.
    """
    if any(_file_of(vote) == path for vote in votes):
        return DECISIONS
    if any(_file_of(vote) == path for vote in evidence if vote["coder"] != PUBLISHED_CODER):
        return CODINGS
    boxes = {row["box"]: row["count"] for row in flow}
    is_open = any(boxes.get(box, "") not in ("", "0") for box in OPEN_BOXES)
    same = bool(votes) and not differences and not is_open and included_list == COMPLETE
    return DECISIONS if same else LIST


def _file_of(vote: Row) -> str:
    """Return the file in which a vote or a code was given, without the name of its worksheet."""
    return vote["sheet"].partition("#")[0]


def printed_measures(printed: Rows, included: Measure | None) -> Iterator[Measure]:
    """Yield the numbers that the paper prints, and the percentages that follow from its counts.

    A percentage is of the whole that the sentence prints, else of the number of ``included`` studies, if that
    is known exactly: it then rests on their list.
    """
    whole = included.value if included and included.bound == EXACT else ""
    for row in printed:
        if row["kind"] not in PRINTED_NUMBERS:
            continue
        rows = sentence("rows_value", variable="printed_id", value=row["printed_id"])
        source = Source(row["name"] or "number", PRINTED, PAPER, row["printed_at"])
        yield source.known(f"printed:{row['printed_id']}", row["value"], EXACT, rows)
        of = row["of"] or whole
        if row["kind"] != "share" or not of or int(row["value"]) > int(of):
            continue
        source = Source("% of studies", PRINTED, PAPER, row["printed_at"] if row["of"] else LIST)
        percent = f"{100 * int(row['value']) / int(of):.1f}"
        found = source.known(f"printed_percent:{row['printed_id']}", percent, EXACT, rows)
        yield found._replace(number=row["value"], of=of)


def agreement_measures(screening: Rows, coding: Rows) -> Iterator[Measure]:
    """Yield every coefficient of agreement: of a stage or a code, and of a pair of people.

    ``agreement:kappa:title_abstract`` is that of the only pair of a stage, or of all coders of a code;
    ``agreement:kappa:title_abstract:ann:bob`` that of a pair.
    """
    stages: dict[str, list[Row]] = defaultdict(list)
    for row in screening:
        stages[row["stage"]].append(row)
    votes = Source("agreement", "results/screening/agreement.csv", DECISIONS)
    for stage, rows in stages.items():
        for row in rows:
            pair = f":{row['reviewer_a']}:{row['reviewer_b']}"
            yield from _coefficients(row, stage, ["", pair] if len(rows) == 1 else [pair], votes)
    codes = Source("agreement", "results/coding/agreement.csv", CODINGS)
    for row in coding:
        together = row["coder_a"] == EVERYONE
        pair = "" if together else f":{row['coder_a']}:{row['coder_b']}"
        yield from _coefficients(row, row["code"], [pair], codes)


def _coefficients(row: Row, of_what: str, endings: Sequence[str], source: Source) -> Iterator[Measure]:
    for coefficient in COEFFICIENTS:
        value = row[coefficient]
        for ending in endings:
            name = f"agreement:{coefficient}:{of_what}{ending}"
            where = sentence("rows_codes_of", codes=Codes((of_what,)), people=ending)
            try:
                Fraction(value)
            except ValueError:
                yield source.unknown(name, where, Phrase("votes of two people that give a coefficient"))
            else:
                yield source.known(name, value, EXACT, where)


def charting_measures(final: Rows) -> Iterator[Measure]:
    """Yield counts of charted values, and sums, means, medians and ranges of charted numbers.

    ``value:<variable>:<value>`` counts studies; ``mean:<variable>`` is of all studies with a number,
    ``mean:<variable>@<other variable>:<value>`` of those of a group. A variable that is open in a study
    gives no exact number.
    """
    charted: dict[str, dict[str, list[str]]] = defaultdict(dict)
    open_in: set[str] = set()
    for row in final:
        if row["final"] == OPEN:
            open_in.add(row["variable"])
        else:
            charted[row["variable"]][row["study_id"]] = [x for x in row["final"].split(SEPARATOR) if x]
    groups = _groups(charted, open_in)
    for variable, studies in charted.items():
        yield from _value_counts(variable, studies, AT_LEAST if variable in open_in else EXACT)
        if _are_numbers(studies) and variable not in open_in:
            yield from _number_measures(variable, studies, groups)


def _number_measures(
    variable: str, studies: Mapping[str, Sequence[str]], groups: Mapping[str, set[str]]
) -> Iterator[Measure]:
    """Yield the statistics of a charted number: of all studies, then of each group of another variable."""
    numbers = {study: Fraction(values[0]) for study, values in studies.items() if values}
    yield from _statistics(variable, "", list(numbers.values()))
    for group, members in groups.items():
        of_group = [number for study, number in numbers.items() if study in members]
        if not group.startswith(f"{variable}:") and of_group:
            yield from _statistics(variable, f"@{group}", of_group)


def _are_numbers(studies: Mapping[str, Sequence[str]]) -> bool:
    values = [value for values in studies.values() for value in values]
    return bool(values) and all(_is_decimal(value) for value in values)


def _is_decimal(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).isdecimal()


def _groups(charted: Mapping[str, Mapping[str, Sequence[str]]], open_in: set[str]) -> dict[str, set[str]]:
    """Return "variable:value" -> its studies, of variables that are decided in every study."""
    groups: dict[str, set[str]] = defaultdict(set)
    for variable, studies in charted.items():
        for study, values in studies.items() if variable not in open_in else ():
            for value in values:
                groups[f"{variable}:{value}"].add(study)
    return groups


def _value_counts(variable: str, studies: Mapping[str, Sequence[str]], bound: str) -> Iterator[Measure]:
    source, of = Source("studies", CHARTING, CODINGS), str(len(studies))
    counts = Counter(value for values in studies.values() for value in set(values))
    yield from _extreme_values(variable, counts, bound)
    for value in sorted(counts):
        with_it = in_order(study for study, values in studies.items() if value in values)
        number = len(with_it)
        where = sentence("rows_value", variable=Codes((variable,)), value=value)
        yield source.known(f"value:{variable}:{value}", number, bound, where)
        yield source.known(f"value_ids:{variable}:{value}", SEPARATOR.join(with_it), bound, where)
        share = source._replace(unit=f"% of {of} studies")
        percent = share.known(
            f"percent_value:{variable}:{value}", f"{100 * number / len(studies):.1f}", bound, where
        )
        yield percent._replace(number=str(number), of=of)


def _extreme_values(variable: str, counts: Mapping[str, int], bound: str) -> Iterator[Measure]:
    """Yield the most and least common values of a variable; unknown while it is open in a study."""
    source, rows = Source("values", CHARTING, CODINGS), sentence("rows_variable", variable=Codes((variable,)))
    for name, edge in (("most_value", max), ("least_value", min)):
        if bound != EXACT or not counts:
            needs = sentence("need_charted", variable=Codes((variable,)))
            yield source.unknown(f"{name}:{variable}", rows, needs)
            continue
        found = sorted(value for value, number in counts.items() if number == edge(counts.values()))
        yield source.known(f"{name}:{variable}", SEPARATOR.join(found), EXACT, rows)


def _statistics(variable: str, group: str, numbers: Sequence[Fraction]) -> Iterator[Measure]:
    """Yield the statistics of numbers. One number has no standard deviation; quartiles lie between values."""
    source, where = Source("charted number", CHARTING, CODINGS), _numbers_of(variable, group)
    several = numbers if len(numbers) > 1 else [*numbers, *numbers]
    first, _, third = quantiles(several, n=4, method="inclusive")
    for name, value in (
        ("sum", sum(numbers, Fraction(0))),
        ("mean", sum(numbers, Fraction(0)) / len(numbers)),
        *([("sd", Fraction(stdev(map(float, numbers))))] if len(numbers) > 1 else []),
        ("q1", first),
        ("median", Fraction(median(numbers))),
        ("q3", third),
        ("lowest", min(numbers)),
        ("highest", max(numbers)),
    ):
        yield source.known(f"{name}:{variable}{group}", _decimal(value), EXACT, where)


def _numbers_of(variable: str, group: str) -> Sentence:
    """Return which charted numbers are meant; ``group`` is empty or ``@<other variable>:<value>``."""
    if not group:
        return sentence("rows_number", variable=Codes((variable,)))
    other, _, value = group.removeprefix("@").partition(":")
    return sentence("rows_number_of", variable=Codes((variable,)), other=Codes((other,)), value=value)


def _decimal(value: Fraction) -> str:
    """Return a number with all its digits; six behind the point where it does not end."""
    return number_text(value) if 10**6 % value.denominator == 0 else f"{float(value):.6f}"


def decision_measures(votes: Rows, decisions: Rows) -> Iterator[Measure]:
    """Yield how many records have each decision: of a sheet, of a reviewer, and in the end of a stage.

    Of a reviewer at a stage count the votes without a round, which are the last.
    """
    sheets = Counter((Path(row["sheet"]).stem, row["decision"], row["record_id"]) for row in votes)
    of_sheet = Counter((sheet, decision) for sheet, decision, _ in sheets)
    source = Source("records", "results/screening/votes.csv", DECISIONS)
    for (sheet, decision), number in sorted(of_sheet.items()):
        yield source.known(
            f"votes:{sheet}:{decision}",
            number,
            EXACT,
            sentence("rows_decision", decision=Codes((decision,)), name=sheet),
        )
    own = {
        (row["stage"], row["reviewer"], row["decision"], row["record_id"])
        for row in votes
        if not row["round"]
    }
    for (stage, reviewer, decision), number in sorted(Counter(vote[:3] for vote in own).items()):
        yield source.known(
            f"votes:{stage}:{reviewer}:{decision}",
            number,
            EXACT,
            sentence("rows_decision_of", decision=Codes((decision,)), name=Codes((stage,)), who=reviewer),
        )
    final = Counter((row["stage"], row["decision"]) for row in decisions)
    source = source._replace(file="results/screening/decisions.csv")
    for (stage, decision), number in sorted(final.items()):
        yield source.known(
            f"decided:{stage}:{decision}",
            number,
            EXACT,
            sentence("rows_decision", decision=Codes((decision,)), name=Codes((stage,))),
        )


def extreme_measures(
    themes: Mapping[str, Row], below: Mapping[str, Sequence[str]], sources: Mapping[str, Source]
) -> Iterator[Measure]:
    """Yield the most and least common codes right below each code, ties included.

    ``below`` is code -> the codes below it, ``sources`` code -> where its studies come from. While the list
    of one of them is open, neither is known.
    """
    for parent, codes in below.items():
        open_lists = tuple(code for code in codes if themes[code]["bound"] != EXACT)
        needs = sentence("need_lists", codes=Codes(open_lists)) if open_lists else sentence("no_codes_below")
        counts = {code: int(themes[code]["studies"] or 0) for code in codes}
        for name, edge in (("most", max), ("least", min)):
            source, rows = (
                sources[parent]._replace(unit="codes"),
                sentence("rows_below", code=Codes((parent,))),
            )
            if open_lists or not codes:
                yield source.unknown(f"{name}:{parent}", rows, needs)
            else:
                found = [code for code in codes if counts[code] == edge(counts.values())]
                yield source.known(f"{name}:{parent}", SEPARATOR.join(found), EXACT, rows)
