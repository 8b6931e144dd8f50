# SPDX-License-Identifier: GPL-3.0-or-later
"""Training sentences: wordings, augmentation, vocabulary and word vectors."""
