# SPDX-License-Identifier: GPL-3.0-or-later
"""German."""

from __future__ import annotations

from . import german_body, german_directing, german_doubts, german_models

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
    "Pelvis": "Becken",
    "Spine 1": "Wirbelsäule 1",
    "Spine 2": "Wirbelsäule 2",
    "Spine 3": "Wirbelsäule 3",
    "Neck": "Hals",
    "Head": "Kopf",
    "Bone Map Specials": "Weiteres zur Knochenzuordnung",
    "Accept": "Annehmen",
    "Use the bone map as it stands from now on": "Die Knochenzuordnung von nun an so verwenden, wie sie ist",
    "Begin at the place and heading that the character has now, instead of the world's origin": (
        "Dort und in der Richtung beginnen, wo die Figur jetzt steht, statt am Ursprung der Welt"
    ),
    "Travel": "Fortbewegung",
    "Which bone carries the character over the ground": "Welcher Knochen die Figur über den Boden trägt",
    "Hips": "Hüfte",
    "The hips carry the travel, and a master bone stays where it is": (
        "Die Hüfte trägt die Fortbewegung, ein Hauptknochen bleibt stehen"
    ),
    "Root Bone": "Wurzelknochen",
    "The rig's separate root bone takes travel and heading along the ground, as game engines want it": (
        "Der eigene Wurzelknochen des Rigs übernimmt Weg und Richtung am Boden, wie Spiele-Engines es wollen"
    ),
    "Foot Lock": "Füße halten",
    "How firmly feet stay where they are planted, on this character's own legs": (
        "Wie fest die Füße dort bleiben, wo sie aufgesetzt sind, mit den Beinen dieser Figur"
    ),
    "Hand Lock": "Hände halten",
    "How firmly hands stay where the motion holds them still": (
        "Wie fest die Hände dort bleiben, wo die Bewegung sie still hält"
    ),
    "Limb Keys": "Gliedmaßen",
    "Which controls of a control rig are keyed for arms and legs": (
        "Welche Steuerknochen eines Steuer-Rigs für Arme und Beine Keyframes erhalten"
    ),
    "FK": "FK",
    "Key the rotation of each segment, and switch the limbs to FK": (
        "Die Drehung jedes Abschnitts setzen und die Gliedmaßen auf FK umschalten"
    ),
    "IK": "IK",
    "Key hands, feet and their pole targets, and switch the limbs to IK": (
        "Hände, Füße und ihre Polziele setzen und die Gliedmaßen auf IK umschalten"
    ),
    "Relaxed Fingers": "Entspannte Finger",
    "Curl the fingers a little where the motion says nothing about them": (
        "Die Finger leicht krümmen, wo die Bewegung nichts über sie sagt"
    ),
    "Reduce Keys": "Keyframes verringern",
    "Keep only the keys that the motion needs, so that it can be edited by hand": (
        "Nur die Keyframes behalten, die die Bewegung braucht, damit sie sich von Hand bearbeiten lässt"
    ),
    "Tolerance (mm)": "Toleranz (mm)",
    "Tolerance (°)": "Toleranz (°)",
    "How far, in degrees, a bone may be turned from where it would be with all keys": (
        "Um wie viel Grad ein Knochen gegenüber der Fassung mit allen Keyframes gedreht sein darf"
    ),
    "Into": "Ziel",
    "Where the motion is put": "Wohin die Bewegung kommt",
    "Action": "Aktion",
    "A new Action that plays at once; the one that was there is kept": (
        "Eine neue Aktion, die sofort abläuft; die vorige bleibt erhalten"
    ),
    "NLA Strip": "NLA-Streifen",
    "A strip on a new NLA track, above what was there": (
        "Ein Streifen auf einer neuen NLA-Spur über dem, was da war"
    ),
    "Stash": "Beiseitelegen",
    "A muted NLA track, for later: what plays now goes on playing": (
        "Eine stumme NLA-Spur für später: was jetzt abläuft, läuft weiter"
    ),
    "Blend": "Überblenden",
    "Frames over which the motion comes in from, and goes out to, the animation that was there": (
        "Bilder, über die die Bewegung aus der vorigen Animation heraus- und in sie zurückgeht"
    ),
    "Repeat": "Wiederholen",
    "How often the motion is played, each time from where it ended": (
        "Wie oft die Bewegung abläuft, jedes Mal von dort, wo sie endete"
    ),
    "Clear Bone Map": "Knochenzuordnung leeren",
    "Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied": (
        "Knochenzuordnung und Bezugspose vergessen: die Knochen werden neu erkannt, wenn eine Bewegung angewendet wird"
    ),
    "Clear Motion Cache": "Bewegungsspeicher leeren",
    "Delete all motions that are kept; keyframes stay, but can no longer be applied again with other options": (
        "Alle gespeicherten Bewegungen löschen; Keyframes bleiben, doch nicht mehr mit anderen Optionen anwendbar"
    ),
    "Export Bone Map": "Knochenzuordnung exportieren",
    "Write the bone map to a file, for another computer or somebody else": (
        "Die Knochenzuordnung in eine Datei schreiben, für einen anderen Rechner oder jemand anderen"
    ),
    "Export Motion": "Bewegung exportieren",
    "Write the motion of the character's action, as it was generated, to a file; or the character itself, as FBX": (
        "Die Bewegung der Aktion der Figur in eine Datei schreiben, so wie sie generiert wurde; oder die Figur selbst, "
        "als FBX"
    ),
    "A skeleton with its animation, for engines and viewers": (
        "Ein Skelett mit seiner Animation, für Engines und Betrachter"
    ),
    "The character with its meshes and its keys as they are now": (
        "Die Figur mit ihren Meshes und ihren Keyframes, wie sie jetzt sind"
    ),
    "Format": "Format",
    "What the name ends in when the file dialog opens": "Worauf der Name endet, wenn der Dateidialog aufgeht",
    "SMPL-X parameters as in AMASS": "SMPL-X-Parameter wie in AMASS",
    "Joints and their rotations, as motion capture uses": (
        "Gelenke und ihre Drehungen, wie bei Bewegungsaufnahmen üblich"
    ),
    "Generate Motion": "Bewegung generieren",
    "Bake the motion onto the character when it is there": (
        "Die Bewegung auf die Figur backen, sobald sie da ist"
    ),
    "Import Bone Map": "Knochenzuordnung importieren",
    "Give the character a bone map from a file": "Der Figur eine Knochenzuordnung aus einer Datei geben",
    "Import Motion": "Bewegung importieren",
    "Bake a motion file onto the character that is selected: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH or glTF": (
        "Eine Bewegungsdatei auf die ausgewählte Figur backen: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH oder glTF"
    ),
    "Number": "Nummer",
    "Which motion to take of a file that holds several; 0 asks, scripts get the first": (
        "Welche Bewegung aus einer Datei mit mehreren genommen wird; 0 fragt nach, Skripte bekommen die erste"
    ),
    "Bake the motion onto the character at once": "Die Bewegung gleich auf die Figur backen",
    "By": "Anhand",
    "What the bones are recognised by": "Woran die Knochen erkannt werden",
    "Names": "Namen",
    "Their names and, where these are not known, where they are": (
        "Ihre Namen und, wo diese unbekannt sind, ihre Lage"
    ),
    "Structure": "Aufbau",
    "Where they are alone, whatever their names say": "Allein ihre Lage, was auch immer die Namen sagen",
    "Suggest": "Vorschlagen",
    "Where the recognition is not sure, put its guess into the bone map to be checked and accepted": (
        "Ist die Erkennung nicht sicher, ihre Vermutung in die Knochenzuordnung schreiben, zum Prüfen und Annehmen"
    ),
    "Measure Motion Cache": "Bewegungsspeicher messen",
    "Count the motions that are kept and the space they take": (
        "Die gespeicherten Bewegungen und ihren Platzbedarf zählen"
    ),
    "Mirror Bone Map": "Knochenzuordnung spiegeln",
    "Fill one side of the bone map from the other, by the bones' names and else by where they are": (
        "Eine Seite der Knochenzuordnung aus der anderen füllen, anhand der Namen und sonst der Lage der Knochen"
    ),
    "Fill": "Füllen",
    "The side that is replaced": "Die Seite, die ersetzt wird",
    "Right from Left": "Rechts aus Links",
    "Replace the right side by what mirrors the left": (
        "Die rechte Seite durch das Spiegelbild der linken ersetzen"
    ),
    "Left from Right": "Links aus Rechts",
    "Replace the left side by what mirrors the right": (
        "Die linke Seite durch das Spiegelbild der rechten ersetzen"
    ),
    "Use Active Bone": "Aktiven Knochen verwenden",
    "Let the active bone follow this joint": "Den aktiven Knochen diesem Gelenk folgen lassen",
    "Joint": "Gelenk",
    "Joint of the motion": "Gelenk der Bewegung",
    "Bone that follows the joint": "Knochen, der dem Gelenk folgt",
    "Separate bone above the hips that carries the whole rig, where there is one": (
        "Eigener Knochen über der Hüfte, der das ganze Rig trägt, falls es einen gibt"
    ),
    "Delete Bone Map Preset": "Vorgabe der Knochenzuordnung löschen",
    "Delete this preset; characters that use it keep their bone maps": (
        "Diese Vorgabe löschen; Figuren, die sie verwenden, behalten ihre Zuordnung"
    ),
    "Name": "Name",
    "What the preset is called": "Wie die Vorgabe heißt",
    "Save Bone Map Preset": "Vorgabe der Knochenzuordnung sichern",
    "Keep the bone map as a preset, for every character that has such bones": (
        "Die Knochenzuordnung als Vorgabe behalten, für jede Figur mit solchen Knochen"
    ),
    "Select Bone": "Knochen auswählen",
    "Select the bone in the 3D View, in Pose Mode": "Den Knochen in der 3D-Ansicht im Posenmodus auswählen",
    "Bone Map Presets": "Vorgaben der Knochenzuordnung",
    "Bone maps that you have saved": "Knochenzuordnungen, die du gesichert hast",
    "Show Document": "Dokument zeigen",
    "Show or hide this document below": "Dieses Dokument darunter zeigen oder verbergen",
    "Use Bone Map Preset": "Vorgabe der Knochenzuordnung verwenden",
    "Give the character this bone map": "Der Figur diese Knochenzuordnung geben",
    "Use Current Pose": "Aktuelle Pose verwenden",
    "Use Prompt": "Prompt verwenden",
    "Use this prompt": "Diesen Prompt verwenden",
    "Use Rest Pose": "Ruhepose verwenden",
    "Count the motion's rotations from the armature's rest pose again": (
        "Die Drehungen der Bewegung wieder von der Ruhepose der Armatur an zählen"
    ),
    "Feet and Hands": "Füße und Hände",
    "Action and NLA": "Aktion und NLA",
    "Rig": "Rig",
    "Detect by Structure": "Am Aufbau erkennen",
    "Import...": "Importieren …",
    "Export...": "Exportieren …",
    "Reference": "Bezugspose",
    "Captured Pose": "Festgehaltene Pose",
    "Rest Pose": "Ruhepose",
    "{family}: {joints} of {total} joints": "{family}: {joints} von {total} Gelenken",
    "{family}: {joints} of {total} joints, {sure:.0%} sure": (
        "{family}: {joints} von {total} Gelenken, zu {sure:.0%} sicher"
    ),
    "By Structure": "Am Aufbau erkannt",
    "The armature has no {bones} any more: detect the bones again, or choose others": (
        "Die Armatur hat {bones} nicht mehr: erkenne die Knochen neu, oder wähle andere"
    ),
    "Chosen for two joints: {bones}": "Für zwei Gelenke gewählt: {bones}",
    "This map is the library's: detect the bones for one that can be changed": (
        "Diese Zuordnung gehört der Bibliothek: erkenne die Knochen, um eine änderbare zu erhalten"
    ),
    "Discard": "Verwerfen",
    "No human body was recognised: choose the bones yourself, then accept": (
        "Kein menschlicher Körper erkannt: wähle die Knochen selbst und nimm sie dann an"
    ),
    "Is this right? Only {sure:.0%} sure. Correct the bones, then accept": (
        "Stimmt das? Nur zu {sure:.0%} sicher. Berichtige die Knochen und nimm sie dann an"
    ),
    "Doubtful, because {reason}": "Zweifelhaft, weil: {reason}",
    "No bone for {joints}": "Kein Knochen für {joints}",
    "Go to Object Mode or Pose Mode, then apply the motion": (
        "Wechsle in den Objekt- oder Posenmodus und wende die Bewegung dann an"
    ),
    "Detect the bones first": "Erkenne zuerst die Knochen",
    "Choose some bones first": "Wähle zuerst Knochen",
    "Click the bone in Pose Mode first": "Klicke den Knochen zuerst im Posenmodus an",
    "Go to Object Mode or Pose Mode": "Wechsle in den Objekt- oder Posenmodus",
    "Go to Object Mode first": "Wechsle zuerst in den Objektmodus",
    "Relaxed": "Entspannt",
    "Reduce": "Verringern",
    "Fingers": "Finger",
    "Keys": "Keyframes",
    "Body": "Körper",
    "Left Arm": "Linker Arm",
    "Right Arm": "Rechter Arm",
    "Left Leg": "Linkes Bein",
    "Right Leg": "Rechtes Bein",
    "Left Hand": "Linke Hand",
    "Right Hand": "Rechte Hand",
    "Hip": "Hüfte",
    "Knee": "Knie",
    "Ankle": "Knöchel",
    "Foot": "Fuß",
    "Collar": "Schlüsselbein",
    "Shoulder": "Schulter",
    "Elbow": "Ellbogen",
    "Wrist": "Handgelenk",
    "Jaw": "Kiefer",
    "Thumb 1": "Daumen 1",
    "Thumb 2": "Daumen 2",
    "Thumb 3": "Daumen 3",
    "Index 1": "Zeigefinger 1",
    "Index 2": "Zeigefinger 2",
    "Index 3": "Zeigefinger 3",
    "Middle 1": "Mittelfinger 1",
    "Middle 2": "Mittelfinger 2",
    "Middle 3": "Mittelfinger 3",
    "Ring 1": "Ringfinger 1",
    "Ring 2": "Ringfinger 2",
    "Ring 3": "Ringfinger 3",
    "Pinky 1": "Kleiner Finger 1",
    "Pinky 2": "Kleiner Finger 2",
    "Pinky 3": "Kleiner Finger 3",
    "Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or A first": (
        "Drehungen von der gezeigten Pose an zählen: Rigs mit ungewöhnlicher Ruhepose zuerst als T oder A stellen"
    ),
    "Push Down": "Nach unten schieben",
    "Put the motion into an NLA strip on a new track, so that the next one can be made on top": (
        "Die Bewegung in einen NLA-Streifen auf einer neuen Spur legen, damit die nächste darüber "
        "entstehen kann"
    ),
    "Keep the motion on a muted NLA track for later, and play it no longer": (
        "Die Bewegung für später auf einer stummen NLA-Spur aufheben und nicht mehr abspielen"
    ),
    "Bake the motion again with only as many keys as the tolerance needs, so that it can be edited by hand": (
        "Die Bewegung mit nur so vielen Keys neu backen, wie die Toleranz braucht, damit sie von "
        "Hand bearbeitet werden kann"
    ),
    "Un-Bake": "Zurücknehmen",
    "Take back what Kinescribe made on the character: what was there before is back, and nothing else is changed": (
        "Zurücknehmen, was Kinescribe auf der Figur gemacht hat: was vorher da war, ist wieder da, "
        "und sonst ändert sich nichts"
    ),
    "All Results": "Alle Ergebnisse",
    "Take back every Action and strip that Kinescribe made on the character, not only the last one": (
        "Jede Aktion und jeden Streifen zurücknehmen, die Kinescribe auf der Figur gemacht hat, "
        "nicht nur das Letzte"
    ),
    "Edited Keys Too": "Auch bearbeitete Keys",
    "Remove Kinescribe's keys even where they were edited since": (
        "Kinescribes Keys auch dort entfernen, wo sie seither bearbeitet wurden"
    ),
    "Result": "Ergebnis",
    "The character's motion after it was applied": "Die Bewegung der Figur, nachdem sie angewendet wurde",
    "{count} NLA strips": "{count} NLA-Streifen",
    "The character plays no Action that Kinescribe made": (
        "Die Figur spielt keine Aktion ab, die Kinescribe gemacht hat"
    ),
    "Go to Object Mode or Pose Mode first": "Zuerst in den Objekt- oder Pose-Modus wechseln",
    "How far, in millimetres on a body as large as an adult, a joint may be from where it would be with all keys": (
        "Wie weit ein Gelenk, in Millimetern an einem Körper von der Größe eines Erwachsenen, von dort entfernt sein "
        "darf, wo es mit allen Keyframes wäre"
    ),
    **german_body.TEXTS,
    **german_directing.TEXTS,
    **german_doubts.TEXTS,
    **german_models.TEXTS,
}
