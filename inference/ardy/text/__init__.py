# SPDX-License-Identifier: GPL-3.0-or-later
"""Text for ARDY: prompts as the vectors that its denoiser reads.

``load_text_encoder`` reads a folder. ``wordpiece`` cuts a sentence into tokens, ``bert`` and ``student`` compute the
small encoder as its training script writes it, ``onnx_student`` as it was published for browsers: ``protobuf`` and
``onnx_file`` read such a file, ``onnx_graph`` computes it by the operations in ``onnx_arithmetic`` and ``onnx_arrays``.
"""

from __future__ import annotations

from .encoder import SmallTextEncoder, load_text_encoder

__all__ = ["SmallTextEncoder", "load_text_encoder"]
