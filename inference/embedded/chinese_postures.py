# SPDX-License-Identifier: GPL-3.0-or-later
"""Chinese words about how arms, head, trunk and knees are held, as the English that ``accompaniment`` reads."""

from __future__ import annotations

import re
from dataclasses import replace

from ..breakdown import Part
from ..breakdown.chinese_words import say_in_words

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"举过头顶|过头|高举|上举|举起双|举着双|向上伸|举高", "overhead"),
    (r"前平举|向前伸|前伸|伸向前|平伸向前|向前平举", "out in front"),
    (r"侧平举|平举|侧举|张开|展开|伸开|伸展|打开|向两侧|两侧伸|大字", "out to the sides"),
    (r"插兜|插袋|揣兜|口袋|插着兜", "in pockets"),
    (r"捂着肚子|捂住肚子|捂肚子|抱着肚子", "on belly"),
    (r"叉腰|放在腰|扶腰|放在髋|叉着腰", "on hips"),
    (r"抱头|抱着头|捂着头|放在头|头后|脑后", "on head"),
    (r"背在身后|背后|身后|负手|背着手", "behind the back"),
    (r"交叉|抱胸|抱臂", "crossed"),
    (r"膝盖上|在膝|大腿上", "on knees"),
    (r"合十|合拢|握在一起|相握|紧握", "together"),
    (r"胸前|胸口|胸部", "on chest"),
    (r"捂脸|捂着脸|捂住脸|遮脸|掩面|捂嘴|面前", "in front of the face"),
    (r"握拳|拳头", "fists"),
    (r"挥手|挥动|招手|挥舞", "waving"),
    (r"拍打翅膀|扇动|振翅", "flapping"),
    (r"摆动|摆臂|甩|摇摆", "swinging"),
    (r"垂在|下垂|自然垂|垂于|身体两侧", "by the sides"),
    (r"举起|抬起|举着|举|抬高", "raised"),
    (r"弯曲|屈肘", "bent"),
    (r"低头|低着头|耷拉着|垂头|向下看", "head down"),
    (r"抬头|仰头|昂头|昂首|向上看", "head up"),
    (r"左右张望|四处张望|环顾|东张西望|左顾右盼|张望", "looking around"),
    (r"点头", "nodding"),
    (r"摇头", "shakes"),
    (r"前倾|俯身|弯腰|弯着腰|向前弯|弓", "leaning forward"),
    (r"后仰|向后仰|后倾", "leaning back"),
    (r"屈膝|膝盖\S{0,4}弯|半蹲|微蹲|膝\S{0,2}曲", "knees bent"),
    (r"略微|稍微|微微|轻微|略|稍", "slightly"),
    (r"缓慢|慢慢|慢", "slowly"),
    (r"快速|迅速|飞快|猛地", "quickly"),
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return _CHINESE.search(text) is not None


def say_in_english(words: str) -> str:
    """Return words about a limb in English: those of each Chinese phrase that is known; other text as it is."""
    if not is_chinese(words):
        return words
    sides = [side for sign, side in (("左", "left"), ("右", "right")) if sign in words]
    return " ".join([*(english for pattern, english in _PHRASES if re.search(pattern, words)), *sides])


def read_in_english(part: Part) -> Part:
    """Return a part with its Chinese words in English before them, which the tables of wordings ask for."""
    return replace(part, text=f"{say_in_words(part.text)} {part.text}") if is_chinese(part.text) else part
