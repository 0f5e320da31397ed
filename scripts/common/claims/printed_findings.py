"""What a finding about printed numbers says, and where its sentences are printed, for both languages."""

import re
from collections.abc import Mapping

from scripts.common.claims.places import place_in_words
from scripts.common.claims.sentences import Own, Phrase, Value, sentence
from scripts.common.paper.finding import Finding, Spot
from scripts.common.paper.sentences import NUMBERED

STAGES = {  # stage of the flow, as a value of a finding -> its sentence
    "identified": "stage_identified",
    "identified_other": "stage_identified_other",
    "duplicates_removed": "stage_duplicates_removed",
    "after_duplicates": "stage_after_duplicates",
    "screened": "stage_screened",
    "excluded_title_abstract": "stage_excluded_title_abstract",
    "sought_for_retrieval": "stage_sought_for_retrieval",
    "full_text_assessed": "stage_full_text_assessed",
    "excluded_full_text": "stage_excluded_full_text",
    "included": "stage_included",
}
DESIGNS = {  # design of studies -> its sentence
    "quantitative": "design_quantitative",
    "qualitative": "design_qualitative",
    "mixed methods": "design_mixed",
    "randomized controlled trials": "design_trials",
    "cohort": "design_cohort",
    "cross-sectional": "design_cross_sectional",
    "case-control": "design_case_control",
    "quasi-experimental": "design_quasi_experimental",
}
AROUND = {  # parts of a paper outside its running text -> the sentence around the label
    "caption": "spot_caption",
    "description of a figure": "spot_description",
    "table": "spot_table",
    "box": "spot_box",
}

IN_THE_TEXT = re.compile(r".*:(\d+):(\d+)")  # the ids of section, paragraph and sentence


def finding_in_words(finding: Finding) -> Value:
    """Return what does not agree; stages and designs are sentences of their own."""
    return sentence(finding.reason, **{name: _value(name, text) for name, text in finding.values})


def _value(name: str, text: str) -> Value:
    words: Mapping[str, str] = DESIGNS if name == "design" else STAGES if name.endswith("_stage") else {}
    return sentence(words[text]) if words else text


def spot_in_words(spot: Spot) -> Value:
    """Return where a sentence is printed: its section with number and title, its paragraph, its number."""
    if spot.part in AROUND:
        label = place_in_words(spot.heading) if spot.heading != spot.part else sentence("spot_unlabelled")
        return sentence(AROUND[spot.part], label=label)
    if place := IN_THE_TEXT.fullmatch(spot.place):
        return sentence("spot", section=_section(spot), paragraph=place[1], number=place[2])
    return Own(spot.place)  # a line of corrections.csv


def _section(spot: Spot) -> Value:
    if spot.part == "abstract":
        return Phrase("abstract")
    if not spot.heading:
        return Phrase("text")
    if numbered := NUMBERED.match(spot.heading):
        return sentence("spot_section", number=numbered[1], title=Own(spot.heading[numbered.end() :]))
    return sentence("spot_heading", title=Own(spot.heading))
