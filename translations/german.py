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
    "How far, in millimetres on a body as large as an adult, a joint may be from where it would be with all keys": (
        "Wie weit ein Gelenk, in Millimetern an einem Körper von der Größe eines Erwachsenen, von dort entfernt sein "
        "darf, wo es mit allen Keyframes wäre"
    ),
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
    "Model": "Modell",
    "Who makes the motion: empty for the embedded model, else a server's name, a slash and its model's": (
        "Wer die Bewegung macht: leer für das eingebaute Modell, sonst Name des Servers, "
        "Schrägstrich, Name des Modells"
    ),
    "Who makes the motion": "Wer die Bewegung macht",
    "All models that can be asked": "Alle Modelle, die gefragt werden können",
    "Servers and Checkpoints...": "Server und Checkpoints …",
    "Ask for Its Models": "Nach Modellen fragen",
    "This Computer": "Dieser Rechner",
    "This server is not in the preferences: choose another model": (
        "Dieser Server steht nicht in den Einstellungen: ein anderes Modell wählen"
    ),
    "The server does not offer this model: choose another": (
        "Der Server bietet dieses Modell nicht an: ein anderes wählen"
    ),
    "It was not asked yet what it can do": "Es wurde noch nicht gefragt, was es kann",
    "Restart Worker": "Worker neu starten",
    "Start Worker": "Worker starten",
    "Stop Worker": "Worker beenden",
    "Start the Python of the preferences with its checkpoints; one that runs is ended first": (
        "Das Python der Einstellungen mit seinen Checkpoints starten; eines, das läuft, wird zuerst beendet"
    ),
    "End the worker; its models start it again when they are asked": (
        "Den Worker beenden; seine Modelle starten ihn wieder, wenn sie gefragt werden"
    ),
    "Show Worker Log": "Log des Workers zeigen",
    "Open what the worker has written, with the system's own program for text": (
        "Öffnen, was der Worker geschrieben hat, mit dem Textprogramm des Systems"
    ),
    "Add Checkpoint": "Checkpoint hinzufügen",
    "Add the folder of an MDM or DiP checkpoint": "Den Ordner eines MDM- oder DiP-Checkpoints hinzufügen",
    "Remove Checkpoint": "Checkpoint entfernen",
    "Take the selected checkpoint from the list; its files stay": (
        "Den ausgewählten Checkpoint aus der Liste nehmen; seine Dateien bleiben"
    ),
    "Folder": "Ordner",
    "Choose a Python that has PyTorch first": "Zuerst ein Python mit PyTorch wählen",
    "The worker is not running": "Der Worker läuft nicht",
    "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models": (
        "In Kinescribes Einstellungen das Python einer Umgebung mit PyTorch wählen: Es rechnet die "
        "Modelle anderer"
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
    "Let this model make the motions of this scene": (
        "Dieses Modell die Bewegungen dieser Szene machen lassen"
    ),
    "One server's name; empty: all": "Name eines Servers; leer: alle",
    "What the server is called in the sidebar": "Wie der Server in der Seitenleiste heißt",
    "Address": "Adresse",
    "Where the server is, such as http://127.0.0.1:8000 or https://example.org": (
        "Wo der Server ist, etwa http://127.0.0.1:8000 oder https://example.org"
    ),
    "Token": "Token",
    "What the server asks for; Blender keeps it with its preferences, unencrypted": (
        "Was der Server verlangt; Blender bewahrt es unverschlüsselt bei seinen Einstellungen auf"
    ),
    "Token Variable": "Token-Variable",
    "Name of an environment variable that holds the token, so that it is kept nowhere": (
        "Name einer Umgebungsvariablen mit dem Token, sodass es nirgends aufbewahrt wird"
    ),
    "Checkpoint": "Checkpoint",
    "Checkpoints": "Checkpoints",
    "Folder of an MDM or DiP checkpoint, with args.json, Mean.npy and Std.npy beside it": (
        "Ordner eines MDM- oder DiP-Checkpoints, mit args.json, Mean.npy und Std.npy daneben"
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
    "Log": "Log",
    "Up to {seconds:g} s, {samples} takes at once, {fps:g} frames a second": (
        "Bis zu {seconds:g} s, {samples} Takes auf einmal, {fps:g} Bilder pro Sekunde"
    ),
    "Understands: {words}": "Versteht: {words}",
    "License: {licence}": "Lizenz: {licence}",
    "text alone": "nur Text",
    "paths": "Pfade",
    "hand and foot targets": "Ziele für Hände und Füße",
    "poses": "Posen",
    "loops": "Schleifen",
    "The worker starts": "Der Worker startet",
    "Asking the server for its models": "Der Server wird nach Modellen gefragt",
    "The worker ends": "Der Worker wird beendet",
    "The worker runs": "Der Worker läuft",
    "The server answers": "Der Server antwortet",
    "The server answers, but has no models": "Der Server antwortet, hat aber keine Modelle",
    "The worker has written nothing yet: start it first": (
        "Der Worker hat noch nichts geschrieben: zuerst starten"
    ),
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
    "Make Environment": "Umgebung anlegen",
    "Make Environment...": "Umgebung anlegen …",
    "Download PyTorch into an environment of its own, after you have agreed to what is downloaded": (
        "PyTorch in eine eigene Umgebung herunterladen, nachdem Sie dem zugestimmt haben"
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
    "They come from the Python Package Index, or what pip is set to on this computer": (
        "Sie kommen vom Python Package Index, oder woher pip auf diesem Rechner sie nimmt"
    ),
    "Nothing else is changed; to be rid of it, delete the folder": (
        "Sonst ändert sich nichts; den Ordner löschen, um es loszuwerden"
    ),
    "Stop making the environment and delete what is there of it": (
        "Das Anlegen der Umgebung abbrechen und löschen, was davon da ist"
    ),
    "The environment is made": "Die Umgebung wird angelegt",
    "The environment is ready: add checkpoints, and start the worker": (
        "Die Umgebung ist fertig: Checkpoints hinzufügen und den Worker starten"
    ),
    "Choose the folder of the environment first": "Zuerst den Ordner der Umgebung wählen",
}
