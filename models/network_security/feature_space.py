"""What is known about a record: names of features, numeric and categorical, by the kind of records."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

SpaceName = Literal["nsl-kdd", "flow", "flow-in-context"]


class FeatureSpace(BaseModel):
    """Names of features in the order of a table's columns."""

    model_config = ConfigDict(frozen=True)

    name: SpaceName
    categorical: tuple[str, ...]
    numeric: tuple[str, ...]


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


NSL_KDD: Final = FeatureSpace(
    name="nsl-kdd",
    categorical=("protocol_type", "service", "flag"),
    numeric=_names(
        "duration src_bytes dst_bytes land wrong_fragment urgent hot num_failed_logins logged_in num_compromised "
        "root_shell su_attempted num_root num_file_creations num_shells num_access_files num_outbound_cmds "
        "is_host_login is_guest_login count srv_count serror_rate srv_serror_rate rerror_rate srv_rerror_rate "
        "same_srv_rate diff_srv_rate srv_diff_host_rate dst_host_count dst_host_srv_count dst_host_same_srv_rate "
        "dst_host_diff_srv_rate dst_host_same_src_port_rate dst_host_srv_diff_host_rate dst_host_serror_rate "
        "dst_host_srv_serror_rate dst_host_rerror_rate dst_host_srv_rerror_rate"
    ),
)
"""The 41 features of KDD Cup 1999 and NSL-KDD. The content features (hot to is_guest_login) exist only there."""

_FLOW: Final = _names(
    "duration src_bytes dst_bytes src_packets dst_packets src_bytes_per_packet dst_bytes_per_packet src_share "
    "bytes_per_second"
)
FLOW: Final = FeatureSpace(name="flow", categorical=("protocol", "service", "state"), numeric=_FLOW)
"""What any flow record says of itself: seconds, bytes and packets each way."""

FLOW_IN_CONTEXT: Final = FeatureSpace(
    name="flow-in-context",
    categorical=FLOW.categorical,
    numeric=(
        *_FLOW,
        "recent_flows",
        "recent_hosts",
        "recent_ports",
        "recent_unanswered_share",
        "recent_flows_to_host",
    ),
)
"""The same, and what its source did in the minute up to it; needs addresses and times."""

SPACES: Final = {space.name: space for space in (NSL_KDD, FLOW, FLOW_IN_CONTEXT)}
