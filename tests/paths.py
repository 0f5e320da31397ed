"""Where tests find the repository, their own data, and the specimens that lie beside the repository."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY / "tests/data"
# Tests that read specimens are skipped, by name, where this folder is absent.
SPECIMENS = Path(os.environ.get("REVIEW_SHARED", REPOSITORY.parent / "shared"))
