# SPDX-License-Identifier: GPL-3.0-or-later
"""``devtools.env.sbom``: every file that others made is named with its hash and licence, and bytes do not vary."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from devtools.env.sbom import write_bill_of_materials
from devtools.env.wheels import PACKAGE, VERSION, WHEELS


def make_zip(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return path


def test_wheels_and_weights_are_named_with_their_hashes(tmp_path: Path) -> None:
    wheel = f"wheels/{WHEELS['linux-x64'].file_name}"
    files = {wheel: b"wheel", "inference/embedded/weights/model.npz": b"weights", "__init__.py": b""}
    target = write_bill_of_materials(make_zip(tmp_path / "kinescribe.zip", **files), "1.2.3")
    bill = json.loads(target.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    found = {component["name"]: component for component in bill["components"]}
    assert set(found) == {"model.npz", PACKAGE}
    assert found[PACKAGE]["hashes"][0]["content"] == hashlib.sha256(b"wheel").hexdigest()
    assert found[PACKAGE]["purl"].startswith(f"pkg:pypi/{PACKAGE}@{VERSION}")
    assert all(component["licenses"][0]["expression"] for component in bill["components"])
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(set(references)) == len(references)


def test_one_zip_gives_one_bill(tmp_path: Path) -> None:
    bills = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        bills.append(write_bill_of_materials(make_zip(folder / "a.zip", x=b"1"), "1.0").read_bytes())
    assert bills[0] == bills[1]
    changed = write_bill_of_materials(make_zip(tmp_path / "a.zip", x=b"2"), "1.0")
    assert json.loads(changed.read_bytes())["serialNumber"] != json.loads(bills[0])["serialNumber"]
