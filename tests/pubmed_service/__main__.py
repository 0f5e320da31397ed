"""Serve PubmedArticleSet files as E-utilities, or made-up records."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.terms import read_queries
from tests.pubmed_service.texts import WALL
from tests.pubmed_service.world import World, documents


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Serve PubmedArticleSet files as E-utilities on 127.0.0.1.")
    parser.add_argument("--records", nargs="*", default=[], help="PubmedArticleSet files, also .gz")
    parser.add_argument("--queries", help="JSON: list of {term, pmids, translation, errors, warnings}")
    parser.add_argument(
        "--world", action="append", default=[], help="folder with records/, queries.json, clock"
    )
    parser.add_argument("--synthetic", type=int, default=0, metavar="N", help="add N made-up records")
    parser.add_argument("--seed", type=int, default=1, help="of made-up records and random faults")
    parser.add_argument("--rate", type=int, default=3, help="requests a second; 0: no limit")
    parser.add_argument("--rate-with-key", type=int, default=10)
    parser.add_argument("--valid-key", action="append", help="the only keys that are taken")
    parser.add_argument("--cap", type=int, default=WALL, help="records of one search that are listed")
    parser.add_argument("--faults", help="JSON: list of {endpoint, when, fault, times, status}")
    parser.add_argument(
        "--random-faults", type=float, default=0.0, metavar="P", help="share of requests to fail"
    )
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args(arguments)
    parent = os.getppid()
    records = [*documents(given.records), *synthetic_records(given.synthetic, seed=given.seed)]
    queries, clock, worlds = given.queries, None, {}
    for folder in map(Path, given.world):
        listed = folder / "queries.json"
        worlds[folder.name] = (World.from_folder(folder), read_queries(listed) if listed.exists() else None)
    first: Any = records
    if worlds and not records:
        first, queries = next(iter(worlds.values()))
        named = Path(given.world[0]) / "clock"
        clock = named.read_text("utf-8").strip() if named.exists() else None
    server = EntrezServer(
        first,
        queries,
        clock=clock,
        cap=given.cap,
        rate=given.rate or None,
        rate_with_key=given.rate_with_key or None,
        valid_keys=given.valid_key,
        port=given.port,
    )
    server.worlds.update(worlds)
    if given.faults:
        server.add_faults(json.loads(Path(given.faults).read_text("utf-8")))
    server.random_faults(given.random_faults, given.seed)
    with server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        try:
            while os.getppid() == parent:
                time.sleep(0.1)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
