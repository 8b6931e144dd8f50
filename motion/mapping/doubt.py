# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons to doubt a bone map."""

from __future__ import annotations

from enum import Enum, unique


@unique
class Doubt(Enum):
    """One reason to doubt a bone map.

    The value is the English message, which continues a sentence after "because", and the key of its translations.
    Blender files store the value with the bone map: a message that has been released should not be changed.
    """

    TOO_FEW_BONES = "it has too few bones for a human body"
    NO_HALVES = "it has no left and right halves"
    NO_LEGS = "no two legs that reach the floor were found"
    LEGS_WITHOUT_BODY = "no two legs that carry a body were found"
    NO_ARMS = "no two arms were found"
    NO_TRUNK = "nothing carries both its arms and its legs"
    LIMBS_ARE_TRUNK = "its limbs and its trunk are the same bones"
    CONSTRAINED = "constraints act on most of its bones, which may follow controls"
    NOT_UPRIGHT = "its trunk does not stand upright above its legs"
    ARMS_REACH_FLOOR = "its arms reach the floor"
    KNEES_BEND_BACKWARD = "its knees bend backward"
    LEGS_BENT = "its legs are bent like a bird's"
    ANIMAL_NAMES = "the names of its bones are those of an animal"
    MORE_LEGS = "it seems to have more than two legs"
    FRONT_UNCLEAR = "its front and back, and so its left and right, can hardly be told apart"
    LIMB_GOES_ON = "one of its limbs goes on where the other one ends"
    NO_SPINE = "no spine was found"
    NO_HEAD = "no head was found"
    SIDES_CROSS = "the bones of its left and right limbs cross: some have the name of the other side"
    SIDES_SWAPPED = "its left and right seem to be swapped: by its feet and knees it faces the other way"
    TWO_CHARACTERS = "it holds two characters: select bones of the one that is meant"
