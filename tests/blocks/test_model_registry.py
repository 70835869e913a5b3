"""The model registry: versions that never change, aliases that can be rolled back, and no pickles."""

import json
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.asset_store import AssetStore
from blocks.model_registry import (
    AliasMoved,
    ModelNotFound,
    ModelRegistry,
    ModelRegistryError,
    ModelVersion,
    UnsafeModelFile,
    WeightsDamaged,
    load_skops,
)
from blocks.model_registry.protobuf import field_numbers

pytestmark = pytest.mark.blocks
FACTS = {"metrics": {"average_precision": 0.7}, "data_digest": "d" * 64, "code_version": "1.0"}


def tensors(values: bytes = bytes(8)) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "__metadata__": {"a": "b"}})
    return struct.pack("<Q", len(header)) + header.encode() + values


@pytest.fixture
def registry(store: AssetStore) -> ModelRegistry:
    return ModelRegistry(assets=store)


@pytest.fixture
def folder_registry(folder_store: AssetStore) -> ModelRegistry:
    return ModelRegistry(assets=folder_store)


def register(registry: ModelRegistry, folder: Path, number: int = 0) -> ModelVersion:
    file = folder / f"{number}.safetensors"
    file.write_bytes(tensors(bytes([number]) * 8))
    return registry.register("fraud-detector", {"weights.safetensors": file}, **FACTS)  # type: ignore[arg-type]


def test_a_version_is_registered_promoted_resolved_and_fetched(registry: ModelRegistry, tmp_path: Path) -> None:
    first, second = register(registry, tmp_path, 1), register(registry, tmp_path, 2)
    assert [first.version, second.version] == [1, 2]
    assert registry.versions("fraud-detector") == [first, second]
    registry.promote("fraud-detector", 2)
    assert registry.resolve("fraud-detector") == second
    assert registry.resolve("fraud-detector", 1) == registry.resolve("fraud-detector", "1") == first
    found = registry.fetch(second, tmp_path / "cache")
    assert found["weights.safetensors"].read_bytes() == tensors(bytes([2]) * 8)
    assert second.weights_sha256 == second.files["weights.safetensors"].sha256
    assert second.metrics == {"average_precision": 0.7}


def test_registering_the_same_again_adds_nothing(registry: ModelRegistry, tmp_path: Path) -> None:
    assert register(registry, tmp_path) == register(registry, tmp_path)
    assert len(registry.versions("fraud-detector")) == 1


def test_an_alias_goes_back_the_way_it_came(registry: ModelRegistry, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        register(registry, tmp_path, number)
        registry.promote("fraud-detector", number)
    assert registry.rollback("fraud-detector").version == 2
    assert registry.rollback("fraud-detector").version == 1
    with pytest.raises(ModelRegistryError, match="first version it ever had"):
        registry.rollback("fraud-detector")
    registry.promote("fraud-detector", 3)
    assert registry.rollback("fraud-detector").version == 1
    assert [(change.action, change.version) for change in registry.history("fraud-detector")] == [
        *(("promote", 1), ("promote", 2), ("promote", 3)),
        *(("rollback", 2), ("rollback", 1), ("promote", 3), ("rollback", 1)),
    ]


def test_promoting_where_it_stands_changes_nothing(registry: ModelRegistry, tmp_path: Path) -> None:
    register(registry, tmp_path)
    assert registry.promote("fraud-detector", 1) == registry.promote("fraud-detector", 1, expected=1)
    assert len(registry.history("fraud-detector")) == 1


def test_a_promote_can_insist_on_what_it_replaces(registry: ModelRegistry, tmp_path: Path) -> None:
    for number in (1, 2):
        register(registry, tmp_path, number)
    registry.promote("fraud-detector", 1)
    with pytest.raises(AliasMoved, match="stands at version 1, not 2"):
        registry.promote("fraud-detector", 2, expected=2)
    registry.promote("fraud-detector", 2, alias="challenger")
    assert registry.resolve("fraud-detector", "challenger").version == 2
    assert registry.resolve("fraud-detector").version == 1


PROMOTER = """
import sys
from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry

registry = ModelRegistry(assets=AssetStore(location=sys.argv[1], public_url="https://cdn.example.com"))
print("ready", flush=True)
sys.stdin.readline()
for version in (int(sys.argv[2]), int(sys.argv[2]) + 1) * 5:
    registry.promote("fraud-detector", version)
"""


def test_concurrent_promotes_are_all_in_one_history(cloud_store: AssetStore, tmp_path: Path) -> None:
    registry = ModelRegistry(assets=cloud_store)
    for number in (1, 2, 3, 4):
        register(registry, tmp_path, number)
    command = [sys.executable, "-c", PROMOTER, registry.store.location]
    promoters = [
        subprocess.Popen([*command, first], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for first in ("1", "3")
    ]
    for promoter in promoters:
        assert promoter.stdout is not None
        assert promoter.stdout.readline() == b"ready\n"
    for promoter in promoters:
        assert promoter.stdin is not None
        promoter.stdin.write(b"go\n")
        promoter.stdin.flush()
    for promoter in promoters:
        promoter.communicate(timeout=60)
        assert promoter.returncode == 0
    changes = registry.history("fraud-detector")
    assert [change.number for change in changes] == list(range(1, 21))
    for first in (1, 3):  # each process' changes, in the order in which it made them
        own = [change.version for change in changes if change.version in {first, first + 1}]
        assert own == [first, first + 1] * 5
    assert registry.resolve("fraud-detector").version in {2, 4}


def test_what_is_not_there_is_said(registry: ModelRegistry, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no alias champion .* register a version"):
        registry.resolve("fraud-detector")
    with pytest.raises(ModelNotFound, match="nothing to roll back"):
        registry.rollback("fraud-detector")
    register(registry, tmp_path)
    with pytest.raises(ModelNotFound, match=r"no version 7; known: \[1\]"):
        registry.promote("fraud-detector", 7)


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "a b", "-a", "a" * 61, "1a", ".records"])
def test_names_that_are_none(folder_registry: ModelRegistry, name: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(ModelRegistryError, match="is no model name"):
        folder_registry.register(name, {"a.json": tmp_path / "a.json"}, **FACTS)  # type: ignore[arg-type]
    with pytest.raises(ModelRegistryError):
        folder_registry.resolve(name)


def test_file_names_that_are_none(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    for name in ("../a.json", "a/b.json", ".json"):
        with pytest.raises(ModelRegistryError):
            folder_registry.register("a", {name: tmp_path / "a.json"}, **FACTS)  # type: ignore[arg-type]


def test_damaged_weights_are_not_handed_out(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    version = register(folder_registry, tmp_path)
    path = tmp_path / "store" / folder_registry.store.stat(version.files["weights.safetensors"].uri).path
    path.write_bytes(tensors(b"poisoned"))
    with pytest.raises(WeightsDamaged):
        folder_registry.fetch(version, tmp_path / "cache")
    record = tmp_path / "store/.records" / f"{path.relative_to(tmp_path / 'store')}.json"
    record.unlink()  # an attacker who rewrites the store's own record gains nothing either
    with pytest.raises(WeightsDamaged, match="not what was registered"):
        folder_registry.fetch(version, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_fetched_file_is_kept_while_it_is_right(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    version = register(folder_registry, tmp_path)
    file = folder_registry.fetch(version, tmp_path / "cache")["weights.safetensors"]
    first = file.stat().st_ino
    assert folder_registry.fetch(version, tmp_path / "cache")["weights.safetensors"].stat().st_ino == first
    file.write_bytes(b"torn")
    folder_registry.fetch(version, tmp_path / "cache")
    assert file.read_bytes() == tensors()


class Payload:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (exec, ("raise SystemExit('unpickled')",))


def zipped(*entries: tuple[str, bytes]) -> bytes:
    import io

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, data in entries:
            made.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_are_refused_whatever_they_are_called(
    folder_registry: ModelRegistry, protocol: int, tmp_path: Path
) -> None:
    for number, value in enumerate([Payload(), {"a": [1, 2.5, None, "x"]}, [1], (1, 2), "text", 3]):
        file = tmp_path / f"{number}"
        file.write_bytes(pickle.dumps(value, protocol))
        for suffix in (".safetensors", ".json", ".ubj", ".skops", ".onnx", ".md", ".pkl", ".pt", ".joblib"):
            with pytest.raises(UnsafeModelFile, match="is or may hold a pickle"):
                folder_registry.register("a", {f"a{suffix}": file}, **FACTS)  # type: ignore[arg-type]


WRONG = {
    "pytorch.skops": zipped(("archive/data.pkl", pickle.dumps(Payload()))),
    "noise.skops": b"PK\x03\x04 not really",
    "other.skops": zipped(("schema.json", b"{}")),
    "short.safetensors": b"\x00",
    "huge.safetensors": struct.pack("<Q", 1 << 60) + b"{}",
    "cut.safetensors": tensors()[:-1],
    "long.safetensors": tensors() + b"code",
    "list.safetensors": struct.pack("<Q", 2) + b"[]",
    "gap.safetensors": tensors().replace(b"[0, 8]", b"[1, 8]"),
    "text.json": b"hello",
    "list.json": b"[1]",
    "deep.json": b'{"a":' * 200_000,
    "text.ubj": b"{text}",
    "json.onnx": b'{"a": 1}',
    "empty.onnx": b"",
    "cut.onnx": b"\x08\x08\x3a\x7f\x00",
    "latin.md": b"\xe9t\xe9",
    "program.exe": b"MZ",
    "none": b"{}",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_its_format_is_refused(folder_registry: ModelRegistry, name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WRONG[name])
    with pytest.raises(UnsafeModelFile):
        folder_registry.register("a", {name: tmp_path / "file"}, **FACTS)  # type: ignore[arg-type]
    assert folder_registry.versions("a") == []


def test_xgboost_in_its_own_formats(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    import numpy as np
    import xgboost

    features = np.arange(40, dtype=float).reshape(20, 2)
    booster = xgboost.train({"max_depth": 2}, xgboost.DMatrix(features, features[:, 0] > 20), 2)
    names = ["model.json", "model.ubj"]
    for name in names:
        booster.save_model(tmp_path / name)
    (tmp_path / "card.md").write_text("# What it is for")
    files = {name: tmp_path / name for name in [*names, "card.md"]}
    version = folder_registry.register("booster", files, **FACTS)  # type: ignore[arg-type]
    found = folder_registry.fetch(version, tmp_path / "cache")
    again = xgboost.Booster(model_file=found["model.ubj"])
    np.testing.assert_array_equal(again.predict(xgboost.DMatrix(features)), booster.predict(xgboost.DMatrix(features)))


def test_scikit_learn_with_the_fixed_types_only(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.preprocessing import FunctionTransformer
    from skops.io import dump

    features = np.arange(40, dtype=float).reshape(20, 2)
    forest = RandomForestClassifier(3, random_state=0).fit(features, features[:, 0] > 20)
    dump(forest, tmp_path / "forest.skops")
    version = folder_registry.register("forest", {"forest.skops": tmp_path / "forest.skops"}, **FACTS)  # type: ignore[arg-type]
    again = load_skops(folder_registry.fetch(version, tmp_path / "cache")["forest.skops"])
    np.testing.assert_array_equal(again.predict(features), forest.predict(features))
    dump(FunctionTransformer(subprocess.run), tmp_path / "evil.skops")
    with pytest.raises(UnsafeModelFile, match=r"types that are not on the fixed list: subprocess\.run"):
        folder_registry.register("evil", {"evil.skops": tmp_path / "evil.skops"}, **FACTS)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="Untrusted types"):
        load_skops(tmp_path / "evil.skops")


def test_onnx_is_recognised_by_its_fields(folder_registry: ModelRegistry, tmp_path: Path) -> None:
    graph = b"\x12\x01g"  # GraphProto.name
    (tmp_path / "a.onnx").write_bytes(b"\x08\x08" + b"\x3a" + bytes([len(graph)]) + graph + b"\x42\x02\x10\x11")
    version = folder_registry.register("a", {"a.onnx": tmp_path / "a.onnx"}, **FACTS)  # type: ignore[arg-type]
    assert list(version.files) == ["a.onnx"]


@given(st.binary(max_size=200))
def test_reading_a_message_ends_and_raises_nothing_else(data: bytes) -> None:
    try:
        assert all(number >= 0 for number in field_numbers(data))
    except ValueError:
        return


def test_its_check_is_that_of_its_store(folder_registry: ModelRegistry, bucket: str) -> None:
    folder_registry.check()
    with pytest.raises(Exception, match="does not exist"):
        ModelRegistry(assets=AssetStore(location="gs://there-is-no-such-bucket")).check()
