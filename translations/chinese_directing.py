# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese: paths, pins, poses, sequences and variations."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Directing": "导演",
    "What the motion has to meet beside the prompt": "除提示词外动作必须满足的条件",
    "Direct": "导演控制",
    "Path": "路径",
    "Pins": "固定点",
    "Poses": "姿势",
    "Sequence": "序列",
    "Then": "然后",
    "Curve": "曲线",
    "Waypoints": "路径点",
    "Begin": "开始",
    "Meet": "满足",
    "In all: {length}": "总计：{length}",
    "Curve that the character follows, or an empty whose children are waypoints by their names": (
        "角色跟随的曲线，或其子级按名称依次作为路径点的空物体"
    ),
    "From the Character": "从角色出发",
    "Walk from where the character stands to where the path begins, instead of beginning on the path": (
        "先从角色所在位置走到路径起点，而不是直接从路径上开始"
    ),
    "Facing": "朝向",
    "Where the character looks while it follows the path": "角色沿路径移动时面向何处",
    "As Prompted": "按提示词",
    "The way that the prompt has it, such as sideways or backward": "按提示词所述，例如侧行或后退",
    "Along Path": "沿路径",
    "Always ahead": "始终朝前",
    "Pin": "固定点",
    "Object, mostly an empty, that marks the place": "标记位置的物体，通常是空物体",
    "What is brought there": "要移到该处的部位",
    "When": "何时",
    "Frames at which it has to be there": "必须到达该处的帧",
    "At Frame": "在某帧",
    "At one frame": "在单独一帧",
    "At Keys": "在关键帧",
    "At the frames at which the object itself has keys": "在该物体自身有关键帧的各帧",
    "Always": "始终",
    "All the time, wherever the object moves": "全程跟随，无论物体移到何处",
    "Frame of the scene at which it has to be there": "必须到达该处的场景帧",
    "Active Pin": "活动固定点",
    "Start From Present Pose": "从当前姿势开始",
    "Let the motion begin in the pose that the character is in": "让动作从角色当前的姿势开始",
    "Use Own Keys": "使用自有关键帧",
    "Meet the poses at the frames at which the character's own animation has keys": (
        "在角色自身动画有关键帧的帧上达到这些姿势"
    ),
    "Keep Selected Bones": "保留所选骨骼",
    "Let the selected bones do what they do now, and make only the rest of the body anew": (
        "让所选骨骼保持现有动作，只重新生成身体其余部分"
    ),
    "Active Part": "活动部分",
    "Transition": "过渡",
    "Seconds over which one part goes over into the next": "从一个部分过渡到下一部分所用的秒数",
    "Loop": "循环",
    "Let the motion end in the pose in which it begins, so that it can be repeated": (
        "让动作以开始时的姿势结束，以便重复播放"
    ),
    "Variations": "变体",
    "How many motions are made at once, to choose from": "一次生成多少个动作以供选择",
    "What the character does next; empty: whatever leads on": "角色接下来做什么；留空则自由衔接",
    "Length of this part in seconds": "此部分的长度（秒）",
    "Add Path": "添加路径",
    "Add a path that begins at the character and leads ahead, to be bent as you like": (
        "添加一条从角色出发通向前方的路径，可随意弯曲"
    ),
    "Kind": "种类",
    "What the path is made of": "路径由什么构成",
    "A Bezier curve: edit its points in Edit Mode": "贝塞尔曲线：在编辑模式中修改其控制点",
    "Empties that are passed one after the other": "依次经过的空物体",
    "Length": "长度",
    "How far the path leads; 0: as far as one walks in the time": (
        "路径的长度；0 表示在该时长内能走多远就多远"
    ),
    "Fit Duration to Path": "按路径调整时长",
    "Make the motion as long as it takes to go along the path": "使动作时长等于走完路径所需的时间",
    "Speed": "速度",
    "Metres a second of an adult: 1.3 is a walk, 3 a run": "成人每秒的米数：1.3 为步行，3 为跑步",
    "Choose or add a path first": "请先选择或添加路径",
    "Add Pin": "添加固定点",
    "Add an empty where a hand, a foot or the hips are now, and let the motion bring them there at this frame": (
        "在手、脚或髋部当前所在处添加空物体，并让动作在此帧把它们带到那里"
    ),
    "Remove Pin": "移除固定点",
    "Let go of the pin that is chosen in the list": "移除列表中选中的固定点",
    "Clear All Guides": "清除全部引导",
    "Remove the path and the pins, and turn off all that directs the motion beside the prompt": (
        "移除路径和固定点，并关闭除提示词外所有引导动作的设置"
    ),
    "Add Part": "添加部分",
    "Add what the character does next": "添加角色接下来的动作",
    "Change Part": "更改部分",
    "Remove the part that is chosen in the list, or move it": "移除或移动列表中选中的部分",
    "How many places down; 0 removes it": "向下移动多少位；0 表示移除",
    "Left Wrist": "左手腕",
    "Right Wrist": "右手腕",
    "Left Ankle": "左脚踝",
    "Right Ankle": "右脚踝",
    "Places": "位数",
}
