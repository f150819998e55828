"""Bounds on size, time and memory, in one place.

A number here is a wall against damaged or hostile input, not a tuning knob: real exports and rule files stay
far below it, and the message that names a wall names its number.
"""

from __future__ import annotations

MIB = 1024 * 1024
GIB = 1024 * MIB

# YAML files people write.
YAML_BYTES = 4 * MIB
YAML_DEPTH = 40
YAML_NODES = 200_000

# One export file, and one line, record or cell of it.
LINE_BYTES = 16 * MIB
SHEET_BYTES = 1 * GIB

# Zip archives: what may be inside, unpacked.
ZIP_MEMBERS = 1_000
ZIP_TOTAL_BYTES = 20 * GIB
ZIP_RATIO = 200
ZIP_RATIO_FROM_BYTES = 16 * MIB

# What one import reports.
VALUE_CHARACTERS = 200

# What one report carries; it says what it leaves out.
REPORT_CLUES = 100_000
REPORT_DUE_SOON = 5_000
REPORT_ROWS_PER_RULE = 200

# What a sweep's folder holds and means; raised whenever that changes, so that no other form is misread.
SWEEP_FORMAT = 2
