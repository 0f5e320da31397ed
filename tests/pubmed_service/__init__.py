"""A loopback E-utilities service for tests: esearch, efetch, epost over real HTTP, and every way they fail.

It serves the PubmedArticleSet files it is given, bytes as stored, and does not read PubMed's query language:
a search is looked up by its text, and only what a client adds with `` AND `` (days, PMID ranges) is applied.

    with EntrezServer(records=["records.xml"], queries=[{"term": "asthma[tiab]", "pmids": [1, 2]}]) as server:
        server.add_faults([{"endpoint": "efetch", "when": {"nth": 2}, "fault": "cut-chunked"}])
        run_client(server.url)
        assert server.violations() == []

As a program, ``python -m tests.pubmed_service --records FILE...``, it prints its address and ends with its
parent. It listens on 127.0.0.1 only, and never asks another host.
"""
