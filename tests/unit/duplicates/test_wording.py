"""A word that changes the meaning makes two titles of what is nearly one; a slip does not."""

import pytest

from scripts.common.duplicates.wording import are_confused, have_other_words


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("smoking in men", "smoking in women"),
        ("gait of male rats", "gait of female rats"),
        ("the role of hypertension", "the role of hypotension"),
        ("intracellular lead", "intercellular lead"),
        ("asthma in children with atopy", "asthma in children without atopy"),
        ("adults who are depressed", "adults who are not depressed"),
        ("a survey of depressed adults", "a survey of non depressed adults"),
        ("hepatitis b in herders", "hepatitis c in herders"),
        ("prenatal care", "postnatal care"),
        ("symptomatic herders", "asymptomatic herders"),
        ("lead in rats", "lead in mice"),
        ("part one", "part two"),
        ("therapy of sleepless herders", "therapy of sleepless herders a follow up"),
        ("a trial of wool", "a pilot trial of wool"),
        ("commentary gait of herders", "gait of herders"),
        ("microvascular disease", "macrovascular disease"),
        ("dysphagia of herders", "dysphasia of herders"),
        ("ureteral stones", "urethral stones"),
        ("cortisol in herders", "cortisone in herders"),
        ("insulin in herders", "inulin in herders"),
        ("neuropathies of herders", "nephropathy of herders"),
        ("food for herders", "foot for herders"),
        ("herders of niger", "herders of nigeria"),
        ("老年男性高血压患者睡眠质量的研究", "老年女性高血压患者睡眠质量的研究"),
        ("fetal growth", "fatal growth"),
        ("lactose in herders", "lactase in herders"),
        ("cefixime for herders", "cefoxime for herders"),
        ("dietary nitrates", "dietary nitrites"),
        ("humeral fractures", "humoral fractures"),
    ],
)
def test_a_word_that_changes_the_meaning_makes_two_titles(first, second):
    assert have_other_words(first, second)
    assert have_other_words(second, first)


@pytest.mark.parametrize(
    ("why", "first", "second"),
    [
        ("a subtitle", "gait of herders", "gait of herders a cohort study"),
        ("British spelling", "behaviour and oedema of herders", "behavior and edema of herders"),
        ("British spelling of f, y and c", "grey sulphate in a disk", "gray sulfate in a disc"),
        ("a slip in a long word", "gait of villagers", "gait of vilpagers"),
        ("a vowel in place of another letter", "gait of villagers", "gait of vilaagers"),
        ("a vowel of the ending", "advisers and their analysis", "advisors and their analyses"),
        ("a slip at the end of a word", "illnesss of herders", "illnesse of herders"),
        ("a letter lost in a short word", "wool of lambs", "wool of lmbs"),
        ("letters of one shape in a short word", "gloss for texts", "gioss for texts"),
        ("a plural of a short word", "lead in a rat", "lead in a rats"),
        ("another ending", "herders with diabetes", "herders with diabetic"),
        ("a long word and another ending", "malignant effusions", "malignant effusing"),
        ("letters that changed places", "a trial of wool", "a trail of wool"),
        ("two slips in a long word", "knee cartilage thickness", "knee cartilage thicicness"),
        ("words joined", "non small cell cancer", "nonsmall cell cancer"),
        ("a letter lost where a word was split", "themis a language", "th mis a language"),
        ("a small word", "wool of the hills", "wool from the hills"),
        ("figures, which are compared elsewhere", "type 1 herders", "type 2 herders"),
        ("the same", "gait of herders", "gait of herders"),
    ],
)  # fmt: skip
def test_a_slip_an_ending_and_spelling_make_no_other_title(why, first, second):
    assert not have_other_words(first, second), why
    assert not have_other_words(second, first), why


def test_letters_and_figures_of_one_shape_are_confused_by_scans():
    assert are_confused("strain og1rf", "strain ogirf")
    assert are_confused("critically iii", "critically ill")
    assert not are_confused("strain bl21", "strain bl22")
