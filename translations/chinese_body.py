# SPDX-License-Identifier: GPL-3.0-or-later
"""Simplified Chinese: the user's own body model."""

from __future__ import annotations

TEXTS: dict[str, str] = {
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
}
