# SPDX-License-Identifier: GPL-3.0-or-later
"""The bill of materials of a zip: CycloneDX 1.6, without a date, so that two builds of one commit give the same bytes.

https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from .wheels import PACKAGE, VERSION

LICENCE = "GPL-3.0-or-later"

_WHEEL_LICENCES = ("BSD-2-Clause", "BSD-3-Clause", "GPL-3.0-or-later WITH GCC-exception-3.1")
"""Of the packaging, of OpenBLAS and LAPACK, and of the run-time libraries of GCC that the wheels carry."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "kinescribe")


def write_bill_of_materials(archive: Path, version: str) -> Path:
    """Write ``<zip>.cdx.json`` beside a zip; return its path.

    It names the extension, the weights of the embedded model and the wheels in the zip, each with its SHA-256 and
    licence. ``version`` is the extension's.
    """
    with zipfile.ZipFile(archive) as zipped:
        contents = {entry.filename: zipped.read(entry) for entry in zipped.infolist() if not entry.is_dir()}
    target = archive.with_name(archive.name + ".cdx.json")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, hash_bytes(archive.read_bytes()))}",
        "version": 1,
        "metadata": {
            "component": _describe_component(
                "application", "kinescribe", version, LICENCE, archive.read_bytes(), "extension"
            )
        },
        "components": [*_list_weights(contents, version), *_list_wheels(contents)],
    }
    target.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8", newline="\n")
    return target


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _list_weights(contents: dict[str, bytes], version: str) -> list[dict[str, Any]]:
    return [
        _describe_component(
            "machine-learning-model", PurePosixPath(name).name, version, LICENCE, content, f"weights/{name}"
        )
        for name, content in sorted(contents.items())
        if name.endswith(".npz")
    ]


def _list_wheels(contents: dict[str, bytes]) -> list[dict[str, Any]]:
    components = []
    for name, content in sorted(contents.items()):
        if not name.endswith(".whl"):
            continue
        file_name = PurePosixPath(name).name
        component = _describe_component(
            "library",
            PACKAGE,
            VERSION,
            " AND ".join(f"({licence})" for licence in _WHEEL_LICENCES),
            content,
            file_name,
        )
        components.append(component | {"purl": f"pkg:pypi/{PACKAGE}@{VERSION}?file_name={file_name}"})
    return components


def _describe_component(
    kind: str, name: str, version: str, licence: str, content: bytes, reference: str
) -> dict[str, Any]:
    """Return one component.

    Parameters
    ----------
    kind : str
        CycloneDX's type of component.
    name, version : str
        What it is.
    licence : str
        SPDX expression.
    content : bytes
        The file, which is hashed.
    reference : str
        Identifies the component within the bill.
    """
    return {
        "type": kind,
        "bom-ref": reference,
        "name": name,
        "version": version,
        "licenses": [{"expression": licence}],
        "hashes": [{"alg": "SHA-256", "content": hash_bytes(content)}],
    }
