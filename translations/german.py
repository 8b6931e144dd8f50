# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

CODE = "de_DE"

TEXTS: dict[str, str] = {
    "What the character should do": "Was die Figur tun soll",
    "Prompt": "Prompt",
    "What the character should do, as one English sentence": (
        "Was die Figur tun soll, als ein englischer Satz"
    ),
    "Examples": "Beispiele",
    "Example Prompts": "Beispiel-Prompts",
    "Recent": "Zuletzt",
    "Recent Prompts": "Letzte Prompts",
    "None yet": "Noch keine",
    "Walk and Run": "Gehen und Laufen",
    "Turn": "Drehen",
    "Jump and Climb": "Springen und Klettern",
    "Kick and Punch": "Treten und Schlagen",
    "Everyday": "Alltag",
    "Dance": "Tanzen",
    "Duration": "Dauer",
    "Length of the motion in seconds": "Länge der Bewegung in Sekunden",
    "{seconds:.1f} s, {frames} frames": "{seconds:.1f} s, {frames} Bilder",
    "Seed": "Startwert",
    "The same prompt, duration and seed always give the same motion": (
        "Gleicher Prompt, gleiche Dauer und gleicher Startwert ergeben immer dieselbe Bewegung"
    ),
    "New Seed": "Neuer Startwert",
    "Choose another seed, so that the same prompt gives another motion": (
        "Einen anderen Startwert wählen, damit derselbe Prompt eine andere Bewegung ergibt"
    ),
    "New Seed Each Time": "Jedes Mal neuer Startwert",
    "Generate": "Generieren",
    "Turn the prompt into keyframes on the character that is selected": (
        "Aus dem Prompt Keyframes auf der ausgewählten Figur machen"
    ),
    "Cancel": "Abbrechen",
    "Cancelled": "Abgebrochen",
    "Stop the generation and leave the character as it is": (
        "Das Generieren beenden und die Figur lassen, wie sie ist"
    ),
    "Preparing": "Wird vorbereitet",
    "Step {step} of {steps}": "Schritt {step} von {steps}",
    "Add Mannequin": "Gliederpuppe hinzufügen",
    "Kinescribe Mannequin": "Kinescribe-Gliederpuppe",
    "Add a simple figure with a rig, ready to be animated, at the 3D cursor": (
        "Am 3D-Cursor eine einfache Figur mit Rig hinzufügen, die sich gleich animieren lässt"
    ),
    "Select an armature, or a mesh that an armature deforms": (
        "Wähle eine Armatur oder ein Mesh, das von einer Armatur verformt wird"
    ),
    "The model does not know these words well: try simpler ones, or look at the examples": (
        "Das Modell kennt diese Wörter kaum: versuche einfachere, oder sieh dir die Beispiele an"
    ),
    "Apply": "Anwenden",
    "Apply Again": "Erneut anwenden",
    "Apply Motion": "Bewegung anwenden",
    "Bake the character's last motion again, with the options as they are now and without running the model": (
        "Die letzte Bewegung der Figur mit den jetzigen Optionen erneut backen, ohne das Modell laufen zu lassen"
    ),
    "Start": "Beginn",
    "At Current Frame": "Am aktuellen Bild",
    "Start at Current Frame": "Am aktuellen Bild beginnen",
    "Frame": "Bild",
    "Start Frame": "Startbild",
    "Frame at which the motion begins": "Bild, an dem die Bewegung beginnt",
    "Place": "Ort",
    "At Character": "Bei der Figur",
    "In Place": "Auf der Stelle",
    "Leave out the travel over the ground": "Die Fortbewegung über den Boden weglassen",
    "Limit to": "Beschränken auf",
    "Selected Bones": "Ausgewählte Knochen",
    "Only Selected Bones": "Nur ausgewählte Knochen",
    "Animate the selected bones only and keep the animation of all others": (
        "Nur die ausgewählten Knochen animieren und die Animation aller anderen behalten"
    ),
    "Scene": "Szene",
    "Extend Range": "Bereich erweitern",
    "Extend Scene Range": "Szenenbereich erweitern",
    "Let the scene end no earlier than the motion does": (
        "Die Szene nicht früher enden lassen als die Bewegung"
    ),
    "Bone Map": "Knochenzuordnung",
    "Detect Bones": "Knochen erkennen",
    "Find out which bone of the character follows which joint of a motion": (
        "Herausfinden, welcher Knochen der Figur welchem Gelenk der Bewegung folgt"
    ),
    "The bones are recognised when a motion is first applied": (
        "Die Knochen werden erkannt, wenn zum ersten Mal eine Bewegung angewendet wird"
    ),
    "{family} rig, {joints} of {total} joints, {sure:.0%} sure": (
        "{family}-Rig, {joints} von {total} Gelenken, {sure:.0%} sicher"
    ),
    "Bone": "Knochen",
    "Embedded Model": "Eingebautes Modell",
    "Runs inside Blender on this computer: no network, no account, nothing to download": (
        "Läuft in Blender auf diesem Rechner: kein Netz, kein Konto, nichts herunterzuladen"
    ),
    "Credits": "Mitwirkende",
    "License": "Lizenz",
    "Motion Cache": "Bewegungsspeicher",
    "Generated and imported motions, for applying them again": (
        "Generierte und importierte Bewegungen, um sie erneut anzuwenden"
    ),
    "Motions kept: {count}, {size:.1f} MB": "Gespeicherte Bewegungen: {count}, {size:.1f} MB",
    "Measure": "Messen",
    "Clear": "Leeren",
    "Left Hip": "Linke Hüfte",
    "Right Hip": "Rechte Hüfte",
    "Left Knee": "Linkes Knie",
    "Right Knee": "Rechtes Knie",
    "Left Ankle": "Linker Knöchel",
    "Right Ankle": "Rechter Knöchel",
    "Left Foot": "Linker Fuß",
    "Right Foot": "Rechter Fuß",
    "Left Collar": "Linkes Schlüsselbein",
    "Right Collar": "Rechtes Schlüsselbein",
    "Left Shoulder": "Linke Schulter",
    "Right Shoulder": "Rechte Schulter",
    "Left Elbow": "Linker Ellbogen",
    "Right Elbow": "Rechter Ellbogen",
    "Left Wrist": "Linkes Handgelenk",
    "Right Wrist": "Rechtes Handgelenk",
    "Pelvis": "Becken",
    "Spine 1": "Wirbelsäule 1",
    "Spine 2": "Wirbelsäule 2",
    "Spine 3": "Wirbelsäule 3",
    "Neck": "Hals",
    "Head": "Kopf",
}
