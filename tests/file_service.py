"""A server of files on this machine that behaves as archives of research data do, well or badly.

The path of an address says how: ``/plain/a.csv`` sends the file ``a.csv`` as a code host does,
``/sign-in/a.csv`` redirects to a page that asks for a password: one method of ``Answers`` per behaviour.
"""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Sign in to your account</title></head><body>Password</body></html>"
)
STATUS = re.compile(r"status-(\d{3})")


class FileService:
    """Files by name, and every request that came for one: its path and the bytes that it asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.again: dict[str, int] = {}  # path -> how often it was asked for
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._server.daemon_threads = True
        self._server.service = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, behaviour: str, name: str) -> str:
        """Return the address of a file that is sent in this way."""
        return f"http://127.0.0.1:{self._server.server_port}/{behaviour}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def file_service() -> Iterator[FileService]:
    service = FileService()
    try:
        yield service
    finally:
        service.close()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def service(self) -> FileService:
        service: FileService = self.server.service  # type: ignore[attr-defined]
        return service

    def log_message(self, *_: object) -> None:
        """Say nothing: what tests look at is kept in the service."""

    def do_GET(self) -> None:
        behaviour, _, name = self.path.lstrip("/").partition("/")
        self.service.requests.append((self.path, self.headers.get("Range", "")))
        self.service.headers.append(dict(self.headers))
        self.service.again[self.path] = self.service.again.get(self.path, 0) + 1
        if status := STATUS.fullmatch(behaviour):
            return self.page(int(status[1]))
        body = self.service.files.get(name)
        if body is None and behaviour != "sign-in-page":
            return self.page(404)
        getattr(self, behaviour.replace("-", "_"))(body, name)

    def head(self, status: int, length: int | None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def page(self, status: int, **headers: str) -> None:
        self.head(status, len(PAGE), Content_Type="text/html; charset=utf-8", **headers)
        self.wfile.write(PAGE)

    def to(self, address: str, status: int = 302) -> None:
        self.head(status, 0, Location=address)

    def cut(self) -> None:
        """End the connection as a machine does that loses its network: with a reset."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def asked_from(self, body: bytes) -> int | None:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else None

    # Behaviours. The first ones are sound.

    def plain(self, body: bytes, name: str) -> None:
        """As a code host or Zenodo: whole, or the rest that was asked for."""
        begin = self.asked_from(body)
        if begin is None:
            self.head(200, len(body), Content_Type="text/plain", Accept_Ranges="bytes")
            self.wfile.write(body)
        elif begin >= len(body):
            self.head(416, 0, Content_Range=f"bytes */{len(body)}")
        else:
            self.head(206, len(body) - begin, Content_Range=f"bytes {begin}-{len(body) - 1}/{len(body)}")
            self.wfile.write(body[begin:])

    def whole_only(self, body: bytes, name: str) -> None:
        """As servers that know no ranges: the whole file, whatever was asked."""
        self.head(200, len(body))
        self.wfile.write(body)

    def chunked(self, body: bytes, name: str) -> None:
        """As OSF: of unknown length."""
        self.head(200, None, Transfer_Encoding="chunked")
        for at in range(0, len(body), 1000):
            part = body[at : at + 1000]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def until_closed(self, body: bytes, name: str) -> None:
        """As servers of HTTP/1.0: no length, the end of the connection is the end of the file."""
        self.close_connection = True
        self.head(200, None, Connection="close")
        self.wfile.write(body)

    def redirected(self, body: bytes, name: str) -> None:
        """As OSF, figshare and Dryad: to a store, with a key in the address, and once more from there."""
        self.to(f"/redirected-once/{name}", 301)

    def redirected_once(self, body: bytes, name: str) -> None:
        self.to(f"/plain/{name}", 307)

    def busy_at_first(self, body: bytes, name: str) -> None:
        """As Zenodo under load: too many requests, with a time to wait, then the file."""
        if self.service.again[self.path] < 3:
            return self.page(429, Retry_After="0.05")
        self.plain(body, name)

    def slow_start(self, body: bytes, name: str) -> None:
        time.sleep(0.4)
        self.plain(body, name)

    # Faults.

    def always_busy(self, body: bytes, name: str) -> None:
        self.page(503)

    def busy_for_an_hour(self, body: bytes, name: str) -> None:
        self.page(429, Retry_After="3600")

    def sign_in(self, body: bytes, name: str) -> None:
        self.to(f"/sign-in-page/{name}")

    def sign_in_page(self, body: bytes, name: str) -> None:
        self.page(200)

    def circle(self, body: bytes, name: str) -> None:
        self.to(self.path)

    def to_plain_http(self, body: bytes, name: str) -> None:
        self.to("http://files.example.org/a.csv?key=secret")

    def to_disk(self, body: bytes, name: str) -> None:
        self.to("file:///etc/hostname")

    def truncated(self, body: bytes, name: str) -> None:
        """Half of what was announced, every time, from the beginning."""
        self.head(200, len(body))
        self.wfile.write(body[: len(body) // 2])
        self.cut()

    def truncated_once(self, body: bytes, name: str) -> None:
        if self.service.again[self.path] == 1:
            return self.truncated(body, name)
        self.plain(body, name)

    def truncated_whole_only(self, body: bytes, name: str) -> None:
        """Cut the first time, and then the whole file although only the rest was asked for."""
        if self.service.again[self.path] == 1:
            return self.truncated(body, name)
        self.whole_only(body, name)

    def truncated_chunks(self, body: bytes, name: str) -> None:
        self.head(200, None, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body[: len(body) // 2]))
        self.cut()

    def wrong_range(self, body: bytes, name: str) -> None:
        """Another part than was asked for, or the whole file where nothing special was asked."""
        if self.asked_from(body) is None:
            return self.plain(body, name)
        self.head(206, 3, Content_Range=f"bytes 0-2/{len(body)}")
        self.wfile.write(body[:3])

    def changed_between(self, body: bytes, name: str) -> None:
        """Cut, and then the rest of another file; whole and right when asked from the beginning again."""
        count = self.service.again[self.path]
        if count == 1:
            return self.truncated(body, name)
        self.plain(bytes(len(body)) if count == 2 else body, name)

    def slow_head(self, body: bytes, name: str) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n" + b"X-More: 1\r\n" * 500)

    def slow(self, body: bytes, name: str) -> None:
        """A byte now and then, for ever."""
        self.head(200, 10_000)
        self.drip(body)

    def silent(self, body: bytes, name: str) -> None:
        """The head, then nothing."""
        self.head(200, len(body))
        self.wfile.flush()
        time.sleep(5)

    def drip(self, text: bytes) -> None:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            for byte in text:
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    self.close_connection = True
                    return
                time.sleep(0.02)

    def endless(self, body: bytes, name: str) -> None:
        """More than anybody has room for, of unknown length."""
        self.head(200, None, Transfer_Encoding="chunked")
        while True:
            try:
                self.wfile.write(b"10000\r\n%b\r\n" % bytes(1 << 16))
            except OSError:
                self.close_connection = True
                return

    def huge(self, body: bytes, name: str) -> None:
        """An announced length of a terabyte."""
        self.head(200, 10**12)
        self.cut()

    def no_answer(self, body: bytes, name: str) -> None:
        self.cut()

    def no_http(self, body: bytes, name: str) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.cut()
