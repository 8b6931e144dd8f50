# SPDX-License-Identifier: GPL-3.0-or-later
"""German: the user's own body model."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Body Model": "Körpermodell",
    "Your own SMPL, SMPL-H or SMPL-X model, .npz or .pkl, for showing motions as the mesh of that body": (
        "Ihr eigenes SMPL-, SMPL-H- oder SMPL-X-Modell, .npz oder .pkl, um Bewegungen als Netz dieses Körpers zu zeigen"
    ),
    "Compute Body": "Körper berechnen",
    "Compute the mesh of your own SMPL or SMPL-X model doing the motion, beside Blender, and show it": (
        "Das Netz Ihres eigenen SMPL- oder SMPL-X-Modells in der Bewegung neben Blender berechnen und zeigen"
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
        "Zuerst in den Einstellungen von Kinescribe die Datei Ihres SMPL- oder SMPL-X-Modells wählen"
    ),
    "There is no motion to show yet: generate or import one": (
        "Noch gibt es keine Bewegung zu zeigen: eine erzeugen oder importieren"
    ),
    "A body is being computed: wait for it, or cancel it": (
        "Ein Körper wird berechnet: darauf warten oder abbrechen"
    ),
    "Computing the body": "Der Körper wird berechnet",
    "The body is ready": "Der Körper ist fertig",
    "The body was dropped: its scene was removed": "Der Körper wurde verworfen: seine Szene wurde entfernt",
    "Frame {done} of {total}": "Bild {done} von {total}",
}
