"""The classes that NSL-KDD's attacks belong to, after Tavallaee et al. 2009, training and test file."""

from typing import Final

NORMAL: Final = "normal"
UNKNOWN: Final = "unknown"
"""An attack that resembles none of the classes trained on."""

_NAMES: Final = {
    "dos": "apache2 back land mailbomb neptune pod processtable smurf teardrop udpstorm worm",
    "probe": "ipsweep mscan nmap portsweep saint satan",
    "r2l": "ftp_write guess_passwd httptunnel imap multihop named phf sendmail snmpgetattack snmpguess spy warezclient "
    "warezmaster xlock xsnoop",
    "u2r": "buffer_overflow loadmodule perl ps rootkit sqlattack xterm",
}
NSL_KDD_CLASSES: Final = {attack: name for name, attacks in _NAMES.items() for attack in attacks.split()}


def class_of(attack: str) -> str:
    """The class of an attack by its name; a name that is not NSL-KDD's is a class of its own."""
    return NSL_KDD_CLASSES.get(attack, attack)
