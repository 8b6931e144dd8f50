# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese: what speaks against a bone map, as ``motion`` says it."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "it has too few bones for a human body": "骨骼太少，不足以构成人体",
    "it has no left and right halves": "没有左右两半",
    "no two legs that reach the floor were found": "没有找到两条着地的腿",
    "no two legs that carry a body were found": "没有找到两条支撑身体的腿",
    "no two arms were found": "没有找到两条手臂",
    "nothing carries both its arms and its legs": "没有同时连接手臂和腿的骨骼",
    "its limbs and its trunk are the same bones": "四肢与躯干是相同的骨骼",
    "constraints act on most of its bones, which may follow controls": "大多数骨骼带有约束，可能跟随控制骨骼",
    "its trunk does not stand upright above its legs": "躯干没有直立在腿的上方",
    "its arms reach the floor": "手臂碰到了地面",
    "its knees bend backward": "膝盖向后弯",
    "it seems to have more than two legs": "似乎有两条以上的腿",
    "its front and back, and so its left and right, can hardly be told apart": "难以分辨前后，因此也难以分辨左右",
    "one of its limbs goes on where the other one ends": "一侧的肢体在另一侧结束处仍在延伸",
    "no spine was found": "没有找到脊柱",
    "no head was found": "没有找到头部",
    "the bones of its left and right limbs cross: some have the name of the other side": (
        "左右肢体的骨骼交叉：有些用了另一侧的名称"
    ),
    "its left and right seem to be swapped: by its feet and knees it faces the other way": (
        "左右似乎颠倒：从脚和膝盖看，它朝向另一边"
    ),
    "it holds two characters: select bones of the one that is meant": "其中有两个角色：请选择所指角色的骨骼",
}
