"""Who is who in an export of Rayyan: its log has e-mail addresses, its articles have names."""

import re
from collections import Counter
from collections.abc import Mapping

from scripts.common.values.words import fold

Votes = Mapping[str, Mapping[str, str]]  # article -> user or name -> decision
SHORTEST_WORD = 3  # letters of a word of a name that is looked for in an address


def names_of_users(ended: Votes, logged: Votes) -> dict[str, str]:
    """Return user of the log -> name in the articles, as far as votes or addresses show who is who.

    ``ended`` is what the notes of the articles say, ``logged`` what the log says of the same stage. The pairs
    that agree most often are matched first; a pair that agrees no more often than another one that is still
    free is left to the addresses: ann@example.org is Ann if no other name fits. The last user and the last
    name that are left are each other's.
    """
    name_of = _by_votes(_agreements(ended, logged))
    users = {user for votes in logged.values() for user in votes} - set(name_of)
    names = {name for votes in ended.values() for name in votes} - set(name_of.values())
    by_address = _by_addresses(users, names)
    name_of |= by_address
    users, names = users - set(by_address), names - set(by_address.values())
    if len(users) == len(names) == 1:
        name_of[users.pop()] = names.pop()
    return name_of


def _by_votes(agreed: Counter[tuple[str, str]]) -> dict[str, str]:
    """Return user -> name of the pairs that agree more often than any other pair of one of the two."""
    name_of: dict[str, str] = {}
    for user, name in sorted(agreed, key=lambda pair: (-agreed[pair], pair)):
        if user in name_of or name in name_of.values():
            continue
        rivals = [
            times
            for (other_user, other_name), times in agreed.items()
            if (other_user == user) != (other_name == name)
            and other_user not in name_of
            and other_name not in name_of.values()
        ]
        if agreed[user, name] > max([0, *rivals]):
            name_of[user] = name
    return name_of


def _agreements(ended: Votes, logged: Votes) -> Counter[tuple[str, str]]:
    """Return (user of the log, name in the articles) -> how many votes agree, less those that differ."""
    agreed: Counter[tuple[str, str]] = Counter()
    for article, votes in logged.items():
        for user, decision in votes.items():
            for name, word in ended.get(article, {}).items():
                agreed[user, name] += 1 if word == decision else -1
    return agreed


def _by_addresses(users: set[str], names: set[str]) -> dict[str, str]:
    """Return user -> name where an address fits one name only, and the name that address only."""
    fitting = {(user, name) for user in users for name in names if _fits(user, name)}
    by_user, by_name = Counter(user for user, _ in fitting), Counter(name for _, name in fitting)
    return {user: name for user, name in sorted(fitting) if by_user[user] == by_name[name] == 1}


def _fits(user: str, name: str) -> bool:
    """Return whether a part of the address before its @ begins or ends with a word of the name."""
    parts = re.split(r"[^a-z]+", fold(user.partition("@")[0]).replace(" ", "."))
    found = [word for word in fold(name).split() if len(word) >= SHORTEST_WORD]
    return any(part.startswith(word) or part.endswith(word) for part in parts for word in found)
