"""Files with one thing wrong, made from whole ones."""

import random


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file with one thing wrong: bytes changed, cut, doubled, dropped, or lines moved."""
    at, length = chance.randrange(len(content) + 1), chance.choice((1, 2, 20, 300))
    kind = chance.randrange(7)
    if kind == 0:
        return content[:at] + chance.randbytes(length) + content[at + length :]
    if kind == 1:
        return content[:at]
    if kind == 2:
        return content[:at] + content[at : at + length] + content[at:]
    if kind == 3:
        return content[:at] + content[at + length :]
    lines = content.split(b"\n")
    line = chance.randrange(len(lines))
    if kind == 4:
        lines.pop(line)
    elif kind == 5:
        lines.insert(
            line,
            chance.choice((b"", b"ER  - ", b"TY  - JOUR", b'"', b"}", b"text", b"@article{x,", b"<record>")),
        )
    else:
        lines[line], lines[-1] = lines[-1], lines[line]
    return b"\n".join(lines)
