"""Run by `nvidia.py` in a process of its own: NVIDIA's code loads NVIDIA's pickle, and numbers are written.

It imports nothing of this project; it is isolated from it.
"""

import json
import sys


def main() -> None:
    """Checkout, pickle and output, as arguments."""
    checkout, pickle, out = sys.argv[1:]
    sys.path.insert(0, checkout)
    import legacy  # type: ignore[import-not-found]  # noqa: PLC0415 - it is in the user's checkout
    from safetensors.torch import save_file  # noqa: PLC0415 - after the path is set, as the checkout may bring its own

    with open(pickle, "rb") as stream:  # noqa: PTH123 - nothing more than this is needed here
        network = legacy.load_network_pkl(stream)["G_ema"]
    state = {name: value.detach().float().cpu().contiguous() for name, value in network.state_dict().items()}
    said = json.loads(json.dumps(dict(network.init_kwargs), default=str))
    save_file(state, out, metadata={"init": json.dumps(said)})


if __name__ == "__main__":
    main()
