"""What the service writes, word for word as the real one did, and the limits it keeps."""

BASE = "/entrez/eutils/"
WALL = 9_999  # records of one search that PubMed lists
FETCH_LIMIT = 10_000  # what efetch lowers retmax to
LONGEST_LINE = 8_000  # bytes of a request line
SUMMARY_LIMIT = 500  # of esummary in JSON
KEPT_ALIVE_SECONDS, KEPT_ALIVE_REQUESTS = 4, 40

XML, JSON, TEXT = (f"{kind}; charset=UTF-8" for kind in ("text/xml", "application/json", "text/plain"))
HTML = "text/html"

PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n'
DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/"
ESEARCH = (
    f'{PROLOG}<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    f'"{DTD}20060628/esearch.dtd">\n'
)
EFETCH = (
    f'{PROLOG}<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" "{DTD}20131226/efetch.dtd">\n'
)
ELINK = f'{PROLOG}<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "{DTD}20101123/elink.dtd">'
PMC_DTD = "https://dtd.nlm.nih.gov/ncbi/pmc/articleset/nlm-articleset-2.0.dtd"
EPOST = f'{PROLOG}<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" "{DTD}20090526/epost.dtd">'
EINFO = f'{PROLOG}<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" "{DTD}20190110/einfo.dtd">\n'
ESUMMARY_1 = (
    f'{PROLOG}<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" '
    f'"{DTD}20041029/esummary-v1.dtd">\n'
)
ESUMMARY_2 = (
    f'{PROLOG}<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN" '
    f'"{DTD}20160808/esummary_pubmed.dtd">\n'
)

PAST_WINDOW = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than {last}. For PubMed, ESearch can "
    "only "
    "retrieve the first {cap:,} records matching the query. To obtain more than {cap:,} PubMed records, "
    "consider "
    "using EDirect that contains additional logic to batch PubMed search results automatically so that an "
    "arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
UNBALANCED = "Search Backend failed: unbalanced query"
BACKEND_502 = "Search Backend failed: Pubmed 2.0 search API: HTTP request returned 502 status."
PROXY_502 = (
    " Error: CEFetchPApplication::proxy_stream(): &#xa;&lt;html&gt;&lt;head&gt;&#xa;&lt;meta "
    "http-equiv=&quot;"
    "content-type&quot; content=&quot;text/html;charset=utf-8&quot;&gt;&#xa;&lt;title&gt;502 Server "
    "Error&lt;/title"
    "&gt;&#xa;&lt;/head&gt;&#xa;&lt;body text=#000000 bgcolor=#ffffff&gt;&#xa;&lt;h1&gt;Error: Server "
    "Error&lt;/h1"
    "&gt;&#xa;&lt;h2&gt;The server encountered a temporary error and could not complete your "
    "request.&lt;p&gt;"
    "Please try again in 30 seconds.&lt;/h2&gt;&#xa;&lt;h2&gt;&lt;/h2&gt;&#xa;&lt;/body&gt;&lt;/html&gt;"
)
VIEWER_TIMEOUT = (
    "<eFetchResult><ERROR>Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
    "</eFetchResult>"
)
FORWARDING_500 = '{"error":"error forwarding request","api-key":"127.0.0.1","type":"ip",\n"status":"ok"}\n'
DIAGNOSTIC_500 = (
    "<head> <title>NCBI/eutils202 - WWW Error 500 Diagnostic</title> </head> <body> <h1>Server Error</h1>  "
    " <p>Your "
    "request could not be processed due to a problem on our Web server.  This could be a transient "
    "problem, please "
    'try the query again.</p> <hr/> <p> Diagnostic Information:</p>  <div class="diags">Error: 500</div>'
)
BLOCKED = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN">\n'
    "<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body>blocked</body></html>\n"
)
HTML_PAGE = (
    "<html><head><title>PmFetch response</title></head><body>\n<pre>\nPubmed-entry ::= {\n  pmid 1,<br>"
)
EMPTY_LIST = "ID list is empty! Possibly it has no correct IDs."
NO_DB = "Mandatory parameter: db - is omitted\n"
BAD_IDS = "Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615"
TOO_MANY = "Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output."
NEW_ELEMENT = b'<AiGenerated Model="unknown">no DTD knows this</AiGenerated>'

SORTS = {"", "relevance", "pub_date", "author", "journalname", "most recent"}
