# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese."""

from __future__ import annotations

from . import chinese_body, chinese_directing, chinese_doubts, chinese_models

CODE = "zh_HANS"

TEXTS: dict[str, str] = {
    "What the character should do": "角色要做什么",
    "Prompt": "提示词",
    "What the character should do, as one English sentence": "角色要做什么，用一句英语描述",
    "Examples": "示例",
    "Example Prompts": "示例提示词",
    "Recent": "最近",
    "Recent Prompts": "最近的提示词",
    "None yet": "暂无",
    "Walk and Run": "行走与奔跑",
    "Turn": "转身",
    "Jump and Climb": "跳跃与攀爬",
    "Kick and Punch": "踢腿与出拳",
    "Everyday": "日常动作",
    "Dance": "舞蹈",
    "Duration": "时长",
    "Length of the motion in seconds": "动作的长度（秒）",
    "{seconds:.1f} s, {frames} frames": "{seconds:.1f} 秒，{frames} 帧",
    "Seed": "随机种子",
    "The same prompt, duration and seed always give the same motion": (
        "相同的提示词、时长和种子总会得到相同的动作"
    ),
    "New Seed": "新种子",
    "Choose another seed, so that the same prompt gives another motion": (
        "换一个种子，让同样的提示词产生另一个动作"
    ),
    "New Seed Each Time": "每次使用新种子",
    "Generate": "生成",
    "Turn the prompt into keyframes on the character that is selected": "把提示词变成所选角色的关键帧",
    "Cancel": "取消",
    "Cancelled": "已取消",
    "Stop the generation and leave the character as it is": "停止生成，角色保持不变",
    "Preparing": "准备中",
    "Step {step} of {steps}": "第 {step} 步，共 {steps} 步",
    "Add Mannequin": "添加人偶",
    "Kinescribe Mannequin": "Kinescribe 人偶",
    "Add a simple figure with a rig, ready to be animated, at the 3D cursor": (
        "在三维游标处添加一个带骨架、可直接制作动画的简单人偶"
    ),
    "Select an armature, or a mesh that an armature deforms": "请选择一个骨架，或由骨架变形的网格",
    "The model does not know these words well: try simpler ones, or look at the examples": (
        "模型不太认识这些词：请换用更简单的词，或参考示例"
    ),
    "Apply": "应用",
    "Apply Again": "重新应用",
    "Apply Motion": "应用动作",
    "Bake the character's last motion again, with the options as they are now and without running the model": (
        "按当前选项重新烘焙该角色的上一个动作，无需再次运行模型"
    ),
    "Start": "起始",
    "At Current Frame": "在当前帧",
    "Start at Current Frame": "从当前帧开始",
    "Frame": "帧",
    "Start Frame": "起始帧",
    "Frame at which the motion begins": "动作开始的帧",
    "Place": "位置",
    "At Character": "在角色处",
    "In Place": "原地",
    "Leave out the travel over the ground": "去掉在地面上的位移",
    "Limit to": "限制为",
    "Selected Bones": "所选骨骼",
    "Only Selected Bones": "仅所选骨骼",
    "Animate the selected bones only and keep the animation of all others": (
        "只为所选骨骼制作动画，保留其他骨骼的动画"
    ),
    "Scene": "场景",
    "Extend Range": "扩展范围",
    "Extend Scene Range": "扩展场景范围",
    "Let the scene end no earlier than the motion does": "让场景的结束不早于动作",
    "Bone Map": "骨骼映射",
    "Detect Bones": "检测骨骼",
    "Find out which bone of the character follows which joint of a motion": (
        "找出角色的哪根骨骼跟随动作的哪个关节"
    ),
    "The bones are recognised when a motion is first applied": "首次应用动作时会自动识别骨骼",
    "Bone": "骨骼",
    "Embedded Model": "内置模型",
    "Runs inside Blender on this computer: no network, no account, nothing to download": (
        "在本机的 Blender 内运行：无需网络、账号或下载"
    ),
    "Credits": "致谢",
    "License": "许可证",
    "Motion Cache": "动作缓存",
    "Generated and imported motions, for applying them again": "已生成和导入的动作，可再次应用",
    "Motions kept: {count}, {size:.1f} MB": "已保存的动作：{count}，{size:.1f} MB",
    "Measure": "统计",
    "Clear": "清空",
    "Pelvis": "骨盆",
    "Spine 1": "脊柱 1",
    "Spine 2": "脊柱 2",
    "Spine 3": "脊柱 3",
    "Neck": "颈部",
    "Head": "头部",
    "Bone Map Specials": "骨骼映射专用项",
    "Accept": "接受",
    "Use the bone map as it stands from now on": "从现在起按目前的骨骼映射使用",
    "Begin at the place and heading that the character has now, instead of the world's origin": (
        "从角色当前的位置和朝向开始，而不是世界原点"
    ),
    "Travel": "位移",
    "Which bone carries the character over the ground": "由哪根骨骼带动角色在地面上移动",
    "Hips": "髋部",
    "The hips carry the travel, and a master bone stays where it is": "位移由髋部承担，主控骨骼保持不动",
    "Root Bone": "根骨骼",
    "The rig's separate root bone takes travel and heading along the ground, as game engines want it": (
        "由骨架独立的根骨骼承担地面上的位移和朝向，符合游戏引擎的要求"
    ),
    "Foot Lock": "锁定双脚",
    "How firmly feet stay where they are planted, on this character's own legs": (
        "双脚着地时固定在原处的程度，按该角色自己的腿计算"
    ),
    "Hand Lock": "锁定双手",
    "How firmly hands stay where the motion holds them still": "动作中双手静止时固定在原处的程度",
    "Limb Keys": "四肢关键帧",
    "Which controls of a control rig are keyed for arms and legs": (
        "为控制骨架的手臂和腿部的哪些控制器添加关键帧"
    ),
    "FK": "FK",
    "Key the rotation of each segment, and switch the limbs to FK": (
        "为每一段的旋转添加关键帧，并将四肢切换到 FK"
    ),
    "IK": "IK",
    "Key hands, feet and their pole targets, and switch the limbs to IK": (
        "为手、脚及其极向目标添加关键帧，并将四肢切换到 IK"
    ),
    "Relaxed Fingers": "放松手指",
    "Curl the fingers a little where the motion says nothing about them": "动作未涉及手指时，让手指略微弯曲",
    "Reduce Keys": "精简关键帧",
    "Keep only the keys that the motion needs, so that it can be edited by hand": (
        "只保留动作所需的关键帧，便于手动编辑"
    ),
    "Tolerance (mm)": "容差（毫米）",
    "Tolerance (°)": "容差（°）",
    "How far, in degrees, a bone may be turned from where it would be with all keys": (
        "骨骼与保留全部关键帧时的朝向最多相差多少度"
    ),
    "Into": "写入",
    "Where the motion is put": "动作写入的位置",
    "Action": "动作",
    "A new Action that plays at once; the one that was there is kept": (
        "新建一个立即播放的动作；原有动作会保留"
    ),
    "NLA Strip": "NLA 片段",
    "A strip on a new NLA track, above what was there": "在原有内容之上的新 NLA 轨道中添加片段",
    "Stash": "隐藏保存",
    "A muted NLA track, for later: what plays now goes on playing": (
        "放入静音的 NLA 轨道备用：当前播放的内容不变"
    ),
    "Blend": "混合",
    "Frames over which the motion comes in from, and goes out to, the animation that was there": (
        "动作从原有动画过渡进入以及过渡回去所用的帧数"
    ),
    "Repeat": "重复",
    "How often the motion is played, each time from where it ended": "动作播放的次数，每次从上一次结束处继续",
    "Clear Bone Map": "清空骨骼映射",
    "Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied": (
        "清除骨骼映射及其参考姿态：应用动作时会重新识别骨骼"
    ),
    "Clear Motion Cache": "清空动作缓存",
    "Delete all motions that are kept; keyframes stay, but can no longer be applied again with other options": (
        "删除所有已保存的动作；关键帧会保留，但无法再用其他选项重新应用"
    ),
    "Export Bone Map": "导出骨骼映射",
    "Write the bone map to a file, for another computer or somebody else": (
        "将骨骼映射写入文件，供其他电脑或他人使用"
    ),
    "Export Motion": "导出动作",
    "Write the motion of the character's action, as it was generated, to a file; or the character itself, as FBX": (
        "将角色动作中的原始生成结果写入文件；或将角色本身导出为 FBX"
    ),
    "A skeleton with its animation, for engines and viewers": "骨架及其动画，供引擎和查看器使用",
    "The character with its meshes and its keys as they are now": "角色及其网格，连同当前的关键帧",
    "Format": "格式",
    "What the name ends in when the file dialog opens": "文件对话框打开时文件名的后缀",
    "SMPL-X parameters as in AMASS": "与 AMASS 相同的 SMPL-X 参数",
    "Joints and their rotations, as motion capture uses": "动作捕捉常用的关节及其旋转",
    "Generate Motion": "生成动作",
    "Bake the motion onto the character when it is there": "动作生成后烘焙到角色上",
    "Import Bone Map": "导入骨骼映射",
    "Give the character a bone map from a file": "从文件为角色载入骨骼映射",
    "Import Motion": "导入动作",
    "Bake a motion file onto the character that is selected: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH or glTF": (
        "将动作文件烘焙到所选角色上：AMASS、SMPL、MDM、Kimodo、GVHMR、WHAM、BVH 或 glTF"
    ),
    "Number": "编号",
    "Which motion to take of a file that holds several; 0 asks, scripts get the first": (
        "文件含有多个动作时取用哪一个；0 表示询问，脚本则取第一个"
    ),
    "Bake the motion onto the character at once": "立即将动作烘焙到角色上",
    "By": "依据",
    "What the bones are recognised by": "识别骨骼的依据",
    "Names": "名称",
    "Their names and, where these are not known, where they are": "骨骼名称；名称未知时依据其位置",
    "Structure": "结构",
    "Where they are alone, whatever their names say": "仅依据位置，不考虑名称",
    "Suggest": "建议",
    "Where the recognition is not sure, put its guess into the bone map to be checked and accepted": (
        "识别不确定时，将猜测填入骨骼映射，供检查和接受"
    ),
    "Measure Motion Cache": "统计动作缓存",
    "Count the motions that are kept and the space they take": "统计已保存的动作及其占用的空间",
    "Mirror Bone Map": "镜像骨骼映射",
    "Fill one side of the bone map from the other, by the bones' names and else by where they are": (
        "用骨骼映射的一侧填充另一侧，优先依据名称，否则依据位置"
    ),
    "Fill": "填充",
    "The side that is replaced": "被替换的一侧",
    "Right from Left": "由左填右",
    "Replace the right side by what mirrors the left": "用左侧的镜像替换右侧",
    "Left from Right": "由右填左",
    "Replace the left side by what mirrors the right": "用右侧的镜像替换左侧",
    "Use Active Bone": "使用活动骨骼",
    "Let the active bone follow this joint": "让活动骨骼跟随此关节",
    "Joint": "关节",
    "Joint of the motion": "动作的关节",
    "Bone that follows the joint": "跟随该关节的骨骼",
    "Separate bone above the hips that carries the whole rig, where there is one": (
        "髋部之上带动整个骨架的独立骨骼（如果有）"
    ),
    "Delete Bone Map Preset": "删除骨骼映射预设",
    "Delete this preset; characters that use it keep their bone maps": (
        "删除此预设；使用它的角色会保留其骨骼映射"
    ),
    "Name": "名称",
    "What the preset is called": "预设的名称",
    "Save Bone Map Preset": "保存骨骼映射预设",
    "Keep the bone map as a preset, for every character that has such bones": (
        "将骨骼映射保存为预设，供所有具有相同骨骼的角色使用"
    ),
    "Select Bone": "选择骨骼",
    "Select the bone in the 3D View, in Pose Mode": "在三维视图的姿态模式中选择该骨骼",
    "Bone Map Presets": "骨骼映射预设",
    "Bone maps that you have saved": "您保存的骨骼映射",
    "Show Document": "显示文档",
    "Show or hide this document below": "在下方显示或隐藏此文档",
    "Use Bone Map Preset": "使用骨骼映射预设",
    "Give the character this bone map": "为角色应用此骨骼映射",
    "Use Current Pose": "使用当前姿态",
    "Use Prompt": "使用提示词",
    "Use this prompt": "使用此提示词",
    "Use Rest Pose": "使用静置姿态",
    "Count the motion's rotations from the armature's rest pose again": (
        "重新以骨架的静置姿态作为动作旋转的起点"
    ),
    "Feet and Hands": "手脚",
    "Action and NLA": "动作与 NLA",
    "Rig": "骨架",
    "Detect by Structure": "按结构检测",
    "Import...": "导入…",
    "Export...": "导出…",
    "Reference": "参考姿态",
    "Captured Pose": "已记录的姿态",
    "Rest Pose": "静置姿态",
    "{family}: {joints} of {total} joints": "{family}：{joints}/{total} 个关节",
    "{family}: {joints} of {total} joints, {sure:.0%} sure": (
        "{family}：{joints}/{total} 个关节，置信度 {sure:.0%}"
    ),
    "By Structure": "按结构识别",
    "The armature has no {bones} any more: detect the bones again, or choose others": (
        "骨架中已没有 {bones}：请重新检测骨骼，或选择其他骨骼"
    ),
    "Chosen for two joints: {bones}": "同时用于两个关节：{bones}",
    "This map is the library's: detect the bones for one that can be changed": (
        "此映射属于库文件：检测骨骼即可得到可修改的映射"
    ),
    "Discard": "放弃",
    "No human body was recognised: choose the bones yourself, then accept": (
        "未识别出人体：请自行选择骨骼，然后接受"
    ),
    "Is this right? Only {sure:.0%} sure. Correct the bones, then accept": (
        "是否正确？置信度仅 {sure:.0%}。请修正骨骼，然后接受"
    ),
    "Doubtful, because {reason}": "存疑，原因：{reason}",
    "No bone for {joints}": "缺少骨骼：{joints}",
    "Go to Object Mode or Pose Mode, then apply the motion": "请进入物体模式或姿态模式，然后应用动作",
    "Detect the bones first": "请先检测骨骼",
    "Choose some bones first": "请先选择一些骨骼",
    "Click the bone in Pose Mode first": "请先在姿态模式中点击骨骼",
    "Go to Object Mode or Pose Mode": "请进入物体模式或姿态模式",
    "Go to Object Mode first": "请先进入物体模式",
    "Relaxed": "放松",
    "Reduce": "精简",
    "Fingers": "手指",
    "Keys": "关键帧",
    "Body": "身体",
    "Left Arm": "左臂",
    "Right Arm": "右臂",
    "Left Leg": "左腿",
    "Right Leg": "右腿",
    "Left Hand": "左手",
    "Right Hand": "右手",
    "Hip": "髋",
    "Knee": "膝",
    "Ankle": "踝",
    "Foot": "脚",
    "Collar": "锁骨",
    "Shoulder": "肩",
    "Elbow": "肘",
    "Wrist": "腕",
    "Jaw": "下颌",
    "Thumb 1": "拇指 1",
    "Thumb 2": "拇指 2",
    "Thumb 3": "拇指 3",
    "Index 1": "食指 1",
    "Index 2": "食指 2",
    "Index 3": "食指 3",
    "Middle 1": "中指 1",
    "Middle 2": "中指 2",
    "Middle 3": "中指 3",
    "Ring 1": "无名指 1",
    "Ring 2": "无名指 2",
    "Ring 3": "无名指 3",
    "Pinky 1": "小指 1",
    "Pinky 2": "小指 2",
    "Pinky 3": "小指 3",
    "Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or A first": (
        "以当前显示的姿态作为旋转起点：静置姿态特殊的骨架请先摆成 T 形或 A 形"
    ),
    "Push Down": "下推",
    "Put the motion into an NLA strip on a new track, so that the next one can be made on top": (
        "将动作放入新轨道上的 NLA 片段，以便在其上制作下一个动作"
    ),
    "Keep the motion on a muted NLA track for later, and play it no longer": (
        "将动作保留在静音的 NLA 轨道中备用，不再播放"
    ),
    "Bake the motion again with only as many keys as the tolerance needs, so that it can be edited by hand": (
        "仅用容差所需的关键帧重新烘焙动作，以便手动编辑"
    ),
    "Un-Bake": "取消烘焙",
    "Take back what Kinescribe made on the character: what was there before is back, and nothing else is changed": (
        "撤回 Kinescribe 在角色上制作的内容：恢复之前的状态，其他一切不变"
    ),
    "All Results": "全部结果",
    "Take back every Action and strip that Kinescribe made on the character, not only the last one": (
        "撤回 Kinescribe 在角色上制作的所有动作和片段，而不仅是最后一个"
    ),
    "Edited Keys Too": "包括已编辑的关键帧",
    "Remove Kinescribe's keys even where they were edited since": "即使关键帧之后被编辑过，也将其移除",
    "Result": "结果",
    "The character's motion after it was applied": "应用后的角色动作",
    "{count} NLA strips": "{count} 个 NLA 片段",
    "The character plays no Action that Kinescribe made": "角色没有播放 Kinescribe 制作的动作",
    "Go to Object Mode or Pose Mode first": "请先切换到物体模式或姿态模式",
    "How far, in millimetres on a body as large as an adult, a joint may be from where it would be with all keys": (
        "关节与保留全部关键帧时的位置最多相差多少毫米（按成人体型计）"
    ),
    **chinese_body.TEXTS,
    **chinese_directing.TEXTS,
    **chinese_doubts.TEXTS,
    **chinese_models.TEXTS,
}
