"""Features in words."""

from typing import Final

_UNITS: Final = {
    "duration": "lasted {value} s",
    "src_bytes": "{value} bytes sent",
    "dst_bytes": "{value} bytes received",
    "src_packets": "{value} packets sent",
    "dst_packets": "{value} packets received",
    "src_bytes_per_packet": "{value} bytes a packet sent",
    "dst_bytes_per_packet": "{value} bytes a packet received",
    "src_share": "{value} of the bytes were sent, the rest received",
    "bytes_per_second": "{value} bytes a second",
    "recent_flows": "{value} flows by this source in the minute up to it",
    "recent_hosts": "{value} hosts contacted by this source in the minute up to it",
    "recent_ports": "{value} ports contacted by this source in the minute up to it",
    "recent_unanswered_share": "{value} of this source's flows in that minute were unanswered or refused",
    "recent_flows_to_host": "{value} flows from this source to this host in the minute up to it",
    "protocol_type": "protocol {value}",
    "protocol": "protocol {value}",
    "service": "service {value}",
    "flag": "connection state {value}",
    "state": "connection state {value}",
    "land": "same address and port on both sides: {value}",
    "wrong_fragment": "{value} wrong fragments",
    "urgent": "{value} urgent packets",
    "hot": "{value} hot indicators (system directories, programs started)",
    "num_failed_logins": "{value} failed logins",
    "logged_in": "logged in: {value}",
    "num_compromised": "{value} compromised conditions",
    "root_shell": "root shell obtained: {value}",
    "su_attempted": "su to root attempted: {value}",
    "num_root": "{value} accesses as root",
    "num_file_creations": "{value} files created",
    "num_shells": "{value} shell prompts",
    "num_access_files": "{value} accesses to control files",
    "is_guest_login": "guest login: {value}",
    "count": "{value} connections to this host in 2 s",
    "srv_count": "{value} connections to this service in 2 s",
    "serror_rate": "{value} of connections to this host in 2 s without an answer",
    "srv_serror_rate": "{value} of connections to this service in 2 s without an answer",
    "rerror_rate": "{value} of connections to this host in 2 s refused",
    "srv_rerror_rate": "{value} of connections to this service in 2 s refused",
    "same_srv_rate": "{value} of connections to this host in 2 s to the same service",
    "diff_srv_rate": "{value} of connections to this host in 2 s to other services",
    "srv_diff_host_rate": "{value} of connections to this service in 2 s to other hosts",
    "dst_host_count": "{value} of the last 100 connections to this host",
    "dst_host_srv_count": "{value} of the last connections to this host and service",
    "dst_host_same_srv_rate": "{value} of this host's connections to the same service",
    "dst_host_diff_srv_rate": "{value} of this host's connections to other services",
    "dst_host_same_src_port_rate": "{value} of this host's connections from the same source port",
    "dst_host_srv_diff_host_rate": "{value} of this service's connections from other hosts",
    "dst_host_serror_rate": "{value} of this host's connections without an answer",
    "dst_host_srv_serror_rate": "{value} of this service's connections without an answer",
    "dst_host_rerror_rate": "{value} of this host's connections refused",
    "dst_host_srv_rerror_rate": "{value} of this service's connections refused",
}


def number(value: float) -> str:
    """A number as people read it: 1,032, 0.04, 2.5."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def describe(feature: str, value: float | str) -> str:
    """A feature and its value in words."""
    shown = value if isinstance(value, str) else number(value)
    return _UNITS.get(feature, f"{feature} {{value}}").format(value=shown)
