"""Random tables of decisions: the map of their refusal, completed where it asks, gives their votes."""

import random
from collections import Counter

import pytest
import yaml

from scripts.common.errors import InputError
from scripts.common.review.inputs import Input
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans

TI, FT = "title_abstract", "full_text"
WORDS = (
    ("include", "exclude"), ("Included", "Excluded"), ("yes", "no"), ("Y", "N"), ("1", "0"), ("keep", "drop"),
    ("ja", "nein"), ("Relevant", "Irrelevant"), ("oui", "non"), ("in", "out"), ("TRUE", "FALSE"),
    ("纳入", "排除"),
)  # fmt: skip
TITLES = ("Title", "Article title", "Titel", "Paper title", "Título", "Study title")
PEOPLE = ("Ann", "Bob", "AK", "Reviewer 1", "Reviewer 2", "J. Roe")
STAGES = {
    TI: ("Title/abstract", "TA", "Title and abstract screening"),
    FT: ("Full text", "FT", "full-text review"),
}
BESIDE = {
    "Year": ("1999", "2004", "2018"), "Journal": ("J", "K"), "Notes": ("", "x", "see pdf"),
    "Screened": ("yes", "no"),
    "Language": ("English", "German"), "Has abstract": ("yes", "no"), "Duplicate": ("yes", "no"),
    "Authors": ("Roe A", "Li B"), "Full text available": ("yes", "no"), "Open access": ("TRUE", "FALSE"),
}  # fmt: skip


def table(rng):
    """Return a random table, its votes (title, stage, reviewer, decision) and its stages."""
    people, stages = rng.sample(PEOPLE, 2), rng.choice([(TI,), (FT,), (TI, FT)])
    titles = [f"Work {letter}" for letter in "ABCDEFG"[: rng.randint(4, 7)]]
    votes = {(t, s, p): rng.choice([0, 1]) for t in titles for s in stages for p in people}
    words, names = rng.choice(WORDS), {stage: rng.choice(STAGES[stage]) for stage in stages}
    several = len(stages) > 1
    if rng.random() < 0.5:
        head = [
            rng.choice(TITLES),
            rng.choice(("Reviewer", "Screener", "Who")),
            rng.choice(("Decision", "Vote")),
        ]
        head += ["Stage"] * several
        rows = [[t, p, words[vote], *([names[s]] * several)] for (t, s, p), vote in votes.items()]
    else:
        named = [(s, p) for p in people for s in stages]
        head = [rng.choice(TITLES), *(f"{p} {names[s]}" if several else p for s, p in named)]
        rows = [[t, *(words[votes[t, s, p]] for s, p in named)] for t in titles]
    for name in rng.sample(list(BESIDE), rng.randint(0, 3)):
        head, rows = [*head, name], [[*row, rng.choice(BESIDE[name])] for row in rows]
    order = rng.sample(range(len(head)), len(head))
    lines = [[row[at] for at in order] for row in (head, *rows)]
    sign = rng.choice(",;\t")
    meant = ("include", "exclude")
    return (
        "\n".join(map(sign.join, lines)),
        Counter((t, s, p, meant[vote]) for (t, s, p), vote in votes.items()),
        stages,
    )


def votes_of(path, words):
    (plan,) = plans([Input("t", str(path), "decisions", *[""] * 6)], {"t": words})
    return Counter((v.title, v.stage, v.reviewer, v.decision) for v in read_decisions(plan).votes)


@pytest.mark.parametrize("seed", range(20))
def test_the_map_of_a_refusal_gives_every_vote_of_a_random_table(tmp_path, seed):
    rng = random.Random(seed)
    for number in range(10):
        text, expected, stages = table(rng)
        path = tmp_path / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as stopped:
            votes_of(path, {})
        message = str(stopped.value)
        words = yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]
        if words.get("set", {}).get("stage") == "?":
            words["set"]["stage"] = stages[0]
        assert "'?'" not in str(words), text
        assert votes_of(path, words) == expected, text
