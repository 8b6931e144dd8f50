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
    "Baking the Motion": "正在烘焙动作",
    "Step {step} of {steps}": "第 {step} 步，共 {steps} 步",
    "Add Mannequin": "添加人偶",
    "Kinescribe Mannequin": "Kinescribe 人偶",
    "Add a simple figure with a rig, ready to be animated, at the 3D cursor": (
        "在三维游标处添加一个带骨架、可直接制作动画的简单人偶"
    ),
    "Select an armature, or a mesh that an armature deforms": "请选择一个骨架，或由骨架变形的网格",
    "The model does not know how to show {parts}: it made the nearest motion that it knows": (
        "模型不会表现 {parts}：已生成它所知道的最接近的动作"
    ),
    "So long a text rarely comes out complete: look at {parts} first, or ask for less at a time": (
        "这么长的文本很少能完整呈现：请先检查 {parts}，或一次少写一些"
    ),
    "The model did not understand {words}: the motion leaves it out": (
        "模型没有理解 {words}：动作中未包含该内容"
    ),
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
    "The root bone, or the object if it is the root, moves over the ground and turns, for game engines": (
        "由根骨骼（如果物体就是根，则由物体）在地面上移动和转向，供游戏引擎使用"
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
    "Pose Keys": "姿态关键帧",
    "Give all bones their keys at the same frames, so that each is a pose of the whole body": (
        "所有骨骼的关键帧位于相同的帧，每个都是全身的姿态"
    ),
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
    "How often the motion is played, each time from where it ended": (
        "动作播放的次数，每次从上一次结束处继续"
    ),
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
        "Bake motion files onto the selected character, a take for each: SMPL family, results of "
        "estimators, BVH, glTF"
    ): ("将动作文件烘焙到所选角色上，每个文件一条：SMPL 系列、姿态估计结果、BVH、glTF"),
    "Up": "向上",
    "Axis of the file that points up": "文件中指向上方的轴",
    "Automatic": "自动",
    "Judge by how the body stands in the motion": "依据身体在动作中站立的方向判断",
    "Forward": "向前",
    "Axis of the file that becomes the character's forward direction": "文件中成为角色前方的轴",
    "Keep the directions of the file": "保留文件中的方向",
    "Unit": "单位",
    "Length unit of the file": "文件的长度单位",
    "Judge by the size of the body": "依据身体的大小判断",
    "Metres": "米",
    "Centimetres": "厘米",
    "Millimetres": "毫米",
    "Inches": "英寸",
    "Frame Rate": "帧率",
    "Frames per second of the file; 0: as it says": "文件每秒的帧数；0 表示以文件为准",
    "Floor": "地面",
    "What becomes the floor of the character": "什么成为角色的地面",
    "The file's zero, unless the body floats above it or is sunk into it all the time": (
        "文件的零点，除非身体始终浮在其上或陷入其中"
    ),
    "As in File": "与文件一致",
    "The file's zero": "文件的零点",
    "Lowest Point": "最低点",
    "The lowest point of the motion": "动作的最低点",
    "Keep T-Pose": "保留 T 姿势",
    "Keep a T-pose that comes before the motion": "保留动作之前的 T 姿势",
    "Trim Start (s)": "裁去开头（秒）",
    "Seconds at the beginning of the file that are left out": "文件开头舍去的秒数",
    "Trim End (s)": "裁去结尾（秒）",
    "Second of the file at which the motion ends; 0: at its last frame": "动作在文件的第几秒结束；0 表示到最后一帧",
    "Nothing is left between {start:g} and {end:g} s: the motion lasts {seconds:.2f} s": (
        "{start:g} 到 {end:g} 秒之间没有内容：动作时长为 {seconds:.2f} 秒"
    ),
    "A motion can't be trimmed to {start:g} - {end:g} s": "无法将动作裁剪为 {start:g} - {end:g} 秒",
    "The end ({end:g} s) is not after the start ({start:g} s)": "结束（{end:g} 秒）不在起始（{start:g} 秒）之后",
    "Armature": "骨架",
    "Import from Armature": "从骨架导入",
    "Bake what another armature of the scene does onto the selected character, as a take": (
        "将场景中另一骨架的动作作为镜次烘焙到所选角色上"
    ),
    "Kinescribe Motion from Armature": "来自骨架的 Kinescribe 动作",
    "Armature whose motion is read; empty: the other one that is selected, or the only other one": (
        "读取其动作的骨架；留空则为另一个选中的骨架，或唯一的其他骨架"
    ),
    "First frame that is read; with both 0 all frames with keys or strips, else those of the scene": (
        "读取的第一帧；两者均为 0 时为有关键帧或片段的所有帧，否则为场景的帧"
    ),
    "Last frame that is read; with both 0 all frames with keys or strips, else those of the scene": (
        "读取的最后一帧；两者均为 0 时为有关键帧或片段的所有帧，否则为场景的帧"
    ),
    "The scene has no other armature": "场景中没有其他骨架",
    "Choose the armature whose motion is read: select it beside the character": (
        "请选择读取其动作的骨架：将它与角色一同选中"
    ),
    "{name} can't be its own source: choose another armature": "{name} 不能以自己为来源：请选择另一个骨架",
    "The scene has no armature {name}": "场景中没有骨架 {name}",
    "The end ({end}) is not after the start ({start}): choose other frames": (
        "结束（{end}）不在起始（{start}）之后：请选择其他帧"
    ),
    "Frames {first} to {last} are more than {limit:g} seconds: choose fewer": (
        "第 {first} 到 {last} 帧超过 {limit:g} 秒：请减少帧数"
    ),
    "Assign Shortcut": "指定快捷键",
    "Choose a key over the 3D View for this button": "为此按钮选择 3D 视图中的按键",
    "Import Folder": "导入文件夹",
    "Copy Import Report": "复制导入报告",
    "Copy what was read from the last imported file, and what was assumed, as text for a bug report": (
        "将上次导入的文件中读到的内容和所作的假设复制为文本，用于错误报告"
    ),
    "Import a motion file first": "请先导入动作文件",
    "Copied the report of the last import": "已复制上次导入的报告",
    "File": "文件",
    "Number": "编号",
    "Which motion to import from a file that holds several; 0: ask, or in a script the first": (
        "文件含有多个动作时取用哪一个；0 表示询问，脚本则取第一个"
    ),
    "All Motions": "全部动作",
    "Import all people, samples or animations of a file that holds several, a take for each": (
        "导入文件中的所有人物、变体或动画，每个成为一个镜次"
    ),
    "{file} holds {count} motions, at most {limit} are imported together: import one by its number": (
        "{file} 含有 {count} 个动作，一次最多导入 {limit} 个：请按编号导入其中一个"
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
    "Text Encoder": "文本编码器",
    "What reads prompts for ARDY. Empty: the small text encoder that was downloaded. Otherwise the name of a "
    "server of the list, the word Worker for the models on this computer, a folder with another text encoder, or "
    "a file with prompts that were read before (.npz)": (
        "由什么为 ARDY 读取提示词。留空：已下载的小型文本编码器。否则为列表中服务器的名称、表示本机模型的单词"
        " Worker、包含其他文本编码器的文件夹，或包含先前已读取提示词的文件（.npz）"
    ),
    "{name} uses the operation {operation}, which is not supported: choose the text encoder that was "
    "published for ARDY": ("{name} 使用了不受支持的运算 {operation}：请选择为 ARDY 发布的文本编码器"),
    "{name} holds {what}, which is not supported: choose the text encoder that was published for ARDY": (
        "{name} 含有不受支持的内容（{what}）：请选择为 ARDY 发布的文本编码器"
    ),
    "An operation in {name} is not valid ({operation}): download it again, or choose another text encoder": (
        "{name} 中有无效的运算（{operation}）：请重新下载，或选择其他文本编码器"
    ),
    "{name} asks for more memory or work than a text encoder needs ({operation}): choose the text "
    "encoder that was published for ARDY": (
        "{name} 要求的内存或计算量超过文本编码器所需（{operation}）：请选择为 ARDY 发布的文本编码器"
    ),
    "{name} wants another input than a sentence ({input}): choose the text encoder that was published "
    "for ARDY": ("{name} 需要句子以外的输入（{input}）：请选择为 ARDY 发布的文本编码器"),
    "{name} does not compute its result: choose the text encoder that was published for ARDY": (
        "{name} 没有计算出结果：请选择为 ARDY 发布的文本编码器"
    ),
    "{name} is written in version {version} of ONNX's operations: export it with version {expected}": (
        "{name} 采用 ONNX 运算的第 {version} 版：请以第 {expected} 版导出"
    ),
    "{name} is another network than a text encoder for ARDY: choose the one that was published for it": (
        "{name} 不是 ARDY 的文本编码器：请选择为其发布的那一个"
    ),
    "{name} describes another tokenizer than BERT's: choose the files of the small text encoder": (
        "{name} 描述的不是 BERT 的分词器：请选择小型文本编码器的文件"
    ),
    "{name} has {key}: {value}, which is not supported: choose the files of the small text encoder": (
        "{name} 中的 {key}: {value} 不受支持：请选择小型文本编码器的文件"
    ),
    "{name} does not fit the text encoder's configuration ({key}): use the files that belong together": (
        "{name} 与文本编码器的配置不符（{key}）：请使用配套的文件"
    ),
    "{name} has more tokens than the text encoder knows: use the files that belong together": (
        "{name} 的词元多于文本编码器所知：请使用配套的文件"
    ),
    "The folder {folder} holds no text encoder: choose the folder that the small text encoder was "
    "downloaded to": ("文件夹 {folder} 中没有文本编码器：请选择下载小型文本编码器的文件夹"),
    "The folder {folder} lacks {name}: download the text encoder again": (
        "文件夹 {folder} 缺少 {name}：请重新下载文本编码器"
    ),
    "{name} is damaged or not complete: download it again": ("{name} 已损坏或不完整：请重新下载"),
    "{name} has more than {megabytes} MB, which a text encoder's file never has: choose another one": (
        "{name} 超过 {megabytes} MB，文本编码器的文件不会这么大：请选择其他文件"
    ),
    "There is not enough memory for {name}: close other programs and try again": (
        "内存不足以读取 {name}：请关闭其他程序后重试"
    ),
    "The text encoder gave numbers that are not finite: download it again, or choose another one": (
        "文本编码器给出了非有限的数：请重新下载，或选择其他编码器"
    ),
    "The text encoder gave no vector for each prompt: choose another one": (
        "文本编码器没有为每个提示词给出向量：请选择其他编码器"
    ),
    "{name} holds no stored vectors ({reason}): choose another file": (
        "{name} 不含存储的向量（{reason}）：请选择其他文件"
    ),
    "{name} holds vectors with numbers that are not finite: make it again": (
        "{name} 的向量含有非有限的数：请重新生成"
    ),
    "Find Models": "查找模型",
    "Find out which models are installed": "查明已安装哪些模型",
    "{source} is no text encoder: choose a folder, a file of stored vectors (.npz), or the address of a server": (
        "{source} 不是文本编码器：请选择文件夹、存储向量的文件（.npz）或服务器地址"
    ),
    "{name} holds no vector for the prompt {prompt}: add it, or choose a text encoder": (
        "{name} 中没有提示词 {prompt} 的向量：请添加，或选择文本编码器"
    ),
    "{name} holds no stored vectors: it has to have the arrays prompts (n) and vectors (n, width)": (
        "{name} 不含存储的向量：需要数组 prompts (n) 和 vectors (n, 宽度)"
    ),
    "{host} has no text encoder at this address: check the address in the preferences": (
        "{host} 在此地址没有文本编码器：请检查偏好设置中的地址"
    ),
    "{host} does not answer with vectors: check that it is a text encoder for ARDY": (
        "{host} 没有返回向量：请确认它是 ARDY 的文本编码器"
    ),
    "No word of the prompt {prompt} is known: write it in English": (
        "提示词 {prompt} 中没有已知的词：请用英文书写"
    ),
    "Faster ARDY": "更快的 ARDY",
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
    "Poses": "姿态",
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
    "Body part that has to be there": "必须到达该处的身体部位",
    "When": "何时",
    "Frames at which it has to be there": "必须到达该处的帧",
    "At Frame": "在某帧",
    "At one frame": "在单独一帧",
    "At Keys": "在关键帧",
    "At the frames at which the object itself has keys": "在该物体自身有关键帧的各帧",
    "Always": "始终",
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
    "Fit Duration to Text": "按文本调整时长",
    "Make the motion as long as everything takes that the prompt describes": "使动作时长足够完成提示词描述的全部内容",
    "Fit Duration to Path": "按路径调整时长",
    "Make the motion as long as it takes to go along the path": "使动作时长等于走完路径所需的时间",
    "Speed": "速度",
    "Metres a second of an adult: 1.3 is a walk, 3 a run": "成人每秒的米数：1.3 为步行，3 为跑步",
    "Choose or add a path first": "请先选择或添加路径",
    "Left Palm": "左手掌",
    "Right Palm": "右手掌",
    "Left Sole": "左脚掌",
    "Right Sole": "右脚掌",
    "Object that is held or touched, or an empty that marks the position": (
        "被握住或触碰的物体，或标记位置的空物体"
    ),
    "Use": "使用",
    "Let the pin guide the motion": "让固定点引导动作",
    "Let the waypoint guide the motion": "让路径点引导动作",
    "Let the path guide the motion": "让路径引导动作",
    "Let the pose guide the motion": "让姿态引导动作",
    "In Range": "在范围内",
    "From the first to the last frame, following the object": "从第一帧到最后一帧，跟随物体",
    "On every frame of the motion, following the object": "在动作的每一帧，跟随物体",
    "Frame of the scene at which it has to be there, or the first one": "必须到达的场景帧，或第一帧",
    "Last frame of the scene at which it has to be there": "必须停留的场景最后一帧",
    "Offset": "偏移",
    "Where on the object it has to be, in the object's own space": "在物体上的位置，以物体自身空间表示",
    "Orientation": "朝向",
    "Keep the hand or foot turned as it was when the pin was set, and turning with the object": (
        "保持手或脚在设置固定点时的朝向，并随物体转动"
    ),
    "Rotation": "旋转",
    "Waypoint": "路径点",
    "Object that marks the place; its arrow is the direction that the character faces": (
        "标记地点的物体；箭头是角色面朝的方向"
    ),
    "Face in the direction of the arrow there": "在该处面朝箭头方向",
    "At a Frame": "在某一帧",
    "Pass the waypoint at a frame; off: when the distance says so": "在某一帧经过路径点；关闭：由距离决定",
    "Frame of the scene at which the character is there": "角色到达该处的场景帧",
    "{pin} has no finite position: check its scale and its parents": (
        "{pin} 没有有限的位置：请检查其缩放和父级"
    ),
    "{pin} ends at frame {last}, before it begins at {first}: change its frames": (
        "{pin} 在第 {last} 帧结束，早于第 {first} 帧开始：请修改其帧"
    ),
    "{pin} is out of reach by {distance:.0f} cm at frames {first} to {last}: move it, or the character": (
        "{pin} 在第 {first} 至 {last} 帧超出可及范围 {distance:.0f} 厘米：请移动它或角色"
    ),
    "{object} stands in the way at frames {first} to {last}: the body passes through it": (
        "{object} 在第 {first} 至 {last} 帧挡住去路：身体穿过了它"
    ),
    (
        "{waypoint} is {distance:.1f} m beside {path}: move it onto the path, or hide one of them in the list"
    ): ("{waypoint} 偏离 {path} {distance:.1f} 米：请把它移到路径上，或在列表中隐藏其中之一"),
    (
        "Hold a hand, a foot or the hips to the other selected object; without one, add an empty where it "
        "is now"
    ): ("把手、脚或髋部固定在另一个选中的物体上；没有则在当前位置添加空物体"),
    "Hold": "保持",
    "Frames for which it is held, from the current frame on": "从当前帧起保持的帧数",
    "Frames for which a hand or foot is held, from the current frame on": "从当前帧起手或脚保持的帧数",
    "Pins": "固定点",
    "Add Waypoint": "添加路径点",
    "Add a place that the character passes, ahead of the last one or of the character": (
        "在最后一个路径点或角色前方添加角色经过的地点"
    ),
    "Distance": "距离",
    "How far ahead the waypoint is": "路径点在前方多远",
    (
        "Remove the path, the waypoints and the pins, and turn off all that directs the motion "
        "beside the prompt"
    ): ("移除路径、路径点和固定点，并关闭提示词以外引导动作的一切"),
    "1 Waypoint": "1 个路径点",
    "{count} Waypoints": "{count} 个路径点",
    "The character has no guides: add a path, a waypoint or a pin first": (
        "角色没有引导：请先添加路径、路径点或固定点"
    ),
    "There is no guide {number}: choose one from 0 to {last}": "没有引导 {number}：请选择 0 到 {last}",
    "The object of this guide was deleted: delete the guide too": "此引导的物体已被删除：请将引导也删除",
    "Its object was deleted": "其物体已被删除",
    "{name} is hidden: show it first": "{name} 已隐藏：请先显示",
    "Draw Guides": "绘制引导",
    "Draw Guide": "绘制引导",
    "Next Take": "下一个镜次",
    "Previous Take": "上一个镜次",
    "Pie Menu": "饼菜单",
    (
        "Let the character play the next or the previous take of the list; after the last one comes the first"
    ): ("让角色播放列表中的下一个或上一个镜次；最后一个之后是第一个"),
    "Steps": "步数",
    "How many takes further down in the list": "在列表中向下多少个镜次",
    "Guides": "引导",
    "Active Guide": "活动引导",
    "The guide whose settings are shown": "显示其设置的引导",
    "Show in the 3D View which way paths lead and when, and what pins hold": (
        "在三维视图中显示路径的走向和时间，以及固定点固定了什么"
    ),
    "Show in the 3D View": "在三维视图中显示",
    "Pose": "姿态",
    "Index": "索引",
    "Shared": "共享",
    "Guide": "引导",
    "Which guide of the list; -1: the active one": "列表中的哪个引导；-1：活动的",
    "Select Guide": "选择引导",
    "Select the object of this guide and nothing else, so that it can be moved and edited": (
        "只选择此引导的物体，以便移动和编辑"
    ),
    "Go to Guide": "转到引导",
    "Go to the first frame of this guide, and show it in the view": "转到此引导的第一帧，并在视图中显示",
    "Delete Guide": "删除引导",
    "Remove this guide, and the object that Kinescribe added for it; an object of yours stays": (
        "移除此引导及 Kinescribe 为其添加的物体；你自己的物体会保留"
    ),
    (
        "Drag over the floor to draw a path, click to set a waypoint, drag a hand or a foot to what "
        "it has to hold"
    ): ("在地面上拖动以绘制路径，单击以设置路径点，把手或脚拖到要固定的物体上"),
    (
        "Drag over the floor to draw a path, click to set a waypoint (Shift drag: facing where you "
        "drag), drag a hand or a foot to what it has to hold"
    ): (
        "在地面上拖动以绘制路径，单击以设置路径点（按住 Shift "
        "拖动：面朝拖动方向），把手或脚拖到要固定的物体上"
    ),
    "Drag": "拖动",
    "What dragging over the floor makes": "在地面上拖动会产生什么",
    "A curve that the character follows": "角色跟随的曲线",
    "A place to pass, facing where you drag": "要经过的地点，面朝拖动方向",
    "Keep the hand or foot turned as it is now, and turning with the object": (
        "保持手或脚现在的朝向，并随物体转动"
    ),
    "There is no floor under the mouse: look at it from above": "鼠标下方没有地面：请从上方观察",
    "The path is too short: drag further over the floor": "路径太短：请在地面上拖得更远",
    "{joint} holds {name} from frame {first} to {last}": "{joint} 在第 {first} 至 {last} 帧固定在 {name}",
    "Draw guides with the mouse in a 3D View; scripts add paths, waypoints and pins": (
        "请在三维视图中用鼠标绘制引导；脚本可添加路径、路径点和固定点"
    ),
    "Add Pin": "添加固定点",
    "Clear All Guides": "清除全部引导",
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
    "constraints act on most of its bones, which may follow controls": (
        "大多数骨骼带有约束，可能跟随控制骨骼"
    ),
    "its trunk does not stand upright above its legs": "躯干没有直立在腿的上方",
    "its arms reach the floor": "手臂碰到了地面",
    "its knees bend backward": "膝盖向后弯",
    "its legs are bent like a bird's": "腿像鸟腿一样弯曲",
    "the names of its bones are those of an animal": "骨骼名称是动物的",
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
    "Servers and Other Models...": "服务器和其他模型…",
    "Get Its Models": "获取其模型",
    "This Computer": "本机",
    "This server is not in the preferences: choose another model": "偏好设置中没有此服务器：请选择其他模型",
    "The server does not offer this model: choose another": "服务器不提供此模型：请选择其他模型",
    "What this model can do is not known yet: refresh the models": "尚不清楚此模型的功能：请刷新模型",
    "Restart Models": "重启模型",
    "Start Models": "启动模型",
    "Stop Models": "停止模型",
    "Start the models of the list with the Python above; if they run already, they are started again": (
        "用上方的 Python 启动列表中的模型；若已在运行则重新启动"
    ),
    "Stop the models and free their memory; they start again when one of them is used": (
        "停止模型并释放内存；使用其中之一时会再次启动"
    ),
    "Show Log": "显示日志",
    "Open a text with what the models reported while they ran, to find out why one fails": (
        "打开模型运行时所报告内容的文本，以查明失败原因"
    ),
    "Add Model Folder": "添加模型文件夹",
    "Add the folder of a downloaded MDM, DiP, MotionGPT or Kimodo model": (
        "添加下载的 MDM、DiP、MotionGPT 或 Kimodo 模型的文件夹"
    ),
    "Remove Model Folder": "移除模型文件夹",
    "Take the selected folder from the list; its files stay": "从列表中移除所选文件夹；其文件保留",
    "Folder": "文件夹",
    "Choose the Python above first, or copy the command that installs one": (
        "请先选择上方的 Python，或复制安装它的命令"
    ),
    "The models are not running": "模型未在运行",
    "Choose a Python that has PyTorch in the preferences of Kinescribe: it runs other people's models": (
        "请在 Kinescribe 的偏好设置中选择装有 PyTorch 的环境的 Python：由它运行他人的模型"
    ),
    "Add Server": "添加服务器",
    "Enter another server that offers motion models over MMCP": "添加通过 MMCP 提供动作模型的服务器",
    "Remove Server": "移除服务器",
    "Forget the selected server and its access key": "删除所选服务器及其访问密钥",
    "Refresh Models": "刷新模型",
    "Ask the servers, and this computer if its models run, which models they have": (
        "询问服务器以及本机（若其模型在运行）有哪些模型"
    ),
    "Choose Model": "选择模型",
    "Use this model for the motions of this scene": "让此模型生成本场景的动作",
    "Name of one server; empty: all": "服务器名称；留空为全部",
    "Name of the server in the sidebar": "服务器在侧边栏中的名称",
    "Address": "地址",
    "Where the server is, such as http://127.0.0.1:8000 or https://example.org": (
        "服务器所在地址，例如 http://127.0.0.1:8000 或 https://example.org"
    ),
    "Programs that make motions for Kinescribe, on this or on other computers": (
        "为 Kinescribe 生成动作的程序，在本机或其他电脑上"
    ),
    "Access Key": "访问密钥",
    "Password that the server's owner gave you, often called token or API key; empty if there is none. Blender "
    "stores it in its preferences, where others who use this computer can read it": (
        "服务器所有者提供的密码，常称为令牌或 API 密钥；没有则留空。Blender 将其保存在偏好设置中，使用这台电"
        "脑的其他人可以读取"
    ),
    "Use a Language Model": ("使用语言模型"),
    "Let a language model, such as one on this computer, divide long prompts into actions; where it fails, "
    "Kinescribe does that itself": (
        "让语言模型（例如本机上的）把长提示词拆分为动作；失败时由 Kinescribe 自行完成"
    ),
    "Where the language model is: the default is Ollama on this computer; any service with the interface of "
    "OpenAI works. Without /chat/completions at the end; other computers need Allow Online Access": (
        "语言模型的地址：默认为本机上的 Ollama；任何具有 OpenAI 接口的服务均可。末尾不带 /chat/completions；"
        "其他电脑需要允许联网访问"
    ),
    "Name of the language model, as its server lists it": ("语言模型在其服务器上的名称"),
    "Language Model": ("语言模型"),
    "Every prompt is sent to this address": ("每条提示词都会发送到此地址"),
    "Name the language model in the preferences of Kinescribe, or switch Use a Language Model off": (
        "请在 Kinescribe 的偏好设置中填写语言模型名称，或关闭“使用语言模型”"
    ),
    "The language model at {host} refuses (HTTP {status}): the prompt was broken down without it": (
        "位于 {host} 的语言模型拒绝了请求（HTTP {status}）：提示词未经它拆分"
    ),
    "The language model at {host} gave no breakdown: the prompt was broken down without it": (
        "位于 {host} 的语言模型没有给出拆分：提示词未经它拆分"
    ),
    "Key in Variable": "变量中的密钥",
    "Instead of the access key: name of an environment variable of the system that contains it, so that Blender "
    "does not store it": ("代替访问密钥：包含密钥的系统环境变量名称，这样 Blender 不会保存它"),
    "Model Folder": "模型文件夹",
    "Model Folders": "模型文件夹",
    "Folder of a downloaded MDM, DiP, MotionGPT or Kimodo model, with all files that were published with it": (
        "下载的 MDM、DiP、MotionGPT 或 Kimodo 模型的文件夹，包含随其发布的所有文件"
    ),
    "Server": "服务器",
    "Servers": "服务器",
    "Python": "Python",
    "This Python computes ARDY with fewer digits (bfloat16) where that is faster: on graphics cards and on "
    "processors made for it. Motions differ a little from those that are computed inside Blender": (
        "该 Python 以较低精度（bfloat16）计算 ARDY，前提是这样更快：在显卡和支持它的处理器上。动作与在 Blende"
        "r 内计算的略有不同"
    ),
    "Program that runs these models: a Python with PyTorch, which Copy Command below installs. Its file is "
    "bin/python, on Windows Scripts\\python.exe": (
        "运行这些模型的程序：带有 PyTorch 的 Python，可用下方的命令安装。其文件为 bin/python，在 Windows 上为"
        " Scripts\\python.exe"
    ),
    "Other Models on This Computer": "本机上的其他模型",
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
    "Starting the models": "正在启动模型",
    "Asking the server for its models": "正在向服务器查询模型",
    "Stopping the models": "正在停止模型",
    "The models run": "模型正在运行",
    "The server answers": "服务器已响应",
    "The server answers, but has no models": "服务器已响应，但没有模型",
    "There is no log yet: press Start first": "还没有日志：请先按启动",
    "Copy Command": "复制命令",
    "Copy a command that installs a Python with PyTorch. You run it yourself, in a terminal": (
        "复制安装带有 PyTorch 的 Python 的命令。需自行在终端中运行"
    ),
    "No such Python yet? One command installs it": "还没有这样的 Python？一条命令即可安装",
    "Paste the command into a terminal; Kinescribe itself installs nothing": (
        "请将命令粘贴到终端中；Kinescribe 本身不安装任何内容"
    ),
    "Paste the command into PowerShell; Kinescribe itself installs nothing": (
        "请将命令粘贴到 PowerShell 中；Kinescribe 本身不安装任何内容"
    ),
    "It downloads PyTorch and three small packages: transformers, safetensors and the MMCP SDK": (
        "它会下载 PyTorch 和三个小软件包：transformers、safetensors 和 MMCP SDK"
    ),
    "Copied the command: run it in a terminal, and press Start when it has ended": (
        "命令已复制：请在终端中运行，结束后点击启动"
    ),
    "About 3 GB on Linux (with CUDA), 300 MB on Windows and macOS; twice that on disk": (
        "Linux 约 3 GB（含 CUDA），Windows 和 macOS 约 300 MB；磁盘占用约两倍"
    ),
    "They come from pypi.org, or from where Python on this computer gets its packages": (
        "它们来自 pypi.org，或本机 Python 获取软件包的来源"
    ),
    "Nothing else is changed; to remove it, delete the folder": "不会更改其他内容；删除该文件夹即可移除",
    "Caption": "动作描述",
    "Caption Action": "描述动作",
    "Describe in words what the character's Action shows, with a MotionGPT model": (
        "用 MotionGPT 模型以文字描述角色动作的内容"
    ),
    "Model that writes the caption; empty: the scene's model if it can, else the first that can": (
        "撰写描述的模型；留空：若场景的模型能描述动作则用它，否则用第一个能描述的"
    ),
    "No model here describes motions: add the folder of a MotionGPT model in the preferences, and press Start": (
        "此处没有能描述动作的模型：请在偏好设置中添加 MotionGPT 模型的文件夹，然后按启动"
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
    "Constraints move {bones} otherwise than the motion does: mute them to see the whole motion": (
        "约束使 {bones} 的运动与动作不同：请禁用这些约束以查看完整动作"
    ),
    "A part of {part} hangs on the bone {bone}, which stays where it is: choose Root Bone as Root Motion, or give that "
    "part another bone": (
        "{part} 的一部分绑定在骨骼 {bone} 上，而该骨骼不动：请将“根运动”设为“根骨骼”，"
        "或把该部分绑定到其他骨骼"
    ),
    "{file} took too long to import: export the skeleton alone": ("导入 {file} 耗时过长：请只导出骨架"),
    "{file} holds no skeleton: export the character with its bones": ("{file} 不含骨架：请连同骨骼导出角色"),
    "{file} holds no animation: export it with its keys": ("{file} 不含动画：请连同关键帧导出"),
    "{file} holds too long a motion: cut it into parts": ("{file} 中的动作过长：请分段"),
    "{file} is FBX as text, which this Blender can't read: export it as binary FBX": (
        "{file} 是文本格式的 FBX，此版本的 Blender 无法读取：请导出为二进制 FBX"
    ),
    "{file} can't be imported by Blender (exit status {status}): export it again": (
        "Blender 无法导入 {file}（退出状态 {status}）：请重新导出"
    ),
    "{file} is larger than {limit} MB: export the skeleton alone, without meshes": (
        "{file} 大于 {limit} MB：请只导出骨架，不含网格"
    ),
    "Blender could not be started: {reason}": ("无法启动 Blender：{reason}"),
    "{file} has numbers that are not finite: export it again": ("{file} 含有非有限数值：请重新导出"),
    "{file} can't be read: {reason}": "无法读取 {file}：{reason}",
    "Limit Rotation constraints hold {bones} back: mute them to see the whole motion": (
        "限定旋转约束限制了 {bones}：请禁用约束以查看完整动作"
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
    (
        "The hips of {name} became the armature object when the file was imported: in Edit Mode add a bone there, "
        "and make it the parent of the spine and of both legs"
    ): ("导入文件时 {name} 的髋部变成了骨架物体：请在编辑模式中于该处添加一根骨骼，并设为脊柱和双腿的父级"),
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
    "The prompts have {count} characters, more than the {limit} that are served at once: shorten them": (
        "提示词共 {count} 个字符，超过一次可处理的 {limit} 个：请缩短"
    ),
    "Folder in which a file is written for each motion, in background mode; empty: only takes are made": (
        "后台模式下为每个动作写入文件的文件夹；留空则只生成镜次"
    ),
    "Action (.blend)": "动作 (.blend)",
    "The Action alone, to append or link": "仅动作数据块，可追加或链接",
    "Type of the files whose name states none": "文件名未注明类型时的文件类型",
    "A batch writes files in background mode: start blender --background": (
        "批处理只在后台模式下写入文件：请用 blender --background 启动"
    ),
    "{failed} of {count} motions failed: {folder} has the reasons in results.jsonl": (
        "{count} 个动作中有 {failed} 个失败：原因见 {folder} 中的 results.jsonl"
    ),
    "Wrote {count} files, {before} were there": "已写入 {count} 个文件，{before} 个原已存在",
    "Job {number}: there is no file {file}": "任务 {number}：没有文件 {file}",
    "Job {number}: {file} can't be read ({reason})": "任务 {number}：无法读取 {file}（{reason}）",
    "Job {number}: {file} has no armature": "任务 {number}：{file} 中没有骨架",
    "Two root paths are {distance:.1f} m apart at frame {frame}: send one place for each frame": (
        "两条根路径在第 {frame} 帧相距 {distance:.1f} 米：请每帧只给出一个位置"
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
    "{action} has no keys for {name}: choose another Action": (
        "{action} 没有 {name} 的关键帧：请选择其他动作"
    ),
    "{name} has no Action: generate a motion, or assign one": "{name} 没有动作：请生成或指定一个",
    "{action} lasts {seconds:.1f} seconds on {name}: choose an Action of {shortest:g} to {longest:g}": (
        "{action} 在 {name} 上持续 {seconds:.1f} 秒：请选择 {shortest:g} 到 {longest:g} 秒的动作"
    ),
    "The motion is no longer in the cache: generate or import it again": (
        "该动作已不在缓存中：请重新生成或导入"
    ),
    "The motion in the cache is damaged: generate or import it again": (
        "缓存中的动作已损坏：请重新生成或导入"
    ),
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
    "The motion was not applied, because something was undone meanwhile: apply it again": (
        "动作未应用，因为期间有操作被撤销：请重新应用"
    ),
    "{name} was changed while the motion was baked: apply the motion again": (
        "烘焙动作时 {name} 已被更改：请重新应用动作"
    ),
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
    "The take would have more than {limit} frames: continue it for a shorter time": (
        "该镜次将超过 {limit} 帧：请缩短续接时长"
    ),
    "{model} can't be given poses, so it can't continue a take or redo a range: choose another model": (
        "{model} 无法接受姿态，因此不能续接镜次或重做区间：请选择其他模型"
    ),
    "The range ends at frame {end}, before its start {start}: swap them": (
        "区间在第 {end} 帧结束，早于起始帧 {start}：请互换"
    ),
    "The range {start} to {end} is not within the take, which has frames {first} to {last}: change the range": (
        "区间 {start} 到 {end} 不在镜次之内，镜次为第 {first} 到 {last} 帧：请更改区间"
    ),
    "The range has {count} frame(s), too few to move in: choose at least {shortest}": (
        "区间只有 {count} 帧，不足以完成动作：请至少选择 {shortest} 帧"
    ),
    "The part {prompt!r} ends at frame {end} and starts at {start}: it has no length": (
        "部分 {prompt!r} 在第 {end} 帧结束，却从第 {start} 帧开始：它没有长度"
    ),
    "The part {prompt!r} starts at frame {start}, before the take's first frame {first}: move it": (
        "部分 {prompt!r} 从第 {start} 帧开始，早于镜次的第一帧 {first}：请移动它"
    ),
    "The part {prompt!r} ends at frame {end}, after the take's last frame {last}: move it": (
        "部分 {prompt!r} 在第 {end} 帧结束，晚于镜次的最后一帧 {last}：请移动它"
    ),
    "The parts {first!r} and {second!r} overlap at frame {frame}: move one of them": (
        "部分 {first!r} 与 {second!r} 在第 {frame} 帧重叠：请移动其中之一"
    ),
    "The take is not on the model's body: read its poses from the character first": (
        "该镜次不是模型的身体：请先从角色读取其姿态"
    ),
    "There is no part number {number}: the take has {count}": (
        "没有第 {number} 个部分：该镜次共有 {count} 个"
    ),
    "The take would have more than {limit} frames: choose a shorter part": (
        "该镜次将超过 {limit} 帧：请选择更短的部分"
    ),
    "The model's body has no joint called {joint}: leave it out": (
        "模型的身体没有名为 {joint} 的关节：请去掉它"
    ),
    "The hips carry the whole body: choose other joints, or redo the whole body": (
        "髋部带动整个身体：请选择其他关节，或重做整个身体"
    ),
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
    "Takes": "镜次",
    "Use Take": "使用镜次",
    "Let the character play this take, at the frames at which it was made": (
        "让角色播放此镜次，位于生成时的帧"
    ),
    "Take": "镜次",
    "Which take of the list, the first is 0": "列表中的哪个镜次，第一个为 0",
    "Delete Take": "删除镜次",
    "Delete this take and its Action; if it plays, what was there before is back": (
        "删除此镜次及其动作；若正在播放，则恢复之前的内容"
    ),
    "Star Take": "标记镜次",
    "Mark this take as one to be kept, or remove the mark": "将此镜次标记为保留，或取消标记",
    "Its Action was deleted": "其动作已被删除",
    "Frames {first} to {last}: {prompt} (seed {seed})": "第 {first} 至 {last} 帧：{prompt}（种子 {seed}）",
    "Bones {first} to {last}: {prompt} (seed {seed})": "骨骼，第 {first} 至 {last} 帧：{prompt}（种子 {seed}）",
    "as before": "与之前相同",
    "Seed {seed}, frames {first} to {last}": "种子 {seed}，第 {first} 至 {last} 帧",
    "The character has no takes yet: generate a motion": "角色还没有镜次：请生成一个动作",
    "{name} plays {action}, frames {first} to {last}": "{name} 播放 {action}，第 {first} 至 {last} 帧",
    "{action} was deleted": "{action} 已删除",
    "The take was removed from the list, and its Action stays where it is used": (
        "镜次已从列表移除，其动作在使用处保留"
    ),
    "{name} has no takes yet: generate a motion": "{name} 还没有镜次：请生成一个动作",
    "{name} has no take {number}: choose one from 0 to {last}": (
        "{name} 没有镜次 {number}：请选择 0 到 {last}"
    ),
    "The Action of this take was deleted: delete the take, or generate it again": (
        "此镜次的动作已被删除：请删除镜次，或重新生成"
    ),
    "{count} bones of the take are no longer on {name}": "镜次中的 {count} 根骨骼已不在 {name} 上",
    "{action} holds no motion: generate or import it again": "{action} 不含动作数据：请重新生成或导入",
    "The motion that is stored in the .blend is damaged: generate or import it again": (
        "存储在 .blend 中的动作已损坏：请重新生成或导入"
    ),
    "The motion is too large to be stored in the .blend": "动作太大，无法存储在 .blend 中",
    "Frame at which a new take begins; a take that was made keeps its place": (
        "新镜次开始的帧；已有镜次保持其位置"
    ),
    "As the Take": "同当前镜次",
    "Where the take that plays begins; the first one at the playhead": (
        "从正在播放的镜次的起点开始；第一个从播放头开始"
    ),
    "Playhead": "播放头",
    "At the current frame": "在当前帧",
    "After the Take": "镜次之后",
    "After the last frame of the take that plays": "在正在播放的镜次的最后一帧之后",
    "At the frame that is entered": "在输入的帧",
    # Models that are downloaded
    "Download Model": "下载模型",
    "Download this model after you have read its terms and agreed to them": (
        "在您阅读并同意其条款之后下载此模型"
    ),
    "Id of the model, such as ardy": "模型的标识，例如 ardy",
    "I Have Read the Terms and Agree": "我已阅读条款并同意",
    "Nothing is downloaded without it": "不勾选就不会下载任何内容",
    "Terms": "条款",
    "Model Page": "模型页面",
    "Stop the download; another one goes on where it ended": "停止下载；下次会从中断处继续",
    "Use Folder": "使用文件夹",
    "Use a folder that already holds this model, where it is": "在原处使用已含此模型的文件夹",
    "Folder with the model's files": "含有模型文件的文件夹",
    "Remove Model": "移除模型",
    "Delete what was downloaded of this model; a folder of your own is left as it is": (
        "删除此模型已下载的内容；您自己的文件夹保持不变"
    ),
    "Download...": "下载...",
    "From Folder...": "从文件夹...",
    "Remove...": "移除...",
    "Download It...": "下载...",
    "Installed in {folder}, {size:.0f} MB": "安装于 {folder}，{size:.0f} MB",
    "Good at: {text}": "擅长：{text}",
    "Download: {size}; memory: {memory}": "下载：{size}；内存：{memory}",
    "Territory: {text}": "地域：{text}",
    "Quality": "质量",
    "How much time a downloaded model takes for a motion": "下载的模型为一段动作花费多少时间",
    "Draft": "草稿",
    "4 steps: quick, for trying out": "4 步：快速，用于试验",
    "Good": "良好",
    "7 steps": "7 步",
    "Best": "最佳",
    "10 steps: as many as the model was made for": "10 步：模型设计的步数",
    (
        "Empty: the embedded model; ardy: the downloaded model ARDY; else the name of a server, a slash and "
        "the name of its model"
    ): ("空：内置模型；ardy：下载的模型 ARDY；否则为服务器名、斜杠和其模型名"),
    "ARDY or its text encoder is not installed: download both in the preferences of Kinescribe": (
        "ARDY 或其文本编码器尚未安装：请在 Kinescribe 的偏好设置中下载这两者"
    ),
    "This model is being downloaded, checked or removed: wait for it, or cancel it": (
        "正在下载、检查或移除此模型：请等待或取消"
    ),
    "There is no model {model}": "没有模型 {model}",
    "Nothing is downloaded before you have read the terms and agreed to them": (
        "在您阅读并同意条款之前不会下载任何内容"
    ),
    "Choose the folder of the model first": "请先选择模型的文件夹",
    "Asking the model hub for its files": "正在向模型库询问其文件",
    "Checking the folder": "正在检查文件夹",
    "Checking the model": "正在检查模型",
    "Removing the model": "正在移除模型",
    "{done:.0f} of {total:.0f} MB": "{done:.0f} / {total:.0f} MB",
    "{model} is ready: {size:.0f} MB": "{model} 已就绪：{size:.0f} MB",
    "{model} was removed": "{model} 已移除",
    "A motion model that learned from 700 hours of recordings; it runs inside Blender on the processor": (
        "从 700 小时录制中学习的动作模型；在 Blender 内用处理器运行"
    ),
    "Actions in short English sentences, one after the other, with paths, poses and pins": (
        "一句接一句的简短英文动作描述，可配合路径、姿态和固定点"
    ),
    "0.4 to 0.9 GB": "0.4 到 0.9 GB",
    "1 GB while it generates, given back when it is not used": "生成时 1 GB，不使用时归还",
    "NVIDIA Open Model License: commercial use allowed, no claim on what you make": (
        "NVIDIA Open Model License：允许商用，对您的作品不主张权利"
    ),
    "The licence excludes no country; export law applies": "许可不排除任何国家；适用出口法律",
    "Reads prompts for ARDY: a network of 22 million weights that imitates one of 8 billion": (
        "为 ARDY 读取提示词：一个 2200 万权重的网络，模仿 80 亿权重的网络"
    ),
    "Plain English sentences about motions; needed by ARDY": "关于动作的简单英文句子；ARDY 需要它",
    "0.1 GB": "0.1 GB",
    "0.2 GB while it reads a prompt": "读取提示词时 0.2 GB",
    "Meta Llama 3 Community License, NVIDIA Open Model License and Apache License 2.0": (
        "Meta Llama 3 Community License、NVIDIA Open Model License 和 Apache License 2.0"
    ),
    "The licences exclude no country; above 700 million users Meta asks for a licence of its own": (
        "许可不排除任何国家；用户超过 7 亿时 Meta 要求单独许可"
    ),
    "{model} is not installed: download it in the preferences of Kinescribe, or choose its folder there": (
        "{model} 尚未安装：请在 Kinescribe 的偏好设置中下载，或在那里选择其文件夹"
    ),
    "Blender's online access is off: switch on Allow Online Access in Preferences > System first": (
        "Blender 的在线访问已关闭：请先在 偏好设置 > 系统 中开启允许在线访问"
    ),
    "{host} refers to {address}, which does not belong to it: log in to your network in a browser, then try again": (
        "{host} 指向不属于它的 {address}：请先在浏览器中登录网络，然后重试"
    ),
    "The connection to {host} is not safe ({reason}): log in to your network in a browser, or choose another network": (
        "到 {host} 的连接不安全（{reason}）：请在浏览器中登录网络，或换一个网络"
    ),
    "{host} can't be reached ({reason}): check your connection, and try again": (
        "无法连接 {host}（{reason}）：请检查连接后重试"
    ),
    "The download from {host} failed ({reason}): try again": "从 {host} 下载失败（{reason}）：请重试",
    "{host} redirects too often: try again later": "{host} 重定向过多：请稍后重试",
    "{host} broke off in the middle of the download: try again, it goes on where it ended": (
        "{host} 在下载中途断开：请重试，会从中断处继续"
    ),
    "{host} sends hardly anything: try again later, the download goes on where it ended": (
        "{host} 几乎不发送数据：请稍后重试，会从中断处继续"
    ),
    "{host} gives {name} to members only: log in and download it in a browser, and use From Folder": (
        "{host} 只向成员提供 {name}：请在浏览器中登录并下载，然后使用“从文件夹”"
    ),
    "{host} has no {name} any more: get the model in another way, and use From Folder": (
        "{host} 不再有 {name}：请用其他方式获取模型，然后使用“从文件夹”"
    ),
    "{host} is busy ({status}): try again in some minutes": "{host} 繁忙（{status}）：请几分钟后重试",
    "A web page came in place of the file from {host}: log in to your network in a browser, then try again": (
        "从 {host} 收到的是网页而不是文件：请先在浏览器中登录网络，然后重试"
    ),
    "{host} does not answer as a model hub does: try again later, or use From Folder": (
        "{host} 的回答不像模型库：请稍后重试，或使用“从文件夹”"
    ),
    "The disk with {folder} is full: make space and try again, the download goes on where it ended": (
        "{folder} 所在磁盘已满：请腾出空间后重试，会从中断处继续"
    ),
    "The download needs {needed:.1f} GB, but the disk with {folder} has only {free:.1f} GB free: make space": (
        "下载需要 {needed:.1f} GB，但 {folder} 所在磁盘只剩 {free:.1f} GB：请腾出空间"
    ),
    "{file} can't be written: {reason}": "无法写入 {file}：{reason}",
    "{folder} can't be written ({reason}): check the folder and its permissions": (
        "无法写入 {folder}（{reason}）：请检查该文件夹及其权限"
    ),
    "{file} came damaged: its hash is not the one that {host} states; try again, or use another network": (
        "{file} 已损坏：其校验值与 {host} 所述不符；请重试或换一个网络"
    ),
    "{file} from {host} has another size than stated: try again later, or use another network": (
        "来自 {host} 的 {file} 大小与所述不同：请稍后重试或换一个网络"
    ),
    "There is no folder {folder}: choose another one": "没有文件夹 {folder}：请另选一个",
    "{folder} has no {file}, so it is not the whole model {model}: choose another folder, or download it": (
        "{folder} 中没有 {file}，不是完整的模型 {model}：请另选文件夹或下载它"
    ),
    "There is not enough memory for {model}: close other programs and try again": (
        "内存不足以运行 {model}：请关闭其他程序后重试"
    ),
    "There is not enough memory for ARDY: close other programs, or use the embedded model": (
        "内存不足以运行 ARDY：请关闭其他程序，或使用内置模型"
    ),
    "Only this guide; empty: all of them": "仅此引导；留空：全部",
    "Continue Take": "继续镜次",
    "Go on after the last frame of the take that plays: a new take, in which all earlier frames are as they were": (
        "在正在播放的镜次的最后一帧之后继续：生成新镜次，之前的所有帧保持不变"
    ),
    "What the character does next; empty: the character's prompt": "角色接下来做什么；留空：角色的提示词",
    "Duration (s)": "时长（秒）",
    "Length of the new frames in seconds": "新帧的长度（秒）",
    "-1: another one for each take": "-1：每个镜次使用不同的种子",
    "Export Parts": "导出分段",
    "Write the parts of the sequence to a table (prompt, start, end in seconds) or to subtitles": (
        "将序列的分段写入表格（提示词、开始、结束，单位秒）或字幕"
    ),
    "Table (.csv)": "表格 (.csv)",
    "Prompt, start and end in seconds, for spreadsheets": "提示词、开始与结束（秒），用于电子表格",
    "Subtitles (.srt)": "字幕 (.srt)",
    "For video editors": "用于视频编辑软件",
    "Put the motions that were generated onto their characters": "将生成的动作应用到各自的角色",
    "Parts": "分段",
    "Which parts of the sequence are made": "生成序列的哪些分段",
    "All": "全部",
    "The whole sequence, as a new take": "整个序列，作为新镜次",
    "Changed": "已更改",
    "Parts that differ from the take that plays, and that are not locked": (
        "与正在播放的镜次不同且未锁定的分段"
    ),
    "Active": "活动",
    "The part that is selected in the list": "列表中选中的分段",
    "Arrive": "抵达",
    "Parts after one that is made again stay where they are; off: they move along": (
        "重新生成的分段之后的分段保持原位；关闭：随之移动"
    ),
    "Another Seed": "另一个种子",
    "Choose another seed, for another take": "选择另一个种子，生成另一个镜次",
    "Import Parts": "导入分段",
    "Read the parts of the sequence from a table (prompt, start, end in seconds) or from subtitles": (
        "从表格（提示词、开始、结束，单位秒）或字幕读取序列的分段"
    ),
    "Keep Variation": "保留变体",
    "Make a take of this variation, at the frame at which it was asked for": (
        "将此变体作为镜次，位于请求时的帧"
    ),
    "Variation": "变体",
    "Which variation, the first is 0": "哪个变体，第一个为 0",
    "Redo Range": "重做范围",
    "Make a range of frames of the take that plays again: a new take, in which all other frames are as they were": (
        "重新生成正在播放的镜次的一段帧：生成新镜次，其他所有帧保持不变"
    ),
    "First frame; with both 0 it is the preview range, or the range of the selected keys": (
        "第一帧；两者均为 0 时使用预览范围或所选关键帧的范围"
    ),
    "End": "结束",
    "Last frame; with both 0 it is the preview range, or the range of the selected keys": (
        "最后一帧；两者均为 0 时使用预览范围或所选关键帧的范围"
    ),
    "What the new frames show; empty: what the take shows there": "新帧的内容；留空：镜次在该处的内容",
    "Frames over which new frames meet those that stay": "新帧与保留帧衔接的帧数",
    "Make the selected bones alone again; the hips and all other bones stay as they are": (
        "仅重新生成所选骨骼；髋部和其他所有骨骼保持不变"
    ),
    "Split into Parts": "拆分为分段",
    "Make a part of each action that a text tells, in their order; each can be changed and timed afterwards": (
        "将文本叙述的每个动作依次变为一个分段；之后均可修改和调整时间"
    ),
    "Text": "文本",
    "The text; empty: the character's prompt": "文本；留空：角色的提示词",
    "Make several motions from the same prompt with different seeds, to choose from; none is applied yet": (
        "用不同种子从同一提示词生成多个动作以供选择；暂不应用"
    ),
    "Count": "数量",
    "Number of motions": "动作数量",
    "The keys of the take": "镜次的关键帧",
    "What the motion was made from": "动作的来源",
    "Seed of the motion": "动作的种子",
    "Frame at which the take begins": "镜次开始的帧",
    "Last frame of the take": "镜次的最后一帧",
    "Star": "星标",
    "Mark the take as one to be kept": "将镜次标记为保留",
    "Model that made the motion": "生成动作的模型",
    "Made": "生成时间",
    "When the take was made": "镜次的生成时间",
    "What the character does in this part; empty: the model decides": "角色在此分段做什么；留空：由模型决定",
    "First frame of the part": "分段的第一帧",
    "Last frame of the part": "分段的最后一帧",
    "The same part and seed give the same motion": "相同的分段和种子得到相同的动作",
    "Lock": "锁定",
    "Keep the part as it is when others are made again": "重新生成其他分段时保持此分段不变",
    "Mute": "静音",
    "Leave out the prompt: the model decides": "忽略提示词：由模型决定",
    "Active Take": "活动镜次",
    "The take that the character plays: choose another to see it at the same frames": (
        "角色播放的镜次：选择另一个可在相同帧查看"
    ),
    "What this character should do, as one English sentence": "此角色要做什么，用一句英语描述",
    "Frames": "帧",
    "Length of the motion in frames of the scene": "动作长度（场景帧数）",
    "Task": "任务",
    "What the button does": "按钮的作用",
    "Make a new take from the prompt or the parts": "根据提示词或分段生成新镜次",
    "Continue": "继续",
    "Go on after the take that plays, which stays as it is": "在正在播放的镜次之后继续，该镜次保持不变",
    "Make a range of frames again; all other frames stay as they are": "重新生成一段帧；其他所有帧保持不变",
    "Redo Bones": "重做骨骼",
    "Make the selected bones again; all others stay as they are": "重新生成所选骨骼；其他骨骼保持不变",
    "First frame that is made again": "重新生成的第一帧",
    "Last frame that is made again; both 0: the preview range, or the selected keys": (
        "重新生成的最后一帧；两者均为 0：预览范围或所选关键帧"
    ),
    "Go to Object Mode or Pose Mode, then generate the motion": "请切换到物体模式或姿态模式，然后生成动作",
    "Choose the frames to be made again: enter start and end, set a preview range, or select keys": (
        "请选择要重新生成的帧：输入开始和结束、设置预览范围或选择关键帧"
    ),
    "No part of {name} was changed: change its prompt, its seed or its length": (
        "{name} 没有更改的分段：请更改提示词、种子或长度"
    ),
    "The take has {made} parts and {name} has {count}: generate all of them": (
        "镜次有 {made} 个分段，而 {name} 有 {count} 个：请全部生成"
    ),
    "A part at an end of the sequence is muted: unmute it, or generate all parts": (
        "序列一端的分段已静音：请取消静音，或生成所有分段"
    ),
    "{name} plays no take: generate one, or choose one from its list": (
        "{name} 没有播放镜次：请生成一个，或从列表中选择"
    ),
    "{name} plays no take: choose one from its list": "{name} 没有播放镜次：请从列表中选择",
    "{name} plays something else meanwhile: show the take, then try again": (
        "{name} 此时正在播放其他内容：请显示该镜次后重试"
    ),
    "{action}: frames {first} to {last} are new": "{action}：第 {first} 至 {last} 帧为新生成",
    "There are no variations: make some first": "没有变体：请先生成",
    "There is no variation {number}: choose one from 0 to {last}": "没有变体 {number}：请选择 0 到 {last}",
    "No bone of the body but the hips is selected: select some in Pose Mode": (
        "除髋部外未选择身体骨骼：请在姿态模式中选择"
    ),
    "Generated motions for {count} characters: {names}": "已为 {count} 个角色生成动作：{names}",
    "Part {number} ends at frame {end}, before its start {start}: change one of them": (
        "分段 {number} 结束于第 {end} 帧，早于其开始 {start}：请更改其一"
    ),
    "Parts {first} and {second} overlap at frame {frame}: move one of them": (
        "分段 {first} 与 {second} 在第 {frame} 帧重叠：请移动其一"
    ),
    "All parts of {name} are muted: unmute one": "{name} 的所有分段均已静音：请取消一个",
    "The text is empty: describe what the character should do": "文本为空：请描述角色要做什么",
    "{count} parts": "{count} 个分段",
    "{count} parts from {file}": "来自 {file} 的 {count} 个分段",
    "The take is repeated: apply it once (Repeat), then redo frames of it": (
        "该镜次为重复播放：请先单次应用（重复），再重做其中的帧"
    ),
    "F-curves of {action} have modifiers, which can't be cut: bake them": (
        "{action} 的 F 曲线带有修改器，无法切分：请先烘焙"
    ),
    "{name} has no bone {bone} any more, which the take animates: generate a new take": (
        "{name} 已没有该镜次所驱动的骨骼 {bone}：请生成新镜次"
    ),
    "{file} is not text in UTF-8: save it as such": "{file} 不是 UTF-8 文本：请以此编码保存",
    "{file} is too large for a list of parts": "{file} 作为分段列表过大",
    "{file} has no parts: write a line with prompt, start and end for each": (
        "{file} 没有分段：请为每个分段写一行提示词、开始和结束"
    ),
    "{file} has more than {count} parts: remove some": "{file} 的分段超过 {count} 个：请删除一些",
    "Part {number} of {file} does not end after its start: change its times": (
        "{file} 的分段 {number} 未在开始之后结束：请更改时间"
    ),
    "Parts {first} and {second} of {file} overlap: change their times": (
        "{file} 的分段 {first} 与 {second} 重叠：请更改时间"
    ),
    "Line {line} of {file} has no prompt, start and end: complete it": (
        "{file} 第 {line} 行缺少提示词、开始或结束：请补全"
    ),
    "Line {line} of {file} has {text} in place of seconds: write a number": (
        "{file} 第 {line} 行的秒数为 {text}：请写数字"
    ),
    "{file} is not a table: {reason}": "{file} 不是表格：{reason}",
    "Make the take that plays again with ARDY: the same parts, guides and seed, as another take": (
        "用 ARDY 重新制作正在播放的镜次：相同的段落、引导和种子，作为另一个镜次"
    ),
    "Make Again with ARDY": "用 ARDY 重新制作",
    "Make Take Again with ARDY": "用 ARDY 重新制作镜次",
    "Model that makes the take again, as in the setting of the scene": (
        "重新制作镜次的模型，与场景设置中的写法相同"
    ),
    "The character plays no take: generate a motion, or choose a take": (
        "角色没有播放任何镜次：请生成动作或选择一个镜次"
    ),
    "Continue from {frame}": "从第 {frame} 帧继续",
    "Redo {first}-{last}": "重做 {first}-{last}",
    "Redo Bones {first}-{last}": "重做骨骼 {first}-{last}",
    "Generate for {count} Characters": "为 {count} 个角色生成",
    "Redo Part {number}": "重做分段 {number}",
    "Redo {count} Parts": "重做 {count} 个分段",
    "Another Take": "另一个镜次",
    "What the new frames show": "新帧的内容",
    "{count} Pins": "{count} 个固定点",
    "Start Pose": "起始姿态",
    "Own Keys": "自有关键帧",
    "Kept Bones": "保留的骨骼",
    "The take ends at frame {last}, the scene at {end}": "镜次结束于第 {last} 帧，场景结束于第 {end} 帧",
    "Fit Scene Range": "适配场景范围",
    "Let the scene begin and end where the take that plays does": "让场景的起止与正在播放的镜次一致",
    "The model decides": "由模型决定",
    "Redo This Part": "重做此分段",
    "Import": "导入",
    "Export": "导出",
    "Run Batch": "运行批处理",
    "Kinescribe Batch (.csv, .jsonl)": "Kinescribe 批处理 (.csv, .jsonl)",
    "Make takes from a table of prompts, .csv or .jsonl, for the characters that it names": (
        "按提示词表格（.csv 或 .jsonl）为其中指明的角色生成镜次"
    ),
    "Job {number} names no character, and none is selected": "任务 {number} 没有指明角色，也没有选中角色",
    "Job {number}: the scene has no armature named {name}": "任务 {number}：场景中没有名为 {name} 的骨架",
    "Made {count} takes for {characters} characters": "已为 {characters} 个角色生成 {count} 个镜次",
    "1 Pin": "1 个固定点",
    "Kinescribe Parts": "Kinescribe 段落",
    "Show the parts of the character as strips in the Dope Sheet and the Timeline": (
        "在动画摄影表和时间线中以条带显示角色的段落"
    ),
    "Prompts as Subtitles": "提示词字幕",
    "Show the prompt of the part at the current frame in the 3D View": (
        "在 3D 视图中显示当前帧所在段落的提示词"
    ),
    "The part is selected in the Dope Sheet": "该段落在动画摄影表中被选中",
    "Drag Part": "拖动段落",
    "Select a part in the lane; drag it to move it, or one of its ends to change its length": (
        "选择条带区中的段落；拖动可移动它，拖动一端可改变长度"
    ),
    "Prompt of the Part": "段落的提示词",
    "Type what the character does in this part": "输入角色在此段落中的动作",
    "Part Menu": "段落菜单",
    "Show what can be done with the part under the mouse": "显示可对鼠标下的段落执行的操作",
    "Edit Parts": "编辑段落",
    "Change the parts that are selected in the lane, or the active one": (
        "更改条带区中选中的段落，或活动段落"
    ),
    "Split at Playhead": "在播放头处拆分",
    "Make two parts of the one at the current frame": "将当前帧所在的段落分为两段",
    "Add a copy after the last part": "在最后一段之后添加副本",
    "Remove the parts; the others stay where they are": "移除这些段落；其余保持原位",
    "Toggle Mute": "切换静音",
    "Toggle Lock": "切换锁定",
    "Keep the parts as they are when others are made again": "重新生成其他段落时保持这些段落不变",
    "Select all parts, or none if all are selected": "选择所有段落；若已全选则取消选择",
    "The character has no parts yet: add one, or generate a motion": "角色还没有段落：添加一个，或生成动作",
    "A sequence has at least one part: keep one": "序列至少有一个段落：请保留一个",
    "No part can be split at frame {frame}: move the playhead into one": (
        "第 {frame} 帧处没有可拆分的段落：请将播放头移入某个段落"
    ),
    "Prompt...": "提示词...",
    "Redo Changed Parts": "重做已更改的段落",
    "Duplicate": "复制",
    "Delete": "删除",
    "Select All": "全选",
    "Select": "选择",
    "Not as in the take: {names}": "与镜次不同：{names}",
    "Spacing": "间距",
    "Distance between the ghosts; 0: in place": "幽灵人物之间的距离；0：原位",
    "Live": "实时",
    "Show the coming motion as a ghost that follows each change of prompt, parts, path and pins; nothing is baked": (
        "以幽灵人物显示即将生成的动作，随提示词、片段、路径和固定点的每次更改而更新；不烘焙任何内容"
    ),
    "Keep This Motion": "保留此动作",
    "{name}: Click to Keep": "{name}：单击保留",
    "Highlight Ghost": "高亮幽灵人物",
    "Highlight the ghost under the mouse": "高亮鼠标下的幽灵人物",
    "Keep Ghost Under the Mouse": "保留鼠标下的幽灵人物",
    "Keep the ghost under the mouse": "保留鼠标下的幽灵人物",
    "Live is off: its character was removed": "实时已关闭：其角色已被移除",
    "Live shows no motion yet: change something, or generate one": (
        "实时尚未显示任何动作：请更改某些内容，或生成一个动作"
    ),
    "Live needs a window: start Blender without --background": "实时功能需要窗口：请不带 --background 启动 Blender",
    "Live does not follow kept bones and pins that move: generate the motion to see it": (
        "实时功能不跟随保留的骨骼和移动的固定点：请生成动作以查看"
    ),
    "Do with the parts what the key says, while the mouse is in the lane": "鼠标在轨道中时，按按键对片段执行操作",
    "Key in the Lane of Parts": "片段轨道中的按键",
    "Add Markers": "添加标记",
    "Add a marker of the time line with the prompt at the first frame of each part; other markers stay": (
        "在每个片段的首帧添加带有提示词的时间线标记；其他标记保留不变"
    ),
    "Show Ghosts": "显示幽灵人物",
    "Show motions as light figures beside the character, playing with the time line; nothing is baked": (
        "在角色旁以轻量人物显示动作，随时间线播放；不烘焙任何内容"
    ),
    "Source": "来源",
    "The variations that were made last": "最近生成的变体",
    "The takes with a star, or all if none has one": "带星标的镜次；若都没有星标则为全部",
    "Hide Ghosts": "隐藏幽灵人物",
    "Hide the ghosts; nothing else changes": "隐藏幽灵人物；其他不变",
    "Keep Ghost": "保留幽灵人物",
    "Keep the motion of this ghost: a variation becomes a take, a take is the one that plays": (
        "保留此幽灵人物的动作：变体成为镜次，镜次则开始播放"
    ),
    "Ghost": "幽灵人物",
    "Which ghost, the first is 0": "哪个幽灵人物，第一个为 0",
    "There is no ghost {number}": "没有幽灵人物 {number}",
    "The take of this ghost was deleted": "此幽灵人物的镜次已被删除",
    "Compare Takes": "比较镜次",
    "Manual": "手册",
    "Page": "页面",
    "Open this page of the manual in a browser; it came with the extension and needs no network": (
        "在浏览器中打开手册的此页；它随扩展提供，无需网络"
    ),
    "Edit Prompt": "编辑提示词",
    "Type a long prompt in a wide window that shows all of it": "在显示全文的宽窗口中输入长提示词",
    "Which": "哪一个",
    "Whose text is edited": "编辑谁的文本",
    "The prompt of the character, or of the scene": "角色或场景的提示词",
    "New Frames": "新帧",
    "What new frames of a take show": "镜次的新帧显示什么",
    "The prompt of the part that is selected in the list": "列表中所选分段的提示词",
    "Edit in Text Editor": "在文本编辑器中编辑",
    "Write the prompt on several lines in Blender's Text Editor; the prompt follows the Text from then on": (
        "在 Blender 的文本编辑器中分多行书写提示词；此后提示词随文本变化"
    ),
    "Unlink Text": "取消关联文本",
    "Type the prompt in its field again; it stays as it is, and the Text stays in the file": (
        "重新在字段中输入提示词；提示词保持不变，文本留在文件中"
    ),
    "Prompt Text": "提示词文本",
    "Text of Blender's Text Editor that is the prompt": "作为提示词的 Blender 文本",
    "Part": "分段",
}
