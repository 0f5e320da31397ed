"""Write the report: one page that works without network or script, the published claims first."""

import base64
import hashlib
import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from scripts.common.claims.headline import headline, in_words
from scripts.common.claims.judging import VERDICTS
from scripts.common.claims.places import place_in_words
from scripts.common.claims.sentences import Voice, from_cell
from scripts.common.duplicates.doubtful import BY_PEOPLE
from scripts.common.duplicates.linking import BY_EARLIER_RUN
from scripts.common.duplicates.rules import RULES
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, stream_rows
from scripts.common.job import job, log
from scripts.common.report.behind import behind_codes, names_of_studies, records_of_boxes
from scripts.common.report.citing import Workflow, cited, days_of
from scripts.common.report.drawings import inline_svg
from scripts.common.report.embedding import address, addresses, carried, element_of, filled, number_of_rows
from scripts.common.report.isolation import isolated
from scripts.common.report.ledger import (
    checks_by_claim,
    claims_by_group,
    fragility_by_claim,
    shortened,
)
from scripts.common.report.own_files import described
from scripts.common.report.pairs import link_counts, overlap, side_by_side
from scripts.common.report.phrases import Speaker, other, phrases, read_translations
from scripts.common.review.settings import Settings, typed
from scripts.common.screening.flow import BOXES, LATE, LATE_LABEL, TWIN_BOXES
from scripts.common.screening.passports import READS
from scripts.common.search.archive import read_json
from scripts.common.search.explain import anchor
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

TEMPLATE = Path(__file__).with_name("write_report.html.j2")
SCRIPT = TEMPLATE.with_name("write_report.js")
PAGE = "index.html"
LIBRARIES = ("pandas", "lxml", "rispy", "rapidfuzz", "matplotlib", "jinja2")
WORDS_OF_SCREENING = {  # stages and decisions -> as a reader sees them
    "title_abstract": "title and abstract", "full_text": "full text", "include": "include",
    "exclude": "exclude", "maybe": "maybe", "not retrieved": "not retrieved",
}  # fmt: skip
SIGNS = {  # between two texts
    "en": {"colon": ": ", "comma": ", ", "semicolon": "; ", "stop": ". ", "open": " (", "close": ")"},
    "zh": {"colon": "：", "comma": "、", "semicolon": "；", "stop": "。", "open": "（", "close": "）"},
}
MOST_PASSPORTS = 5_000  # records listed on the page, about 3 MB; beyond that the table and the command serve

LONG = (  # read row by row, or only carried
    "records", "unique", "links", "clusters", "passports", "to_screen", "final_boxes", "decisions",
    "evidence", "measures",
)  # fmt: skip
WHYS = {rule.name: rule.why for rule in RULES} | {"verdict": BY_PEOPLE, "before": BY_EARLIER_RUN}
PAIRS_SHOWN = 30  # of each kind; the tables hold all

Row = dict[str, Any]


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every setting as its full name and its value."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", "not known" if value is None else str(value)


def page_environment() -> jinja2.Environment:
    """Return the templates of the page: every value escaped, every text a phrase."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["isolated"] = isolated
    environment.filters["anchor"] = anchor
    return environment


def render(language: str, **given: object) -> str:
    """Return the page; a name that nobody gives, or an unknown phrase, stops the run."""
    environment = page_environment()
    say = Speaker(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        say, lambda one, many, number: say(one if number == 1 else many), newstyle=True
    )
    template = environment.get_template(TEMPLATE.name)
    page = template.render(
        **given,
        language=language,
        other_language=other(language),
        theme=say.label,
        sign=SIGNS[language],
        shortened=shortened,
    )
    return page.rstrip() + "\n"


def labels_of(language: str, rows: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """Return code of either tree, or charted variable -> its label, as the codebook has it in a language."""
    say, codes = Speaker(language), (*rows["themes"], *rows.get("regrouped", ()))
    variables = {row["variable"]: say.label(row) for row in rows.get("charting_counts", ())}
    return variables | {row["code"]: say.label(row) for row in codes}


def voice_of(language: str, translations: Mapping[str, str], labels: Mapping[str, str]) -> Voice:
    """Return how sentences about claims are said on the page: codes, stages and decisions in words."""
    say = Speaker(language)
    names = {**{name: say(words) for name, words in WORDS_OF_SCREENING.items()}, **labels}
    return Voice(
        language,
        code=lambda name: names.get(name, name),
        own=partial(own_text, language, translations),
        phrase=say,
        plain=Markup,
    )


def own_text(language: str, translations: Mapping[str, str], text: str) -> Markup:
    """Return a text of a table, escaped: translated on the Chinese page, or marked there as English.

    It is the review's own (``translations``) or a phrase of ours. A text without letters needs no mark.
    """
    if language == "en" or not re.search(r"[^\W\d_]", text):
        return isolated(text)
    if text.strip() in translations:
        return escape(translations[text.strip()])
    if text in phrases():
        return escape(phrases()[text][language])
    return Markup('<span lang="en">{}</span>').format(isolated(text))


def remarks(own: Callable[[str], Markup], note: str) -> Markup:
    """Return the remarks of a note, which " | " divides."""
    return Markup(" ").join(own(part) for part in note.split(" | "))


def where_it_ended(
    own: Callable[[str], Markup], sign: Mapping[str, str], boxes: Mapping[str, str], row: Row
) -> Markup:
    """Return where a record of the passports ended; of a duplicate also where its twin did.

    ``boxes`` is record_id -> its last box.
    """

    def words(box: str) -> Markup:
        whole, _, part = box.partition(":")
        name = LATE_LABEL if part == LATE else part.replace("_", " ")
        return own(BOXES[whole]) + (Markup(sign["colon"]) + own(name) if part else "")

    ended = words(row["final_box"])
    if row["final_box"] not in TWIN_BOXES:
        return ended
    twins = (name for name in row["twins"].split("; ") if name in boxes)
    kept = next((name for name in twins if boxes[name] not in TWIN_BOXES), None)
    where = f"{sign['open']}{{}}{sign['colon']}{{}}{sign['close']}"
    return ended + (Markup(where).format(kept, words(boxes[kept])) if kept else "")


def figure_files(paths: Sequence[str]) -> tuple[dict[str, str], dict[str, Row]]:
    """Return stem -> SVG, and figure -> the path and the number of rows of the table behind it."""
    svgs = {Path(path).stem: path for path in paths if path.endswith(".svg")}
    behind = {
        Path(path).stem: {"table": path, "rows": number_of_rows(path)}
        for path in paths
        if path.endswith(".csv")
    }
    return svgs, behind


def templates() -> Iterator[str]:
    """Yield the text of each template of the page."""
    for path in sorted(TEMPLATE.parent.glob("write_report*.j2")):
        yield path.read_text(encoding="utf-8")


def script_sources(texts_of_templates: Iterable[str], script: str) -> str:
    """Return the scripts that the page's Content-Security-Policy lets run, by digest: ours, and no other.

    They are found in the templates, before any value of the review is filled in.
    """
    texts = [
        text
        for template in texts_of_templates
        for text in re.findall(r"<script>(.*?)</script>", template, re.DOTALL)
    ]
    digests = (hashlib.sha256(text.replace("{{ script }}", script).encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def read_tables(tables: Mapping[str, str]) -> dict[str, list[Row]]:
    """Return name -> rows of the tables that are read whole; of the passports only if they are few."""
    rows: dict[str, list[Row]] = {
        name: rows_of(read_table(path)) for name, path in tables.items() if name not in LONG
    }
    unknown = {row["verdict"] for row in rows["comparison"]} - set(VERDICTS)
    if unknown:
        raise InputError(f"{tables['comparison']}: verdict {min(unknown)!r} is unknown.")
    if number_of_rows(tables["passports"]) <= MOST_PASSPORTS:
        rows["passports"] = list(stream_rows(tables["passports"]))
    return rows


def claims_part(rows: Mapping[str, list[Row]]) -> Row:
    """Return what the page shows of the claims."""
    found = headline(rows["comparison"])
    return {
        "headline": in_words(found),
        "tiles": found.by_verdict,
        "claims": claims_by_group(rows["comparison"]),
        "verdicts": {row["claim_id"]: row["verdict"] for row in rows["comparison"]},
        **checks_by_claim(rows["forensics"], {row["claim_id"] for row in rows["comparison"]}),
        "fragility": fragility_by_claim(rows["fragility"]),
        "questions": {row["claim_id"]: from_cell(row["data"]) for row in rows["questions"]},
        "flow": {row["box"]: row for row in rows["flow"]},
    }


def settings_part(settings: Settings) -> Row:
    """Return what the page shows of the settings."""
    pages = settings.report.other_pages
    beside = any(not page["address"].startswith("https://") for page in pages)
    written = {"settings": list(flat(settings.written)), "other_pages": pages, "pages_beside": beside}
    return {"review": settings.review, "search": settings.search, **written}


def coding_part(tables: Mapping[str, str], rows: Mapping[str, list[Row]]) -> Row:
    """Return what is behind codes and boxes of the flow, and the names of the studies."""
    return {
        "names": names_of_studies(rows["included"]),
        "codes": behind_codes(rows["themes"], stream_rows(tables["evidence"])),
        "behind": records_of_boxes(rows["flow"], rows["counts"]),
        "place_of": place_in_words,
        "data_of": from_cell,
    }


def citing_part(settings: Settings, made_by: Workflow, rows: Mapping[str, list[Row]]) -> Row:
    """Return how review and report are cited, who made the report, and the days of its inputs."""
    days = days_of(rows["checked"])
    last = days[-1] if days else ""
    return {"made_by": made_by, "days": days, "cited": cited(settings.review, made_by, last)}


def search_part(rows: Mapping[str, list[Row]]) -> Row:
    """Return days of the search, what PubMed complained about, and the searches that retrieved each study."""
    found_by = {row["study_id"]: row["databases"] for row in rows["recall"]}
    return {"found_by": found_by} | {
        name: sorted({row[name] for row in rows["search_log"] if row[name]})
        for name in ("searched_on", "complaints")
    }


def records_part(tables: Mapping[str, str], rows: Mapping[str, list[Row]]) -> Row:
    """Return what the page shows of records and duplicates, read row by row from the long tables."""
    doubtful = [
        {**row, "a": row["record_a"], "b": row["record_b"], "why": row["reason"]} for row in rows["maybe"]
    ]
    weakest = [
        {**row, "a": row["duplicate_of"], "b": row["record_id"], "why": row["evidence"]}
        for row in heapq.nsmallest(
            PAIRS_SHOWN,
            stream_rows(tables["links"]),
            key=lambda row: (float(row["score"]), row["record_id"]),
        )
    ]
    shown = {pair[end] for pair in (*doubtful[:PAIRS_SHOWN], *weakest) for end in ("a", "b")}
    by_id = {row["record_id"]: row for row in stream_rows(tables["records"]) if row["record_id"] in shown}
    return {
        "sizes": {name: number_of_rows(tables[name]) for name in LONG},
        "links": link_counts(stream_rows(tables["links"], ("rule",))),
        "overlap": overlap(stream_rows(tables["unique"], ("sources",))),
        "doubtful": side_by_side(doubtful[:PAIRS_SHOWN], by_id),
        "weakest": side_by_side(weakest, by_id),
        "whys": WHYS,
        "retractions": [row for row in stream_rows(tables["unique"]) if row["retraction"]],
    }


def page_in(language: str, texts: Mapping[str, str], svgs: Mapping[str, str], main: str, given: Row) -> str:
    """Return the page in a language, without the files that travel in it.

    ``texts`` are translations of the review's own texts, ``main`` is the language of its settings.
    """
    own = partial(own_text, language, texts)
    labels = labels_of(language, given["rows"])
    boxes = {row["record_id"]: row["final_box"] for row in given["rows"].get("passports", [])}
    suffix = "" if language == main else f".{language}"
    return render(
        language,
        **given,
        own=own,
        translated_title=texts.get(given["review"].title, "") if language != "en" else "",
        remarks=partial(remarks, own),
        ended=partial(where_it_ended, own, SIGNS[language], boxes),
        label_of=labels,
        said=voice_of(language, texts, labels).say,
        drawing_file=lambda name: svgs[f"{name}{suffix}"],
        svg=lambda name, title: Markup(
            inline_svg(Path(svgs[f"{name}{suffix}"]).read_text(encoding="utf-8"), name, title)
        ),
    )


def main(
    *,
    tables: Mapping[str, str],
    figures: Sequence[str],
    written: Sequence[str],
    archive: str | None,
    translations: str | None,
    settings: Settings,
    missing_inputs: Sequence[str],
    snakemake_version: str,
    made_by: Workflow,
    page: str,
    translated: str,
) -> None:
    """Write the page in the language of the settings, and ``translated`` in the other one.

    ``figures`` are the drawings (SVG) in both languages and the tables behind them, ``written`` the files of
    config/ that are no inputs. Each page carries all tables and drawings, and the page in the other language.
    """
    rows = read_tables(tables)
    svgs, figure_tables = figure_files(figures)
    files = carried([*tables.values(), *figures])
    script = SCRIPT.read_text(encoding="utf-8")
    language = settings.report.language
    paths = {language: page, other(language): translated}
    given: Row = {
        **settings_part(settings),
        "archive": read_json(Path(archive)) if archive else None,
        "tables": tables,
        "files": files,
        "pages": {name: {"path": path, "element": element_of(path)} for name, path in paths.items()},
        "rows": rows,
        **claims_part(rows),
        "missing_inputs": missing_inputs,
        "written": described(written),
        **search_part(rows),
        **records_part(tables, rows),
        **coding_part(tables, rows),
        **citing_part(settings, made_by, rows),
        "figures": figure_tables,
        "passport_reads": READS,
        "most_passports": MOST_PASSPORTS,
        "programs": [("snakemake", snakemake_version), *((name, version(name)) for name in LIBRARIES)],
        "script": Markup(script),
        "script_sources": script_sources(templates(), script),
    }
    texts = read_translations(translations)
    alone = {name: page_in(name, texts, svgs, language, given) for name in paths}
    known = addresses(files)
    for name, path in paths.items():
        beside = other(name)
        whole = known | {element_of(paths[beside]): address(alone[beside].encode())}
        Path(path).write_text(filled(alone[name], whole), encoding="utf-8")
    log.info("%s, %s", count_of(len(rows["comparison"]), "claim"), count_of(len(figure_tables), "figure"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables={
                name: path
                for name, path in snakemake.input.items()
                if name not in ("figures", "written", "archive", "translations")
            },
            figures=snakemake.input.figures,
            written=snakemake.input.written,
            archive=snakemake.input.get("archive"),
            translations=snakemake.input.get("translations"),
            settings=typed(snakemake.params.settings),
            missing_inputs=snakemake.params.missing_inputs,
            snakemake_version=snakemake.params.snakemake_version,
            made_by=Workflow(*snakemake.params.made_by),
            page=snakemake.output.page,
            translated=snakemake.output.translated,
        )
