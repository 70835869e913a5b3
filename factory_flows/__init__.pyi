# The list of what the public door offers; `__init__.py` imports each when it is asked for.
from .application.request import BuildRequest as BuildRequest
from .application.result import ApplicationBuild as ApplicationBuild
from .build_application import build_application as build_application
