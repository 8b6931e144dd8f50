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
    "Step {step} of {steps}": "Schritt {step} von {steps}",
    "Add Mannequin": "Gliederpuppe hinzufügen",
    "Kinescribe Mannequin": "Kinescribe-Gliederpuppe",
    "Add a simple figure with a rig, ready to be animated, at the 3D cursor": (
        "Am 3D-Cursor eine einfache Figur mit Rig hinzufügen, die sich gleich animieren lässt"
    ),
    "Select an armature, or a mesh that an armature deforms": (
        "Eine Armatur auswählen, oder ein Mesh, das von einer Armatur verformt wird"
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
    "At Current Frame": "Am aktuellen Bild",
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
    "The rig's separate root bone takes position and heading on the ground, as game engines need it": (
        "Der Wurzelknochen des Rigs übernimmt Position und Richtung am Boden, wie Spiele-Engines es brauchen"
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
    "A strip on a new NLA track above all others": "Ein Streifen auf einer neuen NLA-Spur über allen anderen",
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
    "File type that is chosen when the file browser opens": "Dateityp, der beim Öffnen der Dateiauswahl gewählt ist",
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
        "Bake a motion file onto the character that is selected: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH "
        "or glTF"
    ): (
        "Eine Bewegungsdatei auf die ausgewählte Figur backen: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH "
        "oder glTF"
    ),
    "Number": "Nummer",
    "Which motion to import from a file that holds several; 0: ask, or in a script the first": (
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
    # The user's own body model
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
    "Pins": "Fixpunkte",
    "Poses": "Posen",
    "Sequence": "Abfolge",
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
    "Object, usually an empty, that marks the position": "Objekt, meist ein Empty, das die Stelle markiert",
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
    "On every frame, following the object": "An jedem Bild, dem Objekt folgend",
    "Frame of the scene at which it has to be there": "Bild der Szene, an dem es dort sein muss",
    "Active Pin": "Aktiver Fixpunkt",
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
    "Fit Duration to Path": "Dauer an Pfad anpassen",
    "Make the motion as long as it takes to go along the path": (
        "Die Bewegung so lang machen, wie der Weg den Pfad entlang dauert"
    ),
    "Speed": "Tempo",
    "Metres a second of an adult: 1.3 is a walk, 3 a run": (
        "Meter pro Sekunde eines Erwachsenen: 1,3 ist Gehen, 3 Laufen"
    ),
    "Choose or add a path first": "Zuerst einen Pfad wählen oder hinzufügen",
    "Add Pin": "Fixpunkt hinzufügen",
    (
        "Add an empty where a hand, a foot or the hips are now, and let the motion bring them there at this "
        "frame"
    ): (
        "Ein Empty dort hinzufügen, wo jetzt eine Hand, ein Fuß oder die Hüfte ist, und die Bewegung sie "
        "an diesem Bild dorthin bringen lassen"
    ),
    "Remove Pin": "Fixpunkt entfernen",
    "Remove the pin that is selected in the list, with the empty that Kinescribe added for it": (
        "Den in der Liste gewählten Fixpunkt entfernen, mit dem Empty, das Kinescribe für ihn angelegt hat"
    ),
    "Clear All Guides": "Alle Vorgaben löschen",
    "Remove the path and the pins, and turn off all that directs the motion beside the prompt": (
        "Pfad und Fixpunkte entfernen und alles ausschalten, was die Bewegung außer dem Prompt lenkt"
    ),
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
    "Empty: the embedded model; else the name of a server, a slash and the name of its model": (
        "Leer: das eingebaute Modell; sonst Name des Servers, Schrägstrich, Name seines Modells"
    ),
    "Servers and Checkpoints...": "Server und Checkpoints …",
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
    "Restart Worker": "Worker neu starten",
    "Start Worker": "Worker starten",
    "Stop Worker": "Worker beenden",
    "Start the worker with the Python and the checkpoints of the preferences; one that runs is stopped first": (
        "Den Worker mit Python und Checkpoints der Einstellungen starten; einer, der läuft, wird zuerst beendet"
    ),
    "Stop the worker; it starts again when one of its models is used": (
        "Den Worker beenden; er startet wieder, wenn eines seiner Modelle benutzt wird"
    ),
    "Show Worker Log": "Protokoll des Workers zeigen",
    "Open the worker's log in the system's text editor": (
        "Das Protokoll des Workers im Textprogramm des Systems öffnen"
    ),
    "Add Checkpoint": "Checkpoint hinzufügen",
    "Add the folder of an MDM, DiP or MotionGPT checkpoint": (
        "Den Ordner eines Checkpoints von MDM, DiP oder MotionGPT hinzufügen"
    ),
    "Remove Checkpoint": "Checkpoint entfernen",
    "Take the selected checkpoint from the list; its files stay": (
        "Den ausgewählten Checkpoint aus der Liste nehmen; seine Dateien bleiben"
    ),
    "Folder": "Ordner",
    "Choose a Python that has PyTorch first": "Zuerst ein Python mit PyTorch wählen",
    "The worker is not running": "Der Worker läuft nicht",
    "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models": (
        "In den Einstellungen von Kinescribe das Python einer Umgebung mit PyTorch wählen: Es führt fremde "
        "Modelle aus"
    ),
    "Add Server": "Server hinzufügen",
    "Enter another server that offers motion models over MMCP": (
        "Einen weiteren Server eintragen, der Bewegungsmodelle über MMCP anbietet"
    ),
    "Remove Server": "Server entfernen",
    "Forget the selected server and its token": "Den ausgewählten Server und sein Token vergessen",
    "Refresh Models": "Modelle aktualisieren",
    "Ask the servers, and the worker where it runs, which models they have": (
        "Die Server, und den Worker, wo er läuft, fragen, welche Modelle sie haben"
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
    "Token": "Token",
    "Access token that the server requires; Blender stores it in its preferences, unencrypted": (
        "Zugangs-Token, das der Server verlangt; Blender speichert es unverschlüsselt in seinen Einstellungen"
    ),
    "Token Variable": "Token-Variable",
    "Name of an environment variable that holds the token, so that it is not stored": (
        "Name einer Umgebungsvariablen mit dem Token, sodass es nicht gespeichert wird"
    ),
    "Checkpoint": "Checkpoint",
    "Checkpoints": "Checkpoints",
    "Folder of an MDM, DiP or MotionGPT checkpoint, with all files that were published with it": (
        "Ordner eines Checkpoints von MDM, DiP oder MotionGPT, mit allen Dateien, die seine Urheber "
        "veröffentlichen"
    ),
    "Server": "Server",
    "Servers": "Server",
    "Python": "Python",
    "The Python of an environment that has PyTorch: its bin/python, or Scripts\\python.exe": (
        "Das Python einer Umgebung mit PyTorch: ihr bin/python oder Scripts\\python.exe"
    ),
    "Checkpoints on This Computer": "Checkpoints auf diesem Rechner",
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
    "Starting the worker": "Der Worker startet",
    "Asking the server for its models": "Der Server wird nach Modellen gefragt",
    "Stopping the worker": "Der Worker wird beendet",
    "The worker runs": "Der Worker läuft",
    "The server answers": "Der Server antwortet",
    "The server answers, but has no models": "Der Server antwortet, hat aber keine Modelle",
    "The worker has written nothing yet: start it first": (
        "Der Worker hat noch nichts geschrieben: zuerst starten"
    ),
    "Make Environment": "Umgebung anlegen",
    "Make Environment...": "Umgebung anlegen …",
    "Download PyTorch into an environment of its own, after you have agreed to what is downloaded": (
        "PyTorch in eine eigene Umgebung herunterladen, nach Zustimmung zum Umfang des Downloads"
    ),
    "Where the environment is made: a folder that is empty or does not exist": (
        "Wo die Umgebung angelegt wird: ein Ordner, der leer ist oder nicht existiert"
    ),
    "Switch on Allow Online Access in Preferences > System first": (
        "Zuerst in Einstellungen > System den Online-Zugriff erlauben"
    ),
    "Downloads PyTorch, transformers, safetensors and the MMCP SDK with pip": (
        "Lädt PyTorch, transformers, safetensors und das MMCP-SDK mit pip herunter"
    ),
    "About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk": (
        "Etwa 3 GB unter Linux (mit CUDA), 300 MB unter Windows und macOS; doppelt so viel auf der Platte"
    ),
    "They come from the Python Package Index, or from the index that pip uses on this computer": (
        "Sie kommen vom Python Package Index, oder woher pip auf diesem Rechner sie nimmt"
    ),
    "Nothing else is changed; to remove it, delete the folder": (
        "Sonst ändert sich nichts; zum Entfernen den Ordner löschen"
    ),
    "Stop making the environment and delete its folder": (
        "Das Anlegen der Umgebung abbrechen und ihren Ordner löschen"
    ),
    "Making the environment": "Die Umgebung wird angelegt",
    "The environment is ready: add checkpoints, and start the worker": (
        "Die Umgebung ist fertig: Checkpoints hinzufügen und den Worker starten"
    ),
    "Choose the folder of the environment first": "Zuerst den Ordner der Umgebung wählen",
    "Caption": "Beschreibung",
    "Caption Action": "Aktion beschreiben",
    "Describe in words what the character's Action shows, with a MotionGPT checkpoint": (
        "Einen MotionGPT-Checkpoint in Worten sagen lassen, was die Aktion der Figur zeigt"
    ),
    "Model that writes the caption; empty: the scene's model if it can, else the first that can": (
        "Modell, das die Beschreibung schreibt; leer: das der Szene, wenn es das kann, sonst das erste, das "
        "es kann"
    ),
    "No model here describes motions: add a MotionGPT checkpoint in the preferences, and start the worker": (
        "Kein Modell hier beschreibt Bewegungen: in den Einstellungen einen MotionGPT-Checkpoint "
        "hinzufügen und den Worker starten"
    ),
    "The character has no Action": "Die Figur hat keine Aktion",
    "The Action is linked: make it local first": "Die Aktion ist verlinkt: zuerst lokal machen",
    "An Action is being captioned: wait for it, or cancel it": (
        "Eine Aktion wird gerade beschrieben: abwarten oder abbrechen"
    ),
    "Reading the motion": "Die Bewegung wird gelesen",
    "The model describes the motion": "Das Modell beschreibt die Bewegung",
    "Reading the motion: {done} of {total} frames": ("Die Bewegung wird gelesen: {done} von {total} Bildern"),
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
    "The model wrote no caption for this motion": "Das Modell hat für diese Bewegung keine Beschreibung geschrieben",
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
    "Making the environment was cancelled": "Das Anlegen der Umgebung wurde abgebrochen",
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
}
