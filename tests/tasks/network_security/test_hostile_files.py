"""Files and rows that can't be right, or are meant to do harm: a clear error, or counted, and never silence."""

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.publish import plain
from tasks.network_security.read import read_rows, read_traffic
from tests.tasks.network_security.records import CICIDS, nsl_row, nsl_text, unsw_raw
from tests.tasks.network_security.sessions import office, zeek_json, zeek_log

pytestmark = pytest.mark.fraud


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"src_bytes": "nan"}, "src_bytes is no finite number in 1 records: 2"),
        ({"src_bytes": "inf"}, "no finite number"),
        ({"src_bytes": "1e999"}, "no finite number"),
        ({"src_bytes": ""}, "no finite number"),
        ({"src_bytes": -1}, "src_bytes is negative in 1 records: 2"),
        ({"count": "<script>"}, "no finite number"),
        ({"service": "x" * 65}, "service is no category"),
        ({"service": "ht\u202etp"}, "service is no category"),
        ({"service": "ht\x00tp"}, "no category|NUL"),
    ],
)
def test_cells_that_can_not_be_are_refused_with_their_rows(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(NetworkFileError, match=why):
        read_rows([nsl_row(), nsl_row(**changes)])


def test_a_cell_of_ten_megabytes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(nsl_text([nsl_row(), nsl_row(service="x" * 10_000_000)]))
    with pytest.raises(NetworkFileError, match="line 2 has more than 65,536 characters"):
        read_traffic(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n\n\n", "the file is empty"),
        (b"a,b,c\n1,2,3\n", "no known format.*Read are NSL-KDD"),
        (b"hello world\n", "neither a header nor a record"),
        (b"\x1f\x8b\x08\x00rest", "packed with gzip; unpack it first"),
        (b"PK\x03\x04rest", "packed with zip"),
        (b"PAR1 and nothing more", "parquet file is damaged"),
        (b"\xd4\xc3\xb2\xa1", "the capture can't be read: truncated"),
        (b"\x0a\x0d\x0d\x0a\x00\x00", "the capture can't be read"),
        (b"a,b\0,c\n", "NUL byte"),
        (b"#fields\tts\tuid\n1\t2\n", "this is no conn.log: it lacks the fields id.orig_h"),
        (b"#separator \\x09\n1.0\tC1\t10.0.0.1\n", "no #fields header"),
        (b"{not json\n{}\n{}\n", "3 of 3 lines of the log can't be read"),
        (nsl_text([nsl_row()], header=True).encode() + b"1,2,3,4\n" * 2, "no finite number|CSV"),
        (nsl_text([nsl_row()], header=True).encode() + b'"' + b"0," * 400 + b"\n", "CSV"),
        (nsl_text([nsl_row()], header=True).encode().replace(b"src_bytes", b"other"), "lack the columns src_bytes"),
    ],
)
def test_what_is_no_traffic_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NetworkFileError, match=why):
        read_traffic(path)


def test_noise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(b"\xff" + os.urandom(5000))
    with pytest.raises(NetworkFileError):
        read_traffic(path)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("192.168.10.9", "999.1.1.1", "source ip is no IP address: '999.1.1.1' in 1 records: 3"),
        ("192.168.10.9", "=cmd|' /C calc'!A0", "source ip is no IP address"),
        (",22,", ",70000,", "destination port is no port"),
        ("03/07/2017 09:01:00", "yesterday", "timestamp is no time in 1 records: 3"),
        (",12,1,1,0,0,", ",12,1,Infinity,0,0,", "total backward packets is no finite number"),
    ],
)
def test_addresses_ports_and_times_are_checked(tmp_path: Path, old: str, new: str, why: str) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(CICIDS.replace(old, new))
    with pytest.raises(NetworkFileError, match=why):
        read_traffic(path)


def test_one_address_is_spelled_one_way(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(unsw_raw().replace("59.166.0.1,", "2001:DB8:0:0::1,"))
    flows = read_traffic(path).flows
    assert flows is not None
    assert "2001:db8::1" in flows.src.tolist()


def test_damaged_lines_of_a_log_are_counted_as_long_as_they_are_few(tmp_path: Path) -> None:
    log = zeek_log(office(hours=0.5, hosts=2))
    path = tmp_path / "conn.log"
    path.write_text(log.rpartition("\n#close")[0][:-60])
    traffic = read_traffic(path)
    assert traffic.warnings == [] or "could not be read" in traffic.warnings[0]
    path.write_text(zeek_json(office(hours=0.5, hosts=2))[:-90])
    assert any("1 lines of the log could not be read" in warning for warning in read_traffic(path).warnings)


def test_deeply_nested_json_is_a_damaged_line(tmp_path: Path) -> None:
    path = tmp_path / "conn.json"
    path.write_text('{"a":' * 10_000 + "1" + "}" * 10_000)
    with pytest.raises(NetworkFileError, match="can't be read"):
        read_traffic(path)


def test_huge_numbers_of_a_capture_are_refused(tmp_path: Path) -> None:
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    path = tmp_path / "huge.pcap"
    path.write_bytes(header + struct.pack("<IIII", 0, 0, 0xFFFFFFFF, 0xFFFFFFFF) + b"\0" * 100)
    with pytest.raises(NetworkFileError, match="invalid packet capture length 4294967295"):
        read_traffic(path)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "  =1"])
def test_nothing_on_the_page_is_a_formula_or_markup(text: str) -> None:
    assert plain(text).startswith("'")
    assert "<" not in plain(f"{text}<img src=x>")
