"""The wire: requests read, answers sent, well or badly."""

import gzip
import json
import re
import select
import socket
import struct
import sys
import threading
import time
import zlib
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.pubmed_service.answers import Answer, Request, as_json
from tests.pubmed_service.faults import ANY, Fault
from tests.pubmed_service.outages import with_null
from tests.pubmed_service.texts import (
    BASE,
    BLOCKED,
    HTML,
    JSON,
    KEPT_ALIVE_REQUESTS,
    KEPT_ALIVE_SECONDS,
    LONGEST_LINE,
)

if TYPE_CHECKING:
    from tests.pubmed_service.service import EntrezServer

ABSTRACT = re.compile(rb"<AbstractText[^>]*[^/>]>|<AbstractText>")


def _spoiled(body: bytes, kind: str) -> bytes:
    """Return the body as a fault of its text leaves it: with a byte that XML forbids, or cut."""
    if kind in ("bad-utf8", "control-char"):
        place = ABSTRACT.search(body)
        cut = place.end() if place else max(body.rfind(b"</"), 0)
        return body[:cut] + (b"\xff\xfe" if kind == "bad-utf8" else b"\x0b") + body[cut:]
    return body[: len(body) // 2] if kind == "truncate-clean" else with_null(body, kind)


def _damaged_gzip(body: bytes) -> bytes:
    """Return the body compressed, with eight wrong bytes in the middle."""
    packed = bytearray(gzip.compress(body, 1, mtime=0))
    begin = min(len(packed) // 2, len(packed) - 9)
    packed[begin : begin + 8] = bytes(255 - byte for byte in packed[begin : begin + 8])
    return bytes(packed)


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    service: "EntrezServer"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what clients keep open, so that no thread outlives the server."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client that hangs up is no error of ours
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener
    answered = 0

    @property
    def service(self) -> "EntrezServer":
        return self.server.service

    def log_message(self, *_: Any) -> None:
        """Say nothing: the log is asked for at /_test/log."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def handle_one_request(self) -> None:
        self.connection.settimeout(KEPT_ALIVE_SECONDS if self.answered else 30)
        super().handle_one_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no proper request; the base class calls this for request lines beyond 64 KiB too."""
        self.request_version = "HTTP/1.1"
        if code == HTTPStatus.REQUEST_URI_TOO_LONG:
            return self._too_long(b"")
        self.close_connection = True
        return self._send(self._page(code))

    @staticmethod
    def _page(code: int) -> Answer:
        title = f"{int(code)} {HTTPStatus(code).phrase}"
        return Answer(
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode(),
            HTML,
            code,
        )

    def _too_long(self, line: bytes) -> None:
        target = line.split(b" ")[1].decode("latin-1") if line.count(b" ") else ""
        address = urlsplit(target)
        name = address.path.rsplit("/", 1)[-1].removesuffix(".fcgi")
        pairs = parse_qsl(address.query, keep_blank_values=True)
        request = Request(name if name in ANY else "other", "GET", pairs, self.client_address[0])
        entry = self.service.note(request, target)
        entry["violations"].append(f"the request line is longer than {LONGEST_LINE} bytes")
        entry["status"] = 414
        self.close_connection = True
        self._send(self._page(414))

    def _handle(self) -> None:
        if len(self.raw_requestline.rstrip(b"\r\n")) > LONGEST_LINE:
            return self._too_long(self.raw_requestline)
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        address = urlsplit(self.path)
        if address.path.startswith("/_test/") and address.path not in ("/_test/misuse", "/_test/elsewhere"):
            return self._send(self._control(address.path, body))
        pairs = parse_qsl(address.query, keep_blank_values=True)
        if body and "json" not in (self.headers.get("Content-Type") or ""):
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) + pairs
        request = Request(self._name(address.path), self.command, pairs, self.client_address[0])
        entry = self.service.note(request, self.path)
        fault = None
        if request.endpoint in ANY:
            answer, fault = self.service.answer(request, entry)
        elif request.endpoint == "dtd":
            answer = self._page(410)
        elif request.endpoint == "misuse":
            answer = Answer(BLOCKED.encode(), HTML)
        elif request.endpoint == "elsewhere":
            answer = Answer(b"<html><body>elsewhere</body></html>\n", HTML)
        else:
            answer = self._page(404)
        entry["status"] = answer.status
        if fault and fault.kind in ("reset", "close", "stall-head"):
            entry["status"] = None
        return self._send(answer, fault)

    @staticmethod
    def _name(path: str) -> str:
        if path.startswith(BASE) and path.endswith(".fcgi") and path[len(BASE) : -5] in ANY:
            return path[len(BASE) : -5]
        if path.startswith(("/eutils/dtd/", "/ncbi/pubmed/out/")):
            return "dtd"
        return path.removeprefix("/_test/") if path in ("/_test/misuse", "/_test/elsewhere") else "other"

    def _control(self, path: str, body: bytes) -> Answer:
        service = self.service
        try:
            match self.command, path:
                case "POST", "/_test/faults":
                    service.add_faults(json.loads(body or b"[]"))
                case "DELETE", "/_test/faults":
                    service.clear_faults()
                case "GET", "/_test/log":
                    return Answer(as_json(service.log()), JSON)
                case "POST", "/_test/reset":
                    service.reset()
                case "POST", "/_test/world":
                    name = json.loads(body)["name"]
                    world, queries = service.worlds[name]
                    service.set_world(world, queries)
                case _:
                    return self._page(404)
        except (ValueError, TypeError, KeyError) as problem:
            return Answer(as_json({"error": str(problem)}), JSON, 400)
        return Answer(as_json({"ok": True}), JSON)

    # -- sending, well or badly ------------------------------------------------------------------------

    def _send(self, answer: Answer, fault: Fault | None = None) -> None:
        kind = fault.kind if fault else ""
        if kind == "drip-head":
            self._drip(self._head(answer.status, answer.headers), as_chunks=False)
            return
        if kind in ("reset", "close", "stall-head"):
            self._say_nothing(kind)
            return
        self.answered += 1
        if self.answered >= KEPT_ALIVE_REQUESTS or self.headers_say_close():
            self.close_connection = True
        headers = {"Content-Type": answer.kind, **answer.headers}
        offered = self.headers.get("Accept-Encoding", "") if getattr(self, "headers", None) else ""
        body = _spoiled(answer.body, kind)
        if kind == "gzip-bad":
            body, headers["Content-Encoding"] = _damaged_gzip(body), "gzip"
        elif "gzip" in offered and body:
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            body, headers["Content-Encoding"] = packer.compress(body) + packer.flush(), "gzip"
        if kind in ("cut-length", "cut-chunked", "stall-body", "drip", "drip-error-page"):
            self._send_in_part(answer.status, headers, body, kind)
        elif self.request_version == "HTTP/1.0":
            self.close_connection = True
            self._write(self._head(answer.status, headers) + body)
        else:
            self._write(self._head(answer.status, headers) + self._chunks(body) + b"0\r\n\r\n")

    def _say_nothing(self, kind: str) -> None:
        """Reset, close or hold the connection before any byte of an answer."""
        self.close_connection = True
        if kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._abort()
        elif kind == "stall-head":
            self._stall()

    def _send_in_part(self, status: int, headers: dict[str, str], body: bytes, kind: str) -> None:
        """Send half of a body and end or hold the connection there, or send it byte by byte."""
        half = body[: len(body) // 2]
        if kind == "cut-length":
            self._write(self._head(status, headers, length=len(body) + 1) + half)
            self._abort()
        elif kind == "cut-chunked":
            self._write(self._head(status, headers) + b"%x\r\n" % (len(body) + 1) + half)
            self._abort()
        elif kind == "stall-body":
            self._write(self._head(status, headers) + self._chunks(half))
            self._stall()
        else:
            self._write(self._head(status, headers))
            self._drip(body)

    def headers_say_close(self) -> bool:
        headers = getattr(self, "headers", None)
        return bool(headers) and headers.get("Connection", "").casefold() == "close"

    def _head(self, status: int, headers: dict[str, str], length: int | None = None) -> bytes:
        limit = str(self.service.rate or 3)
        lines = {
            "Date": formatdate(usegmt=True),
            "Server": "Finatra",
            "Cache-Control": "private",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "X-RateLimit-Limit,X-RateLimit-Remaining",
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": limit,
            "Set-Cookie": "ncbi_sid=0123456789ABCDEF_0001SID; Path=/",
            **headers,
        }
        if self.close_connection:
            lines["Connection"] = "close"
        else:
            lines["Connection"] = "Keep-Alive"
            lines["Keep-Alive"] = f"timeout={KEPT_ALIVE_SECONDS}, max={KEPT_ALIVE_REQUESTS}"
        if length is not None:
            lines["Content-Length"] = str(length)
        elif self.request_version != "HTTP/1.0":
            lines["Transfer-Encoding"] = "chunked"
        top = f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}\r\n"
        return (top + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode(
            "latin-1"
        )

    @staticmethod
    def _chunks(body: bytes) -> bytes:
        size = 1 << 16
        parts = (body[begin : begin + size] for begin in range(0, len(body), size))
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)

    def _write(self, data: bytes) -> bool:
        self.connection.settimeout(60)
        try:
            self.connection.sendall(data)
        except OSError:
            self.close_connection = True
            return False
        return True

    def _abort(self) -> None:
        self.close_connection = True
        self.rfile.close()  # it holds the socket open
        self.connection.close()

    def _client_left(self, seconds: float) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], seconds)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _stall(self) -> None:
        """Keep the connection and say nothing, until the client has enough."""
        self.close_connection = True
        end = time.monotonic() + self.service.stall_seconds
        while time.monotonic() < end and not self.service.stopping.is_set() and not self._client_left(0.05):
            pass

    def _drip(self, sent: bytes, as_chunks: bool = True) -> None:
        """Send a body, or a head, byte by byte."""
        self.close_connection = True
        for number in range(len(sent)):
            byte = sent[number : number + 1]
            if self.service.stopping.is_set() or not self._write(self._chunks(byte) if as_chunks else byte):
                return
            if self._client_left(self.service.drip_seconds):
                return
        if as_chunks:
            self._write(b"0\r\n\r\n")
