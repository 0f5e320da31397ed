"""Read a REFI-QDA project as coding sheet: its users are coders, its texts are studies."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scripts.common.coding.codebook_forms import refi_ids
from scripts.common.coding.collector import Collector, Where
from scripts.common.coding.known_tools import ENDINGS
from scripts.common.coding.model import ABSENT_STANCE, ALL_TEXTS, PRESENT, Plan, Vote
from scripts.common.coding.refi import ABSENT, RefiProject, fields_of
from scripts.common.coding.refi_reading import read_qdpx
from scripts.common.errors import InputError
from scripts.common.job import log
from scripts.common.values.words import words

FIELDS = ("excerpt", "source", "page", "note")  # that a coding in a project may carry


def read_project(plan: Plan, collector: Collector) -> None:
    """Read a REFI-QDA project: users are coders, texts are studies, codes are found by id or name.

    It has no columns: of a map it takes fixed words only. A reviewer in it is the one user who coded.
    """
    if wrong := [word for word in plan.words if word != "set"]:
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: {', '.join(wrong)}: a REFI-QDA project has no columns. Its"
            " map may have: set."
        )
    round_ = words(plan.round)
    project = _with_its_coder(plan, read_qdpx(plan.path, plan.coder))
    collector.note_project(plan.path, {words(coding.user) for coding in project.codings}, round_)
    studies = {source.name: collector.names.named(_study(source.name)) for source in project.sources}
    today = _codes_today(plan, project, collector)
    for coding in project.codings:
        code, study, coder = today[coding.code], studies[coding.source], words(coding.user)
        if not code:
            continue
        where = Where(f"{plan.path}: {coding.source}")
        collector.look(study, coder, round_, collector.unmarked, plan, where)
        excerpt, source, page, note = (coding.fields.get(name, "") for name in FIELDS)
        vote = Vote(study, code, coder, PRESENT, excerpt, source, page, note, round_, plan.path)
        collector.vote(vote, False, where)
    _look_everywhere(plan, project, studies, collector)
    for source_name, user, names in _absences(project):
        study, coder = studies[source_name], words(user)
        where = Where(f"{plan.path}: {source_name}")
        collector.look(study, coder, round_, collector.unmarked, plan, where)
        for code in filter(None, [collector.code(name, plan, where) for name in names]):
            vote = Vote(study, code, coder, ABSENT_STANCE, "", "", "", "", round_, plan.path)
            collector.vote(vote, False, where)


def _with_its_coder(plan: Plan, project: RefiProject) -> RefiProject:
    """Return the project, its user under the name that the map gives; several users have names of their own.

    Programs call everybody by one name (User, default) where nobody set another.
    """
    given = words(str(plan.words.get("set", {}).get("reviewer", "")))
    users = sorted({words(coding.user) for coding in project.codings})
    if not given or given in users:
        return project
    if len(users) > 1:
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: set: reviewer: {len(users)} users coded in this project"
            f" ({', '.join(users)}), so {given} cannot be all of them. Take reviewer out of its map."
        )

    def called(user: str) -> str:
        return given if words(user) in users else user

    absent = {ABSENT.format(user): ABSENT.format(called(user)) for user in project.users}
    return project._replace(
        users=[called(user) for user in project.users],
        variables=[absent.get(name, name) for name in project.variables],
        sources=[
            source._replace(
                variables={absent.get(name, name): value for name, value in source.variables.items()}
            )
            for source in project.sources
        ],
        codings=[coding._replace(user=given) for coding in project.codings],
    )


def _look_everywhere(
    plan: Plan, project: RefiProject, studies: Mapping[str, str], collector: Collector
) -> None:
    """Note that each user who coded anything looked at every text, where ``coding.texts`` says so.

    ``studies`` is text -> the study that it is named after.
    Our own exports say what each coder looked for in which study, and need no such rule. A text that is no
    included study and in which nothing was coded is set aside.
    """
    for name in project.without_text:
        reason = "its text is not in the file: passages are known by the names of their selections"
        collector.aside(Where(plan.path), name, reason)
    own = any(name == ABSENT.format(user) for name in project.variables for user in project.users)
    if own or collector.texts != ALL_TEXTS:
        return
    coded: dict[str, set[str]] = {source.name: set() for source in project.sources}
    for coding in project.codings:
        coded[coding.source].add(coding.user)
    users = sorted(set().union(*coded.values()))
    for name, of_text in coded.items():
        if not of_text and not collector.includes(studies[name]):
            collector.aside(Where(plan.path), name, "no included study, and nothing was coded in it")
            continue
        for user in users:
            where = Where(f"{plan.path}: {name}")
            collector.look(studies[name], words(user), words(plan.round), collector.unmarked, plan, where)
    _warn_of_uncoded_texts(plan.path, users, coded)


def _warn_of_uncoded_texts(path: str, users: Sequence[str], coded: Mapping[str, set[str]]) -> None:
    """Say in how many texts each user coded nothing; ``coded``: text -> users who coded it."""
    for user in users:
        without = sum(user not in of_text for of_text in coded.values())
        if without:
            log.warning(
                "%s: %s coded nothing in %d of %d texts and counts as having looked at them (coding.texts)",
                path,
                user,
                without,
                len(coded),
            )


def _codes_today(plan: Plan, project: RefiProject, collector: Collector) -> dict[str, str]:
    """Return GUID -> today's id of each code that was used, ``""`` if it is gone.

    The id that our own files describe wins, then the one made from the name, then the name itself.
    """
    made = refi_ids(project.codes)
    by_guid = {item.id: item for item in project.codes}
    today: dict[str, str] = {}
    for guid in dict.fromkeys(coding.code for coding in project.codings):
        item = by_guid[guid]
        described = fields_of(item.description)[1].get("id", "")
        names = [name for name in (described, made[guid]) if name in collector.finder.codes]
        where = Where(f"{plan.path}: {item.name}")
        today[guid] = collector.code(names[0] if names else item.name, plan, where)
    return today


def _absences(project: RefiProject) -> Iterator[tuple[str, str, list[str]]]:
    """Yield source, user and the codes that the user looked for there and did not find, as our files say."""
    for source in project.sources:
        for user in sorted(set(project.users)):
            names = source.variables.get(ABSENT.format(user))
            if names is not None:
                yield source.name, user, [name for name in names.split("; ") if name]


def _study(name: str) -> str:
    """Return the study that a text is named after: programs keep the ending of the file."""
    path = Path(name)
    return words(path.stem if path.suffix.casefold() in ENDINGS else name)
