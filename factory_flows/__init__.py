"""The Application Factory: a sentence becomes a running, proven application.

`from factory_flows import BuildRequest, build_application` works in a script and in a notebook, as `flows` does.
"""

import lazy_loader

from blocks.running_stack import join_running_stack

join_running_stack()  # before Prefect reads its settings, which importing a flow makes it do

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
