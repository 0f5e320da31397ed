"""The text that LaTeX in a BibTeX field means: accents, letters and signs; commands of type are dropped."""

import re
import unicodedata

ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "textendash": "–",
    "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textdegree": "°", "textregistered": "®", "texttrademark": "™",
}  # fmt: skip
# Commands that say only how their text is set: the text stays.
_TYPE = (
    "emph|text(?:it|bf|sc|sl|tt|rm|sf|up|md|normal|superscript|subscript)|math(?:rm|bf|it|sf|tt|cal|bb)"
    "|uppercase|lowercase|MakeUppercase|MakeLowercase|mbox|hbox|text|ensuremath|url|nolinkurl|underline"
    "|it|bf|em|sc|sl|tt|rm|sf|itshape|bfseries|scshape|slshape|ttfamily|rmfamily|sffamily|upshape|mdseries"
)
_BASE = r"(?:\{\s*(\\?[A-Za-z]{1,2}|)\s*\}|(\\[ij]\b|[A-Za-z]))"
_SIGN = re.compile(rf"\\([`'^~=.\"])\s*{_BASE}")
_WORD = re.compile(rf"\\([uvHtcdbkr])(?:\s+|(?=\{{)){_BASE}")
_LETTER = re.compile(rf"\\({'|'.join(sorted(LETTERS, key=len, reverse=True))})(?:\{{\}}|\s+|(?![A-Za-z]))")
_OF_TYPE = re.compile(rf"\\(?:{_TYPE})(?![A-Za-z])\s*")


def plain(text: str) -> str:
    """Return a text without the braces and commands that LaTeX needs for it: ``{\\"O}zge`` is ``Özge``.

    Commands that are not known here stay as they are.
    """
    if "\\" in text:
        text = _SIGN.sub(_accented, text)
        text = _WORD.sub(_accented, text)
        text = _LETTER.sub(lambda found: LETTERS[found[1]], text)
        text = _OF_TYPE.sub("", text)
        text = re.sub(r"\\([&%$#_])", r"\1", text)
    return re.sub(r"(?<!\\)[{}]", "", text).replace("\\{", "{").replace("\\}", "}")


def _accented(found: re.Match[str]) -> str:
    base = (found[2] or found[3] or "").lstrip("\\")
    return (
        unicodedata.normalize("NFC", base[:1] + ACCENTS[found[1]] + base[1:])
        if base and found[1] in ACCENTS
        else found[0]
    )
