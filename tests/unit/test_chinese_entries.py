# SPDX-License-Identifier: GPL-3.0-or-later
"""Chinese verbs that are split, doubled, or last while another one happens (chinese_entries, chinese_words)."""

from __future__ import annotations

import pytest
from kinescribe.inference.breakdown import break_down
from kinescribe.inference.breakdown.chinese_entries import find_entry
from kinescribe.inference.breakdown.chinese_words import read_lexicon


def read(text: str) -> list[str]:
    """Return the actions of a text, with side and count where there are any."""
    parts = break_down(text)
    return [" ".join(str(x) for x in (p.action, p.side, p.count) if x is not None) for p in parts]


@pytest.mark.parametrize(
    ("text", "length", "english", "extra"),
    [
        ("敬个礼转身", 3, "salutes", ""),
        ("鞠了三个躬", 5, "bows", "3 times"),
        ("揉了揉鼻子", 5, "blows nose", ""),
        ("跑过去跳", 3, "runs", ""),
        ("爬上去", 3, "climbs up", ""),
    ],
)
def test_a_verb_is_found_in_its_forms(text: str, length: int, english: str, extra: str) -> None:
    """Find a verb whose object stands apart, that is doubled, or that has a complement."""
    entries, _, longest = read_lexicon()
    found = find_entry(text, 0, entries, longest)
    assert found is not None and (found.length, found.english, found.extra) == (length, english, extra)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("敬个礼转身离开", ["salute", "turn", "walk"]),
        ("踢左腿两次踢右腿三次", ["kick left 2", "kick right 3"]),
        ("练习拳击，左勾拳右勾拳", ["box", "punch left", "punch right"]),
        ("左躲右闪然后出拳", ["dodge", "dodge", "punch"]),
        ("他打了个喷嚏然后揉了揉鼻子", ["touch", "touch"]),
        ("爬起来拍拍身上的灰", ["stand_up", "adjust_clothes"]),
        ("踩到香蕉皮滑倒了", ["stumble", "fall"]),
        ("打一套太极拳，动作缓慢", ["martial_arts"]),
        ("喝醉的人东倒西歪地走路，最后摔倒在地上", ["walk", "fall"]),
        ("推着购物车往前走", ["walk"]),
        ("他抱着箱子上楼", ["walk_stairs"]),
        ("双手抱头蹲下", ["squat_down"]),
        ("做五个深蹲，双手抱头", ["squat 5"]),
        ("双手叉腰", ["touch both"]),
    ],
)
def test_everyday_chinese_becomes_parts(text: str, parts: list[str]) -> None:
    """Keep the order, sides and counts, and take what is held meanwhile for no action of its own."""
    assert read(text) == parts


def test_a_posture_goes_with_the_verb_behind_it() -> None:
    """Give "双手抱头" to the squat, and the other arm to the kick."""
    (squat,) = break_down("双手抱头蹲下")
    assert "arms" in {m.body_part for m in squat.meanwhile}
    (kick,) = break_down("左脚踢球右手挥舞")
    assert kick.side == "left" and [m.body_part for m in kick.meanwhile] == ["right_arm"]
