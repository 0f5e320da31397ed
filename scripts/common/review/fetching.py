"""Bring the files of a review that have an address: from the cache, else from there, checked by digest."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from scripts.common.errors import InputError, RetrievalError
from scripts.common.files.archives import extract
from scripts.common.files.digests import sha256
from scripts.common.files.downloads import Address, Limits, NoConnectionError, download
from scripts.common.job import log
from scripts.common.review.cache import Cache, place
from scripts.common.review.inputs import INPUTS, Input

PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
PAGE_BYTES, SHOWN_TITLE = 20_000, 60  # read of a page to find its title, and shown of that
ANY_COPY = "any copy with this digest will do"
PROGRESS_SECONDS = 10

Tell = Callable[[str], object]


class Fetcher:
    """Fetches files into a cache and from there into the review; ``tell`` gets a line per file."""

    def __init__(self, cache: Cache, limits: Limits, tell: Tell) -> None:
        self._cache, self._limits, self._tell = cache, limits, tell

    def fetch(self, inputs: Iterable[Input]) -> list[str]:
        """Put every file that has a url where inputs.tsv says; return one line for each that failed.

        What is there already is left alone, even if it is another file: that is a failure. Without a file to
        bring nothing is asked and nothing written.
        """
        files = list({item.path: item for item in inputs if item.url}.values())
        failures = [line for item in files if (line := _stopped(item))]
        lacking = self._take([item for item in files if item.sha256 and not Path(item.path).exists()])
        if lacking:
            with self._cache.locked(self._tell):  # another run may have brought some meanwhile
                failures += self._ask(self._take(lacking), self._accept)
        if not files:
            self._tell(f"no input has a url in {INPUTS}: there is nothing to fetch")
            return []
        here = sum(Path(item.path).exists() for item in files)
        self._tell(f"{here:,} of the {len(files):,} files with a url are here")
        return failures

    def find_digests(self, inputs: Iterable[Input]) -> tuple[dict[str, str], list[str]]:
        """Return path -> digest of the files whose digest is empty, and a line for each that has none.

        A file with a url is fetched first, and kept; a file that is here must be the one at its url.
        """
        files = list({item.path: item for item in inputs if not item.sha256}.values())
        found = {item.path: sha256(item.path) for item in files if not item.url}
        remote = [item for item in files if item.url]

        def note(item: Input, file: Path, address: Address) -> str:
            if _page(file, item):
                return _not_the_file(item, file, address)
            digest = sha256(file)
            if Path(item.path).exists() and (ours := sha256(item.path)) != digest:
                return (
                    f"the file there has the sha256 {digest}, the one that is here has {ours}. Move yours"
                    " away, or take the url out."
                )
            self._bring_in(item, file, digest, address)
            found[item.path] = digest
            return ""

        failures = []
        if remote:
            with self._cache.locked(self._tell):
                failures = self._ask(remote, note)
        return found, failures

    def _take(self, lacking: Sequence[Input]) -> list[Input]:
        """Put files that the cache has where they belong; return those that it lacks."""
        rest = []
        for item in lacking:
            if kept := self._cache.find(item.sha256):
                place(kept, Path(item.path))
                self._tell(f"{item.path}: from the cache")
            else:
                rest.append(item)
        return rest

    def _ask(self, items: Sequence[Input], use: Callable[[Input, Path, Address], str]) -> list[str]:
        """Fetch the files, one address after the other; return a line for each that failed.

        A server that cannot be reached is named once, and not tried for the next file.
        """
        failures = []
        unreachable: dict[str, tuple[str, list[str]]] = {}  # server -> why, and the files
        for url in dict.fromkeys(item.url for item in items):
            server = urlsplit(url).netloc
            wanted = [item for item in items if item.url == url]
            if server in unreachable:
                unreachable[server][1].extend(item.path for item in wanted)
                continue
            try:
                lines = self._from_address(url, wanted, use)
            except NoConnectionError as error:
                unreachable[server] = str(error), [item.path for item in wanted]
                continue
            except RetrievalError as error:
                lines = [str(error)] * len(wanted)
            failures += [
                f"{item.path}: {url}: {line}" for item, line in zip(wanted, lines, strict=True) if line
            ]
        return failures + [_without_way(reason, paths) for reason, paths in unreachable.values()]

    def _from_address(
        self, url: str, wanted: Sequence[Input], use: Callable[[Input, Path, Address], str]
    ) -> list[str]:
        """Fetch one address and hand what came to ``use``, once for each file that is wanted of it.

        Where a file was put together from several tries and is not the right one, it may have changed
        between them: it is fetched once more from its beginning.
        """
        partial = self._cache.partial(url)
        for resumed in (partial.exists(), False):
            address = download(url, partial, self._limits, self._progress(wanted[0].path))
            lines = [self._unpacked(item, partial, address, use) for item in wanted]
            partial.unlink()
            if not (any(lines) and resumed):
                break
        return lines

    def _unpacked(
        self, item: Input, partial: Path, address: Address, use: Callable[[Input, Path, Address], str]
    ) -> str:
        if not item.member or _page(partial, item):
            return use(item, partial, address)
        file = partial.with_suffix(".member")
        try:
            extract(partial, item.member, file, self._limits.megabytes)
            if item.sha256 and item.sha256 == sha256(partial):
                return f"sha256 is that of the zip file; that of its member {item.member} is {sha256(file)}."
            return use(item, file, address)
        except InputError as error:
            return str(error)
        finally:
            file.unlink(missing_ok=True)

    def _accept(self, item: Input, file: Path, address: Address) -> str:
        """Keep a file that is the right one; otherwise return what it is."""
        if sha256(file) != item.sha256:
            return _not_the_file(item, file, address)
        self._bring_in(item, file, item.sha256, address)
        return ""

    def _bring_in(self, item: Input, file: Path, digest: str, address: Address) -> None:
        kept = self._cache.keep(file, digest)
        if not Path(item.path).exists():
            place(kept, Path(item.path))
        self._tell(f"{item.path}: {kept.stat().st_size:,} bytes from {address.host}")

    def _progress(self, path: str) -> Callable[[int, int | None], None]:
        """Return what is called with the bytes that are here, and tells it every few seconds."""
        last = time.monotonic()

        def tell(size: int, announced: int | None) -> None:
            nonlocal last
            if time.monotonic() - last > PROGRESS_SECONDS:
                last = time.monotonic()
                of = f" of {announced / 1e6:,.1f}" if announced else ""
                self._tell(f"{path}: {size / 1e6:,.1f}{of} MB so far")

        return tell


def stop_at(failures: Sequence[str]) -> None:
    """Raise ``RetrievalError`` if anything failed; where several did, each has a line of its own."""
    if len(failures) == 1:
        raise RetrievalError(failures[0])
    if failures:
        for line in failures:
            log.error("%s", line)
        raise RetrievalError(f"{len(failures)} failures, each in a line above. Files that came are here.")


def _without_way(reason: str, paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1:,} more files" if len(paths) > 1 else ""
    return f"{paths[0]}{more}: {reason}"


def _stopped(item: Input) -> str:
    """Return why a file cannot be fetched, or an empty text."""
    if not item.sha256:
        return (
            f"{INPUTS}: {item.path} has a url and no sha256. Fill it on purpose: snakemake digests --cores 1"
        )
    if Path(item.path).is_dir():
        return f"{item.path}: a folder has this name. Move it away, or give the file another path."
    if Path(item.path).exists() and (found := sha256(item.path)) != item.sha256:
        return (
            f"{item.path}: another file is here: its sha256 is {found}, {INPUTS} says {item.sha256}. Move it"
            " away and fetch again, or correct the digest."
        )
    return ""


def _page(file: Path, item: Input) -> str:
    """Return the title of a web page that came instead of a file, or an empty text."""
    if Path(item.path).suffix.lower() in (".html", ".htm"):
        return ""
    with open(file, "rb") as stream:
        head = stream.read(PAGE_BYTES)
    if not PAGE.match(head):
        return ""
    title = TITLE.search(head)
    text = " ".join(title[1].decode("utf-8", "replace").split()) if title else ""
    return "".join(filter(str.isprintable, text))[:SHOWN_TITLE] or "without a title"


def _not_the_file(item: Input, file: Path, address: Address) -> str:
    """Say what came instead of the file that was meant."""
    where = f" (redirected to {address.host})" if address.redirected else ""
    if title := _page(file, item):
        return (
            f"a web page came instead of the file{where}: {title!r}. It may ask to sign in: save the file"
            f" with a browser as {item.path}; {ANY_COPY}."
        )
    return (
        f"another file came{where}: its sha256 is {sha256(file)}, {INPUTS} says {item.sha256}. It may have"
        f" changed there: look for the version that was meant; {ANY_COPY}."
    )
