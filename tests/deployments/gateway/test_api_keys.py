"""API keys: kept as digests, read again on change."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.gateway.api_keys import ApiKeys, app
from deployments.gateway.app import GatewayOpenError, create_app
from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused without keys


@pytest.fixture
def keys(tmp_path: Path) -> ApiKeys:
    return ApiKeys(tmp_path / "keys" / "api-keys.json")


def test_a_key_is_kept_as_a_digest_alone(keys: ApiKeys) -> None:
    key, token = keys.add("alice", frozenset({"crypto"}))
    assert token not in keys.file.read_text()
    assert token.removeprefix("aif_") not in keys.file.read_text()
    assert len(token) >= 43
    assert keys.file.stat().st_mode & 0o077 == 0
    caller = keys.caller(token)
    assert caller is not None
    assert (caller.owner, caller.scopes) == (key.id, {"crypto"})
    assert not caller.is_admin


def test_another_process_sees_a_change_at_once(keys: ApiKeys) -> None:
    reader = ApiKeys(keys.file)
    assert not reader.are_required
    key, token = keys.add("alice", frozenset({"crypto"}))
    assert reader.are_required
    assert reader.caller(token)
    assert keys.remove(key.id)
    assert reader.caller(token) is None
    assert not keys.remove(key.id)


def test_a_gateway_that_has_seen_keys_never_opens_again(keys: ApiKeys) -> None:
    keys.add("alice", frozenset({"crypto"}))
    assert keys.are_required
    keys.file.unlink()
    assert keys.are_required


def test_a_damaged_file_leaves_the_keys_read_before(keys: ApiKeys) -> None:
    _, token = keys.add("alice", frozenset({"crypto"}))
    keys.file.write_text("{")
    assert keys.caller(token)


def test_a_file_that_never_held_keys_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "api-keys.json"
    file.write_text('[{"id": "x"}]')
    with pytest.raises(ValueError, match="does not hold API keys"):
        create_app(GatewaySettings(gateway_api_keys_file=file))


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.7", "gateway.example"])
def test_without_keys_only_loopback_is_served(host: str) -> None:
    with pytest.raises(GatewayOpenError, match=r"GATEWAY_HOST=127\.0\.0\.1"):
        create_app(GatewaySettings(gateway_host=host))


def test_with_a_key_any_address_is_served() -> None:
    settings = GatewaySettings(gateway_host=EVERYWHERE)
    ApiKeys(settings.api_keys_file).add("alice", frozenset({"crypto"}))
    assert create_app(settings).title


def test_the_command_makes_lists_and_removes_keys() -> None:
    runner = CliRunner()
    made = runner.invoke(app, ["create", "--name", "alice", "--scope", "crypto", "--scope", "fraud"])
    assert made.exit_code == 0
    said = dict(line.split(maxsplit=1) for line in made.output.splitlines()[:2])
    file = GatewaySettings().api_keys_file
    assert [key["scopes"] for key in json.loads(file.read_text())] in ([["crypto", "fraud"]], [["fraud", "crypto"]])
    assert ApiKeys(file).caller(said["key"])
    assert "whsec_" in made.output
    assert said["id"] in runner.invoke(app, ["list"]).output
    assert runner.invoke(app, ["remove", said["id"]]).exit_code == 0
    assert runner.invoke(app, ["remove", said["id"]]).exit_code == 1


def test_the_callback_secret_is_one_for_each_owner() -> None:
    runner = CliRunner()
    first, again, other = (
        runner.invoke(app, ["callback-secret", "--owner", owner]).output for owner in ("alice", "alice", "bob")
    )
    assert first == again != other
