"""Reviews that have only some of the parts that a review can have, made from the tiny review."""

import hashlib
import shutil
from collections.abc import Collection, Iterator
from itertools import chain, combinations
from pathlib import Path

import yaml

from scripts.common.files.yaml_files import parse_yaml
from tests.inputs_list import HEADER
from tests.paths import DATA

TINY = DATA / "tiny_review/config"
PAPER = DATA / "paper/artificial.xml"
KINDS = {  # part -> kinds of inputs
    "search": ("search",),
    "exports": ("database", "website"),
    "decisions": ("decisions",),
    "included": ("included",),
    "coding": ("coding",),
}
PARTS = (*KINDS, "codebook", "published", "paper")
OF_CODES = (
    "themes",
    "children",
    "studies",
    "study_ids",
    "percent",
    "rank",
    "order",
    "most",
    "least",
    "union",
)


def subsets() -> Iterator[tuple[str, ...]]:
    """Yield every set of parts that is a review: coding sheets need a codebook."""
    for parts in chain.from_iterable(combinations(PARTS, n) for n in range(len(PARTS) + 1)):
        if "codebook" in parts or "coding" not in parts:
            yield parts


def write_review(folder: Path, parts: Collection[str]) -> Path:
    """Write a review that has these parts and no other; what is left out is not mentioned in its settings."""
    config = folder / "config"
    config.mkdir(parents=True)
    given = parse_yaml((TINY / "config.yaml").read_text(encoding="utf-8"))
    settings = {"review": given["review"]}
    if "search" in parts:
        settings["search"] = given["search"]
        shutil.copytree(TINY / "inputs/pubmed", config / "inputs/pubmed")
    if "included" in parts:
        settings["screening"] = {"included_list": "complete"}
    lines = (TINY / "inputs.tsv").read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    kinds = {kind for part in parts for kind in KINDS.get(part, ())}
    kept = [line for line in lines if line.split("\t")[1] in kinds]
    for name in (Path(line.split("\t")[0]) for line in kept):
        if name.parent.name == "inputs":
            (config / "inputs").mkdir(exist_ok=True)
            shutil.copy(TINY / "inputs" / name.name, config / "inputs")
    if "paper" in parts:
        settings["paper"] = {"source": "file", "file": "config/inputs/paper.xml"}
        (config / "inputs").mkdir(exist_ok=True)
        shutil.copy(PAPER, config / "inputs/paper.xml")
        digest = hashlib.sha256(PAPER.read_bytes()).hexdigest()
        kept.append(f"config/inputs/paper.xml\tpaper\tthe review\t-\t2021-07-01\tCC BY\t{digest}\tinvented\n")
    if kept:
        (config / "inputs.tsv").write_text(HEADER + "".join(kept), encoding="utf-8")
    if "codebook" in parts:
        shutil.copy(TINY / "codebook.yaml", config)
    if "published" in parts:
        claims = parse_yaml((TINY / "published.yaml").read_text(encoding="utf-8"))
        known = [claim for claim in claims if "codebook" in parts or not _of_codes(claim.get("measure", ""))]
        (config / "published.yaml").write_text(yaml.safe_dump(known), encoding="utf-8")
    (config / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def _of_codes(measure: str) -> bool:
    return any(f"{family}:" in measure for family in OF_CODES)
