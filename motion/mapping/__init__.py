# SPDX-License-Identifier: GPL-3.0-or-later
"""Map the joints of a motion to the bones of a rig: by the names of rig families, by structure, or by both."""
