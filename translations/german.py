# SPDX-License-Identifier: GPL-3.0-or-later
"""German. Instructions are in the infinitive, without addressing the user; keyframes are "Keyframes", Actions are
"Aktionen", bones are "Knochen"."""

from __future__ import annotations

CODE = "de_DE"

TEXTS: dict[str, str] = {
    # Sidebar, operators and preferences
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
    "Baking the Motion": "Bewegung wird gebacken",
    "Step {step} of {steps}": "Schritt {step} von {steps}",
    "Add Mannequin": "Gliederpuppe hinzufügen",
    "Kinescribe Mannequin": "Kinescribe-Gliederpuppe",
    "Add a simple figure with a rig, ready to be animated, at the 3D cursor": (
        "Am 3D-Cursor eine einfache Figur mit Rig hinzufügen, die sich gleich animieren lässt"
    ),
    "Select an armature, or a mesh that an armature deforms": (
        "Eine Armatur auswählen, oder ein Mesh, das von einer Armatur verformt wird"
    ),
    "The model does not know how to show {parts}: it made the nearest motion that it knows": (
        "Das Modell kann {parts} nicht zeigen: es hat die ähnlichste Bewegung erzeugt, die es kennt"
    ),
    "So long a text rarely comes out complete: look at {parts} first, or ask for less at a time": (
        "Ein so langer Text gelingt selten ganz: zuerst {parts} ansehen oder weniger auf einmal verlangen"
    ),
    "The model did not understand {words}: the motion leaves it out": (
        "Das Modell hat {words} nicht verstanden: in der Bewegung fehlt es"
    ),
    "The model does not know these words well: try simpler ones, or look at the examples": (
        "Das Modell kennt diese Wörter kaum: einfachere versuchen oder die Beispiele ansehen"
    ),
    "Apply": "Anwenden",
    "Apply Again": "Erneut anwenden",
    "Apply Motion": "Bewegung anwenden",
    (
        "Bake the character's last motion again, with the options as they are now and without running the "
        "model"
    ): (
        "Die letzte Bewegung der Figur mit den jetzigen Optionen erneut backen, ohne das Modell laufen zu "
        "lassen"
    ),
    "Start": "Beginn",
    "Start at Current Frame": "Am aktuellen Bild beginnen",
    "Frame": "Bild",
    "Start Frame": "Startbild",
    "Frame at which the motion begins": "Bild, an dem die Bewegung beginnt",
    "Place": "Ort",
    "At Character": "Bei der Figur",
    "In Place": "Auf der Stelle",
    "Leave out the movement over the ground": "Die Bewegung über den Boden weglassen",
    "Limit to": "Beschränken auf",
    "Selected Bones": "Ausgewählte Knochen",
    "Only Selected Bones": "Nur ausgewählte Knochen",
    "Animate the selected bones only and keep the animation of all others": (
        "Nur die ausgewählten Knochen animieren und die Animation aller anderen behalten"
    ),
    "Scene": "Szene",
    "Extend Range": "Bereich erweitern",
    "Extend Scene Range": "Szenenbereich erweitern",
    "Move the end of the scene to the end of the motion if it is earlier": (
        "Das Ende der Szene auf das Ende der Bewegung legen, falls es früher liegt"
    ),
    "Bone Map": "Knochenzuordnung",
    "Detect Bones": "Knochen erkennen",
    "Find out which bone of the character follows which joint of a motion": (
        "Herausfinden, welcher Knochen der Figur welchem Gelenk der Bewegung folgt"
    ),
    "The bones are detected when a motion is first applied": (
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
    "Begin at the character's present position and heading, instead of the world's origin": (
        "An der jetzigen Position und in der Richtung der Figur beginnen, statt am Ursprung der Welt"
    ),
    "Root Motion": "Root-Bewegung",
    "Which bone moves the character over the ground": "Welcher Knochen die Figur über den Boden bewegt",
    "Hips": "Hüfte",
    "The hips move over the ground, and a root bone stays where it is": (
        "Die Hüfte bewegt sich über den Boden, ein Wurzelknochen bleibt stehen"
    ),
    "Root Bone": "Wurzelknochen",
    "The root bone, or the object if it is the root, moves over the ground and turns, for game engines": (
        "Der Wurzelknochen, oder das Objekt als Wurzel, bewegt sich über den Boden und dreht sich, für Engines"
    ),
    "Foot Lock": "Füße fixieren",
    "How firmly feet stay in place while they touch the ground": (
        "Wie fest die Füße stehen bleiben, solange sie den Boden berühren"
    ),
    "Hand Lock": "Hände fixieren",
    "How firmly hands stay in place while the motion holds them still": (
        "Wie fest die Hände bleiben, wo sie sind, solange die Bewegung sie still hält"
    ),
    "Limb Keys": "Gliedmaßen-Keyframes",
    "Which controls of a control rig are keyed for arms and legs": (
        "Welche Steuerknochen eines Steuer-Rigs für Arme und Beine Keyframes erhalten"
    ),
    "FK": "FK",
    "Key the rotation of each segment, and switch the limbs to FK": (
        "Keyframes für die Rotation jedes Abschnitts setzen und die Gliedmaßen auf FK umschalten"
    ),
    "IK": "IK",
    "Key hands, feet and their pole targets, and switch the limbs to IK": (
        "Keyframes für Hände, Füße und ihre Polziele setzen und die Gliedmaßen auf IK umschalten"
    ),
    "Relaxed Fingers": "Entspannte Finger",
    "Curl the fingers a little if the motion does not contain fingers": (
        "Die Finger leicht krümmen, wenn die Bewegung keine Finger enthält"
    ),
    "Reduce Keys": "Keyframes reduzieren",
    "Keep only the keys that the motion needs, so that it can be edited by hand": (
        "Nur die Keyframes behalten, die die Bewegung braucht, damit sie sich von Hand bearbeiten lässt"
    ),
    "Tolerance (mm)": "Toleranz (mm)",
    "Tolerance (°)": "Toleranz (°)",
    "Pose Keys": "Posen-Keyframes",
    "Give all bones their keys at the same frames, so that each is a pose of the whole body": (
        "Alle Knochen bekommen ihre Keyframes an denselben Bildern, sodass jeder eine Pose des ganzen Körpers ist"
    ),
    "How far, in degrees, a bone may be turned from where it would be with all keys": (
        "Um wie viel Grad ein Knochen gegenüber der Fassung mit allen Keyframes gedreht sein darf"
    ),
    "Into": "Ziel",
    "Where the motion is put": "Wohin die Bewegung kommt",
    "Action": "Aktion",
    "A new Action that plays at once; the previous one is kept": (
        "Eine neue Aktion, die sofort abläuft; die vorige bleibt erhalten"
    ),
    "NLA Strip": "NLA-Streifen",
    "A strip on a new NLA track above all others": (
        "Ein Streifen auf einer neuen NLA-Spur über allen anderen"
    ),
    "Stash": "Beiseitelegen",
    "A muted NLA track, for later; the present animation keeps playing": (
        "Eine stummgeschaltete NLA-Spur für später; die jetzige Animation läuft weiter"
    ),
    "Blend": "Überblenden",
    "Frames over which the motion is blended with the previous animation at its start and its end": (
        "Bilder, über die die Bewegung an Anfang und Ende mit der vorigen Animation überblendet wird"
    ),
    "Repeat": "Wiederholen",
    "How often the motion is played, each time from where it ended": (
        "Wie oft die Bewegung abläuft, jedes Mal von dort, wo sie endete"
    ),
    "Clear Bone Map": "Knochenzuordnung löschen",
    "Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied": (
        "Knochenzuordnung und Referenzpose löschen: Die Knochen werden neu erkannt, wenn eine Bewegung "
        "angewendet wird"
    ),
    "Clear Motion Cache": "Bewegungsspeicher leeren",
    (
        "Delete all motions that are kept; keyframes stay, but can no longer be applied again with other "
        "options"
    ): (
        "Alle gespeicherten Bewegungen löschen; Keyframes bleiben, sind aber nicht mehr mit anderen "
        "Optionen anwendbar"
    ),
    "Export Bone Map": "Knochenzuordnung exportieren",
    "Write the bone map to a file, for another computer or somebody else": (
        "Die Knochenzuordnung in eine Datei schreiben, für einen anderen Rechner oder jemand anderen"
    ),
    "Export Motion": "Bewegung exportieren",
    (
        "Write the motion of the character's action, as it was generated, to a file; or the character "
        "itself, as FBX"
    ): (
        "Die Bewegung der Aktion der Figur in eine Datei schreiben, so wie sie generiert wurde; oder die "
        "Figur selbst, als FBX"
    ),
    "A skeleton with its animation, for engines and viewers": (
        "Ein Skelett mit seiner Animation, für Engines und Betrachter"
    ),
    "The character with its meshes and its keys as they are now": (
        "Die Figur mit ihren Meshes und ihren Keyframes, wie sie jetzt sind"
    ),
    "Format": "Format",
    "File type that is chosen when the file browser opens": (
        "Dateityp, der beim Öffnen der Dateiauswahl gewählt ist"
    ),
    "SMPL-X parameters as in AMASS": "SMPL-X-Parameter wie in AMASS",
    "Joints and their rotations, as motion capture uses": (
        "Gelenke und ihre Drehungen, wie bei Bewegungsaufnahmen üblich"
    ),
    "Generate Motion": "Bewegung generieren",
    "Bake the motion onto the character when it is generated": (
        "Die Bewegung auf die Figur backen, sobald sie erzeugt ist"
    ),
    "Import Bone Map": "Knochenzuordnung importieren",
    "Give the character a bone map from a file": "Der Figur eine Knochenzuordnung aus einer Datei geben",
    "Import Motion": "Bewegung importieren",
    (
        "Bake motion files onto the selected character, a take for each: SMPL family, results of "
        "estimators, BVH, glTF"
    ): (
        "Bewegungsdateien auf die ausgewählte Figur backen, je eine Aufnahme: SMPL-Familie, "
        "Ergebnisse von Schätzern, BVH, glTF"
    ),
    "Up": "Oben",
    "Axis of the file that points up": "Achse der Datei, die nach oben zeigt",
    "Automatic": "Automatisch",
    "Judge by how the body stands in the motion": "Danach, wie der Körper in der Bewegung steht",
    "Forward": "Vorne",
    "Axis of the file that becomes the character's forward direction": (
        "Achse der Datei, die zur Vorwärtsrichtung der Figur wird"
    ),
    "Keep the directions of the file": "Die Richtungen der Datei behalten",
    "Unit": "Einheit",
    "Length unit of the file": "Längeneinheit der Datei",
    "Judge by the size of the body": "Nach der Größe des Körpers",
    "Metres": "Meter",
    "Centimetres": "Zentimeter",
    "Millimetres": "Millimeter",
    "Inches": "Zoll",
    "Frame Rate": "Bildrate",
    "Frames per second of the file; 0: as it says": "Bilder pro Sekunde der Datei; 0: wie sie angibt",
    "Floor": "Boden",
    "What becomes the floor of the character": "Was zum Boden der Figur wird",
    "The file's zero, unless the body floats above it or is sunk into it all the time": (
        "Der Nullpunkt der Datei, außer der Körper schwebt die ganze Zeit darüber oder ist darin versunken"
    ),
    "As in File": "Wie in der Datei",
    "The file's zero": "Der Nullpunkt der Datei",
    "Lowest Point": "Tiefster Punkt",
    "The lowest point of the motion": "Der tiefste Punkt der Bewegung",
    "Keep T-Pose": "T-Pose behalten",
    "Keep a T-pose that comes before the motion": "Eine T-Pose vor der Bewegung behalten",
    "Trim Start (s)": "Anfang kürzen (s)",
    "Seconds at the beginning of the file that are left out": "Sekunden am Anfang der Datei, die weggelassen werden",
    "Trim End (s)": "Ende kürzen (s)",
    "Second of the file at which the motion ends; 0: at its last frame": (
        "Sekunde der Datei, bei der die Bewegung endet; 0: mit ihrem letzten Bild"
    ),
    "Nothing is left between {start:g} and {end:g} s: the motion lasts {seconds:.2f} s": (
        "Zwischen {start:g} und {end:g} s bleibt nichts übrig: Die Bewegung dauert {seconds:.2f} s"
    ),
    "A motion can't be trimmed to {start:g} - {end:g} s": (
        "Eine Bewegung kann nicht auf {start:g} - {end:g} s gekürzt werden"
    ),
    "The end ({end:g} s) is not after the start ({start:g} s)": (
        "Das Ende ({end:g} s) liegt nicht nach dem Beginn ({start:g} s)"
    ),
    "Armature": "Armatur",
    "Import from Armature": "Von Armatur importieren",
    "Bake what another armature of the scene does onto the selected character, as a take": (
        "Was eine andere Armatur der Szene tut, als Take auf die ausgewählte Figur backen"
    ),
    "Kinescribe Motion from Armature": "Kinescribe-Bewegung von Armatur",
    "Armature whose motion is read; empty: the other one that is selected, or the only other one": (
        "Armatur, deren Bewegung gelesen wird; leer: die andere ausgewählte oder die einzige andere"
    ),
    "First frame that is read; with both 0 all frames with keys or strips, else those of the scene": (
        "Erstes Bild, das gelesen wird; sind beide 0, alle Bilder mit Keys oder Strips, sonst die der Szene"
    ),
    "Last frame that is read; with both 0 all frames with keys or strips, else those of the scene": (
        "Letztes Bild, das gelesen wird; sind beide 0, alle Bilder mit Keys oder Strips, sonst die der Szene"
    ),
    "The scene has no other armature": "Die Szene hat keine andere Armatur",
    "Choose the armature whose motion is read: select it beside the character": (
        "Die Armatur wählen, deren Bewegung gelesen wird: neben der Figur auswählen"
    ),
    "{name} can't be its own source: choose another armature": (
        "{name} kann nicht die eigene Quelle sein: eine andere Armatur wählen"
    ),
    "The scene has no armature {name}": "Die Szene hat keine Armatur {name}",
    "The end ({end}) is not after the start ({start}): choose other frames": (
        "Das Ende ({end}) liegt nicht nach dem Beginn ({start}): andere Bilder wählen"
    ),
    "Frames {first} to {last} are more than {limit:g} seconds: choose fewer": (
        "Bild {first} bis {last} sind mehr als {limit:g} Sekunden: weniger wählen"
    ),
    "Assign Shortcut": "Tastenkürzel zuweisen",
    "Choose a key over the 3D View for this button": "Eine Taste über der 3D-Ansicht für diese Schaltfläche wählen",
    "Import Folder": "Importordner",
    "Copy Import Report": "Importbericht kopieren",
    "Copy what was read from the last imported file, and what was assumed, as text for a bug report": (
        "Kopieren, was aus der zuletzt importierten Datei gelesen und was angenommen wurde, als Text "
        "für eine Fehlermeldung"
    ),
    "Import a motion file first": "Zuerst eine Bewegungsdatei importieren",
    "Copied the report of the last import": "Der Bericht des letzten Imports wurde kopiert",
    "File": "Datei",
    "Number": "Nummer",
    "Which motion to import from a file that holds several; 0: ask, or in a script the first": (
        "Welche Bewegung aus einer Datei mit mehreren genommen wird; 0 fragt nach, Skripte bekommen die erste"
    ),
    "All Motions": "Alle Bewegungen",
    "Import all people, samples or animations of a file that holds several, a take for each": (
        "Alle Personen, Varianten oder Animationen einer Datei mit mehreren importieren, je einen Take"
    ),
    "{file} holds {count} motions, at most {limit} are imported together: import one by its number": (
        "{file} enthält {count} Bewegungen, höchstens {limit} werden zusammen importiert: eine mit ihrer Nummer "
        "importieren"
    ),
    "Bake the motion onto the character at once": "Die Bewegung gleich auf die Figur backen",
    "By": "Anhand",
    "What the bones are recognised by": "Woran die Knochen erkannt werden",
    "Names": "Namen",
    "Their names and, where these are not known, where they are": (
        "Ihre Namen und, wo diese unbekannt sind, ihre Lage"
    ),
    "Structure": "Aufbau",
    "Only where they are, whatever their names are": "Allein ihre Lage, unabhängig von den Namen",
    "Suggest": "Vorschlagen",
    "Where the recognition is not sure, put its guess into the bone map to be checked and accepted": (
        "Ist die Erkennung unsicher, ihre Vermutung in die Knochenzuordnung eintragen, zum Prüfen und "
        "Annehmen"
    ),
    "Measure Motion Cache": "Bewegungsspeicher messen",
    "Count the motions that are kept and the space they take": (
        "Die gespeicherten Bewegungen und ihren Platzbedarf zählen"
    ),
    "Mirror Bone Map": "Knochenzuordnung spiegeln",
    "Fill one side of the bone map from the other, by the bones' names and else by where they are": (
        "Eine Seite der Knochenzuordnung aus der anderen füllen, anhand der Namen und sonst der Lage der "
        "Knochen"
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
    "Use the active bone for this joint": "Den aktiven Knochen für dieses Gelenk benutzen",
    "Joint": "Gelenk",
    "Joint of the motion": "Gelenk der Bewegung",
    "Bone that follows the joint": "Knochen, der dem Gelenk folgt",
    "Separate bone above the hips that moves the whole rig, if there is one": (
        "Eigener Knochen über der Hüfte, der das ganze Rig bewegt, falls es einen gibt"
    ),
    "Delete Bone Map Preset": "Preset der Knochenzuordnung löschen",
    "Delete this preset; characters that use it keep their bone maps": (
        "Dieses Preset löschen; Figuren, die es verwenden, behalten ihre Zuordnung"
    ),
    "Name": "Name",
    "Name of the preset": "Name des Presets",
    "Save Bone Map Preset": "Preset der Knochenzuordnung sichern",
    "Keep the bone map as a preset, for every character that has such bones": (
        "Die Knochenzuordnung als Preset sichern, für jede Figur mit solchen Knochen"
    ),
    "Select Bone": "Knochen auswählen",
    "Select the bone in the 3D View, in Pose Mode": "Den Knochen in der 3D-Ansicht im Posenmodus auswählen",
    "Bone Map Presets": "Presets der Knochenzuordnung",
    "Bone maps that you have saved": "Gesicherte Knochenzuordnungen",
    "Show Document": "Dokument zeigen",
    "Show or hide this document below": "Dieses Dokument darunter zeigen oder verbergen",
    "Use Bone Map Preset": "Preset der Knochenzuordnung verwenden",
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
    "Reference": "Referenzpose",
    "Captured Pose": "Festgehaltene Pose",
    "Rest Pose": "Ruhepose",
    "{family}: {joints} of {total} joints": "{family}: {joints} von {total} Gelenken",
    "{family}: {joints} of {total} joints, {sure:.0%} sure": (
        "{family}: {joints} von {total} Gelenken, zu {sure:.0%} sicher"
    ),
    "By Structure": "Am Aufbau erkannt",
    "The armature no longer has {bones}: detect the bones again, or choose others": (
        "Die Armatur hat {bones} nicht mehr: die Knochen neu erkennen oder andere wählen"
    ),
    "Chosen for two joints: {bones}": "Für zwei Gelenke gewählt: {bones}",
    "This map belongs to the library: detect the bones to get one that can be edited": (
        "Diese Zuordnung gehört der Bibliothek: die Knochen erkennen, um eine änderbare zu erhalten"
    ),
    "Discard": "Verwerfen",
    "No human body was detected: choose the bones yourself, then accept": (
        "Kein menschlicher Körper erkannt: die Knochen selbst wählen und dann annehmen"
    ),
    "Is this right? Only {sure:.0%} sure. Correct the bones, then accept": (
        "Stimmt das? Nur zu {sure:.0%} sicher. Die Knochen berichtigen und dann annehmen"
    ),
    "Doubtful, because {reason}": "Zweifelhaft, weil: {reason}",
    "No bone for {joints}": "Kein Knochen für {joints}",
    "Go to Object Mode or Pose Mode, then apply the motion": (
        "In den Objekt- oder Posenmodus wechseln und dann die Bewegung anwenden"
    ),
    "Detect the bones first": "Zuerst die Knochen erkennen",
    "Choose some bones first": "Zuerst Knochen wählen",
    "Click the bone in Pose Mode first": "Zuerst den Knochen im Posenmodus anklicken",
    "Go to Object Mode or Pose Mode": "In den Objekt- oder Posenmodus wechseln",
    "Go to Object Mode first": "Zuerst in den Objektmodus wechseln",
    "Relaxed": "Entspannt",
    "Reduce": "Reduzieren",
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
    (
        "Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or "
        "A first"
    ): (
        "Drehungen von der gezeigten Pose an zählen: Rigs mit ungewöhnlicher Ruhepose zuerst als T oder A "
        "stellen"
    ),
    "Push Down": "Nach unten schieben",
    "Put the motion into an NLA strip on a new track, so that the next one can be made on top": (
        "Die Bewegung in einen NLA-Streifen auf einer neuen Spur legen, damit die nächste darüber "
        "entstehen kann"
    ),
    "Keep the motion on a muted NLA track for later, and play it no longer": (
        "Die Bewegung für später auf einer stummgeschalteten NLA-Spur aufheben und nicht mehr abspielen"
    ),
    "Bake the motion again with only as many keys as the tolerance needs, so that it can be edited by hand": (
        "Die Bewegung mit nur so vielen Keyframes neu backen, wie die Toleranz braucht, damit sie sich von "
        "Hand bearbeiten lässt"
    ),
    "Un-Bake": "Zurücknehmen",
    (
        "Take back what Kinescribe made on the character: what was there before is back, and nothing else is "
        "changed"
    ): (
        "Zurücknehmen, was Kinescribe auf der Figur gemacht hat: was vorher da war, ist wieder da, und "
        "sonst ändert sich nichts"
    ),
    "All Results": "Alle Ergebnisse",
    "Take back every Action and strip that Kinescribe made on the character, not only the last one": (
        "Jede Aktion und jeden Streifen zurücknehmen, die Kinescribe auf der Figur gemacht hat, nicht nur "
        "das Letzte"
    ),
    "Edited Keys Too": "Auch bearbeitete Keyframes",
    "Remove Kinescribe's keys even where they were edited since": (
        "Kinescribes Keyframes auch dort entfernen, wo sie seither bearbeitet wurden"
    ),
    "Result": "Ergebnis",
    "{count} NLA strips": "{count} NLA-Streifen",
    "The character plays no Action that Kinescribe made": (
        "Die Figur spielt keine Aktion ab, die Kinescribe gemacht hat"
    ),
    "Go to Object Mode or Pose Mode first": "Zuerst in den Objekt- oder Posenmodus wechseln",
    (
        "How far, in millimetres on a body as large as an adult, a joint may be from where it would be with "
        "all keys"
    ): (
        "Wie weit ein Gelenk, in Millimetern an einem Körper von der Größe eines Erwachsenen, von dort "
        "entfernt sein darf, wo es mit allen Keyframes wäre"
    ),
    # Text for ARDY
    "Text Encoder": "Text-Encoder",
    "What reads prompts for ARDY. Empty: the small text encoder that was downloaded. Otherwise the name of a "
    "server of the list, the word Worker for the models on this computer, a folder with another text encoder, or "
    "a file with prompts that were read before (.npz)": (
        "Was Prompts für ARDY liest. Leer: der kleine Text-Encoder, der heruntergeladen wurde. Sonst der "
        "Name eines Servers der Liste, das Wort Worker für die Modelle auf diesem Rechner, ein Ordner mit "
        "einem anderen Text-Encoder oder eine Datei mit früher gelesenen Prompts (.npz)"
    ),
    "{name} uses the operation {operation}, which is not supported: choose the text encoder that was "
    "published for ARDY": (
        "{name} benutzt die Operation {operation}, die nicht unterstützt wird: den für ARDY "
        "veröffentlichten Text-Encoder wählen"
    ),
    "{name} holds {what}, which is not supported: choose the text encoder that was published for ARDY": (
        "{name} enthält {what}, was nicht unterstützt wird: den für ARDY veröffentlichten Text-Encoder wählen"
    ),
    "An operation in {name} is not valid ({operation}): download it again, or choose another text encoder": (
        "Eine Operation in {name} ist ungültig ({operation}): neu herunterladen oder einen anderen "
        "Text-Encoder wählen"
    ),
    "{name} asks for more memory or work than a text encoder needs ({operation}): choose the text "
    "encoder that was published for ARDY": (
        "{name} verlangt mehr Speicher oder Rechenarbeit, als ein Text-Encoder braucht ({operation}): den "
        "für ARDY veröffentlichten Text-Encoder wählen"
    ),
    "{name} wants another input than a sentence ({input}): choose the text encoder that was published "
    "for ARDY": (
        "{name} verlangt eine andere Eingabe als einen Satz ({input}): den für ARDY veröffentlichten "
        "Text-Encoder wählen"
    ),
    "{name} does not compute its result: choose the text encoder that was published for ARDY": (
        "{name} berechnet kein Ergebnis: den für ARDY veröffentlichten Text-Encoder wählen"
    ),
    "{name} is written in version {version} of ONNX's operations: export it with version {expected}": (
        "{name} ist in Version {version} der Operationen von ONNX geschrieben: mit Version {expected} "
        "exportieren"
    ),
    "{name} is another network than a text encoder for ARDY: choose the one that was published for it": (
        "{name} ist ein anderes Netz als ein Text-Encoder für ARDY: den dafür veröffentlichten wählen"
    ),
    "{name} describes another tokenizer than BERT's: choose the files of the small text encoder": (
        "{name} beschreibt einen anderen Tokenizer als den von BERT: die Dateien des kleinen Text-Encoders "
        "wählen"
    ),
    "{name} has {key}: {value}, which is not supported: choose the files of the small text encoder": (
        "{name} hat {key}: {value}, was nicht unterstützt wird: die Dateien des kleinen Text-Encoders wählen"
    ),
    "{name} does not fit the text encoder's configuration ({key}): use the files that belong together": (
        "{name} passt nicht zur Konfiguration des Text-Encoders ({key}): Dateien benutzen, die "
        "zusammengehören"
    ),
    "{name} has more tokens than the text encoder knows: use the files that belong together": (
        "{name} hat mehr Tokens, als der Text-Encoder kennt: Dateien benutzen, die zusammengehören"
    ),
    "The folder {folder} holds no text encoder: choose the folder that the small text encoder was "
    "downloaded to": (
        "Der Ordner {folder} enthält keinen Text-Encoder: den Ordner wählen, in den der kleine Text-Encoder "
        "geladen wurde"
    ),
    "The folder {folder} lacks {name}: download the text encoder again": (
        "Im Ordner {folder} fehlt {name}: den Text-Encoder neu herunterladen"
    ),
    "{name} is damaged or not complete: download it again": (
        "{name} ist beschädigt oder unvollständig: neu herunterladen"
    ),
    "{name} has more than {megabytes} MB, which a text encoder's file never has: choose another one": (
        "{name} hat mehr als {megabytes} MB, so groß ist keine Datei eines Text-Encoders: eine andere wählen"
    ),
    "There is not enough memory for {name}: close other programs and try again": (
        "Für {name} reicht der Speicher nicht: andere Programme schließen und noch einmal versuchen"
    ),
    "The text encoder gave numbers that are not finite: download it again, or choose another one": (
        "Der Text-Encoder ergab Zahlen, die nicht endlich sind: neu herunterladen oder einen anderen wählen"
    ),
    "The text encoder gave no vector for each prompt: choose another one": (
        "Der Text-Encoder ergab nicht für jeden Prompt einen Vektor: einen anderen wählen"
    ),
    "{name} holds no stored vectors ({reason}): choose another file": (
        "{name} enthält keine gespeicherten Vektoren ({reason}): eine andere Datei wählen"
    ),
    "{name} holds vectors with numbers that are not finite: make it again": (
        "{name} enthält Vektoren mit Zahlen, die nicht endlich sind: neu erzeugen"
    ),
    "Find Models": "Modelle suchen",
    "Find out which models are installed": "Feststellen, welche Modelle installiert sind",
    "{source} is no text encoder: choose a folder, a file of stored vectors (.npz), or the address of a server": (
        "{source} ist kein Text-Encoder: Ordner, Datei mit gespeicherten Vektoren (.npz) oder Adresse eines Servers "
        "wählen"
    ),
    "{name} holds no vector for the prompt {prompt}: add it, or choose a text encoder": (
        "{name} enthält keinen Vektor für den Prompt {prompt}: ihn hinzufügen oder einen Text-Encoder wählen"
    ),
    "{name} holds no stored vectors: it has to have the arrays prompts (n) and vectors (n, width)": (
        "{name} enthält keine gespeicherten Vektoren: nötig sind die Arrays prompts (n) und vectors (n, Breite)"
    ),
    "{host} has no text encoder at this address: check the address in the preferences": (
        "{host} hat unter dieser Adresse keinen Text-Encoder: Adresse in den Einstellungen prüfen"
    ),
    "{host} does not answer with vectors: check that it is a text encoder for ARDY": (
        "{host} antwortet nicht mit Vektoren: prüfen, ob es ein Text-Encoder für ARDY ist"
    ),
    "No word of the prompt {prompt} is known: write it in English": (
        "Kein Wort des Prompts {prompt} ist bekannt: auf Englisch schreiben"
    ),
    # The user's own body model
    "Faster ARDY": "Schnelleres ARDY",
    "Body Model": "Körpermodell",
    "Your own SMPL, SMPL-H or SMPL-X model, .npz or .pkl, for showing motions as the mesh of that body": (
        "Ein eigenes SMPL-, SMPL-H- oder SMPL-X-Modell, .npz oder .pkl, um Bewegungen als Mesh dieses "
        "Körpers zu zeigen"
    ),
    "Compute Body": "Körper berechnen",
    "Compute the mesh of your own SMPL or SMPL-X model doing the motion, beside Blender, and show it": (
        "Das Mesh des eigenen SMPL- oder SMPL-X-Modells in der Bewegung neben Blender berechnen und zeigen"
    ),
    "Stop computing the body": "Die Berechnung des Körpers abbrechen",
    "Add Body": "Körper hinzufügen",
    "Show a computed body where the character's motion begins": (
        "Einen berechneten Körper zeigen, wo die Bewegung der Figur beginnt"
    ),
    "Choose a Python that has PyTorch and smplx in the preferences of Kinescribe first": (
        "Zuerst in den Einstellungen von Kinescribe ein Python mit PyTorch und smplx wählen"
    ),
    "Choose the file of your SMPL or SMPL-X model in the preferences of Kinescribe first": (
        "Zuerst in den Einstellungen von Kinescribe die Datei des eigenen SMPL- oder SMPL-X-Modells wählen"
    ),
    "There is no motion to show yet: generate or import one": (
        "Noch gibt es keine Bewegung zu zeigen: eine generieren oder importieren"
    ),
    "A body is being computed: wait for it, or cancel it": (
        "Ein Körper wird berechnet: darauf warten oder abbrechen"
    ),
    "Computing the body": "Der Körper wird berechnet",
    "The body is ready": "Der Körper ist fertig",
    "The body was dropped: its scene was removed": "Der Körper wurde verworfen: seine Szene wurde entfernt",
    "Frame {done} of {total}": "Bild {done} von {total}",
    # Guides, sequences and variations
    "Directing": "Regie",
    "Direct": "Regie",
    "Path": "Pfad",
    "Poses": "Posen",
    "Then": "Danach",
    "Curve": "Kurve",
    "Waypoints": "Wegpunkte",
    "Begin": "Beginn",
    "Total: {length}": "Insgesamt: {length}",
    "Curve that the character follows, or an empty whose children are waypoints by their names": (
        "Kurve, der die Figur folgt, oder ein Empty, dessen Kinder der Reihe ihrer Namen nach Wegpunkte sind"
    ),
    "From the Character": "Von der Figur aus",
    "Walk from the character's position to the start of the path, instead of starting on the path": (
        "Von der Position der Figur zum Anfang des Pfads gehen, statt auf dem Pfad zu beginnen"
    ),
    "Facing": "Blickrichtung",
    "Direction that the character faces while it follows the path": (
        "Wohin die Figur schaut, während sie dem Pfad folgt"
    ),
    "As Prompted": "Wie im Prompt",
    "As the prompt describes it, such as sideways or backward": (
        "Wie der Prompt es beschreibt, etwa seitwärts oder rückwärts"
    ),
    "Along Path": "Den Pfad entlang",
    "Always forward along the path": "Immer nach vorn, den Pfad entlang",
    "Pin": "Fixpunkt",
    "Body part that has to be there": "Körperteil, der dort sein muss",
    "When": "Wann",
    "Frames at which it has to be there": "Bilder, an denen es dort sein muss",
    "At Frame": "An einem Bild",
    "At one frame": "An einem einzelnen Bild",
    "At Keys": "An Keyframes",
    "At the frames at which the object itself has keys": (
        "An den Bildern, an denen das Objekt selbst Keyframes hat"
    ),
    "Always": "Immer",
    "Start from Current Pose": "Mit der aktuellen Pose beginnen",
    "Begin the motion in the character's current pose": (
        "Die Bewegung mit der aktuellen Pose der Figur beginnen"
    ),
    "Use Own Keys": "Eigene Keyframes verwenden",
    "Keep the poses at the keys of the character's own animation": (
        "Die Posen an den Keyframes der eigenen Animation der Figur beibehalten"
    ),
    "Keep Selected Bones": "Ausgewählte Knochen behalten",
    "Keep the animation of the selected bones, and generate only the rest of the body": (
        "Die Animation der ausgewählten Knochen behalten und nur den Rest des Körpers generieren"
    ),
    "Active Part": "Aktiver Teil",
    "Transition": "Übergang",
    "Seconds of the transition from one part to the next": (
        "Sekunden des Übergangs von einem Teil zum nächsten"
    ),
    "Loop": "Schleife",
    "End the motion in the pose in which it begins, so that it can be repeated": (
        "Die Bewegung in der Pose enden lassen, in der sie beginnt, damit sie sich wiederholen lässt"
    ),
    "Variations": "Varianten",
    "Number of motions to generate at once, to choose from": (
        "Anzahl der Bewegungen, die auf einmal zur Auswahl generiert werden"
    ),
    "What the character does next; empty: the model decides": (
        "Was die Figur als Nächstes tut; leer: das Modell entscheidet"
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
    "Length of the path; 0: as far as an adult walks in the motion's duration": (
        "Länge des Pfads; 0: so weit, wie ein Erwachsener in der Dauer der Bewegung geht"
    ),
    "Fit Duration to Text": "Dauer an Text anpassen",
    "Make the motion as long as everything takes that the prompt describes": (
        "Die Bewegung so lang machen, wie alles dauert, was der Prompt beschreibt"
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
    "Left Palm": "Linke Handfläche",
    "Right Palm": "Rechte Handfläche",
    "Left Sole": "Linke Sohle",
    "Right Sole": "Rechte Sohle",
    "Object that is held or touched, or an empty that marks the position": (
        "Objekt, das gehalten oder berührt wird, oder ein Empty, das die Position markiert"
    ),
    "Use": "Verwenden",
    "Let the pin guide the motion": "Den Fixpunkt die Bewegung führen lassen",
    "Let the waypoint guide the motion": "Den Wegpunkt die Bewegung führen lassen",
    "Let the path guide the motion": "Den Pfad die Bewegung führen lassen",
    "Let the pose guide the motion": "Die Pose die Bewegung führen lassen",
    "In Range": "Im Bereich",
    "From the first to the last frame, following the object": (
        "Vom ersten bis zum letzten Bild, dem Objekt folgend"
    ),
    "On every frame of the motion, following the object": "In jedem Bild der Bewegung, dem Objekt folgend",
    "Frame of the scene at which it has to be there, or the first one": (
        "Bild der Szene, in dem er dort sein muss, oder das erste"
    ),
    "Last frame of the scene at which it has to be there": (
        "Letztes Bild der Szene, in dem er dort sein muss"
    ),
    "Offset": "Versatz",
    "Where on the object it has to be, in the object's own space": (
        "Wo am Objekt er sein muss, im Raum des Objekts"
    ),
    "Orientation": "Ausrichtung",
    "Keep the hand or foot turned as it was when the pin was set, and turning with the object": (
        "Hand oder Fuß so gedreht lassen wie beim Setzen des Fixpunkts, und mit dem Objekt drehen"
    ),
    "Rotation": "Drehung",
    "Waypoint": "Wegpunkt",
    "Object that marks the place; its arrow is the direction that the character faces": (
        "Objekt, das den Ort markiert; sein Pfeil ist die Richtung, in die die Figur blickt"
    ),
    "Face in the direction of the arrow there": "Dort in die Richtung des Pfeils blicken",
    "At a Frame": "In einem Bild",
    "Pass the waypoint at a frame; off: when the distance says so": (
        "Den Wegpunkt in einem Bild passieren; aus: wann die Entfernung es ergibt"
    ),
    "Frame of the scene at which the character is there": "Bild der Szene, in dem die Figur dort ist",
    "{pin} has no finite position: check its scale and its parents": (
        "{pin} hat keine endliche Position: seine Skalierung und seine Eltern prüfen"
    ),
    "{pin} ends at frame {last}, before it begins at {first}: change its frames": (
        "{pin} endet in Bild {last}, vor seinem Beginn in {first}: seine Bilder ändern"
    ),
    "{pin} is out of reach by {distance:.0f} cm at frames {first} to {last}: move it, or the character": (
        "{pin} ist in den Bildern {first} bis {last} um {distance:.0f} cm außer Reichweite: ihn oder die "
        "Figur bewegen"
    ),
    "{object} stands in the way at frames {first} to {last}: the body passes through it": (
        "{object} steht in den Bildern {first} bis {last} im Weg: der Körper geht hindurch"
    ),
    (
        "{waypoint} is {distance:.1f} m beside {path}: move it onto the path, or hide one of them in the list"
    ): (
        "{waypoint} liegt {distance:.1f} m neben {path}: auf den Pfad bewegen oder eines der beiden in "
        "der Liste ausblenden"
    ),
    (
        "Hold a hand, a foot or the hips to the other selected object; without one, add an empty where it "
        "is now"
    ): (
        "Eine Hand, einen Fuß oder die Hüfte am anderen ausgewählten Objekt halten; ohne eines ein Empty "
        "dort hinzufügen, wo sie jetzt ist"
    ),
    "Hold": "Halten",
    "Frames for which it is held, from the current frame on": (
        "Bilder, für die gehalten wird, ab dem aktuellen Bild"
    ),
    "Frames for which a hand or foot is held, from the current frame on": (
        "Bilder, für die eine Hand oder ein Fuß gehalten wird, ab dem aktuellen Bild"
    ),
    "Pins": "Fixpunkte",
    "Clear All Guides": "Alle Vorgaben löschen",
    "Add Waypoint": "Wegpunkt hinzufügen",
    "Add a place that the character passes, ahead of the last one or of the character": (
        "Einen Ort hinzufügen, den die Figur passiert, vor dem letzten oder vor der Figur"
    ),
    "Distance": "Entfernung",
    "How far ahead the waypoint is": "Wie weit voraus der Wegpunkt liegt",
    (
        "Remove the path, the waypoints and the pins, and turn off all that directs the motion "
        "beside the prompt"
    ): (
        "Pfad, Wegpunkte und Fixpunkte entfernen und alles ausschalten, was die Bewegung neben dem "
        "Prompt führt"
    ),
    "1 Waypoint": "1 Wegpunkt",
    "{count} Waypoints": "{count} Wegpunkte",
    "The character has no guides: add a path, a waypoint or a pin first": (
        "Die Figur hat keine Vorgaben: zuerst einen Pfad, einen Wegpunkt oder einen Fixpunkt hinzufügen"
    ),
    "There is no guide {number}: choose one from 0 to {last}": (
        "Es gibt keine Vorgabe {number}: eine von 0 bis {last} wählen"
    ),
    "The object of this guide was deleted: delete the guide too": (
        "Das Objekt dieser Vorgabe wurde gelöscht: auch die Vorgabe löschen"
    ),
    "Its object was deleted": "Sein Objekt wurde gelöscht",
    "{name} is hidden: show it first": "{name} ist ausgeblendet: zuerst einblenden",
    "Draw Guides": "Vorgaben zeichnen",
    "Draw Guide": "Vorgabe zeichnen",
    "Next Take": "Nächster Take",
    "Previous Take": "Vorheriger Take",
    "Pie Menu": "Kreismenü",
    (
        "Let the character play the next or the previous take of the list; after the last one comes the first"
    ): (
        "Die Figur den nächsten oder vorherigen Take der Liste spielen lassen; nach dem letzten kommt "
        "der erste"
    ),
    "Steps": "Schritte",
    "How many takes further down in the list": "Wie viele Takes weiter unten in der Liste",
    "Guides": "Vorgaben",
    "Active Guide": "Aktive Vorgabe",
    "The guide whose settings are shown": "Die Vorgabe, deren Einstellungen gezeigt werden",
    "Show in the 3D View which way paths lead and when, and what pins hold": (
        "Im 3D-Viewport zeigen, wohin und wann Pfade führen und was Fixpunkte halten"
    ),
    "Show in the 3D View": "Im 3D-Viewport zeigen",
    "Pose": "Pose",
    "Index": "Index",
    "Shared": "Gemeinsam",
    "Guide": "Vorgabe",
    "Which guide of the list; -1: the active one": "Welche Vorgabe der Liste; -1: die aktive",
    "Select Guide": "Vorgabe auswählen",
    "Select the object of this guide and nothing else, so that it can be moved and edited": (
        "Das Objekt dieser Vorgabe und sonst nichts auswählen, um es zu bewegen und zu bearbeiten"
    ),
    "Go to Guide": "Zur Vorgabe gehen",
    "Go to the first frame of this guide, and show it in the view": (
        "Zum ersten Bild dieser Vorgabe gehen und sie in der Ansicht zeigen"
    ),
    "Delete Guide": "Vorgabe löschen",
    "Remove this guide, and the object that Kinescribe added for it; an object of yours stays": (
        "Diese Vorgabe entfernen und das Objekt, das Kinescribe dafür hinzugefügt hat; eigene Objekte bleiben"
    ),
    (
        "Drag over the floor to draw a path, click to set a waypoint, drag a hand or a foot to what "
        "it has to hold"
    ): (
        "Über den Boden ziehen: einen Pfad zeichnen; klicken: einen Wegpunkt setzen; eine Hand oder "
        "einen Fuß zu dem ziehen, was gehalten werden soll"
    ),
    (
        "Drag over the floor to draw a path, click to set a waypoint (Shift drag: facing where you "
        "drag), drag a hand or a foot to what it has to hold"
    ): (
        "Über den Boden ziehen: einen Pfad zeichnen; klicken: einen Wegpunkt setzen (mit Umschalt "
        "ziehen: Blick in die gezogene Richtung); eine Hand oder einen Fuß zu dem ziehen, was gehalten "
        "werden soll"
    ),
    "Drag": "Ziehen",
    "What dragging over the floor makes": "Was beim Ziehen über den Boden entsteht",
    "A curve that the character follows": "Eine Kurve, der die Figur folgt",
    "A place to pass, facing where you drag": "Ein Ort zum Passieren, mit Blick in die gezogene Richtung",
    "Keep the hand or foot turned as it is now, and turning with the object": (
        "Hand oder Fuß so gedreht lassen wie jetzt, und mit dem Objekt drehen"
    ),
    "There is no floor under the mouse: look at it from above": (
        "Unter der Maus ist kein Boden: von oben auf ihn sehen"
    ),
    "The path is too short: drag further over the floor": (
        "Der Pfad ist zu kurz: weiter über den Boden ziehen"
    ),
    "{joint} holds {name} from frame {first} to {last}": "{joint} hält {name} von Bild {first} bis {last}",
    "Draw guides with the mouse in a 3D View; scripts add paths, waypoints and pins": (
        "Vorgaben mit der Maus in einem 3D-Viewport zeichnen; Skripte fügen Pfade, Wegpunkte und "
        "Fixpunkte hinzu"
    ),
    "Add Pin": "Fixpunkt hinzufügen",
    "Add Part": "Teil hinzufügen",
    "Add what the character does next": "Hinzufügen, was die Figur als Nächstes tut",
    "Change Part": "Teil ändern",
    "Remove the part that is selected in the list, or move it": (
        "Den in der Liste gewählten Teil entfernen oder verschieben"
    ),
    "How many rows to move it down; 0 removes it": "Um wie viele Zeilen nach unten; 0 entfernt ihn",
    "Left Wrist": "Linkes Handgelenk",
    "Right Wrist": "Rechtes Handgelenk",
    "Left Ankle": "Linker Knöchel",
    "Right Ankle": "Rechter Knöchel",
    "Rows": "Zeilen",
    # Reasons to doubt a bone map
    "it has too few bones for a human body": "sie hat zu wenige Knochen für einen menschlichen Körper",
    "it has no left and right halves": "sie hat keine linke und rechte Hälfte",
    "no two legs that reach the floor were found": (
        "es fanden sich keine zwei Beine, die bis zum Boden reichen"
    ),
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
    "its legs are bent like a bird's": "ihre Beine sind geknickt wie die eines Vogels",
    "the names of its bones are those of an animal": "ihre Knochen tragen Namen eines Tiers",
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
        "sie enthält zwei Figuren: Knochen der gemeinten auswählen"
    ),
    # Servers, the worker, their models and captions
    "Model": "Modell",
    "Servers and Other Models...": "Server und andere Modelle …",
    "Get Its Models": "Modelle abfragen",
    "This Computer": "Dieser Rechner",
    "This server is not in the preferences: choose another model": (
        "Dieser Server steht nicht in den Einstellungen: ein anderes Modell wählen"
    ),
    "The server does not offer this model: choose another": (
        "Der Server bietet dieses Modell nicht an: ein anderes wählen"
    ),
    "What this model can do is not known yet: refresh the models": (
        "Was dieses Modell kann, ist noch nicht bekannt: die Modelle aktualisieren"
    ),
    "Restart Models": "Modelle neu starten",
    "Start Models": "Modelle starten",
    "Stop Models": "Modelle beenden",
    "Start the models of the list with the Python above; if they run already, they are started again": (
        "Die Modelle der Liste mit dem Python oben starten; laufen sie schon, werden sie neu gestartet"
    ),
    "Stop the models and free their memory; they start again when one of them is used": (
        "Die Modelle beenden und ihren Speicher freigeben; sie starten wieder, wenn eines benutzt wird"
    ),
    "Show Log": "Protokoll zeigen",
    "Open a text with what the models reported while they ran, to find out why one fails": (
        "Einen Text mit dem öffnen, was die Modelle beim Laufen gemeldet haben, um herauszufinden, warum "
        "eines versagt"
    ),
    "Add Model Folder": "Modellordner hinzufügen",
    "Add the folder of a downloaded MDM, DiP, MotionGPT or Kimodo model": (
        "Den Ordner eines heruntergeladenen Modells von MDM, DiP, MotionGPT oder Kimodo hinzufügen"
    ),
    "Remove Model Folder": "Modellordner entfernen",
    "Take the selected folder from the list; its files stay": (
        "Den ausgewählten Ordner aus der Liste nehmen; seine Dateien bleiben"
    ),
    "Folder": "Ordner",
    "Choose the Python above first, or copy the command that installs one": (
        "Zuerst das Python oben wählen, oder den Befehl kopieren, der eines installiert"
    ),
    "The models are not running": "Die Modelle laufen nicht",
    "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models": (
        "In den Einstellungen von Kinescribe das Python einer Umgebung mit PyTorch wählen: Es führt fremde "
        "Modelle aus"
    ),
    "Add Server": "Server hinzufügen",
    "Enter another server that offers motion models over MMCP": (
        "Einen weiteren Server eintragen, der Bewegungsmodelle über MMCP anbietet"
    ),
    "Remove Server": "Server entfernen",
    "Forget the selected server and its access key": "Den ausgewählten Server und seinen Zugangsschlüssel vergessen",
    "Refresh Models": "Modelle aktualisieren",
    "Ask the servers, and this computer if its models run, which models they have": (
        "Die Server, und diesen Rechner, wenn seine Modelle laufen, fragen, welche Modelle sie haben"
    ),
    "Choose Model": "Modell wählen",
    "Use this model for the motions of this scene": (
        "Dieses Modell für die Bewegungen dieser Szene benutzen"
    ),
    "Name of one server; empty: all": "Name eines Servers; leer: alle",
    "Name of the server in the sidebar": "Name des Servers in der Seitenleiste",
    "Address": "Adresse",
    "Where the server is, such as http://127.0.0.1:8000 or https://example.org": (
        "Wo der Server ist, etwa http://127.0.0.1:8000 oder https://example.org"
    ),
    "Programs that make motions for Kinescribe, on this or on other computers": (
        "Programme, die Bewegungen für Kinescribe machen, auf diesem oder auf anderen Rechnern"
    ),
    "Access Key": "Zugangsschlüssel",
    "Password that the server's owner gave you, often called token or API key; empty if there is none. Blender "
    "stores it in its preferences, where others who use this computer can read it": (
        "Passwort vom Betreiber des Servers, oft Token oder API-Schlüssel genannt; leer, wenn es keines "
        "gibt. Blender speichert es in seinen Einstellungen, wo andere Benutzer dieses Rechners es lesen "
        "können"
    ),
    "Use a Language Model": ("Sprachmodell verwenden"),
    "Let a language model, such as one on this computer, divide long prompts into actions; where it fails, "
    "Kinescribe does that itself": (
        "Ein Sprachmodell, etwa eines auf diesem Rechner, lange Prompts in Handlungen teilen lassen; wo es "
        "versagt, tut Kinescribe das selbst"
    ),
    "Where the language model is: the default is Ollama on this computer; any service with the interface of "
    "OpenAI works. Without /chat/completions at the end; other computers need Allow Online Access": (
        "Wo das Sprachmodell ist: Vorgabe ist Ollama auf diesem Rechner; jeder Dienst mit der Schnittstelle "
        "von OpenAI geht. Ohne /chat/completions am Ende; für andere Rechner ist Online-Zugriff nötig"
    ),
    "Name of the language model, as its server lists it": (
        "Name des Sprachmodells, wie ihn sein Server nennt"
    ),
    "Language Model": ("Sprachmodell"),
    "Every prompt is sent to this address": ("Jeder Prompt wird an diese Adresse gesendet"),
    "Name the language model in the preferences of Kinescribe, or switch Use a Language Model off": (
        "Sprachmodell in den Einstellungen von Kinescribe nennen, oder Sprachmodell verwenden ausschalten"
    ),
    "The language model at {host} refuses (HTTP {status}): the prompt was broken down without it": (
        "Das Sprachmodell auf {host} lehnt ab (HTTP {status}): der Prompt wurde ohne es zerlegt"
    ),
    "The language model at {host} gave no breakdown: the prompt was broken down without it": (
        "Das Sprachmodell auf {host} hat den Prompt nicht zerlegt: er wurde ohne es zerlegt"
    ),
    "Key in Variable": "Schlüssel in Variable",
    "Instead of the access key: name of an environment variable of the system that contains it, so that Blender "
    "does not store it": (
        "Statt des Zugangsschlüssels: Name einer Umgebungsvariablen des Systems, die ihn enthält, sodass "
        "Blender ihn nicht speichert"
    ),
    "Model Folder": "Modellordner",
    "Model Folders": "Modellordner",
    "Folder of a downloaded MDM, DiP, MotionGPT or Kimodo model, with all files that were published with it": (
        "Ordner eines heruntergeladenen Modells von MDM, DiP, MotionGPT oder Kimodo, mit allen Dateien, "
        "die seine Urheber veröffentlicht haben"
    ),
    "Server": "Server",
    "Servers": "Server",
    "Python": "Python",
    "This Python computes ARDY with fewer digits (bfloat16) where that is faster: on graphics cards and on "
    "processors made for it. Motions differ a little from those that are computed inside Blender": (
        "Dieses Python berechnet ARDY mit weniger Stellen (bfloat16), wo das schneller ist: auf Grafikkarten "
        "und auf Prozessoren, die dafür gemacht sind. Bewegungen weichen ein wenig von denen ab, die in "
        "Blender berechnet werden"
    ),
    "Program that runs these models: a Python with PyTorch, which Copy Command below installs. Its file is "
    "bin/python, on Windows Scripts\\python.exe": (
        "Programm, das diese Modelle ausführt: ein Python mit PyTorch, das der Befehl unten installiert. "
        "Seine Datei ist bin/python, unter Windows Scripts\\python.exe"
    ),
    "Other Models on This Computer": "Andere Modelle auf diesem Rechner",
    "Test": "Testen",
    "Restart": "Neu starten",
    "Stop": "Beenden",
    "Log": "Protokoll",
    "Up to {seconds:g} s, {samples} variations at once, {fps:g} frames a second": (
        "Bis zu {seconds:g} s, {samples} Varianten auf einmal, {fps:g} Bilder pro Sekunde"
    ),
    "Understands: {words}": "Versteht: {words}",
    "License: {licence}": "Lizenz: {licence}",
    "text alone": "nur Text",
    "paths": "Pfade",
    "hand and foot targets": "Ziele für Hände und Füße",
    "poses": "Posen",
    "loops": "Schleifen",
    "Starting the models": "Die Modelle starten",
    "Asking the server for its models": "Der Server wird nach Modellen gefragt",
    "Stopping the models": "Die Modelle werden beendet",
    "The models run": "Die Modelle laufen",
    "The server answers": "Der Server antwortet",
    "The server answers, but has no models": "Der Server antwortet, hat aber keine Modelle",
    "There is no log yet: press Start first": "Es gibt noch kein Protokoll: zuerst Start drücken",
    "Copy Command": "Befehl kopieren",
    "Copy a command that installs a Python with PyTorch. You run it yourself, in a terminal": (
        "Einen Befehl kopieren, der ein Python mit PyTorch installiert. Ausgeführt wird er von Hand, in "
        "einem Terminal"
    ),
    "No such Python yet? One command installs it": "Noch kein solches Python? Ein Befehl installiert es",
    "Paste the command into a terminal; Kinescribe itself installs nothing": (
        "Den Befehl in ein Terminal einfügen; Kinescribe selbst installiert nichts"
    ),
    "Paste the command into PowerShell; Kinescribe itself installs nothing": (
        "Den Befehl in PowerShell einfügen; Kinescribe selbst installiert nichts"
    ),
    "It downloads PyTorch and three small packages: transformers, safetensors and the MMCP SDK": (
        "Er lädt PyTorch und drei kleine Pakete herunter: transformers, safetensors und das MMCP-SDK"
    ),
    "Copied the command: run it in a terminal, and press Start when it has ended": (
        "Befehl kopiert: in einem Terminal ausführen und danach Starten drücken"
    ),
    "About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk": (
        "Etwa 3 GB unter Linux (mit CUDA), 300 MB unter Windows und macOS; doppelt so viel auf der Platte"
    ),
    "They come from pypi.org, or from where Python on this computer gets its packages": (
        "Sie kommen von pypi.org, oder woher Python auf diesem Rechner seine Pakete bekommt"
    ),
    "Nothing else is changed; to remove it, delete the folder": (
        "Sonst ändert sich nichts; zum Entfernen den Ordner löschen"
    ),
    "Caption": "Beschreibung",
    "Caption Action": "Aktion beschreiben",
    "Describe in words what the character's Action shows, with a MotionGPT model": (
        "Ein MotionGPT-Modell in Worten sagen lassen, was die Aktion der Figur zeigt"
    ),
    "Model that writes the caption; empty: the scene's model if it can, else the first that can": (
        "Modell, das die Beschreibung schreibt; leer: das der Szene, wenn es das kann, sonst das erste, das "
        "es kann"
    ),
    "No model here describes motions: add the folder of a MotionGPT model in the preferences, and press Start": (
        "Kein Modell hier beschreibt Bewegungen: in den Einstellungen den Ordner eines MotionGPT-Modells "
        "hinzufügen und Start drücken"
    ),
    "The character has no Action": "Die Figur hat keine Aktion",
    "The Action is linked: make it local first": "Die Aktion ist verlinkt: zuerst lokal machen",
    "An Action is being captioned: wait for it, or cancel it": (
        "Eine Aktion wird gerade beschrieben: abwarten oder abbrechen"
    ),
    "Reading the motion": "Die Bewegung wird gelesen",
    "The model describes the motion": "Das Modell beschreibt die Bewegung",
    "Reading the motion: {done} of {total} frames": "Die Bewegung wird gelesen: {done} von {total} Bildern",
    "Described: {done} of {total} parts": "Beschrieben: {done} von {total} Teilen",
    "Stop captioning the Action": "Das Beschreiben der Aktion abbrechen",
    "Write a caption into an Action": "Eine Beschreibung in eine Aktion schreiben",
    "Use as Prompt": "Als Prompt verwenden",
    (
        "Make the caption the prompt, with the Action's duration; further sentences become the parts that "
        "follow"
    ): (
        "Die Beschreibung zum Prompt machen, mit der Dauer der Aktion; weitere Sätze werden die Teile danach"
    ),
    "The model wrote no caption for this motion": (
        "Das Modell hat für diese Bewegung keine Beschreibung geschrieben"
    ),
    "The caption was dropped: its Action was removed": (
        "Die Beschreibung wurde verworfen: ihre Aktion wurde entfernt"
    ),
    "Can also describe motions: see Caption": "Kann auch Bewegungen beschreiben: siehe Beschreibung",
    "Value of its key": "Wert seines Keyframes",
    "Body part that the pin holds": "Körperteil, den der Fixpunkt festhält",
    "Bone that has the custom property": "Knochen mit der benutzerdefinierten Eigenschaft",
    "Property": "Eigenschaft",
    "Custom property that is keyed": "Benutzerdefinierte Eigenschaft, die Keyframes erhält",
    "Value": "Wert",
    "Choose another seed whenever a motion is generated": (
        "Bei jedem Generieren einen anderen Startwert wählen"
    ),
    "Begin the motion at the frame that is current when it is requested": (
        "Die Bewegung an dem Bild beginnen, das beim Anfordern aktuell ist"
    ),
    # Errors and notes of scene/ and of retargeting
    "Select a character: an armature, or a mesh that an armature deforms": (
        "Eine Figur auswählen: eine Armatur oder ein Mesh, das von einer Armatur verformt wird"
    ),
    "{name} is not an armature, and no armature deforms it: select a character": (
        "{name} ist keine Armatur und wird von keiner verformt: eine Figur auswählen"
    ),
    "{name} is linked from another file: make a library override of it, and make it editable": (
        "{name} ist aus einer anderen Datei verlinkt: eine Bibliotheksüberschreibung anlegen und "
        "bearbeitbar machen"
    ),
    "{name} is in Edit Mode: leave it, and try again": (
        "{name} ist im Bearbeitungsmodus: ihn verlassen und erneut versuchen"
    ),
    "An NLA strip of {name} is being tweaked: leave tweak mode (Tab in the NLA editor) first": (
        "Ein NLA-Streifen von {name} wird gerade bearbeitet: zuerst den Tweak-Modus verlassen (Tab im "
        "NLA-Editor)"
    ),
    "The pose of {name} is out of date: enter and leave Edit Mode once": (
        "Die Pose von {name} ist veraltet: einmal in den Bearbeitungsmodus und zurück wechseln"
    ),
    "{name} has no bones: select the armature of a character": (
        "{name} hat keine Knochen: die Armatur einer Figur auswählen"
    ),
    "{name} has a scale of zero: set another scale first": (
        "{name} hat die Skalierung null: zuerst eine andere setzen"
    ),
    "{name} is mirrored by a negative scale: apply the scale with Ctrl+A first": (
        "{name} ist durch eine negative Skalierung gespiegelt: sie zuerst mit Strg+A anwenden"
    ),
    "{name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first": (
        "{name} ist nicht gleichmäßig skaliert: zuerst die Skalierung des Objekts oder seines Parents mit "
        "Strg+A anwenden"
    ),
    "No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off": (
        "Kein Knochen ist ausgewählt: Knochen im Posenmodus auswählen oder „Nur ausgewählte Knochen“ "
        "ausschalten"
    ),
    "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off": (
        "Keiner der ausgewählten Knochen ist zugeordnet: andere auswählen oder „Nur ausgewählte Knochen“ "
        "ausschalten"
    ),
    "All channels that the motion moves are locked on {name}: unlock some": (
        "Alle Kanäle, die die Bewegung braucht, sind auf {name} gesperrt: einige entsperren"
    ),
    "The motion would end beyond Blender's last frame: choose an earlier start frame": (
        "Die Bewegung würde nach Blenders letztem Bild enden: ein früheres Startbild wählen"
    ),
    (
        "F-curves of {action} have modifiers, which can't be blended: bake them, or put the motion into an "
        "NLA strip"
    ): (
        "F-Kurven von {action} haben Modifikatoren und lassen sich nicht überblenden: sie backen, oder die "
        "Bewegung in einen NLA-Streifen legen"
    ),
    "{name} plays no Action that Kinescribe made: apply a motion first": (
        "{name} spielt keine Aktion von Kinescribe ab: zuerst eine Bewegung anwenden"
    ),
    "{name} uses no Action that Kinescribe made": "{name} verwendet keine Aktion von Kinescribe",
    "The keys of {action} were edited after baking: reducing them again would lose the edits": (
        "Die Keyframes von {action} wurden nach dem Backen bearbeitet: Beim Reduzieren gingen die "
        "Änderungen verloren"
    ),
    "The keys of {action} were edited after baking: turn Edited Keys Too on to remove them all the same": (
        "Die Keyframes von {action} wurden nach dem Backen bearbeitet: „Auch bearbeitete Keyframes“ "
        "einschalten, um sie trotzdem zu entfernen"
    ),
    "Locked channels of these bones were not keyed: {bones}": (
        "Gesperrte Kanäle dieser Knochen erhielten keine Keyframes: {bones}"
    ),
    "An NLA track plays solo and hides the new Action": (
        "Eine NLA-Spur ist auf Solo geschaltet und verdeckt die neue Aktion"
    ),
    "The object blends its Action with NLA tracks, so that the motion does not play alone": (
        "Das Objekt mischt seine Aktion mit NLA-Spuren: Die Bewegung läuft nicht allein"
    ),
    "Drivers set channels of {bones}: these were not keyed": (
        "Treiber steuern Kanäle von {bones}: Diese erhielten keine Keyframes"
    ),
    "Constraints on {bones} were turned off by keys on their influence": (
        "Constraints auf {bones} wurden durch Keyframes auf ihrem Einfluss ausgeschaltet"
    ),
    "Constraints override the keys on {bones}: mute them to see the whole motion": (
        "Constraints überschreiben die Keyframes von {bones}: sie stummschalten, um die ganze Bewegung zu "
        "sehen"
    ),
    "Constraints move {bones} otherwise than the motion does: mute them to see the whole motion": (
        "Constraints bewegen {bones} anders als die Bewegung: sie stummschalten, um die ganze Bewegung zu sehen"
    ),
    "A part of {part} hangs on the bone {bone}, which stays where it is: choose Root Bone as Root Motion, or give that "
    "part another bone": (
        "Ein Teil von {part} hängt am Knochen {bone}, der stehen bleibt: Wurzelknochen als Root-Bewegung wählen, oder "
        "dem Teil einen anderen Knochen geben"
    ),
    "{file} took too long to import: export the skeleton alone": (
        "{file} zu importieren dauerte zu lange: das Skelett allein exportieren"
    ),
    "{file} holds no skeleton: export the character with its bones": (
        "{file} enthält kein Skelett: die Figur mit ihren Knochen exportieren"
    ),
    "{file} holds no animation: export it with its keys": (
        "{file} enthält keine Animation: mit Keyframes exportieren"
    ),
    "{file} holds too long a motion: cut it into parts": (
        "{file} enthält eine zu lange Bewegung: in Teile schneiden"
    ),
    "{file} is FBX as text, which this Blender can't read: export it as binary FBX": (
        "{file} ist FBX als Text, den dieses Blender nicht lesen kann: als binäres FBX exportieren"
    ),
    "{file} can't be imported by Blender (exit status {status}): export it again": (
        "Blender kann {file} nicht importieren (Exit-Status {status}): neu exportieren"
    ),
    "{file} is larger than {limit} MB: export the skeleton alone, without meshes": (
        "{file} ist größer als {limit} MB: das Skelett allein exportieren, ohne Meshes"
    ),
    "Blender could not be started: {reason}": ("Blender ließ sich nicht starten: {reason}"),
    "{file} has numbers that are not finite: export it again": (
        "{file} enthält Zahlen, die nicht endlich sind: neu exportieren"
    ),
    "{file} can't be read: {reason}": "{file} ist nicht lesbar: {reason}",
    "Limit Rotation constraints hold {bones} back: mute them to see the whole motion": (
        "Limit-Rotation-Constraints halten {bones} zurück: sie stummschalten, um die ganze Bewegung zu sehen"
    ),
    "{bones} and {count} more": "{bones} und {count} weiteren",
    "{name} has no separate root bone: the hips carry the root motion": (
        "{name} hat keinen eigenen Wurzelknochen: Die Hüfte übernimmt die Root-Bewegung"
    ),
    "{name} has no known IK controls: the limbs got FK keys": (
        "{name} hat keine bekannten IK-Steuerknochen: Die Gliedmaßen erhielten FK-Keyframes"
    ),
    "No humanoid bones were recognised in {name}: {reason}": (
        "In {name} wurden keine Knochen eines Menschen erkannt: {reason}"
    ),
    "its bone names fit no known rig family, and its structure no human body": (
        "Knochennamen passen zu keiner bekannten Rig-Art, und der Aufbau zu keinem menschlichen Körper"
    ),
    (
        "The hips of {name} became the armature object when the file was imported: in Edit Mode add a bone there, "
        "and make it the parent of the spine and of both legs"
    ): (
        "Die Hüfte von {name} wurde beim Import der Datei zum Armature-Objekt: im Edit-Modus dort einen Knochen "
        "hinzufügen und ihn zum Parent der Wirbelsäule und beider Beine machen"
    ),
    "{name} looks like a {family} rig, but has no bone for: {joints}": (
        "{name} sieht aus wie ein Rig der Art {family}, hat aber keinen Knochen für: {joints}"
    ),
    "{name} looks like a human body, but has no bone for: {joints}": (
        "{name} sieht aus wie ein menschlicher Körper, hat aber keinen Knochen für: {joints}"
    ),
    "{name} was recognised with {confidence:.0%} certainty only, because {reason}: check its bone map": (
        "{name} wurde nur zu {confidence:.0%} sicher erkannt (Grund: {reason}): die Knochenzuordnung prüfen"
    ),
    "{name} was recognised with {confidence:.0%} certainty only: check its bone map": (
        "{name} wurde nur zu {confidence:.0%} sicher erkannt: die Knochenzuordnung prüfen"
    ),
    "The bones of {name} are only guessed: check them under Bone Map and accept them": (
        "Die Knochen von {name} sind nur vermutet: sie unter Knochenzuordnung prüfen und annehmen"
    ),
    "The bone map of {name} has {bone} for {first} and for {second}: choose another for one of them": (
        "Die Knochenzuordnung von {name} hat {bone} für {first} und für {second}: für eines davon einen "
        "anderen Knochen wählen"
    ),
    "The bone map of {name} has no bone for {joints}: choose one under Bone Map": (
        "Die Knochenzuordnung von {name} hat keinen Knochen für {joints}: einen unter Knochenzuordnung wählen"
    ),
    "{name} no longer has the bones {bones}: map its bones again": (
        "{name} hat die Knochen {bones} nicht mehr: die Knochen neu zuordnen"
    ),
    "{name} no longer has the bones {bones} and {count} more: map its bones again": (
        "{name} hat die Knochen {bones} und {count} weitere nicht mehr: die Knochen neu zuordnen"
    ),
    "The mapped bones of {name} stand at the same point: map its bones again": (
        "Die zugeordneten Knochen von {name} liegen im selben Punkt: die Knochen neu zuordnen"
    ),
    "The joints of the motion stand at the same point: choose another motion": (
        "Die Gelenke der Bewegung liegen im selben Punkt: eine andere Bewegung wählen"
    ),
    "{name} has none of the bones in this map: it was made for another kind of rig": (
        "{name} hat keinen der Knochen dieser Zuordnung: Sie ist für eine andere Art von Rig"
    ),
    "Give the preset a name": "Dem Preset einen Namen geben",
    "The preset {name} could not be deleted ({reason})": (
        "Das Preset {name} konnte nicht gelöscht werden ({reason})"
    ),
    "{name} has no bone for the {joint}: choose one in its bone map": (
        "{name} hat keinen Knochen für „{joint}“: einen in der Knochenzuordnung wählen"
    ),
    "{path} has no length: move its points apart": "{path} hat keine Länge: die Punkte auseinanderziehen",
    "The prompts have {count} characters, more than the {limit} that are served at once: shorten them": (
        "Die Prompts haben {count} Zeichen, mehr als die {limit}, die auf einmal bedient werden: kürzen"
    ),
    "Folder in which a file is written for each motion, in background mode; empty: only takes are made": (
        "Ordner, in den im Hintergrundmodus für jede Bewegung eine Datei kommt; leer: nur Takes entstehen"
    ),
    "Action (.blend)": "Aktion (.blend)",
    "The Action alone, to append or link": "Die Aktion allein, zum Anhängen oder Verknüpfen",
    "Type of the files whose name states none": "Art der Dateien, deren Name keine nennt",
    "A batch writes files in background mode: start blender --background": (
        "Ein Stapel schreibt Dateien im Hintergrundmodus: blender --background starten"
    ),
    "{failed} of {count} motions failed: {folder} has the reasons in results.jsonl": (
        "{failed} von {count} Bewegungen schlugen fehl: die Gründe stehen in results.jsonl in {folder}"
    ),
    "Wrote {count} files, {before} were there": "{count} Dateien geschrieben, {before} waren schon da",
    "Job {number}: there is no file {file}": "Auftrag {number}: es gibt keine Datei {file}",
    "Job {number}: {file} can't be read ({reason})": (
        "Auftrag {number}: {file} kann nicht gelesen werden ({reason})"
    ),
    "Job {number}: {file} has no armature": "Auftrag {number}: {file} hat keine Armature",
    "Two root paths are {distance:.1f} m apart at frame {frame}: send one place for each frame": (
        "Zwei Wurzelpfade liegen bei Bild {frame} {distance:.1f} m auseinander: für jedes Bild einen Ort angeben"
    ),
    (
        "The frames of the waypoints of {path} have to ascend and lie within the motion: change them, or the "
        "duration"
    ): (
        "Die Bilder der Wegpunkte von {path} müssen aufsteigen und in der Bewegung liegen: sie oder die "
        "Dauer ändern"
    ),
    "{pin} pins no frame from {first} to {last}: change its frame or its keys, or remove the pin": (
        "{pin} legt kein Bild von {first} bis {last} fest: sein Bild oder seine Keyframes ändern oder den "
        "Fixpunkt entfernen"
    ),
    "{name} has no keys of its own from frame {first} to {last}: set some, or turn Use Own Keys off": (
        "{name} hat von Bild {first} bis {last} keine eigenen Keyframes: welche setzen oder „Eigene "
        "Keyframes verwenden“ ausschalten"
    ),
    "{name} has keys at {count} frames, which leaves nothing to generate: keep at most {most} of them": (
        "{name} hat an {count} Bildern Keyframes, sodass nichts zu generieren bleibt: höchstens {most} "
        "davon behalten"
    ),
    (
        "Keep Selected Bones is on, but no bone of the body is selected: select some in Pose Mode, or turn "
        "it off"
    ): (
        "„Ausgewählte Knochen behalten“ ist an, aber kein Knochen des Körpers ist ausgewählt: welche im "
        "Posenmodus auswählen oder es ausschalten"
    ),
    "{name} is no path: choose a curve with two points or more, or an empty with waypoints as children": (
        "{name} ist kein Pfad: eine Kurve mit mindestens zwei Punkten wählen, oder ein Empty mit "
        "Wegpunkten als Kindern"
    ),
    "{name} is a NURBS curve with a thickness: remove its bevel, or use a Bezier curve": (
        "{name} ist eine NURBS-Kurve mit Dicke: ihren Bevel entfernen oder eine Bézierkurve verwenden"
    ),
    "{action} has no keys for {name}: choose another Action": (
        "{action} hat keine Keyframes für {name}: eine andere Aktion wählen"
    ),
    "{name} has no Action: generate a motion, or assign one": (
        "{name} hat keine Aktion: eine Bewegung generieren oder eine Aktion zuweisen"
    ),
    "{action} lasts {seconds:.1f} seconds on {name}: choose an Action of {shortest:g} to {longest:g}": (
        "{action} dauert auf {name} {seconds:.1f} Sekunden: eine Aktion von {shortest:g} bis {longest:g} "
        "Sekunden wählen"
    ),
    "The motion is no longer in the cache: generate or import it again": (
        "Die Bewegung ist nicht mehr im Bewegungsspeicher: sie neu generieren oder importieren"
    ),
    "The motion in the cache is damaged: generate or import it again": (
        "Die Bewegung im Bewegungsspeicher ist beschädigt: sie neu generieren oder importieren"
    ),
    "The Action does not name a cached motion: generate or import it again": (
        "Die Aktion verweist auf keine gespeicherte Bewegung: sie neu generieren oder importieren"
    ),
    "The motion could not be saved ({reason}): free some disk space and try again": (
        "Die Bewegung konnte nicht gespeichert werden ({reason}): Speicherplatz freigeben und erneut "
        "versuchen"
    ),
    "{mesh} does not belong to {cache}: compute the body again": (
        "{mesh} gehört nicht zu {cache}: den Körper neu berechnen"
    ),
    "The position of the body can't be read: compute the body again": (
        "Die Position des Körpers ist nicht lesbar: den Körper neu berechnen"
    ),
    # Errors and reports of operators/
    "Deleted {count} motions": "{count} Bewegungen gelöscht",
    "{file} is missing: install Kinescribe again": "{file} fehlt: Kinescribe neu installieren",
    "There is no motion to apply yet: generate or import one": (
        "Noch gibt es keine Bewegung zum Anwenden: eine generieren oder importieren"
    ),
    "The character was removed: select another, then apply the motion": (
        "Die Figur wurde entfernt: eine andere auswählen und dann die Bewegung anwenden"
    ),
    "{action}: {count} frames on {name}": "{action}: {count} Bilder auf {name}",
    "Kinescribe has a bug: {error}": "Fehler in Kinescribe: {error}",
    "{name} shows the motion": "{name} zeigt die Bewegung",
    "Computing the body was cancelled": "Die Berechnung des Körpers wurde abgebrochen",
    "{file} can't be read ({reason}): choose your SMPL or SMPL-X model in the preferences": (
        "{file} ist nicht lesbar ({reason}): das eigene SMPL- oder SMPL-X-Modell in den Einstellungen wählen"
    ),
    "Saved the bone map as {name}": "Knochenzuordnung als {name} gesichert",
    "Wrote {file}": "{file} geschrieben",
    "{name} has no bones called {bones}": "{name} hat keine Knochen namens {bones}",
    "The bone map is empty: detect the bones, or choose some, first": (
        "Die Knochenzuordnung ist leer: zuerst die Knochen erkennen oder wählen"
    ),
    "Choose a file": "Eine Datei wählen",
    "The bone map of {name} has no row for joint {joint!r}: detect its bones again": (
        "Die Knochenzuordnung von {name} hat keine Zeile für das Gelenk {joint!r}: die Knochen neu erkennen"
    ),
    "{name}: {count} joints have a bone": "{name}: {count} Gelenke haben einen Knochen",
    "No bone was found for {joints}": "Kein Knochen gefunden für {joints}",
    "The joint has no bone yet: choose one first": "Das Gelenk hat noch keinen Knochen: zuerst einen wählen",
    "{name} has no bone called {bone}": "{name} hat keinen Knochen namens {bone}",
    "{bone} is hidden in the 3D View": "{bone} ist in der 3D-Ansicht ausgeblendet",
    "The bone map is empty: fill one side, then mirror it": (
        "Die Knochenzuordnung ist leer: zuerst eine Seite füllen, dann spiegeln"
    ),
    "{count} joints of the right side changed": "{count} Gelenke der rechten Seite geändert",
    "{count} joints of the left side changed": "{count} Gelenke der linken Seite geändert",
    "{name} is hidden: show it, then select its bones": (
        "{name} ist ausgeblendet: einblenden, dann Knochen auswählen"
    ),
    "Captioning the Action was cancelled": "Das Beschreiben der Aktion wurde abgebrochen",
    "{name} has no action: generate or import a motion first": (
        "{name} hat keine Aktion: zuerst eine Bewegung generieren oder importieren"
    ),
    "Blender's FBX add-on is off: switch it on in the Preferences, under Add-ons": (
        "Blenders FBX-Add-on ist aus: in den Einstellungen unter Add-ons einschalten"
    ),
    "{file} could not be written: {reason}": "{file} konnte nicht geschrieben werden: {reason}",
    "Read {count} frames at {fps:g} per second": "{count} Bilder mit {fps:g} pro Sekunde gelesen",
    "{name} has no motion of Kinescribe's: generate or import one first": (
        "{name} hat keine Bewegung von Kinescribe: zuerst eine generieren oder importieren"
    ),
    "The keys were edited since: the file holds the motion as it was generated": (
        "Die Keyframes wurden seither bearbeitet: Die Datei enthält die Bewegung, wie sie generiert wurde"
    ),
    "A motion is being generated: wait for it, or cancel it": (
        "Eine Bewegung wird gerade generiert: abwarten oder abbrechen"
    ),
    "The model hardly knows these words: the motion may not be what they say": (
        "Das Modell kennt diese Wörter kaum: Die Bewegung passt vielleicht nicht zu ihnen"
    ),
    "The motion could not be applied to {name}": "Die Bewegung konnte nicht auf {name} angewendet werden",
    "Generated {seconds:.1f} s": "{seconds:.1f} s generiert",
    "The motion was not applied, because something was undone meanwhile: apply it again": (
        "Die Bewegung wurde nicht angewendet, weil inzwischen etwas rückgängig gemacht wurde: wende sie erneut an"
    ),
    "{name} was changed while the motion was baked: apply the motion again": (
        "{name} wurde geändert, während die Bewegung gebacken wurde: wende sie erneut an"
    ),
    "The motion was dropped: another file was opened": (
        "Die Bewegung wurde verworfen: eine andere Datei wurde geöffnet"
    ),
    "The motion was dropped: {name} was removed": "Die Bewegung wurde verworfen: {name} wurde entfernt",
    "There are more than {count} parts: remove some": "Es gibt mehr als {count} Teile: einige entfernen",
    "{name} is a strip on an NLA track now": "{name} ist jetzt ein Streifen auf einer NLA-Spur",
    "{name} is kept on a muted NLA track": "{name} liegt jetzt auf einer stummgeschalteten NLA-Spur",
    "{action}: {count} keys are left": "{action}: {count} Keyframes bleiben",
    "{name} is without {actions} again": "{name} ist wieder ohne {actions}",
    "{action} stays with the keys that were added to it by hand": (
        "{action} bleibt mit den Keyframes, die von Hand hinzugefügt wurden"
    ),
    "There is no server yet: enter one in the preferences of Kinescribe": (
        "Noch gibt es keinen Server: einen in den Einstellungen von Kinescribe eintragen"
    ),
    "There is no server {name} in the preferences": "In den Einstellungen gibt es keinen Server {name}",
    # Errors of requests, constraints and resampling
    "The motion has no joint called {joint}: map its joints to SMPL names first": (
        "Die Bewegung hat kein Gelenk namens {joint}: ihre Gelenke zuerst SMPL-Namen zuordnen"
    ),
    "The motion would have more than {limit} frames: repeat it less often": (
        "Die Bewegung hätte mehr als {limit} Bilder: sie weniger oft wiederholen"
    ),
    (
        "The motion lasts {seconds:.3g} seconds, which is more than {limit} frames at {fps:g} a second: cut "
        "it into parts or lower the frame rate"
    ): (
        "Die Bewegung dauert {seconds:.3g} Sekunden, bei {fps:g} Bildern pro Sekunde mehr als {limit} "
        "Bilder: sie teilen oder die Bildrate senken"
    ),
    "The take would have more than {limit} frames: continue it for a shorter time": (
        "Der Take hätte mehr als {limit} Bilder: ihn kürzer fortsetzen"
    ),
    "{model} can't be given poses, so it can't continue a take or redo a range: choose another model": (
        "{model} nimmt keine Posen an und kann deshalb keinen Take fortsetzen oder zum Teil neu generieren: "
        "ein anderes Modell wählen"
    ),
    "The range ends at frame {end}, before its start {start}: swap them": (
        "Der Bereich endet an Bild {end}, vor seinem Beginn {start}: beide vertauschen"
    ),
    "The range {start} to {end} is not within the take, which has frames {first} to {last}: change the range": (
        "Der Bereich {start} bis {end} liegt nicht im Take, der die Bilder {first} bis {last} hat: den Bereich ändern"
    ),
    "The range has {count} frame(s), too few to move in: choose at least {shortest}": (
        "Der Bereich hat {count} Bild(er), zu wenige für eine Bewegung: mindestens {shortest} wählen"
    ),
    "The part {prompt!r} ends at frame {end} and starts at {start}: it has no length": (
        "Der Teil {prompt!r} endet an Bild {end} und beginnt an Bild {start}: er hat keine Länge"
    ),
    "The part {prompt!r} starts at frame {start}, before the take's first frame {first}: move it": (
        "Der Teil {prompt!r} beginnt an Bild {start}, vor dem ersten Bild {first} des Takes: ihn verschieben"
    ),
    "The part {prompt!r} ends at frame {end}, after the take's last frame {last}: move it": (
        "Der Teil {prompt!r} endet an Bild {end}, nach dem letzten Bild {last} des Takes: ihn verschieben"
    ),
    "The parts {first!r} and {second!r} overlap at frame {frame}: move one of them": (
        "Die Teile {first!r} und {second!r} überschneiden sich an Bild {frame}: einen davon verschieben"
    ),
    "The take is not on the model's body: read its poses from the character first": (
        "Der Take liegt nicht auf dem Körper des Modells vor: seine Posen zuerst von der Figur lesen"
    ),
    "There is no part number {number}: the take has {count}": (
        "Es gibt keinen Teil Nummer {number}: der Take hat {count}"
    ),
    "The take would have more than {limit} frames: choose a shorter part": (
        "Der Take hätte mehr als {limit} Bilder: einen kürzeren Teil wählen"
    ),
    "The model's body has no joint called {joint}: leave it out": (
        "Der Körper des Modells hat kein Gelenk namens {joint}: es weglassen"
    ),
    "The hips carry the whole body: choose other joints, or redo the whole body": (
        "Die Hüfte trägt den ganzen Körper: andere Gelenke wählen oder den ganzen Körper neu generieren"
    ),
    "The prompt is empty: describe what the character should do": (
        "Der Prompt ist leer: beschreiben, was die Figur tun soll"
    ),
    "The prompt has {count} characters: shorten it to {limit}": (
        "Der Prompt hat {count} Zeichen: auf {limit} kürzen"
    ),
    "A duration of {seconds} seconds is not possible: enter a positive number": (
        "Eine Dauer von {seconds} Sekunden ist nicht möglich: eine positive Zahl eingeben"
    ),
    "A frame rate of {fps} is not possible: enter a positive number": (
        "Eine Bildrate von {fps} ist nicht möglich: eine positive Zahl eingeben"
    ),
    "The request has no segments: describe what the character should do": (
        "Die Anfrage hat keine Abschnitte: beschreiben, was die Figur tun soll"
    ),
    "{model} accepts at most {limit} prompt(s) in one request": (
        "{model} nimmt höchstens {limit} Prompt(s) auf einmal"
    ),
    "{model} does not support segments of the type {type}": (
        "{model} unterstützt keine Abschnitte vom Typ {type}"
    ),
    "{model} does not support constraints of the type {type}": (
        "{model} unterstützt keine Bedingungen vom Typ {type}"
    ),
    "{model} makes {shortest:g} to {longest:g} seconds, not {seconds:.3g}: change the duration": (
        "{model} generiert {shortest:g} bis {longest:g} Sekunden, nicht {seconds:.3g}: die Dauer ändern"
    ),
    "{seconds:.3g} seconds at {fps:g} frames a second are more than {limit} frames: lower the frame rate": (
        "{seconds:.3g} Sekunden mit {fps:g} Bildern pro Sekunde sind mehr als {limit} Bilder: die Bildrate "
        "senken"
    ),
    "{model} makes 1 to {limit} samples in one request": (
        "{model} generiert 1 bis {limit} Varianten auf einmal"
    ),
    "{model} cannot make loops": "{model} kann keine Schleifen generieren",
    "An effector target cannot hold the joint {joint!r}: choose one of {choices}": (
        "Ein Fixpunkt kann das Gelenk {joint!r} nicht festhalten: eines von {choices} wählen"
    ),
    "The pose at frame {frame} has the joint {joint!r}, which the model does not have: leave it out": (
        "Die Pose an Bild {frame} hat das Gelenk {joint!r}, das dem Modell fehlt: es weglassen"
    ),
    "The constraint {constraint} has no frames: give it at least one": (
        "Die Bedingung {constraint} hat keine Bilder: ihr mindestens eines geben"
    ),
    "The frames of the constraint {constraint} have to ascend": (
        "Die Bilder der Bedingung {constraint} müssen aufsteigen"
    ),
    (
        "The constraint {constraint} is at frame {frame}, but the motion has frames 0 to {last}: move it, or "
        "make the motion longer"
    ): (
        "Die Bedingung {constraint} liegt an Bild {frame}, die Bewegung hat aber die Bilder 0 bis {last}: "
        "sie verschieben oder die Bewegung verlängern"
    ),
    "The constraint {constraint} needs {width} number(s) for each of its {count} frame(s)": (
        "Die Bedingung {constraint} braucht {width} Zahl(en) für jedes ihrer {count} Bild(er)"
    ),
    "The constraint {constraint} has a number that is not finite or beyond {largest:g}": (
        "Die Bedingung {constraint} hat eine Zahl, die nicht endlich oder größer als {largest:g} ist"
    ),
    "The constraint {constraint} has a rotation that is a quaternion of length zero": (
        "Die Bedingung {constraint} hat als Rotation ein Quaternion der Länge null"
    ),
    "OpenBLAS is not installed": "OpenBLAS ist nicht installiert",
    "OpenBLAS cannot be loaded ({error})": "OpenBLAS kann nicht geladen werden ({error})",
    "OpenBLAS calculates wrongly on this processor": "OpenBLAS rechnet auf diesem Prozessor falsch",
    ("Generating is slow here: {reason}. Install the zip of Kinescribe that is made for this system"): (
        "Das Generieren ist hier langsam: {reason}. Das Zip von Kinescribe für dieses System installieren"
    ),
    "OpenBLAS is not unpacked completely: disable Kinescribe in the preferences and enable it again": (
        "OpenBLAS ist nicht vollständig entpackt: Kinescribe in den Einstellungen deaktivieren und wieder aktivieren"
    ),
    "Takes": "Takes",
    "Use Take": "Take verwenden",
    "Let the character play this take, at the frames at which it was made": (
        "Die Figur diesen Take spielen lassen, an den Bildern, an denen er entstand"
    ),
    "Take": "Take",
    "Which take of the list, the first is 0": "Welcher Take der Liste, der erste ist 0",
    "Delete Take": "Take löschen",
    "Delete this take and its Action; if it plays, what was there before is back": (
        "Diesen Take und seine Aktion löschen; spielt er gerade, ist wieder da, was vorher war"
    ),
    "Star Take": "Take markieren",
    "Mark this take as one to be kept, or remove the mark": (
        "Diesen Take zum Behalten markieren oder die Markierung entfernen"
    ),
    "Its Action was deleted": "Seine Aktion wurde gelöscht",
    "Frames {first} to {last}: {prompt} (seed {seed})": "Bilder {first} bis {last}: {prompt} (Startwert {seed})",
    "Bones {first} to {last}: {prompt} (seed {seed})": (
        "Knochen, Bilder {first} bis {last}: {prompt} (Startwert {seed})"
    ),
    "as before": "wie zuvor",
    "Seed {seed}, frames {first} to {last}": "Startwert {seed}, Bilder {first} bis {last}",
    "The character has no takes yet: generate a motion": (
        "Die Figur hat noch keine Takes: eine Bewegung generieren"
    ),
    "{name} plays {action}, frames {first} to {last}": "{name} spielt {action}, Bilder {first} bis {last}",
    "{action} was deleted": "{action} wurde gelöscht",
    "The take was removed from the list, and its Action stays where it is used": (
        "Der Take wurde aus der Liste entfernt, und seine Aktion bleibt, wo sie verwendet wird"
    ),
    "{name} has no takes yet: generate a motion": "{name} hat noch keine Takes: eine Bewegung generieren",
    "{name} has no take {number}: choose one from 0 to {last}": (
        "{name} hat keinen Take {number}: einen von 0 bis {last} wählen"
    ),
    "The Action of this take was deleted: delete the take, or generate it again": (
        "Die Aktion dieses Takes wurde gelöscht: den Take löschen oder neu generieren"
    ),
    "{count} bones of the take are no longer on {name}": (
        "{count} Knochen des Takes sind nicht mehr an {name}"
    ),
    "{action} holds no motion: generate or import it again": (
        "{action} enthält keine Bewegung: neu generieren oder importieren"
    ),
    "The motion that is stored in the .blend is damaged: generate or import it again": (
        "Die in der .blend gespeicherte Bewegung ist beschädigt: neu generieren oder importieren"
    ),
    "The motion is too large to be stored in the .blend": (
        "Die Bewegung ist zu groß, um in der .blend gespeichert zu werden"
    ),
    "Frame at which a new take begins; a take that was made keeps its place": (
        "Bild, an dem ein neuer Take beginnt; ein vorhandener behält seinen Platz"
    ),
    "As the Take": "Wie der Take",
    "Where the take that plays begins; the first one at the playhead": (
        "Wo der spielende Take beginnt; der erste am Abspielkopf"
    ),
    "Playhead": "Abspielkopf",
    "At the current frame": "Am aktuellen Bild",
    "After the Take": "Nach dem Take",
    "After the last frame of the take that plays": "Nach dem letzten Bild des spielenden Takes",
    "At the frame that is entered": "Am eingegebenen Bild",
    # Models that are downloaded
    "Download Model": "Modell herunterladen",
    "Download this model after you have read its terms and agreed to them": (
        "Dieses Modell herunterladen, nachdem seine Bedingungen gelesen sind und ihnen zugestimmt ist"
    ),
    "Id of the model, such as ardy": "Kennung des Modells, etwa ardy",
    "I Have Read the Terms and Agree": "Ich habe die Bedingungen gelesen und stimme zu",
    "Nothing is downloaded without it": "Ohne das wird nichts heruntergeladen",
    "Terms": "Bedingungen",
    "Model Page": "Seite des Modells",
    "Stop the download; another one goes on where it ended": (
        "Das Herunterladen beenden; das nächste macht dort weiter, wo es endete"
    ),
    "Use Folder": "Ordner benutzen",
    "Use a folder that already holds this model, where it is": (
        "Einen Ordner, der dieses Modell schon enthält, dort benutzen, wo er ist"
    ),
    "Folder with the model's files": "Ordner mit den Dateien des Modells",
    "Remove Model": "Modell entfernen",
    "Delete what was downloaded of this model; a folder of your own is left as it is": (
        "Löschen, was von diesem Modell heruntergeladen wurde; ein eigener Ordner bleibt, wie er ist"
    ),
    "Download...": "Herunterladen …",
    "From Folder...": "Aus Ordner …",
    "Remove...": "Entfernen …",
    "Download It...": "Herunterladen …",
    "Installed in {folder}, {size:.0f} MB": "Installiert in {folder}, {size:.0f} MB",
    "Good at: {text}": "Gut für: {text}",
    "Download: {size}; memory: {memory}": "Download: {size}; Speicher: {memory}",
    "Territory: {text}": "Gebiet: {text}",
    "Quality": "Qualität",
    "How much time a downloaded model takes for a motion": (
        "Wie viel Zeit sich ein heruntergeladenes Modell für eine Bewegung nimmt"
    ),
    "Draft": "Entwurf",
    "4 steps: quick, for trying out": "4 Schritte: schnell, zum Ausprobieren",
    "Good": "Gut",
    "7 steps": "7 Schritte",
    "Best": "Am besten",
    "10 steps: as many as the model was made for": "10 Schritte: so viele, wie das Modell vorsieht",
    (
        "Empty: the embedded model; ardy: the downloaded model ARDY; else the name of a server, a slash and "
        "the name of its model"
    ): (
        "Leer: das eingebaute Modell; ardy: das heruntergeladene Modell ARDY; sonst Name des Servers, "
        "Schrägstrich, Name seines Modells"
    ),
    "ARDY or its text encoder is not installed: download both in the preferences of Kinescribe": (
        "ARDY oder sein Text-Encoder ist nicht installiert: beide in den Einstellungen von Kinescribe herunterladen"
    ),
    "This model is being downloaded, checked or removed: wait for it, or cancel it": (
        "Dieses Modell wird heruntergeladen, geprüft oder entfernt: warten oder abbrechen"
    ),
    "There is no model {model}": "Es gibt kein Modell {model}",
    "Nothing is downloaded before you have read the terms and agreed to them": (
        "Nichts wird heruntergeladen, bevor die Bedingungen gelesen sind und ihnen zugestimmt ist"
    ),
    "Choose the folder of the model first": "Zuerst den Ordner des Modells wählen",
    "Asking the model hub for its files": "Der Model Hub wird nach seinen Dateien gefragt",
    "Checking the folder": "Der Ordner wird geprüft",
    "Checking the model": "Das Modell wird geprüft",
    "Removing the model": "Das Modell wird entfernt",
    "{done:.0f} of {total:.0f} MB": "{done:.0f} von {total:.0f} MB",
    "{model} is ready: {size:.0f} MB": "{model} ist bereit: {size:.0f} MB",
    "{model} was removed": "{model} wurde entfernt",
    "A motion model that learned from 700 hours of recordings; it runs inside Blender on the processor": (
        "Ein Bewegungsmodell, das aus 700 Stunden Aufnahmen gelernt hat; es läuft in Blender auf dem Prozessor"
    ),
    "Actions in short English sentences, one after the other, with paths, poses and pins": (
        "Handlungen in kurzen englischen Sätzen, eine nach der anderen, mit Wegen, Posen und Pins"
    ),
    "0.4 to 0.9 GB": "0,4 bis 0,9 GB",
    "1 GB while it generates, given back when it is not used": (
        "1 GB beim Generieren, zurückgegeben, wenn es nicht benutzt wird"
    ),
    "NVIDIA Open Model License: commercial use allowed, no claim on what you make": (
        "NVIDIA Open Model License: kommerzielle Nutzung erlaubt, kein Anspruch auf das, was entsteht"
    ),
    "The licence excludes no country; export law applies": (
        "Die Lizenz schließt kein Land aus; Ausfuhrrecht gilt"
    ),
    "Reads prompts for ARDY: a network of 22 million weights that imitates one of 8 billion": (
        "Liest Prompts für ARDY: ein Netz mit 22 Millionen Gewichten, das eines mit 8 Milliarden nachahmt"
    ),
    "Plain English sentences about motions; needed by ARDY": (
        "Einfache englische Sätze über Bewegungen; ARDY braucht es"
    ),
    "0.1 GB": "0,1 GB",
    "0.2 GB while it reads a prompt": "0,2 GB, während es einen Prompt liest",
    "Meta Llama 3 Community License, NVIDIA Open Model License and Apache License 2.0": (
        "Meta Llama 3 Community License, NVIDIA Open Model License und Apache License 2.0"
    ),
    "The licences exclude no country; above 700 million users Meta asks for a licence of its own": (
        "Die Lizenzen schließen kein Land aus; über 700 Millionen Nutzern verlangt Meta eine eigene Lizenz"
    ),
    "{model} is not installed: download it in the preferences of Kinescribe, or choose its folder there": (
        "{model} ist nicht installiert: in den Einstellungen von Kinescribe herunterladen oder dort seinen "
        "Ordner wählen"
    ),
    "Blender's online access is off: switch on Allow Online Access in Preferences > System first": (
        "Blenders Online-Zugriff ist aus: zuerst in Einstellungen > System Online-Zugriff erlauben einschalten"
    ),
    "{host} refers to {address}, which does not belong to it: log in to your network in a browser, then try again": (
        "{host} verweist auf {address}, das nicht dazugehört: im Browser im Netzwerk anmelden, dann erneut versuchen"
    ),
    "The connection to {host} is not safe ({reason}): log in to your network in a browser, or choose another network": (
        "Die Verbindung zu {host} ist nicht sicher ({reason}): im Browser im Netzwerk anmelden oder ein "
        "anderes Netzwerk wählen"
    ),
    "{host} can't be reached ({reason}): check your connection, and try again": (
        "{host} ist nicht erreichbar ({reason}): die Verbindung prüfen und erneut versuchen"
    ),
    "The download from {host} failed ({reason}): try again": (
        "Das Herunterladen von {host} ist gescheitert ({reason}): erneut versuchen"
    ),
    "{host} redirects too often: try again later": "{host} leitet zu oft weiter: später erneut versuchen",
    "{host} broke off in the middle of the download: try again, it goes on where it ended": (
        "{host} hat das Herunterladen mittendrin abgebrochen: erneut versuchen, es geht dort weiter, wo es endete"
    ),
    "{host} sends hardly anything: try again later, the download goes on where it ended": (
        "{host} sendet fast nichts: später erneut versuchen, es geht dort weiter, wo es endete"
    ),
    "{host} gives {name} to members only: log in and download it in a browser, and use From Folder": (
        "{host} gibt {name} nur Mitgliedern: im Browser anmelden und herunterladen, dann Aus Ordner benutzen"
    ),
    "{host} has no {name} any more: get the model in another way, and use From Folder": (
        "{host} hat {name} nicht mehr: das Modell anders beschaffen und Aus Ordner benutzen"
    ),
    "{host} is busy ({status}): try again in some minutes": (
        "{host} ist überlastet ({status}): in einigen Minuten erneut versuchen"
    ),
    "A web page came in place of the file from {host}: log in to your network in a browser, then try again": (
        "Statt der Datei von {host} kam eine Webseite: im Browser im Netzwerk anmelden, dann erneut versuchen"
    ),
    "{host} does not answer as a model hub does: try again later, or use From Folder": (
        "{host} antwortet nicht wie ein Model Hub: später erneut versuchen oder Aus Ordner benutzen"
    ),
    "The disk with {folder} is full: make space and try again, the download goes on where it ended": (
        "Der Datenträger mit {folder} ist voll: Platz schaffen und erneut versuchen, es geht dort weiter, wo es endete"
    ),
    "The download needs {needed:.1f} GB, but the disk with {folder} has only {free:.1f} GB free: make space": (
        "Der Download braucht {needed:.1f} GB, aber der Datenträger mit {folder} hat nur {free:.1f} GB frei: "
        "Platz schaffen"
    ),
    "{file} can't be written: {reason}": "{file} kann nicht geschrieben werden: {reason}",
    "{folder} can't be written ({reason}): check the folder and its permissions": (
        "{folder} ist nicht beschreibbar ({reason}): den Ordner und seine Rechte prüfen"
    ),
    "{file} came damaged: its hash is not the one that {host} states; try again, or use another network": (
        "{file} kam beschädigt an: Die Prüfsumme ist nicht die, die {host} nennt; erneut versuchen oder ein "
        "anderes Netzwerk benutzen"
    ),
    "{file} from {host} has another size than stated: try again later, or use another network": (
        "{file} von {host} ist anders groß als angegeben: später erneut versuchen oder ein anderes Netzwerk benutzen"
    ),
    "There is no folder {folder}: choose another one": (
        "Es gibt keinen Ordner {folder}: einen anderen wählen"
    ),
    "{folder} has no {file}, so it is not the whole model {model}: choose another folder, or download it": (
        "{folder} hat kein {file} und ist nicht das ganze Modell {model}: einen anderen Ordner wählen oder "
        "es herunterladen"
    ),
    "There is not enough memory for {model}: close other programs and try again": (
        "Der Speicher reicht nicht für {model}: andere Programme schließen und erneut versuchen"
    ),
    "There is not enough memory for ARDY: close other programs, or use the embedded model": (
        "Der Speicher reicht nicht für ARDY: andere Programme schließen oder das eingebaute Modell benutzen"
    ),
    "Only this guide; empty: all of them": "Nur diese Vorgabe; leer: alle",
    "Continue Take": "Take fortsetzen",
    "Go on after the last frame of the take that plays: a new take, in which all earlier frames are as they were": (
        "Nach dem letzten Bild des spielenden Takes weitermachen: ein neuer Take, in dem alle früheren "
        "Bilder bleiben, wie sie waren"
    ),
    "What the character does next; empty: the character's prompt": (
        "Was die Figur als Nächstes tut; leer: der Prompt der Figur"
    ),
    "Duration (s)": "Dauer (s)",
    "Length of the new frames in seconds": "Länge der neuen Bilder in Sekunden",
    "-1: another one for each take": "-1: für jeden Take ein anderer",
    "Export Parts": "Abschnitte exportieren",
    "Write the parts of the sequence to a table (prompt, start, end in seconds) or to subtitles": (
        "Die Abschnitte der Folge in eine Tabelle (Prompt, Beginn, Ende in Sekunden) oder als Untertitel "
        "schreiben"
    ),
    "Table (.csv)": "Tabelle (.csv)",
    "Prompt, start and end in seconds, for spreadsheets": (
        "Prompt, Beginn und Ende in Sekunden, für Tabellenprogramme"
    ),
    "Subtitles (.srt)": "Untertitel (.srt)",
    "For video editors": "Für Videoschnittprogramme",
    "Put the motions that were generated onto their characters": (
        "Die generierten Bewegungen auf ihre Figuren übertragen"
    ),
    "Parts": "Abschnitte",
    "Which parts of the sequence are made": "Welche Abschnitte der Folge erzeugt werden",
    "All": "Alle",
    "The whole sequence, as a new take": "Die ganze Folge, als neuer Take",
    "Changed": "Geänderte",
    "Parts that differ from the take that plays, and that are not locked": (
        "Abschnitte, die vom spielenden Take abweichen und nicht gesperrt sind"
    ),
    "Active": "Aktiver",
    "The part that is selected in the list": "Der in der Liste gewählte Abschnitt",
    "Arrive": "Ankommen",
    "Parts after one that is made again stay where they are; off: they move along": (
        "Abschnitte nach einem neu erzeugten bleiben, wo sie sind; aus: sie gehen mit"
    ),
    "Another Seed": "Anderer Startwert",
    "Choose another seed, for another take": "Einen anderen Startwert wählen, für einen weiteren Take",
    "Import Parts": "Abschnitte importieren",
    "Read the parts of the sequence from a table (prompt, start, end in seconds) or from subtitles": (
        "Die Abschnitte der Folge aus einer Tabelle (Prompt, Beginn, Ende in Sekunden) oder aus "
        "Untertiteln lesen"
    ),
    "Keep Variation": "Variante behalten",
    "Make a take of this variation, at the frame at which it was asked for": (
        "Aus dieser Variante einen Take machen, an dem Bild, für das sie verlangt wurde"
    ),
    "Variation": "Variante",
    "Which variation, the first is 0": "Welche Variante, die erste ist 0",
    "Redo Range": "Bereich erneuern",
    "Make a range of frames of the take that plays again: a new take, in which all other frames are as they were": (
        "Einen Bereich des spielenden Takes neu erzeugen: ein neuer Take, in dem alle anderen Bilder "
        "bleiben, wie sie waren"
    ),
    "First frame; with both 0 it is the preview range, or the range of the selected keys": (
        "Erstes Bild; sind beide 0, gilt der Vorschaubereich oder der Bereich der gewählten Keyframes"
    ),
    "End": "Ende",
    "Last frame; with both 0 it is the preview range, or the range of the selected keys": (
        "Letztes Bild; sind beide 0, gilt der Vorschaubereich oder der Bereich der gewählten Keyframes"
    ),
    "What the new frames show; empty: what the take shows there": (
        "Was die neuen Bilder zeigen; leer: was der Take dort zeigt"
    ),
    "Frames over which new frames meet those that stay": (
        "Bilder, über die neue Bilder in die bleibenden übergehen"
    ),
    "Make the selected bones alone again; the hips and all other bones stay as they are": (
        "Nur die gewählten Knochen neu erzeugen; die Hüfte und alle anderen Knochen bleiben, wie sie sind"
    ),
    "Split into Parts": "In Abschnitte teilen",
    "Make a part of each action that a text tells, in their order; each can be changed and timed afterwards": (
        "Aus jeder Handlung eines Textes der Reihe nach einen Abschnitt machen; jeder lässt sich danach "
        "ändern und zeitlich anpassen"
    ),
    "Text": "Text",
    "The text; empty: the character's prompt": "Der Text; leer: der Prompt der Figur",
    "Make several motions from the same prompt with different seeds, to choose from; none is applied yet": (
        "Mehrere Bewegungen aus demselben Prompt mit verschiedenen Startwerten zur Auswahl erzeugen; "
        "noch keine wird übertragen"
    ),
    "Count": "Anzahl",
    "Number of motions": "Anzahl der Bewegungen",
    "The keys of the take": "Die Keyframes des Takes",
    "What the motion was made from": "Woraus die Bewegung entstand",
    "Seed of the motion": "Startwert der Bewegung",
    "Frame at which the take begins": "Bild, an dem der Take beginnt",
    "Last frame of the take": "Letztes Bild des Takes",
    "Star": "Stern",
    "Mark the take as one to be kept": "Den Take zum Behalten markieren",
    "Model that made the motion": "Modell, das die Bewegung erzeugte",
    "Made": "Entstanden",
    "When the take was made": "Wann der Take entstand",
    "What the character does in this part; empty: the model decides": (
        "Was die Figur in diesem Abschnitt tut; leer: das Modell entscheidet"
    ),
    "First frame of the part": "Erstes Bild des Abschnitts",
    "Last frame of the part": "Letztes Bild des Abschnitts",
    "The same part and seed give the same motion": (
        "Gleicher Abschnitt und gleicher Startwert ergeben dieselbe Bewegung"
    ),
    "Lock": "Sperren",
    "Keep the part as it is when others are made again": (
        "Den Abschnitt lassen, wie er ist, wenn andere neu erzeugt werden"
    ),
    "Mute": "Stumm",
    "Leave out the prompt: the model decides": "Den Prompt weglassen: das Modell entscheidet",
    "Active Take": "Aktiver Take",
    "The take that the character plays: choose another to see it at the same frames": (
        "Der Take, den die Figur spielt: einen anderen wählen, um ihn an denselben Bildern zu sehen"
    ),
    "What this character should do, as one English sentence": (
        "Was diese Figur tun soll, als ein englischer Satz"
    ),
    "Frames": "Bilder",
    "Length of the motion in frames of the scene": "Länge der Bewegung in Bildern der Szene",
    "Task": "Aufgabe",
    "What the button does": "Was die Schaltfläche tut",
    "Make a new take from the prompt or the parts": (
        "Einen neuen Take aus dem Prompt oder den Abschnitten erzeugen"
    ),
    "Continue": "Fortsetzen",
    "Go on after the take that plays, which stays as it is": (
        "Nach dem spielenden Take weitermachen, der bleibt, wie er ist"
    ),
    "Make a range of frames again; all other frames stay as they are": (
        "Einen Bereich von Bildern neu erzeugen; alle anderen Bilder bleiben, wie sie sind"
    ),
    "Redo Bones": "Knochen erneuern",
    "Make the selected bones again; all others stay as they are": (
        "Die gewählten Knochen neu erzeugen; alle anderen bleiben, wie sie sind"
    ),
    "First frame that is made again": "Erstes Bild, das neu erzeugt wird",
    "Last frame that is made again; both 0: the preview range, or the selected keys": (
        "Letztes Bild, das neu erzeugt wird; beide 0: der Vorschaubereich oder die gewählten Keyframes"
    ),
    "Go to Object Mode or Pose Mode, then generate the motion": (
        "In den Objektmodus oder Posenmodus wechseln, dann die Bewegung generieren"
    ),
    "Choose the frames to be made again: enter start and end, set a preview range, or select keys": (
        "Die neu zu erzeugenden Bilder wählen: Beginn und Ende eingeben, einen Vorschaubereich setzen "
        "oder Keyframes wählen"
    ),
    "No part of {name} was changed: change its prompt, its seed or its length": (
        "Kein Abschnitt von {name} wurde geändert: Prompt, Startwert oder Länge ändern"
    ),
    "The take has {made} parts and {name} has {count}: generate all of them": (
        "Der Take hat {made} Abschnitte und {name} hat {count}: alle generieren"
    ),
    "A part at an end of the sequence is muted: unmute it, or generate all parts": (
        "Ein Abschnitt am Rand der Folge ist stumm: die Stummschaltung aufheben oder alle Abschnitte "
        "generieren"
    ),
    "{name} plays no take: generate one, or choose one from its list": (
        "{name} spielt keinen Take: einen generieren oder aus der Liste wählen"
    ),
    "{name} plays no take: choose one from its list": (
        "{name} spielt keinen Take: einen aus der Liste wählen"
    ),
    "{name} plays something else meanwhile: show the take, then try again": (
        "{name} spielt inzwischen etwas anderes: den Take zeigen und es noch einmal versuchen"
    ),
    "{action}: frames {first} to {last} are new": "{action}: Bilder {first} bis {last} sind neu",
    "There are no variations: make some first": "Es gibt keine Varianten: zuerst welche erzeugen",
    "There is no variation {number}: choose one from 0 to {last}": (
        "Es gibt keine Variante {number}: eine von 0 bis {last} wählen"
    ),
    "No bone of the body but the hips is selected: select some in Pose Mode": (
        "Außer der Hüfte ist kein Knochen des Körpers gewählt: im Posenmodus welche wählen"
    ),
    "Generated motions for {count} characters: {names}": "Bewegungen für {count} Figuren generiert: {names}",
    "Part {number} ends at frame {end}, before its start {start}: change one of them": (
        "Abschnitt {number} endet bei Bild {end}, vor seinem Beginn {start}: eines davon ändern"
    ),
    "Parts {first} and {second} overlap at frame {frame}: move one of them": (
        "Abschnitt {first} und {second} überschneiden sich bei Bild {frame}: einen verschieben"
    ),
    "All parts of {name} are muted: unmute one": (
        "Alle Abschnitte von {name} sind stumm: einen wieder einschalten"
    ),
    "The text is empty: describe what the character should do": (
        "Der Text ist leer: beschreiben, was die Figur tun soll"
    ),
    "{count} parts": "{count} Abschnitte",
    "{count} parts from {file}": "{count} Abschnitte aus {file}",
    "The take is repeated: apply it once (Repeat), then redo frames of it": (
        "Der Take wird wiederholt: ihn einmal anwenden (Wiederholen), dann Bilder erneuern"
    ),
    "F-curves of {action} have modifiers, which can't be cut: bake them": (
        "F-Kurven von {action} haben Modifikatoren, die sich nicht teilen lassen: sie backen"
    ),
    "{name} has no bone {bone} any more, which the take animates: generate a new take": (
        "{name} hat den Knochen {bone} nicht mehr, den der Take animiert: einen neuen Take generieren"
    ),
    "{file} is not text in UTF-8: save it as such": "{file} ist kein Text in UTF-8: so speichern",
    "{file} is too large for a list of parts": "{file} ist zu groß für eine Liste von Abschnitten",
    "{file} has no parts: write a line with prompt, start and end for each": (
        "{file} hat keine Abschnitte: für jeden eine Zeile mit Prompt, Beginn und Ende schreiben"
    ),
    "{file} has more than {count} parts: remove some": (
        "{file} hat mehr als {count} Abschnitte: einige entfernen"
    ),
    "Part {number} of {file} does not end after its start: change its times": (
        "Abschnitt {number} von {file} endet nicht nach seinem Beginn: seine Zeiten ändern"
    ),
    "Parts {first} and {second} of {file} overlap: change their times": (
        "Abschnitt {first} und {second} von {file} überschneiden sich: ihre Zeiten ändern"
    ),
    "Line {line} of {file} has no prompt, start and end: complete it": (
        "Zeile {line} von {file} hat nicht Prompt, Beginn und Ende: sie ergänzen"
    ),
    "Line {line} of {file} has {text} in place of seconds: write a number": (
        "Zeile {line} von {file} hat {text} anstelle von Sekunden: eine Zahl schreiben"
    ),
    "{file} is not a table: {reason}": "{file} ist keine Tabelle: {reason}",
    "Make the take that plays again with ARDY: the same parts, guides and seed, as another take": (
        "Den Take, der läuft, noch einmal mit ARDY machen: dieselben Teile, Führungen und derselbe "
        "Startwert, als weiterer Take"
    ),
    "Make Again with ARDY": "Noch einmal mit ARDY",
    "Make Take Again with ARDY": "Take noch einmal mit ARDY",
    "Model that makes the take again, as in the setting of the scene": (
        "Modell, das den Take noch einmal macht, wie in der Einstellung der Szene"
    ),
    "The character plays no take: generate a motion, or choose a take": (
        "Die Figur spielt keinen Take: eine Bewegung generieren oder einen Take wählen"
    ),
    "Continue from {frame}": "Fortsetzen ab {frame}",
    "Redo {first}-{last}": "{first}-{last} erneuern",
    "Redo Bones {first}-{last}": "Knochen {first}-{last} erneuern",
    "Generate for {count} Characters": "Für {count} Figuren generieren",
    "Redo Part {number}": "Abschnitt {number} erneuern",
    "Redo {count} Parts": "{count} Abschnitte erneuern",
    "Another Take": "Weiterer Take",
    "What the new frames show": "Was die neuen Bilder zeigen",
    "{count} Pins": "{count} Fixpunkte",
    "Start Pose": "Anfangspose",
    "Own Keys": "Eigene Keyframes",
    "Kept Bones": "Behaltene Knochen",
    "The take ends at frame {last}, the scene at {end}": (
        "Der Take endet bei Bild {last}, die Szene bei {end}"
    ),
    "Fit Scene Range": "Szenenbereich anpassen",
    "Let the scene begin and end where the take that plays does": (
        "Die Szene beginnen und enden lassen, wo der spielende Take es tut"
    ),
    "The model decides": "Das Modell entscheidet",
    "Redo This Part": "Diesen Abschnitt erneuern",
    "Import": "Importieren",
    "Export": "Exportieren",
    "Run Batch": "Stapel ausführen",
    "Kinescribe Batch (.csv, .jsonl)": "Kinescribe-Stapel (.csv, .jsonl)",
    "Make takes from a table of prompts, .csv or .jsonl, for the characters that it names": (
        "Takes aus einer Tabelle von Prompts erstellen, .csv oder .jsonl, für die Figuren, die sie nennt"
    ),
    "Job {number} names no character, and none is selected": (
        "Auftrag {number} nennt keine Figur, und keine ist ausgewählt"
    ),
    "Job {number}: the scene has no armature named {name}": (
        "Auftrag {number}: die Szene hat keine Armature namens {name}"
    ),
    "Made {count} takes for {characters} characters": "{count} Takes für {characters} Figuren erstellt",
    "1 Pin": "1 Fixpunkt",
    "Kinescribe Parts": "Kinescribe-Abschnitte",
    "Show the parts of the character as strips in the Dope Sheet and the Timeline": (
        "Die Abschnitte der Figur als Streifen im Dope Sheet und in der Zeitleiste zeigen"
    ),
    "Prompts as Subtitles": "Prompts als Untertitel",
    "Show the prompt of the part at the current frame in the 3D View": (
        "Den Prompt des Abschnitts am aktuellen Bild in der 3D-Ansicht zeigen"
    ),
    "The part is selected in the Dope Sheet": "Der Abschnitt ist im Dope Sheet ausgewählt",
    "Drag Part": "Abschnitt ziehen",
    "Select a part in the lane; drag it to move it, or one of its ends to change its length": (
        "Einen Abschnitt in der Spur auswählen; ziehen verschiebt ihn, an einem Ende ändert es seine Länge"
    ),
    "Prompt of the Part": "Prompt des Abschnitts",
    "Type what the character does in this part": "Eintippen, was die Figur in diesem Abschnitt tut",
    "Part Menu": "Abschnittmenü",
    "Show what can be done with the part under the mouse": (
        "Zeigen, was mit dem Abschnitt unter der Maus getan werden kann"
    ),
    "Edit Parts": "Abschnitte bearbeiten",
    "Change the parts that are selected in the lane, or the active one": (
        "Die in der Spur ausgewählten Abschnitte ändern, oder den aktiven"
    ),
    "Split at Playhead": "Am Abspielkopf teilen",
    "Make two parts of the one at the current frame": "Aus dem Abschnitt am aktuellen Bild zwei machen",
    "Add a copy after the last part": "Eine Kopie nach dem letzten Abschnitt hinzufügen",
    "Remove the parts; the others stay where they are": (
        "Die Abschnitte entfernen; die anderen bleiben, wo sie sind"
    ),
    "Toggle Mute": "Stummschaltung umschalten",
    "Toggle Lock": "Sperre umschalten",
    "Keep the parts as they are when others are made again": (
        "Die Abschnitte behalten, wie sie sind, wenn andere neu gemacht werden"
    ),
    "Select all parts, or none if all are selected": (
        "Alle Abschnitte auswählen, oder keinen, wenn alle ausgewählt sind"
    ),
    "The character has no parts yet: add one, or generate a motion": (
        "Die Figur hat noch keine Abschnitte: einen hinzufügen oder eine Bewegung generieren"
    ),
    "A sequence has at least one part: keep one": (
        "Eine Sequenz hat mindestens einen Abschnitt: einen behalten"
    ),
    "No part can be split at frame {frame}: move the playhead into one": (
        "An Bild {frame} lässt sich kein Abschnitt teilen: den Abspielkopf in einen hineinbewegen"
    ),
    "Prompt...": "Prompt...",
    "Redo Changed Parts": "Geänderte Abschnitte erneuern",
    "Duplicate": "Duplizieren",
    "Delete": "Löschen",
    "Select All": "Alle auswählen",
    "Select": "Auswählen",
    "Not as in the take: {names}": "Nicht wie im Take: {names}",
    "Spacing": "Abstand",
    "Distance between the ghosts; 0: in place": "Abstand zwischen den Geisterfiguren; 0: an Ort und Stelle",
    "Live": "Live",
    "Show the coming motion as a ghost that follows each change of prompt, parts, path and pins; nothing is baked": (
        "Die kommende Bewegung als Geisterfigur zeigen, die jeder Änderung von Prompt, Teilen, Pfad und Pins folgt; "
        "nichts wird gebacken"
    ),
    "Keep This Motion": "Diese Bewegung behalten",
    "{name}: Click to Keep": "{name}: zum Behalten klicken",
    "Highlight Ghost": "Geisterfigur hervorheben",
    "Highlight the ghost under the mouse": "Die Geisterfigur unter der Maus hervorheben",
    "Keep Ghost Under the Mouse": "Geisterfigur unter der Maus behalten",
    "Keep the ghost under the mouse": "Die Geisterfigur unter der Maus behalten",
    "Live is off: its character was removed": "Live ist aus: seine Figur wurde entfernt",
    "Live shows no motion yet: change something, or generate one": (
        "Live zeigt noch keine Bewegung: etwas ändern oder eine erzeugen"
    ),
    "Live needs a window: start Blender without --background": (
        "Live braucht ein Fenster: Blender ohne --background starten"
    ),
    "Live does not follow kept bones and pins that move: generate the motion to see it": (
        "Live folgt behaltenen Knochen und bewegten Pins nicht: die Bewegung erzeugen, um sie zu sehen"
    ),
    "Do with the parts what the key says, while the mouse is in the lane": (
        "Mit den Teilen tun, was die Taste sagt, solange die Maus in der Spur ist"
    ),
    "Key in the Lane of Parts": "Taste in der Spur der Teile",
    "Add Markers": "Marker hinzufügen",
    "Add a marker of the time line with the prompt at the first frame of each part; other markers stay": (
        "Am ersten Bild jedes Teils einen Marker der Zeitleiste mit dem Prompt hinzufügen; andere Marker bleiben"
    ),
    "Show Ghosts": "Geisterfiguren zeigen",
    "Show motions as light figures beside the character, playing with the time line; nothing is baked": (
        "Bewegungen als leichte Figuren neben der Figur zeigen, mit der Zeitleiste abgespielt; nichts wird gebacken"
    ),
    "Source": "Quelle",
    "The variations that were made last": "Die zuletzt gemachten Varianten",
    "The takes with a star, or all if none has one": "Die Takes mit Stern, oder alle, wenn keiner einen hat",
    "Hide Ghosts": "Geisterfiguren ausblenden",
    "Hide the ghosts; nothing else changes": "Die Geisterfiguren ausblenden; sonst ändert sich nichts",
    "Keep Ghost": "Geisterfigur behalten",
    "Keep the motion of this ghost: a variation becomes a take, a take is the one that plays": (
        "Die Bewegung dieser Geisterfigur behalten: aus einer Variante wird ein Take, ein Take wird abgespielt"
    ),
    "Ghost": "Geisterfigur",
    "Which ghost, the first is 0": "Welche Geisterfigur, die erste ist 0",
    "There is no ghost {number}": "Es gibt keine Geisterfigur {number}",
    "The take of this ghost was deleted": "Der Take dieser Geisterfigur wurde gelöscht",
    "Compare Takes": "Takes vergleichen",
    "Manual": "Handbuch",
    "Page": "Seite",
    "Open this page of the manual in a browser; it came with the extension and needs no network": (
        "Diese Seite des Handbuchs in einem Browser öffnen; sie kam mit der Erweiterung und braucht kein Netz"
    ),
    "Edit Prompt": "Prompt bearbeiten",
    "Type a long prompt in a wide window that shows all of it": (
        "Einen langen Prompt in einem breiten Fenster tippen, das ihn ganz zeigt"
    ),
    "Which": "Welcher",
    "Whose text is edited": "Wessen Text bearbeitet wird",
    "The prompt of the character, or of the scene": "Der Prompt der Figur oder der Szene",
    "New Frames": "Neue Bilder",
    "What new frames of a take show": "Was neue Bilder eines Takes zeigen",
    "The prompt of the part that is selected in the list": "Der Prompt des Teils, der in der Liste ausgewählt ist",
    "Edit in Text Editor": "Im Texteditor bearbeiten",
    "Write the prompt on several lines in Blender's Text Editor; the prompt follows the Text from then on": (
        "Den Prompt in Blenders Texteditor auf mehreren Zeilen schreiben; von da an folgt er dem Text"
    ),
    "Unlink Text": "Text lösen",
    "Type the prompt in its field again; it stays as it is, and the Text stays in the file": (
        "Den Prompt wieder in sein Feld tippen; er bleibt, wie er ist, und der Text bleibt in der Datei"
    ),
    "Prompt Text": "Prompt-Text",
    "Text of Blender's Text Editor that is the prompt": "Text in Blenders Texteditor, der der Prompt ist",
    "Part": "Abschnitt",
}
