"""Every format as it is documented: told by content and names, read to features, flows and labels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.network_security.feature_space import NSL_KDD
from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.read import read_rows, read_traffic
from tests.tasks.network_security.records import CICIDS, UNSW_SET, nsl_row, nsl_text, unsw_raw
from tests.tasks.network_security.sessions import office, zeek_json, zeek_log, zeek_rows

pytestmark = pytest.mark.fraud


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("labels", "difficulty", "header"),
    [(False, False, False), (True, False, False), (True, True, False), (False, False, True), (True, False, True)],
)
def test_nsl_kdd_with_41_to_43_columns(tmp_path: Path, labels: bool, difficulty: bool, header: bool) -> None:
    rows = [nsl_row(), nsl_row(service="ftp", num_failed_logins=3)]
    named = ["normal", "guess_passwd." + (",21" if difficulty else "")] if labels else None
    if named and difficulty:
        named[0] += ",18"
    traffic = read_traffic(written(tmp_path, nsl_text(rows, labels=named, header=header)))
    assert (traffic.format, len(traffic), traffic.table.space) == ("nsl-kdd", 2, NSL_KDD)
    assert traffic.table.value(1, "num_failed_logins") == 3
    assert traffic.table.value(1, "service") == "ftp"
    assert (traffic.attack is None) if not labels else (traffic.attack.tolist() == ["normal", "guess_passwd"])


def test_unsw_nb15_raw_files_tell_hosts_and_times(tmp_path: Path) -> None:
    traffic = read_traffic(written(tmp_path, unsw_raw()))
    assert (traffic.format, traffic.in_context) == ("unsw-nb15", True)
    assert traffic.flows is not None
    assert traffic.flows.src_port[0] == 8080
    assert traffic.flows.state.tolist() == ["S0", "SF"] * 3
    assert traffic.attack is not None
    assert traffic.attack.tolist() == ["normal", "normal", "normal", "fuzzers", "normal", "normal"]


def test_unsw_nb15_training_set_tells_neither(tmp_path: Path) -> None:
    traffic = read_traffic(written(tmp_path, UNSW_SET))
    assert (traffic.format, traffic.in_context, traffic.table.space.name) == ("unsw-nb15", False, "flow")
    assert traffic.attack is not None
    assert traffic.attack.tolist() == ["normal", "generic"]


def test_cicids2017_with_its_peculiarities(tmp_path: Path) -> None:
    traffic = read_traffic(written(tmp_path, CICIDS))
    assert (traffic.format, traffic.in_context) == ("cicids2017", True)
    assert traffic.flows is not None
    assert traffic.flows.duration.tolist() == [3.0, 0.0, pytest.approx(12e-6)]
    assert traffic.flows.state.tolist() == ["SF", "S0", "REJ"]
    assert traffic.flows.time[0] == pd.Timestamp("2017-07-03T08:55:58Z").timestamp()
    assert traffic.attack is not None
    assert traffic.attack.tolist() == ["normal", "portscan", "ssh-patator"]
    assert any("negative in 1 records" in warning for warning in traffic.warnings)


def test_cicids2017_in_windows_1252(tmp_path: Path) -> None:
    content = CICIDS.replace("PortScan", "Web Attack \x96 XSS").encode("latin-1")
    traffic = read_traffic(written(tmp_path, content))
    assert traffic.attack is not None
    assert traffic.attack[1] == "web attack \u2013 xss"
    assert any("Windows-1252" in warning for warning in traffic.warnings)


def test_zeek_log_and_its_json_form_say_the_same(tmp_path: Path) -> None:
    sessions = office(hours=0.2, hosts=2)
    log = read_traffic(written(tmp_path, zeek_log(sessions), "conn.log"))
    lines = read_traffic(written(tmp_path, zeek_json(sessions), "conn.json"))
    rows = read_rows(zeek_rows(sessions)[:500])
    assert log.flows is not None
    assert lines.flows is not None
    assert log.format == lines.format == rows.format == "zeek-conn"
    assert len(log) == len(lines) == len(sessions)
    np.testing.assert_allclose(log.table.numeric, lines.table.numeric, rtol=1e-4)
    assert (log.table.categorical == lines.table.categorical).all()
    assert {"dns", "ssl", "ntp"} <= set(log.flows.service.tolist())


def test_zeek_labels_as_iot_23_adds_them(tmp_path: Path) -> None:
    sessions = office(hours=0.2, hosts=2)
    labelled = zeek_log(sessions, {"10.0.0.2": "PartOfAHorizontalPortScan"})
    traffic = read_traffic(written(tmp_path, labelled))
    by_blanks = labelled.replace("\tlabel\tdetailed-label", "   label   detailed-label").replace(
        "\t-\tBenign\t", "\t-   Benign   "
    )
    assert traffic.attack is not None
    assert set(traffic.attack.tolist()) == {"normal", "partofahorizontalportscan"}
    again = read_traffic(written(tmp_path, by_blanks.replace("\t-\tMalicious\t", "\t-   Malicious   ")))
    assert again.attack is not None
    assert (again.attack == traffic.attack).all()


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    frame = pd.DataFrame([nsl_row(), nsl_row(src_bytes=77)])
    frame.to_parquet(tmp_path / "nsl.parquet")
    traffic = read_traffic(tmp_path / "nsl.parquet")
    assert traffic.table.value(1, "src_bytes") == 77


def test_rows_of_a_request() -> None:
    traffic = read_rows([nsl_row(), nsl_row(logged_in=False)])
    assert traffic.table.value(1, "logged_in") == 0


def test_a_format_asked_for_is_held_to(tmp_path: Path) -> None:
    path = written(tmp_path, nsl_text([nsl_row()]))
    assert read_traffic(path, "nsl-kdd").format == "nsl-kdd"
    for other in ("pcap", "unsw-nb15", "cicids2017", "zeek-conn"):
        with pytest.raises(NetworkFileError, match=f"nsl-kdd records, not {other}"):
            read_traffic(path, other)


@pytest.mark.data
def test_the_official_file(nsl_kdd_file: Path) -> None:
    traffic = read_traffic(nsl_kdd_file)
    assert traffic.attack is not None
    assert (len(traffic), int((traffic.attack != "normal").sum()), len(set(traffic.attack))) == (25_192, 11_743, 22)
