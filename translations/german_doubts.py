# SPDX-License-Identifier: GPL-3.0-or-later
"""German: what speaks against a bone map, as ``motion`` says it."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "it has too few bones for a human body": "sie hat zu wenige Knochen für einen menschlichen Körper",
    "it has no left and right halves": "sie hat keine linke und rechte Hälfte",
    "no two legs that reach the floor were found": "es fanden sich keine zwei Beine, die bis zum Boden reichen",
    "no two legs that carry a body were found": "es fanden sich keine zwei Beine, die einen Körper tragen",
    "no two arms were found": "es fanden sich keine zwei Arme",
    "nothing carries both its arms and its legs": "nichts trägt sowohl ihre Arme als auch ihre Beine",
    "its limbs and its trunk are the same bones": "Gliedmaßen und Rumpf sind dieselben Knochen",
    "constraints act on most of its bones, which may follow controls": (
        "auf die meisten ihrer Knochen wirken Constraints, sie folgen vielleicht Steuerknochen"
    ),
    "its trunk does not stand upright above its legs": "ihr Rumpf steht nicht aufrecht über den Beinen",
    "its arms reach the floor": "ihre Arme reichen bis zum Boden",
    "its knees bend backward": "ihre Knie beugen sich nach hinten",
    "it seems to have more than two legs": "sie hat wohl mehr als zwei Beine",
    "its front and back, and so its left and right, can hardly be told apart": (
        "vorn und hinten, und damit links und rechts, sind kaum zu unterscheiden"
    ),
    "one of its limbs goes on where the other one ends": (
        "eine ihrer Gliedmaßen geht weiter, wo die andere endet"
    ),
    "no spine was found": "es fand sich keine Wirbelsäule",
    "no head was found": "es fand sich kein Kopf",
    "the bones of its left and right limbs cross: some have the name of the other side": (
        "die Knochen links und rechts überkreuzen sich: manche tragen den Namen der anderen Seite"
    ),
    "its left and right seem to be swapped: by its feet and knees it faces the other way": (
        "links und rechts sind wohl vertauscht: Füße und Knie zeigen in die andere Richtung"
    ),
    "it holds two characters: select bones of the one that is meant": (
        "sie enthält zwei Figuren: wähle Knochen der gemeinten aus"
    ),
}
