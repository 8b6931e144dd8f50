# SPDX-License-Identifier: GPL-3.0-or-later
"""German: servers, the worker and their models."""

from __future__ import annotations

TEXTS: dict[str, str] = {
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
    "Folder of an MDM, DiP or MotionGPT checkpoint, with what belongs to it as it was published": (
        "Ordner eines Checkpoints von MDM, DiP oder MotionGPT, mit allem daneben, was seine Urheber veröffentlichen"
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
    "Caption": "Beschreibung",
    "Caption Action": "Action beschreiben",
    "Let a MotionGPT checkpoint say in words what the character's Action shows": (
        "Einen MotionGPT-Checkpoint in Worten sagen lassen, was die Action der Figur zeigt"
    ),
    "Who is asked; empty: the scene's model where it describes motions, else the first that does": (
        "Wer gefragt wird; leer: das Modell der Szene, wo es Bewegungen beschreibt, sonst das "
        "erste, das es tut"
    ),
    "No model here describes motions: add a MotionGPT checkpoint in the preferences, and start the worker": (
        "Kein Modell hier beschreibt Bewegungen: in den Einstellungen einen MotionGPT-Checkpoint "
        "hinzufügen und den Worker starten"
    ),
    "The character has no Action": "Die Figur hat keine Action",
    "The Action is linked: make it local first": "Die Action ist verlinkt: zuerst lokal machen",
    "An Action is being captioned: wait for it, or cancel it": (
        "Eine Action wird gerade beschrieben: abwarten oder abbrechen"
    ),
    "Looking at the motion": "Die Bewegung wird angesehen",
    "The model describes the motion": "Das Modell beschreibt die Bewegung",
    "Looking at the motion: {done} of {total} frames": "Die Bewegung wird angesehen: {done} von {total} Bildern",
    "Described: {done} of {total} parts": "Beschrieben: {done} von {total} Teilen",
    "Ask no longer what the Action shows": "Nicht länger fragen, was die Action zeigt",
    "Write a caption into an Action": "Eine Beschreibung in eine Action schreiben",
    "Use as Prompt": "Als Prompt verwenden",
    "Make the caption the prompt, with the Action's duration; further sentences become the parts that follow": (
        "Die Beschreibung zum Prompt machen, mit der Dauer der Action; weitere Sätze werden die Teile danach"
    ),
    "The model finds no words for this motion": "Das Modell findet keine Worte für diese Bewegung",
    "The caption was dropped: its Action was removed": (
        "Die Beschreibung wurde verworfen: ihre Action wurde entfernt"
    ),
    "Also says what a motion shows: see Caption": ("Sagt auch, was eine Bewegung zeigt: siehe Beschreibung"),
}
