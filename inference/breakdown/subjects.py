# SPDX-License-Identifier: GPL-3.0-or-later
"""What the name of somebody says: how a zombie moves, what a juggler does."""

MANNER_SUBJECTS = {
    "zombie": "like a zombie", "mummy": "like a zombie", "robot": "like a robot", "old": "like an old man",
    "elderly": "like an old man", "grandpa": "like an old man", "grandma": "like an old man",
    "drunk": "drunken", "drunkard": "drunken", "baby": "like a baby", "toddler": "like a toddler",
    "soldier": "like a soldier", "injured": "limping", "monster": "like a zombie", "tired": "tired", "sad": "sad",
    "exhausted": "tired", "furious": "furious", "angry": "angry", "happy": "happy", "nervous": "nervous",
}  # fmt: skip
"""Manner of somebody whose name says it."""

OCCUPATIONS = {
    "skateboarder": "skate", "skater": "skate", "surfer": "skate", "skier": "skate", "snowboarder": "skate",
    "cyclist": "ride_bicycle", "swimmer": "swim", "boxer": "box", "dancer": "dance", "ballerina": "dance",
    "juggler": "juggle", "pianist": "play_piano", "guitarist": "play_guitar", "drummer": "play_drums",
    "violinist": "play_violin", "golfer": "golf", "archer": "shoot_bow", "chef": "cook", "cook": "cook",
    "typist": "type", "rower": "row", "fisherman": "fish", "painter": "wipe", "swordsman": "slash",
}  # fmt: skip
"""What people do whose name says it, if no verb does."""
