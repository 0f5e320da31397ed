"""Words as they are compared: without accents, markup, signs and capitals; or as a person reads them."""

import html
import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_NO_WORD = re.compile(r"[\W_]+")
ASCII_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = {
    sign: f" {name} " for sign, name in zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True)
}


LONG = 100_000  # signs; the words of a longer text are not all laid out at once


def single_blanks(text: str) -> str:
    """Return a text with one blank where there were blanks or line breaks; its memory is that of the text."""
    if len(text) < LONG:
        return " ".join(text.split())
    if text.isprintable() and "  " not in text:  # so no blank but single ones
        return text.strip()
    parts, place = [], 0
    while place < len(text):
        end = text.find(" ", place + LONG)
        end = end if end >= 0 else len(text)
        parts.append(" ".join(text[place:end].split()))
        place = end
    return " ".join(filter(None, parts))


def fold(text: str) -> str:
    """Return words in lower case without accents, markup, entities and punctuation; Greek letters by name."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub("", text)
    if text.isascii():
        return _fold_ascii(text)
    text = unicodedata.normalize("NFKD", text.casefold())
    for sign in set(text):
        if sign.isascii():
            continue
        if sign in _GREEK:
            text = text.replace(sign, _GREEK[sign])
        elif sign == "’" or unicodedata.combining(sign):
            text = text.replace(sign, "")
        elif not sign.isalnum():
            text = text.replace(sign, " ")
    if text.isascii():
        return _fold_ascii(text)
    return _NO_WORD.sub(" ", text.casefold().replace("'", "")).strip()


def _fold_ascii(text: str) -> str:
    return " ".join(text.encode().translate(ASCII_FOLDED, b"'").decode().split())


def words(text: str) -> str:
    """Return a name as it is compared: composed accents, no invisible signs, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).translate(INVISIBLE).split())
