"""Which service a port stands for, where the record does not say."""

from typing import Final

SERVICES: Final = {
    20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "dns", 67: "dhcp", 68: "dhcp", 80: "http",
    88: "kerberos", 110: "pop3", 123: "ntp", 135: "dce_rpc", 137: "netbios", 138: "netbios", 139: "smb", 143: "imap",
    161: "snmp", 389: "ldap", 443: "ssl", 445: "smb", 465: "smtp", 514: "syslog", 587: "smtp", 636: "ldap",
    993: "imap", 995: "pop3", 1433: "mssql", 1883: "mqtt", 3306: "mysql", 3389: "rdp", 5060: "sip", 5353: "dns",
    5432: "postgresql", 5900: "vnc", 6379: "redis", 8080: "http", 8443: "ssl",
}  # fmt: skip
"""IANA's assignments, in Zeek's names for services."""


def service_of(port: int, protocol: str) -> str:
    """The service of a responder's port; `icmp` for ICMP, `other` where the port says nothing."""
    return "icmp" if protocol == "icmp" else SERVICES.get(port, "other")
