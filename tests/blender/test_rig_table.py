# SPDX-License-Identifier: GPL-3.0-or-later
"""A motion on a rig of every family, measured as by ``dev.py rigs``, and a contact sheet of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.in_blender import rigs_build, rigs_measure, rigs_read
from devtools.rigs.specs import SPECS, spec_named
from devtools.testing.limb_errors import limb_errors
from devtools.testing.motions import make_varied_motion

MOTION = make_varied_motion(fps=24.0, seconds=0.5)
HELD = {"mmd_tools"}
"""Rigs on which a constraint has the last word."""


@pytest.mark.parametrize("name", [spec.name for spec in SPECS if spec.name not in HELD])
def test_limbs_point_as_in_the_motion_on_every_family(name: str) -> None:
    subject = rigs_build.build_rig(spec_named(name))
    report = rigs_measure.apply_to_rig(subject, MOTION, foot_lock=0.0)
    shown = rigs_read.read_frames(subject, len(MOTION))
    errors = limb_errors(MOTION, shown.heads_y_up())
    assert np.median(errors) <= 0.5 and np.percentile(errors, 95) <= 2.0
    upright = rigs_measure._axis_errors(MOTION, shown)
    assert upright["heading"] < 5 and upright["up"] < 15
    assert not any("override" in str(note) for note in report.notes)
    curl = rigs_measure._largest_finger_angle(subject, shown)
    assert curl is None or 5 < curl < 60, "fingers do not follow their hands"


@pytest.mark.parametrize("name", ["cmu_daz", "daz_genesis8"])
def test_euler_channels_do_not_jump(name: str) -> None:
    subject = rigs_build.build_rig(spec_named(name))
    rigs_measure.apply_to_rig(subject, MOTION, foot_lock=0.0)
    step, bone = rigs_measure._largest_channel_step(subject)
    assert 1.0 < step <= max(90.0, rigs_measure._largest_source_step(MOTION)), bone


def test_inverse_kinematics_that_stay_on_are_reported() -> None:
    subject = rigs_build.build_rig(spec_named("mmd_tools"))
    report = rigs_measure.apply_to_rig(subject, MOTION, foot_lock=0.0)
    errors = limb_errors(MOTION, rigs_read.read_frames(subject, len(MOTION)).heads_y_up())
    # either it plays, or the user hears why it doesn't
    assert np.percentile(errors, 95) <= 5.0 or any("override" in str(note) for note in report.notes)


@pytest.mark.parametrize("name", ["mixamo_control", "auto_rig_pro"])
def test_control_mechanisms_rest_where_they_were_built(name: str) -> None:
    """Without keys the deform bones of a control rig stand as its spec says, whatever its switches are."""
    spec = spec_named(name)
    subject = rigs_build.build_rig(spec)
    at = {bone.name: bone.head for bone in spec.bones}
    for switch in (0.0, 1.0):
        for blend in spec.blends:
            subject.obj.pose.bones[blend.switch][blend.prop] = switch
        subject.obj.update_tag()
        shown = rigs_read.read_frames(subject, 1)
        for joint, bone in subject.position_bones.items():
            assert np.allclose(shown.heads[joint][0], at[bone], atol=2e-3), (joint, switch)


def test_a_contact_sheet_shows_source_and_rig(tmp_path: Path) -> None:
    from devtools.in_blender import rigs_sheet

    target = tmp_path / "sheet.png"
    rigs_sheet.draw_sheet(rigs_build.build_rig(spec_named("smplx")), MOTION, "made up", target, frames=[0, 6])
    with Image.open(target) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)
    tall = rigs_sheet.CELL[1]
    assert pixels.shape == (rigs_sheet.HEAD + 2 * tall, 2 * rigs_sheet.CELL[0], 3)
    blue = pixels[..., 2] - pixels[..., 0] > 40
    orange = pixels[..., 0] - pixels[..., 2] > 60
    for row in (0, 1):
        part = slice(rigs_sheet.HEAD + row * tall, rigs_sheet.HEAD + (row + 1) * tall)
        assert blue[part].sum() > 200 and orange[part].sum() > 200
        # seen from the front and to its left, a body's left side is on the right of the picture
        first = slice(0, rigs_sheet.CELL[0])
        assert np.nonzero(blue[part, first])[1].mean() > np.nonzero(orange[part, first])[1].mean()
