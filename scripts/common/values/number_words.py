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
_BELOW_TWENTY = "|".join(_SMALL[1:])
_JOIN = r"[ \u2010\u2011-]"  # between the words of a number: a blank or a hyphen
_BELOW_HUNDRED = rf"(?:{_WORDS})(?:{_JOIN}(?:{_ONE_TO_NINE})\b)?"
_HUNDREDS = rf"(?:a|{_BELOW_TWENTY}){_JOIN}hundred(?:(?:{_JOIN}and)?{_JOIN}(?:{_BELOW_HUNDRED}))?"
_BELOW_THOUSAND = rf"(?:{_HUNDREDS}|{_BELOW_HUNDRED})"
_THOUSANDS = rf"(?:a|{_BELOW_THOUSAND}){_JOIN}thousand,?(?:(?:{_JOIN}and)?{_JOIN}{_BELOW_THOUSAND})?"
_IN_WORDS = rf"(?:(?:{_THOUSANDS}|{_BELOW_THOUSAND})\b)"
_COUNTED = (  # what follows a number whose points separate thousands: "1.204 records", not "1.204 mm"
    r"(?=\s(?:[^\W\d]+\s){0,2}?(?:records|references|articles|studies|papers|publications|citations|titles|"
    r"abstracts|documents|results|hits|reports|trials|participants|patients)\b)"
)

# How a number begins: looked for first, because it is quicker than trying every word at every letter.
_LETTERS = ["".join(sorted({word[place] for word in (*_UNITS, *_TENS)})) for place in range(3)]
_BEGINS = rf"(?=\d|a{_JOIN}|[{_LETTERS[0]}][{_LETTERS[1]}][{_LETTERS[2]}])"

# Digits with separators for thousands, or words; no parts of codes, no decimals, no percentages.
NUMBER = (
    rf"(?<![\w.,/-]){_BEGINS}"
    r"(?:\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?!\d)"
    rf"|[1-9]\d{{0,2}}(?:\.\d{{3}})+{_COUNTED}"
    rf"|\d+(?![\d.]*\d)(?![\w%])|{_IN_WORDS})"
)


def value_of(text: str) -> int:
    """Return the value of a text that ``NUMBER`` matches."""
    digits = re.sub(r"[^\d]", "", text)
    if digits:
        return int(digits)
    thousands = hundreds = 0
    for word in re.split(r"[\s,\u2010\u2011-]+", text.casefold()):
        if word == "thousand":
            thousands, hundreds = max(hundreds, 1) * 1_000, 0
        elif word == "hundred":
            hundreds = max(hundreds, 1) * 100
        else:
            hundreds += _UNITS.get(word, _TENS.get(word, 0))
    return thousands + hundreds
