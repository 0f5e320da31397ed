"""Numbers as an article writes them: 1,204, sixty-one or XII."""

import re

_SMALL = tuple(
    re.findall(
        r"\w+",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen",
    )
)
_UNITS = {word: value for value, word in enumerate(_SMALL)}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_WORDS = "|".join(sorted([*_UNITS, *_TENS], key=len, reverse=True))

ROMAN = {  # the numerals of volumes and of the parts of a series
    name: str(number)
    for number, name in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], start=1
    )
}

_ONE_TO_NINE = "|".join(_SMALL[1:10])

# Digits with separators for thousands, or words below a thousand; no parts of codes or decimals.
NUMBER = (
    r"(?<![\w.,/-])(?:\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?!\d)|\d+(?![\d.]*\d)(?![\w%])"
    rf"|(?:(?:a|{_ONE_TO_NINE})[ -]hundred(?: and)?[ -]?)?(?:{_WORDS})(?:[ -](?:{_ONE_TO_NINE}))?\b)"
)


def value_of(text: str) -> int:
    """Return the value of a text that ``NUMBER`` matches."""
    digits = re.sub(r"[^\d]", "", text)
    if digits:
        return int(digits)
    total = 0
    for word in re.split(r"[\s-]+", text.casefold()):
        if word == "hundred":
            total = max(total, 1) * 100
        else:
            total += _UNITS.get(word, _TENS.get(word, 0))
    return total
