"""A plain client of the loopback service, and the small world that most of its tests ask."""

import http.client
import json
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from lxml import etree

from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.world import World

WHO = {"db": "pubmed", "tool": "test", "email": "test@example.org"}
WORLD = World(synthetic_records(120, 1000, date(2019, 1, 1), date(2020, 12, 31), seed=7, set_back=0.1))
PMIDS = sorted(WORLD.pmids)


class Reply(NamedTuple):
    status: int
    headers: Any
    body: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    @property
    def count(self) -> int:
        return int(self.root.findtext("Count") or -1)

    @property
    def ids(self) -> list[int]:
        return [int(node.text) for node in self.root.iterfind("IdList/Id")]

    @property
    def pmids(self) -> list[int]:
        """Return the PMIDs of the records, as efetch delivers them."""
        return [int(node.text) for node in self.root.iterfind("*/*/PMID")]

    def notes(self, path: str) -> list[str]:
        return [node.text for node in self.root.iterfind(path)]


def send(
    server: EntrezServer,
    endpoint: str,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    timeout: float = 5,
    **parameters: Any,
) -> Reply:
    given = {name: value for name, value in {**WHO, **parameters}.items() if value is not None}
    text = urlencode(given, doseq=True)
    path = f"/entrez/eutils/{endpoint}.fcgi"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        if method == "GET":
            connection.request("GET", f"{path}?{text}", headers=headers or {})
        else:
            connection.request(method, path, text, {**form, **(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def control(server: EntrezServer, method: str, path: str, body: Any = None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text[:1] in (b"{", b"[") else text


def fail(server: EntrezServer, fault: str, **more: Any) -> None:
    server.add_faults([{"fault": fault, **more}])
