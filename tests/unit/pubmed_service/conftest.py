"""One running service per test, without a limit on the rate."""

import pytest

from tests.pubmed_service.service import EntrezServer
from tests.unit.pubmed_service.client import WORLD


@pytest.fixture
def server():
    with EntrezServer(WORLD, rate=None) as running:
        yield running
