"""Critical appraisal: the charted variables that are its domains, and how much concern a judgement means."""

from collections.abc import Iterator, Mapping, Sequence

from scripts.common.coding.charting import CHARTING, Variable
from scripts.common.errors import InputError, nearest
from scripts.common.review.settings import Appraisal

WHERE = "config/config.yaml: coding.appraisal"


def check_appraisal(appraisal: Appraisal | None, variables: Sequence[Variable]) -> None:
    """Raise ``InputError`` for domains that are not charted and undeclared judgements, all at once."""
    if appraisal is None:
        return
    if not variables:
        raise InputError(f"{WHERE} needs charting sheets (kind charting in config/inputs.tsv), or set null.")
    judged = {item.id: item for item in variables if item.type == "one"}
    values = [value for name in appraisal.domains if name in judged for value in judged[name].values]
    wrong = [
        f"{WHERE}.domains: {name!r} is no variable of type one in {CHARTING}. {nearest(name, judged)}"
        for name in appraisal.domains
        if name not in judged
    ]
    wrong += _wrong_judgements(appraisal.judgements, values)
    if wrong:
        raise InputError("\n".join(wrong))


def _wrong_judgements(judgements: Mapping[str, str], values: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong: a value of a domain without a concern, a judgement that no domain has."""
    for value in dict.fromkeys(values):
        if value not in judgements:
            yield f"{WHERE}.judgements: {value!r} is missing. Say how much concern it means."
    for word in judgements:
        if word not in values:
            quotes = " Put yes and no in quotes." if word in ("True", "False") else ""
            yield (
                f"{WHERE}.judgements: {word!r} is no value of a domain in {CHARTING}."
                f" {nearest(word, values)}{quotes}"
            )
