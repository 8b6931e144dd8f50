# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that a user downloads: what they are, where they come from, whether they are installed and whole.

``cards``      what each model is and whose terms it has
``receipts``   which models are installed, and in which folders
``listing``    which files the model hub offers, with their sizes and hashes
``download``   from the hub into a folder
``transfer``   the HTTP requests of a download
``check``      whether a folder holds what its card says
``install``    download or adopt a folder, and remove it

``cards`` and ``receipts`` need neither NumPy nor anything else of the extension, so that panels can show them at once.
"""
