# SPDX-License-Identifier: GPL-3.0-or-later
"""German: paths, pins, poses, sequences and variations."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Directing": "Regie",
    "What the motion has to meet beside the prompt": "Was die Bewegung außer dem Prompt erfüllen muss",
    "Direct": "Regie führen",
    "Path": "Pfad",
    "Pins": "Haltepunkte",
    "Poses": "Posen",
    "Sequence": "Abfolge",
    "Then": "Danach",
    "Curve": "Kurve",
    "Waypoints": "Wegpunkte",
    "Begin": "Beginn",
    "Meet": "Erfüllen",
    "In all: {length}": "Insgesamt: {length}",
    "Curve that the character follows, or an empty whose children are waypoints by their names": (
        "Kurve, der die Figur folgt, oder ein Empty, dessen Kinder der Reihe ihrer Namen nach Wegpunkte sind"
    ),
    "From the Character": "Von der Figur aus",
    "Walk from where the character stands to where the path begins, instead of beginning on the path": (
        "Von dort, wo die Figur steht, zum Anfang des Pfads gehen, statt auf dem Pfad zu beginnen"
    ),
    "Facing": "Blickrichtung",
    "Where the character looks while it follows the path": (
        "Wohin die Figur schaut, während sie dem Pfad folgt"
    ),
    "As Prompted": "Wie im Prompt",
    "The way that the prompt has it, such as sideways or backward": (
        "So, wie es der Prompt sagt, etwa seitwärts oder rückwärts"
    ),
    "Along Path": "Den Pfad entlang",
    "Always ahead": "Immer nach vorn",
    "Pin": "Haltepunkt",
    "Object, mostly an empty, that marks the place": "Objekt, meist ein Empty, das die Stelle markiert",
    "What is brought there": "Was dorthin gebracht wird",
    "When": "Wann",
    "Frames at which it has to be there": "Bilder, an denen es dort sein muss",
    "At Frame": "An einem Bild",
    "At one frame": "An einem einzelnen Bild",
    "At Keys": "An Keys",
    "At the frames at which the object itself has keys": (
        "An den Bildern, an denen das Objekt selbst Keys hat"
    ),
    "Always": "Immer",
    "All the time, wherever the object moves": "Die ganze Zeit, wohin sich das Objekt auch bewegt",
    "Frame of the scene at which it has to be there": "Bild der Szene, an dem es dort sein muss",
    "Active Pin": "Aktiver Haltepunkt",
    "Start From Present Pose": "Aus der jetzigen Pose beginnen",
    "Let the motion begin in the pose that the character is in": (
        "Die Bewegung in der Pose beginnen lassen, in der die Figur ist"
    ),
    "Use Own Keys": "Eigene Keys verwenden",
    "Meet the poses at the frames at which the character's own animation has keys": (
        "Die Posen an den Bildern einnehmen, an denen die eigene Animation der Figur Keys hat"
    ),
    "Keep Selected Bones": "Ausgewählte Bones behalten",
    "Let the selected bones do what they do now, and make only the rest of the body anew": (
        "Die ausgewählten Bones tun lassen, was sie jetzt tun, und nur den Rest des Körpers neu machen"
    ),
    "Active Part": "Aktiver Teil",
    "Transition": "Übergang",
    "Seconds over which one part goes over into the next": (
        "Sekunden, in denen ein Teil in den nächsten übergeht"
    ),
    "Loop": "Schleife",
    "Let the motion end in the pose in which it begins, so that it can be repeated": (
        "Die Bewegung in der Pose enden lassen, in der sie beginnt, damit sie wiederholt werden kann"
    ),
    "Variations": "Varianten",
    "How many motions are made at once, to choose from": (
        "Wie viele Bewegungen auf einmal zur Auswahl entstehen"
    ),
    "What the character does next; empty: whatever leads on": (
        "Was die Figur als Nächstes tut; leer: was auch immer weiterführt"
    ),
    "Length of this part in seconds": "Länge dieses Teils in Sekunden",
    "Add Path": "Pfad hinzufügen",
    "Add a path that begins at the character and leads ahead, to be bent as you like": (
        "Einen Pfad hinzufügen, der bei der Figur beginnt und nach vorn führt, zum beliebigen Verbiegen"
    ),
    "Kind": "Art",
    "What the path is made of": "Woraus der Pfad besteht",
    "A Bezier curve: edit its points in Edit Mode": (
        "Eine Bézierkurve: ihre Punkte im Bearbeitungsmodus ändern"
    ),
    "Empties that are passed one after the other": "Empties, die nacheinander passiert werden",
    "Length": "Länge",
    "How far the path leads; 0: as far as one walks in the time": (
        "Wie weit der Pfad führt; 0: so weit, wie man in der Zeit geht"
    ),
    "Fit Duration to Path": "Dauer an Pfad anpassen",
    "Make the motion as long as it takes to go along the path": (
        "Die Bewegung so lang machen, wie der Weg den Pfad entlang dauert"
    ),
    "Speed": "Tempo",
    "Metres a second of an adult: 1.3 is a walk, 3 a run": (
        "Meter pro Sekunde eines Erwachsenen: 1,3 ist Gehen, 3 Laufen"
    ),
    "Choose or add a path first": "Zuerst einen Pfad wählen oder hinzufügen",
    "Add Pin": "Haltepunkt hinzufügen",
    "Add an empty where a hand, a foot or the hips are now, and let the motion bring them there at this frame": (
        "Ein Empty dort hinzufügen, wo jetzt eine Hand, ein Fuß oder die Hüfte ist, und die "
        "Bewegung sie an diesem Bild dorthin bringen lassen"
    ),
    "Remove Pin": "Haltepunkt entfernen",
    "Let go of the pin that is chosen in the list": "Den in der Liste gewählten Haltepunkt loslassen",
    "Clear All Guides": "Alle Vorgaben löschen",
    "Remove the path and the pins, and turn off all that directs the motion beside the prompt": (
        "Pfad und Haltepunkte entfernen und alles ausschalten, was die Bewegung außer dem Prompt lenkt"
    ),
    "Add Part": "Teil hinzufügen",
    "Add what the character does next": "Hinzufügen, was die Figur als Nächstes tut",
    "Change Part": "Teil ändern",
    "Remove the part that is chosen in the list, or move it": (
        "Den in der Liste gewählten Teil entfernen oder verschieben"
    ),
    "How many places down; 0 removes it": "Um wie viele Plätze nach unten; 0 entfernt ihn",
    "Left Wrist": "Linkes Handgelenk",
    "Right Wrist": "Rechtes Handgelenk",
    "Left Ankle": "Linker Knöchel",
    "Right Ankle": "Rechter Knöchel",
    "Places": "Plätze",
}
