"""The public door: every flow with its request and its result, listed in `__init__.pyi`.

`from flows import predict_price, PricePredictionRequest` works in a script and in a notebook. With a local stack up on
the data folder the run shows in its Prefect UI; without one Prefect starts a private server for the call. A capability
is imported when something of it is asked for.
"""

import lazy_loader

from blocks.running_stack import join_running_stack

join_running_stack()  # before Prefect reads its settings, which importing a flow makes it do

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
