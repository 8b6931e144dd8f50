# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese: servers, the worker and their models."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "Model": "模型",
    "Who makes the motion: empty for the embedded model, else a server's name, a slash and its model's": (
        "由谁生成动作：留空为内置模型，否则为“服务器名/模型名”"
    ),
    "Who makes the motion": "由谁生成动作",
    "All models that can be asked": "所有可以使用的模型",
    "Servers and Checkpoints...": "服务器与检查点...",
    "Ask for Its Models": "查询其模型",
    "This Computer": "本机",
    "This server is not in the preferences: choose another model": "偏好设置中没有此服务器：请选择其他模型",
    "The server does not offer this model: choose another": "服务器不提供此模型：请选择其他模型",
    "It was not asked yet what it can do": "尚未查询其功能",
    "Restart Worker": "重启工作进程",
    "Start Worker": "启动工作进程",
    "Stop Worker": "停止工作进程",
    "Start the Python of the preferences with its checkpoints; one that runs is ended first": (
        "用偏好设置中的 Python 启动其检查点；正在运行的会先结束"
    ),
    "End the worker; its models start it again when they are asked": "结束工作进程；使用其模型时会再次启动",
    "Show Worker Log": "显示工作进程日志",
    "Open what the worker has written, with the system's own program for text": (
        "用系统的文本程序打开工作进程的输出"
    ),
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
    "Let this model make the motions of this scene": "让此模型生成本场景的动作",
    "One server's name; empty: all": "服务器名称；留空为全部",
    "What the server is called in the sidebar": "服务器在侧边栏中的名称",
    "Address": "地址",
    "Where the server is, such as http://127.0.0.1:8000 or https://example.org": (
        "服务器所在地址，例如 http://127.0.0.1:8000 或 https://example.org"
    ),
    "Token": "令牌",
    "What the server asks for; Blender keeps it with its preferences, unencrypted": (
        "服务器要求的令牌；Blender 将其不加密地保存在偏好设置中"
    ),
    "Token Variable": "令牌变量",
    "Name of an environment variable that holds the token, so that it is kept nowhere": (
        "存放令牌的环境变量名称，这样令牌不会被保存"
    ),
    "Checkpoint": "检查点",
    "Checkpoints": "检查点",
    "Folder of an MDM, DiP or MotionGPT checkpoint, with what belongs to it as it was published": (
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
    "Up to {seconds:g} s, {samples} takes at once, {fps:g} frames a second": (
        "最长 {seconds:g} 秒，一次 {samples} 个版本，每秒 {fps:g} 帧"
    ),
    "Understands: {words}": "支持：{words}",
    "License: {licence}": "许可：{licence}",
    "text alone": "仅文本",
    "paths": "路径",
    "hand and foot targets": "手脚目标",
    "poses": "姿态",
    "loops": "循环",
    "The worker starts": "工作进程正在启动",
    "Asking the server for its models": "正在向服务器查询模型",
    "The worker ends": "工作进程正在结束",
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
    "They come from the Python Package Index, or what pip is set to on this computer": (
        "来自 Python Package Index，或本机 pip 所设置的来源"
    ),
    "Nothing else is changed; to be rid of it, delete the folder": "不会更改其他内容；删除该文件夹即可移除",
    "Stop making the environment and delete what is there of it": "停止创建环境并删除已有部分",
    "The environment is made": "正在创建环境",
    "The environment is ready: add checkpoints, and start the worker": (
        "环境已就绪：请添加检查点并启动工作进程"
    ),
    "Choose the folder of the environment first": "请先选择环境的文件夹",
    "Caption": "动作描述",
    "Caption Action": "描述动作",
    "Let a MotionGPT checkpoint say in words what the character's Action shows": (
        "让 MotionGPT 检查点用文字说明角色的动作展示了什么"
    ),
    "Who is asked; empty: the scene's model where it describes motions, else the first that does": (
        "询问哪个模型；留空：若场景的模型能描述动作则用它，否则用第一个能描述的"
    ),
    "No model here describes motions: add a MotionGPT checkpoint in the preferences, and start the worker": (
        "这里没有能描述动作的模型：请在偏好设置中添加 MotionGPT 检查点，并启动工作进程"
    ),
    "The character has no Action": "角色没有动作",
    "The Action is linked: make it local first": "该动作是链接的：请先将其本地化",
    "An Action is being captioned: wait for it, or cancel it": "正在描述一个动作：请等待或取消",
    "Looking at the motion": "正在查看动作",
    "The model describes the motion": "模型正在描述动作",
    "Looking at the motion: {done} of {total} frames": "正在查看动作：{done} / {total} 帧",
    "Described: {done} of {total} parts": "已描述：{done} / {total} 段",
    "Ask no longer what the Action shows": "不再询问该动作展示了什么",
    "Write a caption into an Action": "将描述写入动作",
    "Use as Prompt": "用作提示词",
    "Make the caption the prompt, with the Action's duration; further sentences become the parts that follow": (
        "将描述设为提示词，时长取自该动作；其余句子成为后续各段"
    ),
    "The model finds no words for this motion": "模型找不到描述此动作的文字",
    "The caption was dropped: its Action was removed": "描述已丢弃：其动作已被移除",
    "Also says what a motion shows: see Caption": "还能说明动作展示了什么：见“动作描述”",
}
