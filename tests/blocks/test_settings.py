"""What the environment says, and how a plain script finds the stack that is up."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from blocks.running_stack import WITHOUT_A_STACK, join_running_stack
from blocks.settings import Settings, get_settings
from tests.conftest import free_port

pytestmark = pytest.mark.blocks


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The process's environment without what a developer set, as it was again afterwards; Prefect's settings too."""
    before = dict(os.environ)
    monkeypatch.chdir(tmp_path)  # away from any .env file
    for name in Settings.model_fields:
        if name != "data_dir":
            os.environ.pop(name.upper(), None)
    for name in ("PREFECT_API_URL", *WITHOUT_A_STACK):
        os.environ.pop(name, None)
    get_settings.cache_clear()
    yield monkeypatch
    os.environ.clear()
    os.environ.update(before)
    monkeypatch.undo()  # last: what it takes back, the test's data folder among it, was set before `before`
    get_settings.cache_clear()
    if "prefect" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


@pytest.fixture
def listening() -> Iterator[int]:
    """A port where something answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def describe_stack(text: str) -> None:
    home = get_settings().home
    home.mkdir(parents=True, exist_ok=True)
    (home / "stack.json").write_text(text)


def stack_on(port: int, **others: str) -> str:
    return json.dumps({"environment": {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api", **others}})


def test_a_laptop_needs_nothing_set(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("DATA_DIR")
    settings = Settings()
    assert settings.home == Path.cwd() / "var"
    assert settings.gateway_url == "http://127.0.0.1:8000"
    assert settings.prefect_api_url == "http://127.0.0.1:4200/api"
    assert settings.database_url is None


def test_a_second_stack_has_its_own_ports_and_folder(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("DATA_DIR", str(tmp_path / "other" / ".." / "second"))
    environment.setenv("GATEWAY_PORT", "8100")
    environment.setenv("PREFECT_SERVER_API_PORT", "4300")
    settings = Settings()
    assert settings.home == (tmp_path / "second").resolve()
    assert settings.gateway_url == "http://127.0.0.1:8100"
    assert settings.prefect_api_url == "http://127.0.0.1:4300/api"


def test_the_data_folder_may_begin_with_the_home(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("HOME", str(tmp_path))
    environment.setenv("DATA_DIR", "~/data")
    assert Settings().home == (tmp_path / "data").resolve()


def test_the_public_url_and_an_api_elsewhere_come_first(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUBLIC_URL", "https://ai.example.com/")
    environment.setenv("PREFECT_API_URL", "https://prefect.example.com/api")
    settings = Settings()
    assert settings.gateway_url == "https://ai.example.com"
    assert settings.prefect_api_url == "https://prefect.example.com/api"


def test_a_file_gives_what_the_environment_does_not(environment: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("GATEWAY_PORT=8200\nPREFECT_SERVER_API_PORT=4400\nSOMETHING_ELSE=1\n")
    environment.setenv("GATEWAY_PORT", "8300")
    settings = Settings()
    assert (settings.gateway_port, settings.prefect_server_api_port) == (8300, 4400)


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused_by_name(environment: pytest.MonkeyPatch, port: str) -> None:
    environment.setenv("GATEWAY_PORT", port)
    with pytest.raises(ValidationError, match="gateway_port"):
        Settings()


def test_the_database_password_is_not_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://user:TOPSECRET@host/db")
    assert "TOPSECRET" not in f"{Settings()!r} {Settings()} {Settings().model_dump_json()}"


def test_settings_are_read_once_and_stay(environment: pytest.MonkeyPatch) -> None:
    first = get_settings()
    environment.setenv("GATEWAY_PORT", "8100")
    assert get_settings() is first
    get_settings.cache_clear()
    assert get_settings().gateway_port == 8100
    with pytest.raises(ValidationError):
        first.gateway_port = 1


def test_a_process_that_knows_its_server_is_left_alone(environment: pytest.MonkeyPatch, listening: int) -> None:
    describe_stack(stack_on(listening, EXTRA_OF_THE_STACK="1"))
    environment.setenv("PREFECT_API_URL", "https://prefect.example.com/api")
    before = dict(os.environ)
    assert join_running_stack()
    assert dict(os.environ) == before


def test_a_script_joins_the_stack_that_is_up(environment: pytest.MonkeyPatch, listening: int) -> None:
    environment.setenv("SET_BY_THE_PERSON", "kept")
    describe_stack(stack_on(listening, WAREHOUSE_URL="postgresql://stack/db", SET_BY_THE_PERSON="lost"))
    assert join_running_stack()
    assert os.environ["PREFECT_API_URL"] == f"http://127.0.0.1:{listening}/api"
    assert os.environ["WAREHOUSE_URL"] == "postgresql://stack/db"
    assert os.environ["SET_BY_THE_PERSON"] == "kept"
    assert "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS" not in os.environ
    assert get_settings().prefect_api_url == os.environ["PREFECT_API_URL"]
    assert join_running_stack()  # and again, as a notebook's cell does


def test_prefect_that_is_loaded_already_follows(environment: pytest.MonkeyPatch, listening: int) -> None:
    from prefect.settings import get_current_settings

    def join_and_look() -> str | None:
        assert join_running_stack()
        return get_current_settings().api.url

    describe_stack(stack_on(listening))
    with ThreadPoolExecutor(1) as script:  # a thread begins as a script does, without settings of an earlier test
        assert script.submit(join_and_look).result() == f"http://127.0.0.1:{listening}/api"


def test_without_a_stack_prefect_gets_time_for_its_own_server(environment: pytest.MonkeyPatch) -> None:
    assert not join_running_stack()
    assert "PREFECT_API_URL" not in os.environ
    assert {name: os.environ[name] for name in WITHOUT_A_STACK} == WITHOUT_A_STACK


def test_what_a_killed_stack_left_behind_is_not_joined(environment: pytest.MonkeyPatch) -> None:
    describe_stack(stack_on(free_port()))
    assert not join_running_stack()
    assert "PREFECT_API_URL" not in os.environ


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        '{"environment": {}}',
        '{"environment": {"PREFECT_API_URL": null}}',
        '{"environment": {"PREFECT_API_URL": "http://127.0.0.1:99999/api"}}',
        '{"environment": {"PREFECT_API_URL": "http://[/api"}}',
    ],
)
def test_a_damaged_description_is_no_stack(environment: pytest.MonkeyPatch, text: str) -> None:
    describe_stack(text)
    assert not join_running_stack()
    assert "PREFECT_API_URL" not in os.environ


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "null",
        '{"environment": []}',
        '{"environment": null}',
        '{"environment": {"PREFECT_API_URL": 7}}',
    ],
)
def test_a_description_of_another_shape_is_no_stack(environment: pytest.MonkeyPatch, text: str) -> None:
    describe_stack(text)
    assert not join_running_stack()


def test_a_variable_that_is_no_text_is_no_stack(environment: pytest.MonkeyPatch, listening: int) -> None:
    described = json.loads(stack_on(listening))
    described["environment"]["DATA_DIR_OF_STACK"] = 7
    describe_stack(json.dumps(described))
    assert not join_running_stack()


def test_a_plain_script_joins_before_prefect_is_loaded(environment: pytest.MonkeyPatch, listening: int) -> None:
    describe_stack(stack_on(listening))
    script = (
        "import sys; from blocks.running_stack import join_running_stack; joined = join_running_stack();"
        "import os; print(joined, 'prefect' in sys.modules, os.environ['PREFECT_API_URL'])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True
    )
    assert (done.stdout.split(), done.stderr) == (["True", "False", f"http://127.0.0.1:{listening}/api"], "")
