"""How a verdict on a claim is drawn: a colour, and a shape that shows it without colours."""

from scripts.common.claims.judging import (
    CANNOT,
    CONSISTENT,
    CONTRADICTORY,
    DIFFERS,
    EQUAL,
    SO_FAR,
    TRANSCRIBED,
    WITHIN,
)
from scripts.common.figures.plotting import BLUE, GREEN, LINE, MUTED, ORANGE, PINK, SKY, VERMILION

COLOURS = {
    EQUAL: GREEN,
    WITHIN: SKY,
    CONSISTENT: BLUE,
    SO_FAR: ORANGE,
    DIFFERS: VERMILION,
    CONTRADICTORY: PINK,
    CANNOT: MUTED,
    TRANSCRIBED: LINE,
}
SHAPES = {
    EQUAL: "o",
    WITHIN: "P",
    CONSISTENT: "s",
    SO_FAR: "^",
    DIFFERS: "X",
    CONTRADICTORY: "D",
    CANNOT: "$?$",
    TRANSCRIBED: ".",
}
# Where not all claims have room: what a reader must see comes first.
FIRST = (DIFFERS, CONTRADICTORY, SO_FAR, WITHIN, EQUAL, CONSISTENT, CANNOT, TRANSCRIBED)
