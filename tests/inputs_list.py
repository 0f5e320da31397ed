"""Write the inputs of a small review, with the list that names them."""

import hashlib
from pathlib import Path

HEADER = "path\tkind\tsource\tplatform\tdate\tlicence\tsha256\tprovenance\n"


def bring(*files, **changes):
    """Write the files (path, kind, text) and inputs.tsv in the working folder; return its path."""
    lines = []
    for path, kind, text in files:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
        cells = {
            "path": path,
            "kind": kind,
            "source": "Embase",
            "platform": "Ovid",
            "date": "2022-08-16",
            "licence": "own",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "provenance": "exported by a librarian",
        }
        lines.append("\t".join((cells | changes).values()) + "\n")
    Path("config/inputs.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")


EMBASE = ("config/inputs/embase.ris", "database", "TY  - JOUR\n")
