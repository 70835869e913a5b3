"""Imported by a warm worker before it forks executors, never by `flows`: what a first video would import.

Importing is all that happens here. Running a network in the process that is forked would start threads, which a fork
does not take along.
"""

import importlib
from importlib.util import find_spec

LATE = (
    "torch",
    "av",
    "cv2",
    "models.grading",
    "models.interpolation",
    "models.radiance_field.field",
    "models.radiance_field.paths",
    "models.radiance_field.training",
    "models.radiance_field.worlds",
    "models.upscaling",
    "models.video_file",
    "blocks.warehouse.sql",
    "blocks.warehouse.tables",
)

if find_spec("av"):  # an installation without the extra has other flows to run
    for name in LATE:
        importlib.import_module(name)
    importlib.import_module("torch").set_num_threads(1)  # executors run side by side; one run needs no second thread
