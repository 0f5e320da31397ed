"""Whether two titles that are nearly the same differ by a word that changes the meaning: men and women."""

from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

# Words without which a title says the same. "a" may also be a letter: see ``_same_word``.
_SMALL_WORDS = frozenset((
    "the", "an", "and", "for", "from", "in", "on", "of", "at", "to", "by", "as", "or", "with", "into", "its",
    "their", "his", "her", "is", "are", "was", "were", "upon", "versus", "vs", "via", "using", "between",
    "among", "s", "t",
))  # fmt: skip
# Words without which a title means another thing: a denial, or another work on the same study.
_TELLING = frozenset((
    "not", "no", "non", "without", "un", "never", "anti", "pilot", "preliminary", "interim", "followup",
    "follow", "extension", "secondary", "reanalysis", "replication", "commentary", "comment", "comments",
    "editorial", "reply", "response", "summary", "dataset",
))  # fmt: skip
# Beginnings of words that differ like a slip and mean two things.
_LOOK_ALIKE = (
    ("abduct", "adduct"), ("afag", "afas"), ("arterit", "arthrit"), ("colostom", "colotom"),
    ("cortisol", "cortison"), ("disfag", "disfas"), ("disfon", "disfor"), ("gastric", "gastrin"),
    ("glutamat", "glutamin"), ("heparan", "heparin"), ("insulin", "inulin"), ("nefropat", "neuropat"),
    ("niger ", "nigeria"), ("osteopetro", "osteoporo"), ("palpati", "palpitati"), ("plasmid", "plasmin"),
    ("retinal", "retinol"), ("secretin", "secretio"), ("ureter", "urethr"),
)  # fmt: skip
# British and American spelling, and letters that sound alike: of both words before they are compared.
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("ph", "f"), ("grey", "gray"), ("disk", "disc"), ("dys", "dis"))
_CONFUSED = str.maketrans("1l0", "iio")  # letters and figures of one shape
MAX_LONG_ENDING = 3  # of a word with a long stem: effusing, effusions
LONG_STEM = 6  # letters
MAX_LOST = 1  # letters lost where words were split or joined
MAX_ENDING = 2  # letters by which the endings of two forms of a word differ: diabetes, diabetic
SHORT_WORD = 5  # letters; another letter in such a word makes another one: foot and food, fetal and fatal
_VOWELS = frozenset("aeiou")  # one of these for another makes another word of a longer one too
FIRST_OF_EAST_ASIA = "\u3040"  # of Japanese, Chinese and Korean signs: each is a word or a part of one
MIN_STEM = 4  # letters in common in front of such endings, and on both sides of two slips
MAX_SLIPS = 2  # letters in the middle of a long word: thickness, thicicness
MAX_ADDED = 3  # letters that one form has more at its end: program, programme; effect, effects


def have_other_words(first: str, second: str) -> bool:
    """Return whether two folded titles differ by a word that changes the meaning.

    That is a word in each that the other has in no spelling (``in men``, ``in women``), or a denial or the
    like (``pilot``) that only one has. Another subtitle that one lacks, a slip, another ending and British
    spelling are no such words.
    """
    ours, theirs = _only_there(first.split(), second.split())
    together, there = "".join(ours), "".join(theirs)
    if len(ours) != len(theirs) and OSA.distance(together, there, score_cutoff=MAX_LOST) <= MAX_LOST:
        return False  # "non small cell" and "nonsmall cell", "th mis" and "themis"
    if (_TELLING & set(ours)) != (_TELLING & set(theirs)):
        return True
    return _another_word(ours, theirs) and _another_word(theirs, ours)


def _only_there(first: Sequence[str], second: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words of each list that the other has not."""
    ours, theirs = set(first), set(second)
    return [word for word in first if word not in theirs], [word for word in second if word not in ours]


def _another_word(words: Sequence[str], others: Collection[str]) -> bool:
    """Return whether one of these words is none of the others; figures are compared elsewhere."""
    return any(
        word.isalpha() and word not in _SMALL_WORDS and not any(_same_word(word, other) for other in others)
        for word in words
    )


def _same_word(word: str, other: str) -> bool:
    """Return whether two words are one but for a slip, the ending or British spelling.

    Another beginning makes another word, however alike the rest is: male and female, typical and atypical,
    hypotension and hypertension.
    """
    first, second = _spelled(word), _spelled(other)
    shorter, longer = sorted((first, second), key=len)
    if longer in (shorter, f"{shorter}s") or (len(shorter) > 2 and sorted(first) == sorted(second)):
        return True
    if first[:1] != second[:1] or len(shorter) < MIN_STEM or max(longer) >= FIRST_OF_EAST_ASIA:
        return False
    return not _look_alike(first, second) and _differ_by_a_slip(first, second)


def _differ_by_a_slip(first: str, second: str) -> bool:
    """Return whether two words with one first letter are one but for a slip or the ending."""
    shorter, longer = sorted((first, second), key=len)
    slips = OSA.distance(first, second, score_cutoff=MAX_SLIPS)
    if slips <= 1:
        if len(shorter) < len(longer) or are_confused(first, second):
            return True
        return len(shorter) > SHORT_WORD and not _have_another_vowel(first, second)
    if longer.startswith(shorter):
        return len(longer) - len(shorter) <= MAX_ADDED
    stem, ending = _in_common(first, second), _in_common(first[::-1], second[::-1])
    if stem < MIN_STEM:
        return False
    other_ending = len(longer) - stem <= (MAX_ENDING if stem < LONG_STEM else MAX_LONG_ENDING)
    return other_ending or (slips <= MAX_SLIPS and ending >= MIN_STEM)


def _have_another_vowel(first: str, second: str) -> bool:
    """Return whether two words of one length differ by a vowel in front of the ending: lactose, lactase."""
    ending = MAX_ENDING + (first[-1] == second[-1] == "s")  # with the sign of the plural
    stems = zip(first[:-ending], second[:-ending], strict=True)
    return any(x != y and {x, y} <= _VOWELS for x, y in stems)


def _spelled(word: str) -> str:
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    return word


def _look_alike(first: str, second: str) -> bool:
    """Return whether two words begin like two that a slip would make one."""
    first, second = f"{first} ", f"{second} "
    return any(
        (first.startswith(x) and second.startswith(y)) or (first.startswith(y) and second.startswith(x))
        for x, y in _LOOK_ALIKE
    )


def _in_common(first: str, second: str) -> int:
    """Return how many letters two words have in common at their beginning."""
    return next((n for n, (x, y) in enumerate(zip(first, second, strict=False)) if x != y), len(first))


def are_confused(first: str, second: str) -> bool:
    """Return whether two folded titles differ only by letters and figures of one shape: OG1RF, OGIRF."""
    return first.translate(_CONFUSED) == second.translate(_CONFUSED)
