# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese."""

from __future__ import annotations

CODE = "zh_HANS"

TEXTS: dict[str, str] = {
    # Sidebar, operators and preferences
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
    (
        "Bake the character's last motion again, with the options as they are now and without running the "
        "model"
    ): ("按当前选项重新烘焙该角色的上一个动作，无需再次运行模型"),
    "Start": "起始",
    "At Current Frame": "在当前帧",
    "Start at Current Frame": "从当前帧开始",
    "Frame": "帧",
    "Start Frame": "起始帧",
    "Frame at which the motion begins": "动作开始的帧",
    "Place": "位置",
    "At Character": "在角色处",
    "In Place": "原地",
    "Leave out the movement over the ground": "去掉在地面上的移动",
    "Limit to": "限制为",
    "Selected Bones": "所选骨骼",
    "Only Selected Bones": "仅所选骨骼",
    "Animate the selected bones only and keep the animation of all others": (
        "只为所选骨骼制作动画，保留其他骨骼的动画"
    ),
    "Scene": "场景",
    "Extend Range": "扩展范围",
    "Extend Scene Range": "扩展场景范围",
    "Move the end of the scene to the end of the motion if it is earlier": (
        "若场景结束得更早，则延长到动作结束处"
    ),
    "Bone Map": "骨骼映射",
    "Detect Bones": "检测骨骼",
    "Find out which bone of the character follows which joint of a motion": (
        "找出角色的哪根骨骼跟随动作的哪个关节"
    ),
    "The bones are detected when a motion is first applied": "首次应用动作时会自动识别骨骼",
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
    "Begin at the character's present position and heading, instead of the world's origin": (
        "从角色当前的位置和朝向开始，而不是世界原点"
    ),
    "Root Motion": "根运动",
    "Which bone moves the character over the ground": "由哪根骨骼带动角色在地面上移动",
    "Hips": "髋部",
    "The hips move over the ground, and a root bone stays where it is": "髋部在地面上移动，根骨骼保持不动",
    "Root Bone": "根骨骼",
    "The rig's separate root bone takes position and heading on the ground, as game engines need it": (
        "由骨架独立的根骨骼承担地面上的位置和朝向，符合游戏引擎的需要"
    ),
    "Foot Lock": "锁定双脚",
    "How firmly feet stay in place while they touch the ground": "双脚着地时固定在原处的程度",
    "Hand Lock": "锁定双手",
    "How firmly hands stay in place while the motion holds them still": "动作中双手静止时固定在原处的程度",
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
    "Curl the fingers a little if the motion does not contain fingers": "动作不包含手指时，让手指略微弯曲",
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
    "A new Action that plays at once; the previous one is kept": "新建一个立即播放的动作；原有动作会保留",
    "NLA Strip": "NLA 片段",
    "A strip on a new NLA track above all others": "在所有轨道之上的新 NLA 轨道中添加片段",
    "Stash": "隐藏保存",
    "A muted NLA track, for later; the present animation keeps playing": (
        "放入静音的 NLA 轨道备用；当前动画继续播放"
    ),
    "Blend": "混合",
    "Frames over which the motion is blended with the previous animation at its start and its end": (
        "动作在开头和结尾与原有动画混合的帧数"
    ),
    "Repeat": "重复",
    "How often the motion is played, each time from where it ended": "动作播放的次数，每次从上一次结束处继续",
    "Clear Bone Map": "清空骨骼映射",
    "Forget the bone map and its reference pose: the bones are recognised anew when a motion is applied": (
        "清除骨骼映射及其参考姿态：应用动作时会重新识别骨骼"
    ),
    "Clear Motion Cache": "清空动作缓存",
    (
        "Delete all motions that are kept; keyframes stay, but can no longer be applied again with other "
        "options"
    ): ("删除所有已保存的动作；关键帧会保留，但无法再用其他选项重新应用"),
    "Export Bone Map": "导出骨骼映射",
    "Write the bone map to a file, for another computer or somebody else": (
        "将骨骼映射写入文件，供其他电脑或他人使用"
    ),
    "Export Motion": "导出动作",
    (
        "Write the motion of the character's action, as it was generated, to a file; or the character "
        "itself, as FBX"
    ): ("将角色动作中的原始生成结果写入文件；或将角色本身导出为 FBX"),
    "A skeleton with its animation, for engines and viewers": "骨架及其动画，供引擎和查看器使用",
    "The character with its meshes and its keys as they are now": "角色及其网格，连同当前的关键帧",
    "Format": "格式",
    "File type that is chosen when the file browser opens": "文件浏览器打开时选中的文件类型",
    "SMPL-X parameters as in AMASS": "与 AMASS 相同的 SMPL-X 参数",
    "Joints and their rotations, as motion capture uses": "动作捕捉常用的关节及其旋转",
    "Generate Motion": "生成动作",
    "Bake the motion onto the character when it is generated": "动作生成后烘焙到角色上",
    "Import Bone Map": "导入骨骼映射",
    "Give the character a bone map from a file": "从文件为角色载入骨骼映射",
    "Import Motion": "导入动作",
    (
        "Bake a motion file onto the character that is selected: AMASS, SMPL, MDM, Kimodo, GVHMR, WHAM, BVH "
        "or glTF"
    ): ("将动作文件烘焙到所选角色上：AMASS、SMPL、MDM、Kimodo、GVHMR、WHAM、BVH 或 glTF"),
    "Number": "编号",
    "Which motion to import from a file that holds several; 0: ask, or in a script the first": (
        "文件含有多个动作时取用哪一个；0 表示询问，脚本则取第一个"
    ),
    "Bake the motion onto the character at once": "立即将动作烘焙到角色上",
    "By": "依据",
    "What the bones are recognised by": "识别骨骼的依据",
    "Names": "名称",
    "Their names and, where these are not known, where they are": "骨骼名称；名称未知时依据其位置",
    "Structure": "结构",
    "Only where they are, whatever their names are": "仅依据位置，不考虑名称",
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
    "Use the active bone for this joint": "让活动骨骼跟随此关节",
    "Joint": "关节",
    "Joint of the motion": "动作的关节",
    "Bone that follows the joint": "跟随该关节的骨骼",
    "Separate bone above the hips that moves the whole rig, if there is one": (
        "髋部之上带动整个骨架的独立骨骼（如果有）"
    ),
    "Delete Bone Map Preset": "删除骨骼映射预设",
    "Delete this preset; characters that use it keep their bone maps": (
        "删除此预设；使用它的角色会保留其骨骼映射"
    ),
    "Name": "名称",
    "Name of the preset": "预设的名称",
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
    "The armature no longer has {bones}: detect the bones again, or choose others": (
        "骨架中已没有 {bones}：请重新检测骨骼，或选择其他骨骼"
    ),
    "Chosen for two joints: {bones}": "同时用于两个关节：{bones}",
    "This map belongs to the library: detect the bones to get one that can be edited": (
        "此映射属于库文件：检测骨骼即可得到可编辑的映射"
    ),
    "Discard": "放弃",
    "No human body was detected: choose the bones yourself, then accept": (
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
    (
        "Count rotations from the pose that is shown: for rigs that rest in an odd one, pose them as a T or "
        "A first"
    ): ("以当前显示的姿态作为旋转起点：静置姿态特殊的骨架请先摆成 T 形或 A 形"),
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
    (
        "Take back what Kinescribe made on the character: what was there before is back, and nothing else is "
        "changed"
    ): ("撤回 Kinescribe 在角色上制作的内容：恢复之前的状态，其他一切不变"),
    "All Results": "全部结果",
    "Take back every Action and strip that Kinescribe made on the character, not only the last one": (
        "撤回 Kinescribe 在角色上制作的所有动作和片段，而不仅是最后一个"
    ),
    "Edited Keys Too": "包括已编辑的关键帧",
    "Remove Kinescribe's keys even where they were edited since": "即使关键帧之后被编辑过，也将其移除",
    "Result": "结果",
    "{count} NLA strips": "{count} 个 NLA 片段",
    "The character plays no Action that Kinescribe made": "角色没有播放 Kinescribe 制作的动作",
    "Go to Object Mode or Pose Mode first": "请先切换到物体模式或姿态模式",
    (
        "How far, in millimetres on a body as large as an adult, a joint may be from where it would be with "
        "all keys"
    ): ("关节与保留全部关键帧时的位置最多相差多少毫米（按成人体型计）"),
    # The user's own body model
    "Body Model": "人体模型",
    "Your own SMPL, SMPL-H or SMPL-X model, .npz or .pkl, for showing motions as the mesh of that body": (
        "您自己的 SMPL、SMPL-H 或 SMPL-X 模型（.npz 或 .pkl），用于将动作显示为该人体的网格"
    ),
    "Compute Body": "计算人体",
    "Compute the mesh of your own SMPL or SMPL-X model doing the motion, beside Blender, and show it": (
        "在 Blender 之外用您自己的 SMPL 或 SMPL-X 模型计算该动作的网格并显示"
    ),
    "Stop computing the body": "停止计算人体",
    "Add Body": "添加人体",
    "Show a computed body where the character's motion begins": "在角色动作开始的位置显示计算出的人体",
    "Choose a Python that has PyTorch and smplx in the preferences of Kinescribe first": (
        "请先在 Kinescribe 的偏好设置中选择装有 PyTorch 和 smplx 的 Python"
    ),
    "Choose the file of your SMPL or SMPL-X model in the preferences of Kinescribe first": (
        "请先在 Kinescribe 的偏好设置中选择您的 SMPL 或 SMPL-X 模型文件"
    ),
    "There is no motion to show yet: generate or import one": "还没有可显示的动作：请先生成或导入",
    "A body is being computed: wait for it, or cancel it": "正在计算人体：请等待或取消",
    "Computing the body": "正在计算人体",
    "The body is ready": "人体已就绪",
    "The body was dropped: its scene was removed": "人体已放弃：其场景已被删除",
    "Frame {done} of {total}": "第 {done} 帧，共 {total} 帧",
    # Guides, sequences and variations
    "Directing": "导演",
    "Direct": "导演控制",
    "Path": "路径",
    "Pins": "固定点",
    "Poses": "姿态",
    "Sequence": "序列",
    "Then": "然后",
    "Curve": "曲线",
    "Waypoints": "路径点",
    "Begin": "开始",
    "Total: {length}": "总计：{length}",
    "Curve that the character follows, or an empty whose children are waypoints by their names": (
        "角色跟随的曲线，或其子级按名称依次作为路径点的空物体"
    ),
    "From the Character": "从角色出发",
    "Walk from the character's position to the start of the path, instead of starting on the path": (
        "先从角色所在位置走到路径起点，而不是直接从路径上开始"
    ),
    "Facing": "朝向",
    "Direction that the character faces while it follows the path": "角色沿路径移动时面向的方向",
    "As Prompted": "按提示词",
    "As the prompt describes it, such as sideways or backward": "按提示词所述，例如侧行或后退",
    "Along Path": "沿路径",
    "Always forward along the path": "始终沿路径朝前",
    "Pin": "固定点",
    "Object, usually an empty, that marks the position": "标记位置的物体，通常是空物体",
    "Body part that has to be there": "必须到达该处的身体部位",
    "When": "何时",
    "Frames at which it has to be there": "必须到达该处的帧",
    "At Frame": "在某帧",
    "At one frame": "在单独一帧",
    "At Keys": "在关键帧",
    "At the frames at which the object itself has keys": "在该物体自身有关键帧的各帧",
    "Always": "始终",
    "On every frame, following the object": "在每一帧都跟随该物体",
    "Frame of the scene at which it has to be there": "必须到达该处的场景帧",
    "Active Pin": "活动固定点",
    "Start from Current Pose": "从当前姿态开始",
    "Begin the motion in the character's current pose": "让动作从角色的当前姿态开始",
    "Use Own Keys": "使用自有关键帧",
    "Keep the poses at the keys of the character's own animation": "保留角色自身动画关键帧处的姿态",
    "Keep Selected Bones": "保留所选骨骼",
    "Keep the animation of the selected bones, and generate only the rest of the body": (
        "保留所选骨骼的动画，只生成身体其余部分"
    ),
    "Active Part": "活动部分",
    "Transition": "过渡",
    "Seconds of the transition from one part to the next": "从一个部分过渡到下一部分的秒数",
    "Loop": "循环",
    "End the motion in the pose in which it begins, so that it can be repeated": (
        "让动作以开始时的姿态结束，以便重复播放"
    ),
    "Variations": "变体",
    "Number of motions to generate at once, to choose from": "一次生成多少个动作以供选择",
    "What the character does next; empty: the model decides": "角色接下来做什么；留空则由模型决定",
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
    "Length of the path; 0: as far as an adult walks in the motion's duration": (
        "路径的长度；0 表示成年人在动作时长内走过的距离"
    ),
    "Fit Duration to Path": "按路径调整时长",
    "Make the motion as long as it takes to go along the path": "使动作时长等于走完路径所需的时间",
    "Speed": "速度",
    "Metres a second of an adult: 1.3 is a walk, 3 a run": "成人每秒的米数：1.3 为步行，3 为跑步",
    "Choose or add a path first": "请先选择或添加路径",
    "Add Pin": "添加固定点",
    (
        "Add an empty where a hand, a foot or the hips are now, and let the motion bring them there at this "
        "frame"
    ): ("在手、脚或髋部当前所在处添加空物体，并让动作在此帧把它们带到那里"),
    "Remove Pin": "移除固定点",
    "Remove the pin that is selected in the list, with the empty that Kinescribe added for it": (
        "移除列表中选中的固定点，以及 Kinescribe 为它添加的空物体"
    ),
    "Clear All Guides": "清除全部引导",
    "Remove the path and the pins, and turn off all that directs the motion beside the prompt": (
        "移除路径和固定点，并关闭除提示词外所有引导动作的设置"
    ),
    "Add Part": "添加部分",
    "Add what the character does next": "添加角色接下来的动作",
    "Change Part": "更改部分",
    "Remove the part that is selected in the list, or move it": "移除或移动列表中选中的部分",
    "How many rows to move it down; 0 removes it": "向下移动多少行；0 表示移除",
    "Left Wrist": "左手腕",
    "Right Wrist": "右手腕",
    "Left Ankle": "左脚踝",
    "Right Ankle": "右脚踝",
    "Rows": "行数",
    # Reasons to doubt a bone map
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
    "its front and back, and so its left and right, can hardly be told apart": (
        "难以分辨前后，因此也难以分辨左右"
    ),
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
    # Servers, the worker, their models and captions
    "Model": "模型",
    "Empty: the embedded model; else the name of a server, a slash and the name of its model": (
        "留空为内置模型，否则为“服务器名/模型名”"
    ),
    "Servers and Checkpoints...": "服务器与检查点...",
    "Get Its Models": "获取其模型",
    "This Computer": "本机",
    "This server is not in the preferences: choose another model": "偏好设置中没有此服务器：请选择其他模型",
    "The server does not offer this model: choose another": "服务器不提供此模型：请选择其他模型",
    "What this model can do is not known yet: refresh the models": "尚不清楚此模型的功能：请刷新模型",
    "Restart Worker": "重启工作进程",
    "Start Worker": "启动工作进程",
    "Stop Worker": "停止工作进程",
    "Start the worker with the Python and the checkpoints of the preferences; one that runs is stopped first": (
        "用偏好设置中的 Python 和检查点启动工作进程；正在运行的会先结束"
    ),
    "Stop the worker; it starts again when one of its models is used": "结束工作进程；使用其模型时会再次启动",
    "Show Worker Log": "显示工作进程日志",
    "Open the worker's log in the system's text editor": ("用系统的文本编辑器打开工作进程日志"),
    "Add Checkpoint": "添加检查点",
    "Add the folder of an MDM, DiP or MotionGPT checkpoint": "添加 MDM、DiP 或 MotionGPT 检查点的文件夹",
    "Remove Checkpoint": "移除检查点",
    "Take the selected checkpoint from the list; its files stay": "将所选检查点移出列表；其文件保留",
    "Folder": "文件夹",
    "Choose a Python that has PyTorch first": "请先选择装有 PyTorch 的 Python",
    "The worker is not running": "工作进程未运行",
    "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models": (
        "请在 Kinescribe 的偏好设置中选择装有 PyTorch 的环境的 Python：由它运行他人的模型"
    ),
    "Add Server": "添加服务器",
    "Enter another server that offers motion models over MMCP": "添加通过 MMCP 提供动作模型的服务器",
    "Remove Server": "移除服务器",
    "Forget the selected server and its token": "移除所选服务器及其令牌",
    "Refresh Models": "刷新模型",
    "Ask the servers, and the worker where it runs, which models they have": (
        "查询服务器以及正在运行的工作进程有哪些模型"
    ),
    "Choose Model": "选择模型",
    "Use this model for the motions of this scene": "让此模型生成本场景的动作",
    "Name of one server; empty: all": "服务器名称；留空为全部",
    "Name of the server in the sidebar": "服务器在侧边栏中的名称",
    "Address": "地址",
    "Where the server is, such as http://127.0.0.1:8000 or https://example.org": (
        "服务器所在地址，例如 http://127.0.0.1:8000 或 https://example.org"
    ),
    "Token": "令牌",
    "Access token that the server requires; Blender stores it in its preferences, unencrypted": (
        "服务器要求的令牌；Blender 将其不加密地保存在偏好设置中"
    ),
    "Token Variable": "令牌变量",
    "Name of an environment variable that holds the token, so that it is not stored": (
        "存放令牌的环境变量名称，这样令牌不会被保存"
    ),
    "Checkpoint": "检查点",
    "Checkpoints": "检查点",
    "Folder of an MDM, DiP or MotionGPT checkpoint, with all files that were published with it": (
        "MDM、DiP 或 MotionGPT 检查点的文件夹，旁边需有作者一并发布的文件"
    ),
    "Server": "服务器",
    "Servers": "服务器",
    "Python": "Python",
    "The Python of an environment that has PyTorch: its bin/python, or Scripts\\python.exe": (
        "装有 PyTorch 的环境的 Python：其 bin/python 或 Scripts\\python.exe"
    ),
    "Checkpoints on This Computer": "本机上的检查点",
    "Test": "测试",
    "Restart": "重启",
    "Stop": "停止",
    "Log": "日志",
    "Up to {seconds:g} s, {samples} variations at once, {fps:g} frames a second": (
        "最长 {seconds:g} 秒，一次 {samples} 个版本，每秒 {fps:g} 帧"
    ),
    "Understands: {words}": "支持：{words}",
    "License: {licence}": "许可：{licence}",
    "text alone": "仅文本",
    "paths": "路径",
    "hand and foot targets": "手脚目标",
    "poses": "姿态",
    "loops": "循环",
    "Starting the worker": "工作进程正在启动",
    "Asking the server for its models": "正在向服务器查询模型",
    "Stopping the worker": "工作进程正在结束",
    "The worker runs": "工作进程正在运行",
    "The server answers": "服务器已响应",
    "The server answers, but has no models": "服务器已响应，但没有模型",
    "The worker has written nothing yet: start it first": "工作进程尚无输出：请先启动",
    "Make Environment": "创建环境",
    "Make Environment...": "创建环境...",
    "Download PyTorch into an environment of its own, after you have agreed to what is downloaded": (
        "在您同意下载内容之后，将 PyTorch 下载到独立环境中"
    ),
    "Where the environment is made: a folder that is empty or does not exist": (
        "创建环境的位置：空的或尚不存在的文件夹"
    ),
    "Switch on Allow Online Access in Preferences > System first": "请先在偏好设置 > 系统中允许联网",
    "Downloads PyTorch, transformers, safetensors and the MMCP SDK with pip": (
        "用 pip 下载 PyTorch、transformers、safetensors 和 MMCP SDK"
    ),
    "About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk": (
        "Linux 约 3 GB（含 CUDA），Windows 和 macOS 约 300 MB；磁盘占用约两倍"
    ),
    "They come from the Python Package Index, or from the index that pip uses on this computer": (
        "来自 Python Package Index，或本机 pip 所设置的来源"
    ),
    "Nothing else is changed; to remove it, delete the folder": "不会更改其他内容；删除该文件夹即可移除",
    "Stop making the environment and delete its folder": "停止创建环境并删除其文件夹",
    "Making the environment": "正在创建环境",
    "The environment is ready: add checkpoints, and start the worker": (
        "环境已就绪：请添加检查点并启动工作进程"
    ),
    "Choose the folder of the environment first": "请先选择环境的文件夹",
    "Caption": "动作描述",
    "Caption Action": "描述动作",
    "Describe in words what the character's Action shows, with a MotionGPT checkpoint": (
        "让 MotionGPT 检查点用文字说明角色的动作展示了什么"
    ),
    "Model that writes the caption; empty: the scene's model if it can, else the first that can": (
        "撰写描述的模型；留空：若场景的模型能描述动作则用它，否则用第一个能描述的"
    ),
    "No model here describes motions: add a MotionGPT checkpoint in the preferences, and start the worker": (
        "这里没有能描述动作的模型：请在偏好设置中添加 MotionGPT 检查点，并启动工作进程"
    ),
    "The character has no Action": "角色没有动作",
    "The Action is linked: make it local first": "该动作是链接的：请先将其本地化",
    "An Action is being captioned: wait for it, or cancel it": "正在描述一个动作：请等待或取消",
    "Reading the motion": "正在读取动作",
    "The model describes the motion": "模型正在描述动作",
    "Reading the motion: {done} of {total} frames": "正在读取动作：{done} / {total} 帧",
    "Described: {done} of {total} parts": "已描述：{done} / {total} 段",
    "Stop captioning the Action": "停止描述该动作",
    "Write a caption into an Action": "将描述写入动作",
    "Use as Prompt": "用作提示词",
    (
        "Make the caption the prompt, with the Action's duration; further sentences become the parts that "
        "follow"
    ): ("将描述设为提示词，时长取自该动作；其余句子成为后续各段"),
    "The model wrote no caption for this motion": "模型找不到描述此动作的文字",
    "The caption was dropped: its Action was removed": "描述已丢弃：其动作已被移除",
    "Can also describe motions: see Caption": "还能描述动作：见“动作描述”",
    "Value of its key": "其关键帧的值",
    "Body part that the pin holds": "该固定点固定的身体部位",
    "Bone that has the custom property": "具有该自定义属性的骨骼",
    "Property": "属性",
    "Custom property that is keyed": "添加关键帧的自定义属性",
    "Value": "值",
    "Choose another seed whenever a motion is generated": "每次生成动作时使用另一个种子",
    "Begin the motion at the frame that is current when it is requested": "从请求动作时的当前帧开始",
    # Errors and notes of scene/ and of retargeting
    "Select a character: an armature, or a mesh that an armature deforms": (
        "请选择角色：一个骨架，或由骨架变形的网格"
    ),
    "{name} is not an armature, and no armature deforms it: select a character": (
        "{name} 不是骨架，也没有骨架使其变形：请选择角色"
    ),
    "{name} is linked from another file: make a library override of it, and make it editable": (
        "{name} 链接自另一个文件：请为其创建库重写，并使其可编辑"
    ),
    "{name} is in Edit Mode: leave it, and try again": "{name} 处于编辑模式：请退出后重试",
    "An NLA strip of {name} is being tweaked: leave tweak mode (Tab in the NLA editor) first": (
        "{name} 的一个 NLA 片段正在调整：请先退出调整模式（在 NLA 编辑器中按 Tab）"
    ),
    "The pose of {name} is out of date: enter and leave Edit Mode once": (
        "{name} 的姿态已过期：请进入并退出一次编辑模式"
    ),
    "{name} has no bones: select the armature of a character": "{name} 没有骨骼：请选择角色的骨架",
    "{name} has a scale of zero: set another scale first": "{name} 的缩放为零：请先设置其他缩放",
    "{name} is mirrored by a negative scale: apply the scale with Ctrl+A first": (
        "{name} 因负缩放而镜像：请先用 Ctrl+A 应用缩放"
    ),
    "{name} is not scaled evenly in all directions: apply its scale, or its parent's, with Ctrl+A first": (
        "{name} 在各方向上的缩放不一致：请先用 Ctrl+A 应用其缩放或其父级的缩放"
    ),
    "No bone is selected: select bones in Pose Mode, or turn Only Selected Bones off": (
        "未选择骨骼：请在姿态模式中选择骨骼，或关闭“仅所选骨骼”"
    ),
    "None of the selected bones is in the bone map: select others, or turn Only Selected Bones off": (
        "所选骨骼都不在骨骼映射中：请选择其他骨骼，或关闭“仅所选骨骼”"
    ),
    "All channels that the motion moves are locked on {name}: unlock some": (
        "{name} 上动作所需的通道全部锁定：请解锁一些"
    ),
    "The motion would end beyond Blender's last frame: choose an earlier start frame": (
        "动作将超出 Blender 的最后一帧：请选择更早的起始帧"
    ),
    (
        "F-curves of {action} have modifiers, which can't be blended: bake them, or put the motion into an "
        "NLA strip"
    ): ("{action} 的函数曲线带有修改器，无法混合：请烘焙它们，或将动作放入 NLA 片段"),
    "{name} plays no Action that Kinescribe made: apply a motion first": (
        "{name} 没有播放 Kinescribe 制作的动作：请先应用动作"
    ),
    "{name} uses no Action that Kinescribe made": "{name} 没有使用 Kinescribe 制作的动作",
    "The keys of {action} were edited after baking: reducing them again would lose the edits": (
        "{action} 的关键帧在烘焙后被编辑过：重新精简会丢失这些编辑"
    ),
    "The keys of {action} were edited after baking: turn Edited Keys Too on to remove them all the same": (
        "{action} 的关键帧在烘焙后被编辑过：如仍要移除，请打开“包括已编辑的关键帧”"
    ),
    "Locked channels of these bones were not keyed: {bones}": "以下骨骼的锁定通道未添加关键帧：{bones}",
    "An NLA track plays solo and hides the new Action": "有一条 NLA 轨道处于单独播放状态，遮住了新动作",
    "The object blends its Action with NLA tracks, so that the motion does not play alone": (
        "该物体将其动作与 NLA 轨道混合，因此动作不会单独播放"
    ),
    "Drivers set channels of {bones}: these were not keyed": (
        "{bones} 的部分通道由驱动器控制：这些通道未添加关键帧"
    ),
    "Constraints on {bones} were turned off by keys on their influence": (
        "{bones} 上的约束已通过影响值的关键帧关闭"
    ),
    "Constraints override the keys on {bones}: mute them to see the whole motion": (
        "约束覆盖了 {bones} 的关键帧：请禁用约束以查看完整动作"
    ),
    "{bones} and {count} more": "{bones} 以及另外 {count} 个",
    "{name} has no separate root bone: the hips carry the root motion": (
        "{name} 没有独立的根骨骼：由髋部承担根运动"
    ),
    "{name} has no known IK controls: the limbs got FK keys": (
        "{name} 没有已知的 IK 控制器：四肢使用了 FK 关键帧"
    ),
    "No humanoid bones were recognised in {name}: {reason}": "未在 {name} 中识别出人形骨骼：{reason}",
    "its bone names fit no known rig family, and its structure no human body": (
        "骨骼名称不属于任何已知的骨架类型，结构也不像人体"
    ),
    "{name} looks like a {family} rig, but has no bone for: {joints}": (
        "{name} 看起来是 {family} 骨架，但缺少骨骼：{joints}"
    ),
    "{name} looks like a human body, but has no bone for: {joints}": (
        "{name} 看起来是人体，但缺少骨骼：{joints}"
    ),
    "{name} was recognised with {confidence:.0%} certainty only, because {reason}: check its bone map": (
        "{name} 的识别置信度仅为 {confidence:.0%}，原因：{reason}。请检查其骨骼映射"
    ),
    "{name} was recognised with {confidence:.0%} certainty only: check its bone map": (
        "{name} 的识别置信度仅为 {confidence:.0%}：请检查其骨骼映射"
    ),
    "The bones of {name} are only guessed: check them under Bone Map and accept them": (
        "{name} 的骨骼只是猜测：请在“骨骼映射”中检查并接受"
    ),
    "The bone map of {name} has {bone} for {first} and for {second}: choose another for one of them": (
        "{name} 的骨骼映射将 {bone} 同时用于 {first} 和 {second}：请为其中之一选择其他骨骼"
    ),
    "The bone map of {name} has no bone for {joints}: choose one under Bone Map": (
        "{name} 的骨骼映射缺少 {joints} 的骨骼：请在“骨骼映射”中选择"
    ),
    "{name} no longer has the bones {bones}: map its bones again": (
        "{name} 已没有骨骼 {bones}：请重新映射骨骼"
    ),
    "{name} no longer has the bones {bones} and {count} more: map its bones again": (
        "{name} 已没有骨骼 {bones} 以及另外 {count} 根：请重新映射骨骼"
    ),
    "The mapped bones of {name} stand at the same point: map its bones again": (
        "{name} 映射的骨骼位于同一点：请重新映射骨骼"
    ),
    "The joints of the motion stand at the same point: choose another motion": (
        "动作的关节位于同一点：请选择其他动作"
    ),
    "{name} has none of the bones in this map: it was made for another kind of rig": (
        "{name} 没有此映射中的任何骨骼：它是为另一种骨架制作的"
    ),
    "Give the preset a name": "请为预设命名",
    "The preset {name} could not be deleted ({reason})": "无法删除预设 {name}（{reason}）",
    "{name} has no bone for the {joint}: choose one in its bone map": (
        "{name} 没有“{joint}”的骨骼：请在其骨骼映射中选择"
    ),
    "{path} has no length: move its points apart": "{path} 的长度为零：请将其各点移开",
    (
        "The frames of the waypoints of {path} have to ascend and lie within the motion: change them, or the "
        "duration"
    ): ("{path} 各路径点的帧必须递增且在动作范围内：请更改这些帧或时长"),
    "{pin} pins no frame from {first} to {last}: change its frame or its keys, or remove the pin": (
        "{pin} 在第 {first} 到 {last} 帧之间没有固定任何帧：请更改其帧或关键帧，或移除该固定点"
    ),
    "{name} has no keys of its own from frame {first} to {last}: set some, or turn Use Own Keys off": (
        "{name} 在第 {first} 到 {last} 帧之间没有自有关键帧：请添加，或关闭“使用自有关键帧”"
    ),
    "{name} has keys at {count} frames, which leaves nothing to generate: keep at most {most} of them": (
        "{name} 在 {count} 帧上有关键帧，已没有可生成的内容：请最多保留 {most} 帧"
    ),
    (
        "Keep Selected Bones is on, but no bone of the body is selected: select some in Pose Mode, or turn "
        "it off"
    ): ("“保留所选骨骼”已打开，但未选择身体的骨骼：请在姿态模式中选择，或将其关闭"),
    "{name} is no path: choose a curve with two points or more, or an empty with waypoints as children": (
        "{name} 不是路径：请选择至少有两个点的曲线，或以路径点为子级的空物体"
    ),
    "{name} is a NURBS curve with a thickness: remove its bevel, or use a Bezier curve": (
        "{name} 是带厚度的 NURBS 曲线：请移除其倒角，或使用贝塞尔曲线"
    ),
    "{action} has no keys for {name}: choose another Action": "{action} 没有 {name} 的关键帧：请选择其他动作",
    "{name} has no Action: generate a motion, or assign one": "{name} 没有动作：请生成或指定一个",
    "{action} lasts {seconds:.1f} seconds on {name}: choose an Action of {shortest:g} to {longest:g}": (
        "{action} 在 {name} 上持续 {seconds:.1f} 秒：请选择 {shortest:g} 到 {longest:g} 秒的动作"
    ),
    "The motion is no longer in the cache: generate or import it again": (
        "该动作已不在缓存中：请重新生成或导入"
    ),
    "The motion in the cache is damaged: generate or import it again": "缓存中的动作已损坏：请重新生成或导入",
    "The Action does not name a cached motion: generate or import it again": (
        "该动作未指向缓存中的动作：请重新生成或导入"
    ),
    "The motion could not be saved ({reason}): free some disk space and try again": (
        "无法保存动作（{reason}）：请释放磁盘空间后重试"
    ),
    "{mesh} does not belong to {cache}: compute the body again": "{mesh} 与 {cache} 不匹配：请重新计算人体",
    "The position of the body can't be read: compute the body again": "无法读取人体的位置：请重新计算人体",
    # Errors and reports of operators/
    "Deleted {count} motions": "已删除 {count} 个动作",
    "{file} is missing: install Kinescribe again": "缺少 {file}：请重新安装 Kinescribe",
    "There is no motion to apply yet: generate or import one": "还没有可应用的动作：请先生成或导入",
    "The character was removed: select another, then apply the motion": (
        "角色已被删除：请选择其他角色，然后应用动作"
    ),
    "{action}: {count} frames on {name}": "{action}：{name} 上 {count} 帧",
    "Kinescribe has a bug: {error}": "Kinescribe 出现错误：{error}",
    "{name} shows the motion": "{name} 显示该动作",
    "Computing the body was cancelled": "已取消计算人体",
    "{file} can't be read ({reason}): choose your SMPL or SMPL-X model in the preferences": (
        "无法读取 {file}（{reason}）：请在偏好设置中选择您的 SMPL 或 SMPL-X 模型"
    ),
    "Saved the bone map as {name}": "骨骼映射已保存为 {name}",
    "Wrote {file}": "已写入 {file}",
    "{name} has no bones called {bones}": "{name} 没有名为 {bones} 的骨骼",
    "The bone map is empty: detect the bones, or choose some, first": "骨骼映射为空：请先检测或选择骨骼",
    "Choose a file": "请选择文件",
    "The bone map of {name} has no row for joint {joint!r}: detect its bones again": (
        "{name} 的骨骼映射没有关节 {joint!r} 的条目：请重新检测骨骼"
    ),
    "{name}: {count} joints have a bone": "{name}：{count} 个关节有骨骼",
    "No bone was found for {joints}": "未找到骨骼：{joints}",
    "The joint has no bone yet: choose one first": "该关节还没有骨骼：请先选择",
    "{name} has no bone called {bone}": "{name} 没有名为 {bone} 的骨骼",
    "{bone} is hidden in the 3D View": "{bone} 在三维视图中被隐藏",
    "The bone map is empty: fill one side, then mirror it": "骨骼映射为空：请先填充一侧，再镜像",
    "{count} joints of the right side changed": "右侧 {count} 个关节已更改",
    "{count} joints of the left side changed": "左侧 {count} 个关节已更改",
    "{name} is hidden: show it, then select its bones": "{name} 被隐藏：请先显示，再选择其骨骼",
    "Captioning the Action was cancelled": "已取消描述动作",
    "Making the environment was cancelled": "已取消创建环境",
    "{name} has no action: generate or import a motion first": "{name} 没有动作：请先生成或导入",
    "Blender's FBX add-on is off: switch it on in the Preferences, under Add-ons": (
        "Blender 的 FBX 插件已关闭：请在偏好设置的插件中启用"
    ),
    "{file} could not be written: {reason}": "无法写入 {file}：{reason}",
    "Read {count} frames at {fps:g} per second": "已读取 {count} 帧，每秒 {fps:g} 帧",
    "{name} has no motion of Kinescribe's: generate or import one first": (
        "{name} 没有 Kinescribe 的动作：请先生成或导入"
    ),
    "The keys were edited since: the file holds the motion as it was generated": (
        "关键帧之后被编辑过：文件包含的是最初生成的动作"
    ),
    "A motion is being generated: wait for it, or cancel it": "正在生成动作：请等待或取消",
    "The model hardly knows these words: the motion may not be what they say": (
        "模型不太认识这些词：动作可能与其不符"
    ),
    "The motion could not be applied to {name}": "无法将动作应用到 {name}",
    "Generated {seconds:.1f} s": "已生成 {seconds:.1f} 秒",
    "The motion was dropped: another file was opened": "动作已放弃：打开了另一个文件",
    "The motion was dropped: {name} was removed": "动作已放弃：{name} 已被删除",
    "There are more than {count} parts: remove some": "部分超过 {count} 个：请移除一些",
    "{name} is a strip on an NLA track now": "{name} 现在是 NLA 轨道上的片段",
    "{name} is kept on a muted NLA track": "{name} 保留在静音的 NLA 轨道上",
    "{action}: {count} keys are left": "{action}：剩余 {count} 个关键帧",
    "{name} is without {actions} again": "{name} 已不再使用 {actions}",
    "{action} stays with the keys that were added to it by hand": "{action} 保留，含手动添加的关键帧",
    "There is no server yet: enter one in the preferences of Kinescribe": (
        "还没有服务器：请在 Kinescribe 的偏好设置中添加"
    ),
    "There is no server {name} in the preferences": "偏好设置中没有服务器 {name}",
    # Errors of requests, constraints and resampling
    "The motion has no joint called {joint}: map its joints to SMPL names first": (
        "动作没有名为 {joint} 的关节：请先将其关节映射到 SMPL 名称"
    ),
    "The motion would have more than {limit} frames: repeat it less often": (
        "动作将超过 {limit} 帧：请减少重复次数"
    ),
    (
        "The motion lasts {seconds:.3g} seconds, which is more than {limit} frames at {fps:g} a second: cut "
        "it into parts or lower the frame rate"
    ): ("动作持续 {seconds:.3g} 秒，按每秒 {fps:g} 帧超过 {limit} 帧：请分段或降低帧率"),
    "The prompt is empty: describe what the character should do": "提示词为空：请描述角色要做什么",
    "The prompt has {count} characters: shorten it to {limit}": (
        "提示词有 {count} 个字符：请缩短到 {limit} 个"
    ),
    "A duration of {seconds} seconds is not possible: enter a positive number": (
        "时长不能为 {seconds} 秒：请输入正数"
    ),
    "A frame rate of {fps} is not possible: enter a positive number": "帧率不能为 {fps}：请输入正数",
    "The request has no segments: describe what the character should do": (
        "请求没有任何片段：请描述角色要做什么"
    ),
    "{model} accepts at most {limit} prompt(s) in one request": "{model} 一次最多接受 {limit} 个提示词",
    "{model} does not support segments of the type {type}": "{model} 不支持 {type} 类型的片段",
    "{model} does not support constraints of the type {type}": "{model} 不支持 {type} 类型的条件",
    "{model} makes {shortest:g} to {longest:g} seconds, not {seconds:.3g}: change the duration": (
        "{model} 可生成 {shortest:g} 到 {longest:g} 秒，而不是 {seconds:.3g} 秒：请更改时长"
    ),
    "{seconds:.3g} seconds at {fps:g} frames a second are more than {limit} frames: lower the frame rate": (
        "{seconds:.3g} 秒按每秒 {fps:g} 帧超过 {limit} 帧：请降低帧率"
    ),
    "{model} makes 1 to {limit} samples in one request": "{model} 一次生成 1 到 {limit} 个变体",
    "{model} cannot make loops": "{model} 无法生成循环动作",
    "An effector target cannot hold the joint {joint!r}: choose one of {choices}": (
        "固定点无法固定关节 {joint!r}：请从 {choices} 中选择"
    ),
    "The pose at frame {frame} has the joint {joint!r}, which the model does not have: leave it out": (
        "第 {frame} 帧的姿态包含模型没有的关节 {joint!r}：请去掉它"
    ),
    "The constraint {constraint} has no frames: give it at least one": (
        "条件 {constraint} 没有帧：请至少指定一帧"
    ),
    "The frames of the constraint {constraint} have to ascend": "条件 {constraint} 的帧必须递增",
    (
        "The constraint {constraint} is at frame {frame}, but the motion has frames 0 to {last}: move it, or "
        "make the motion longer"
    ): ("条件 {constraint} 位于第 {frame} 帧，但动作只有第 0 到 {last} 帧：请移动它，或延长动作"),
    "The constraint {constraint} needs {width} number(s) for each of its {count} frame(s)": (
        "条件 {constraint} 的 {count} 帧中每帧需要 {width} 个数值"
    ),
    "The constraint {constraint} has a number that is not finite or beyond {largest:g}": (
        "条件 {constraint} 含有非有限或超过 {largest:g} 的数值"
    ),
    "The constraint {constraint} has a rotation that is a quaternion of length zero": (
        "条件 {constraint} 的旋转是长度为零的四元数"
    ),
    "OpenBLAS is not installed": "未安装 OpenBLAS",
    "OpenBLAS cannot be loaded ({error})": "无法加载 OpenBLAS({error})",
    "OpenBLAS calculates wrongly on this processor": "OpenBLAS 在此处理器上计算有误",
    ("Generating is slow here: {reason}. Install the zip of Kinescribe that is made for this system"): (
        "在此处生成较慢:{reason}。请安装适用于此系统的 Kinescribe zip"
    ),
    "OpenBLAS is not unpacked completely: disable Kinescribe in the preferences and enable it again": (
        "OpenBLAS 未完整解压:请在偏好设置中停用并重新启用 Kinescribe"
    ),
}
