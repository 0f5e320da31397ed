"""The text of a file of unknown encoding, line by line, without holding the file in memory."""

import codecs
import io
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from scripts.common.errors import InputError

CHUNK = 1 << 17  # bytes or signs read at once: so few that the same memory is used again and again
HEAD = 1 << 16  # bytes: enough to recognise a format, and the most that a check before all work reads

CONTROL = bytes(sign for sign in range(32) if sign not in b"\t\n\v\f\r")
MOST_CONTROL = 0.05  # of the bytes of a text; our choice

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
AS_TEXT = "Export its records as text, for example as RIS; a table as CSV or .xlsx"
UNPACK = "Unpack it, and list the files in it in its place"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
OLD_OFFICE_IS = (
    "an old Excel or Word file, or a workbook with a password",
    "Save its sheet as .xlsx or CSV, without a password",
)
_BINARY = {  # how a file begins that is no text -> what it is, and what to do
    b"PK\x03\x04": ("a zip file, or a damaged Excel workbook", f"{UNPACK}, or save the workbook again"),
    b"\x1f\x8b": ("a gzip file", UNPACK),
    b"7z\xbc\xaf": ("a 7z file", UNPACK),
    b"Rar!": ("a RAR file", UNPACK),
    b"%PDF": ("a PDF", AS_TEXT),
    OLD_OFFICE: OLD_OFFICE_IS,
    b"SQLite format 3": ("a database, such as a library of Zotero or EndNote", AS_TEXT),
}


class Encoding(NamedTuple):
    """How to read a file: the codec, what bytes outside it are taken for, and a name for people.

    ``zero_line`` is the line (1 is first) of the first zero byte, which is left out of the text; 0: none.
    """

    codec: str
    errors: str
    name: str
    zero_line: int = 0

    @property
    def guessed(self) -> bool:
        """Return whether the file itself leaves its encoding open: a person should look at the accents."""
        return self.errors != "strict"


def _fallback(single_byte: str) -> "codecs._Errors":  # type: ignore[name-defined]
    """Return a handler that reads the bytes that are no UTF-8, and only those, in another encoding.

    So one damaged byte, or a Windows file glued to a UTF-8 file, leaves all other accents whole.
    """

    def handler(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        wrong = error.object[error.start : error.end]
        text = "".join(
            byte.decode(single_byte, errors="ignore") or byte.decode("latin-1")  # five bytes cp1252 lacks
            for byte in (wrong[i : i + 1] for i in range(len(wrong)))
        )
        return text, error.end

    return handler


for _name in ("cp1252", "mac_roman"):
    codecs.register_error(f"else_{_name}", _fallback(_name))


Source = str | Path | bytes  # a file, or the bytes of one that is inside another


def _stream(source: Source) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")


def find_encoding(source: Source, name: str = "") -> Encoding:
    """Return the encoding of a text file: by byte-order mark, UTF-16 by its zero bytes, UTF-8, or a guess.

    ``name`` is what a message calls the file, where the source is not its path.

    Bytes that are no UTF-8 are Windows-1252 (of which Latin-1 is a part), or Mac Roman if the file has
    the line ends of old Macs (CR alone), where Windows-1252 was not in use. A binary file and damaged
    UTF-16 raise ``InputError``; a few zero bytes, which some programs leave in a text, do not.
    """
    path = name or str(source)
    with _stream(source) as stream:
        codec = _unicode_codec(stream.read(HEAD), str(path))
        stream.seek(0)
        bytes_ = _look_through(stream, codec)
        if codec != "utf-8" and not bytes_.decodable:
            line = _damaged_line(stream, codec)
            raise InputError(
                f"{path} line {line}: damaged UTF-16: bytes are missing or changed there. Export it again."
            )
    if codec != "utf-8":
        return Encoding(codec, "strict", "utf-16")
    if bytes_.decodable:
        name = "ascii" if bytes_.ascii_only else "utf-8"
        return Encoding("utf-8", "strict", name, bytes_.zero_line)
    guess = "mac_roman" if bytes_.carriage_return and not bytes_.line_feed else "cp1252"
    return Encoding("utf-8", f"else_{guess}", guess, bytes_.zero_line)


def nearest_encoding(raw: bytes) -> Encoding | None:
    """Return an encoding in which a damaged text can be shown, lost signs as they come; None for no text."""
    try:
        codec = _unicode_codec(raw[:HEAD], "")
    except InputError:
        return None
    return Encoding(codec, "else_cp1252" if codec == "utf-8" else "replace", codec)


class _Bytes(NamedTuple):
    """What was seen in the bytes of a whole file; ``decodable`` by the codec that was tried."""

    decodable: bool
    ascii_only: bool
    carriage_return: bool
    line_feed: bool
    zero_line: int  # the line of the first zero byte, or 0


def _look_through(stream: IO[bytes], codec: str) -> _Bytes:
    """Read a file to its end, a piece at a time, and return what was seen."""
    decoder = codecs.getincrementaldecoder(codec)()
    decodable = ascii_only = True
    carriage_return = line_feed = False
    place, zero = 0, -1  # how much was read, and where the first zero byte is
    while chunk := stream.read(CHUNK):
        decodable = decodable and _decodes(decoder, chunk)
        ascii_only = ascii_only and chunk.isascii()
        carriage_return = carriage_return or b"\r" in chunk
        line_feed = line_feed or b"\n" in chunk
        if zero < 0 and b"\0" in chunk:
            zero = place + chunk.index(b"\0")
        place += len(chunk)
    decodable = decodable and _decodes(decoder, b"", final=True)
    zero_line = _line_of(stream, zero) if zero >= 0 else 0
    return _Bytes(decodable, ascii_only, carriage_return, line_feed, zero_line)


def _line_of(stream: IO[bytes], place: int) -> int:
    """Return the line (1 is first) of a byte."""
    stream.seek(0)
    before = stream.read(place)
    return max(before.count(b"\n"), before.count(b"\r")) + 1


def _damaged_line(stream: IO[bytes], codec: str) -> int:
    """Return the line (1 is first) of the first byte that is no text."""
    stream.seek(0)
    content = stream.read()
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        return content[: error.start].decode(codec).count("\n") + 1
    return 0


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _unicode_codec(head: bytes, name: str) -> str:
    """Return utf-8 or an UTF-16 codec for the beginning of a file; refuse what is no text."""
    for mark, codec in _BOMS.items():
        if head.startswith(mark):
            return codec
    for mark, (what, to_do) in _BINARY.items():
        if head.startswith(mark):
            raise InputError(f"{name}: {what}, not a table or a text export of records. {to_do}.")
    if b"\0" in head:
        for codec, zeros, letters in (
            ("utf-16-le", head[1::2], head[::2]),
            ("utf-16-be", head[::2], head[1::2]),
        ):
            if zeros.count(0) > len(zeros) // 2 and 0 not in letters:
                return codec
        # A binary file has far more signs that no text has: 27 of 256 at random.
        if len(head) - len(head.translate(None, CONTROL)) > len(head) * MOST_CONTROL:
            raise InputError(f"{name}: a binary file, not a table or a text export of records. {AS_TEXT}.")
    return "utf-8"


def read_lines(path: Source, encoding: Encoding) -> Iterator[str]:
    """Return the lines of a file without their ends (CRLF, LF or CR, also mixed).

    Only these end a line: other separators of Unicode (U+2028, U+0085, VT) are text inside fields. A
    byte-order mark inside the text, left where files were joined, is dropped at the beginning of a line.
    """
    return chain.from_iterable(map(_lines_of, read_chunks(path, encoding)))


def _lines_of(text: str) -> list[str]:
    return text.split("\n")


class Text:
    """A file whose bytes are looked at while it is read, so that it is read once.

    ``encoding`` is known after ``chunks``; it is the one that ``find_encoding`` returns.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        with open(path, "rb") as stream:
            head = stream.read(HEAD)
        # Without a line feed the whole file decides how bytes that are no UTF-8 are read.
        at_once = _unicode_codec(head, str(path)) == "utf-8" and b"\n" in head
        self.encoding = Encoding("utf-8", "else_cp1252", "cp1252") if at_once else find_encoding(path)
        self._at_once = at_once

    def chunks(self) -> Iterator[str]:
        """Yield the pieces that ``read_chunks`` yields."""
        if not self._at_once:
            return read_chunks(self._path, self.encoding)
        return self._watched(_Watching())

    def _watched(self, decoder: "_Watching") -> Iterator[str]:
        yield from read_chunks(self._path, self.encoding, decoder)
        zero_line = 0
        if decoder.zero >= 0:
            with open(self._path, "rb") as stream:
                zero_line = _line_of(stream, decoder.zero)
        if decoder.decodable:
            name = "ascii" if decoder.ascii_only else "utf-8"
            self.encoding = Encoding("utf-8", "strict", name, zero_line)
        else:
            self.encoding = self.encoding._replace(zero_line=zero_line)


class _Watching(codecs.IncrementalDecoder):
    """Decodes UTF-8, and other bytes as Windows-1252; notes if there were any, and a zero byte."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.decodable = self.ascii_only = True
        self.zero, self._place = -1, 0

    def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]
        self.ascii_only = self.ascii_only and data.isascii()
        if self.zero < 0 and b"\0" in data:
            self.zero = self._place + data.index(b"\0")
        self._place += len(data)
        try:
            return self._decoder.decode(data, final)
        except UnicodeDecodeError:
            self.decodable, state = False, self._decoder.getstate()
            self._decoder = codecs.getincrementaldecoder("utf-8")("else_cp1252")
            self._decoder.setstate(state)
            return self._decoder.decode(data, final)


def read_chunks(
    path: Source, encoding: Encoding, decoder: codecs.IncrementalDecoder | None = None
) -> Iterator[str]:
    """Yield a file in pieces of many whole lines, with a line feed between them and none at the end."""
    decoder = decoder or codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    begun: list[str] = []  # the parts of a line that has not ended: joined once, as it can be long
    kept = ""  # a CR whose LF may follow
    has_zeros = False  # among the bytes, which takes less time to find out than in the text
    with _stream(path) as stream:
        while data := stream.read(CHUNK):
            has_zeros = has_zeros or b"\0" in data
            text = kept + decoder.decode(data)
            kept = "\r" if text.endswith("\r") else ""
            if "\r" in text:
                text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
            end = text.rfind("\n")
            if end >= 0:
                begun.append(text[:end])
                # Nothing here holds the piece while it is read: a piece can be as large as the file.
                yield _without_marks("".join(_emptied(begun)), has_zeros)
            begun.append(text[end + 1 :])
    begun.append(decoder.decode(b"", final=True))
    if kept or any(begun):
        yield _without_marks("".join(_emptied(begun)), has_zeros)


def _emptied(parts: list[str]) -> list[str]:
    """Return the members of a list, and leave it empty."""
    found = parts[:]
    parts.clear()
    return found


def _without_marks(text: str, has_zeros: bool) -> str:
    """Drop zero bytes, and byte-order marks at the beginning of lines."""
    if has_zeros:
        text = text.replace("\0", "")
    return re.sub("^\ufeff+", "", text, flags=re.MULTILINE) if "\ufeff" in text else text


def read_head(path: str | Path) -> str:
    """Return the beginning of a file as text; what is no text, or empty, raises ``InputError``.

    Cheap: reads 64 KB, so its encoding may turn out another one when the whole file is read.
    """
    with open(path, "rb") as stream:
        head = stream.read(HEAD)
    codec = _unicode_codec(head, str(path))
    text = head.decode(codec, errors="replace" if codec != "utf-8" else "else_cp1252")
    text = re.sub("\r\n?", "\n", text.replace("\ufeff", "").replace("\0", ""))
    if not text.strip():
        raise InputError(f"{path}: the file is empty. Export it again, or take its line out of inputs.tsv.")
    return text
