"""Words of a file of decisions that the settings of the review do not have: each once, with its lines."""

from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches

from scripts.common.errors import InputError, nearest
from scripts.common.files.likely_words import UNSURE
from scripts.common.screening.votes import MACHINE, PERSON, Vote

SHOWN = 3  # lines named of each word


class WrongWords:
    """Gathers the words; ``stop`` raises them together."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: dict[str, list[int]] = defaultdict(list)  # message -> lines

    def check_reviewer(self, vote: Vote, rounds: Sequence[str]) -> None:
        """Note a kind of reviewer that there is none of, and a round that is not declared."""
        if vote.kind not in ("", PERSON, MACHINE):
            hint = nearest(vote.kind, (PERSON, MACHINE))
            self._lines[f"kind {vote.kind!r} is unknown. {hint}"].append(vote.line)
        if vote.round and vote.round not in rounds:
            known = nearest(vote.round, rounds) if rounds else "Name the rounds there, in their order."
            where = "is not among screening.rounds of config/config.yaml"
            self._lines[f"round {vote.round!r} {where}. {known}"].append(vote.line)

    def check_reasons(self, vote: Vote, reasons: Sequence[str]) -> None:
        """Note the reasons of a vote that are not declared; semicolons separate several."""
        declared = {reason.casefold() for reason in reasons}
        for reason in map(str.strip, vote.reason.split(";")):
            if reason.casefold() not in declared:
                close = next(iter(get_close_matches(reason, reasons, n=1, cutoff=0.5)), UNSURE)
                message = (
                    f"reason {reason!r} is not among screening.reasons of config/config.yaml."
                    f" {nearest(reason, reasons)} Correct one of the two, or add to its map,"
                    f' values: {{reason: {{"{reason}": {close}}}}}.'
                )
                self._lines[message].append(vote.line)

    def check_ruler(self, vote: Vote) -> None:
        """Note a ruling of a machine."""
        if vote.kind == MACHINE:
            message = (
                f"{vote.reviewer} is a machine (kind), and a machine rules on nothing (role: ruling). Take"
                " the role out: its votes are then shown beside those of people."
            )
            self._lines[message].append(vote.line)

    def stop(self) -> None:
        """Raise ``InputError`` with all words, if there are any."""
        found = []
        for message, lines in self._lines.items():
            several = f"lines {', '.join(map(str, lines[:SHOWN]))} ({len(lines)} times)"
            place = several if len(lines) > 1 else f"line {lines[0]}"
            found.append(f"{self._path} {place}: {message}")
        if found:
            raise InputError(*found)
