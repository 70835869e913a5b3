"""Kustomize files as they are written."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from factory_flows.architecture.design import design
from factory_flows.generators.infrastructure.kubernetes import generate
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern
from tests.factory_flows.models import hostile, library, notes

pytestmark = pytest.mark.factory

_FROM_OUTSIDE = {("Secret", "backend-secrets"), ("Secret", "entrance-tls")}  # no file has them
_API = notes().model_copy(update={"slug": "on", "stack": notes().stack.model_copy(update={"frontend": None})})


def written(specification: Specification) -> dict[str, str]:
    return {str(file.path): str(file.content) for file in generate(specification, design(specification))}


def base(specification: Specification) -> list[Any]:
    return [
        document
        for path, text in written(specification).items()
        if path.startswith("kubernetes/base/") and not path.endswith("/kustomization.yaml")
        for document in yaml.safe_load_all(text)
    ]


def of_kind(specification: Specification, kind: str) -> dict[str, Any]:
    return {each["metadata"]["name"]: each for each in base(specification) if each["kind"] == kind}


def values(document: Any, key: str) -> Iterator[Any]:
    """What stands under a key, at whatever depth."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(document, list):
        for each in document:
            yield from values(each, key)


@pytest.fixture(params=[notes(), library(), hostile(), _API], ids=lambda each: each.slug)
def specification(request: pytest.FixtureRequest) -> Specification:
    return request.param


def test_same_specification_same_bytes(specification: Specification) -> None:
    architecture = design(specification)
    assert [*generate(specification, architecture)] == [*generate(specification, architecture)]


def test_kustomizations_name_the_files_that_exist(specification: Specification) -> None:
    files = written(specification)
    listed = yaml.safe_load(files["kubernetes/base/kustomization.yaml"])["resources"]
    found = {path.removeprefix("kubernetes/base/") for path in files if path.startswith("kubernetes/base/")}
    assert {*listed, "kustomization.yaml"} == found
    for overlay in ("staging", "production"):
        folder = f"kubernetes/overlays/{overlay}"
        kustomization = yaml.safe_load(files[f"{folder}/kustomization.yaml"])
        namespace = yaml.safe_load(files[f"{folder}/namespace.yaml"])
        assert kustomization["namespace"] == namespace["metadata"]["name"] == f"{specification.slug}-{overlay}"
        used = {image for document in base(specification) for image in values(document, "image")}
        assert {image["name"] for image in kustomization["images"]} == used
        names = {(each["kind"], each["metadata"]["name"]) for each in base(specification)}
        for patch in kustomization.get("patches", ()):
            assert (patch["target"]["kind"], patch["target"]["name"]) in names


def test_every_reference_names_what_exists(specification: Specification) -> None:
    documents = base(specification)
    names = {(each["kind"], each["metadata"]["name"]) for each in documents} | _FROM_OUTSIDE
    for document in documents:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret"), ("service", "Service")):
            assert all((kind, found["name"]) in names for found in values(document, key))
        assert all(("Secret", found) in names for found in values(document, "secretName"))
        for target in values(document, "scaleTargetRef"):
            assert (target["kind"], target["name"]) in names


def test_selectors_and_ports_meet_pods(specification: Specification) -> None:
    pods = [each["spec"]["template"] for each in base(specification) if each["kind"] in {"Deployment", "Job"}]
    labels = [pod["metadata"]["labels"] for pod in pods]
    for document in base(specification):
        for selector in (*values(document, "matchLabels"), *_service_selectors(document)):
            if "kubernetes.io/metadata.name" not in selector:
                assert any(selector.items() <= each.items() for each in labels)
        for expressions in values(document, "matchExpressions"):
            assert all({"app.kubernetes.io/name": value} in labels for value in expressions[0]["values"])
    for service in of_kind(specification, "Service").values():
        (pod,) = (pod for pod in pods if pod["metadata"]["labels"] == service["spec"]["selector"])
        ports = {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
        (port,) = service["spec"]["ports"]
        assert ports[port["targetPort"]] == port["port"]
    (path,) = of_kind(specification, "Ingress")["entrance"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"]["name"] == ("pages" if specification.stack.frontend else "backend")


def _service_selectors(document: Any) -> list[dict[str, str]]:
    return [document["spec"]["selector"]] if document["kind"] == "Service" else []


def test_pods_are_restricted(specification: Specification) -> None:
    for document in base(specification):
        if document["kind"] in {"Deployment", "Job"}:
            pod = document["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert pod["automountServiceAccountToken"] is False
            for container in [*pod["containers"], *pod.get("initContainers", [])]:
                assert container["securityContext"] == {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                }
                assert container["resources"]["limits"]["memory"]
        if document["kind"] == "Deployment":
            (container,) = pod["containers"]
            assert {"livenessProbe", "readinessProbe"} <= set(container)


def test_no_file_has_a_secret(specification: Specification) -> None:
    assert not of_kind(specification, "Secret")
    settings = of_kind(specification, "ConfigMap")["backend-settings"]["data"]
    assert set(settings) == {"LOG_LEVEL", "PORT"}


@pytest.mark.parametrize(("scalability", "most"), [(5, 2), (7, 6), (10, 12)])
def test_replicas_follow_scalability(scalability: int, most: int) -> None:
    model = library().model_copy(update={"scalability": scalability})
    scaler = of_kind(model, "HorizontalPodAutoscaler")["backend"]["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, most)


def test_hostile_titles_are_values_or_comments() -> None:
    plain = hostile().model_copy(update={"title": "Plain"})
    for path, text in written(hostile()).items():
        documents, without = [*yaml.safe_load_all(text)], [*yaml.safe_load_all(written(plain)[path])]
        if path.endswith("namespace.yaml"):
            assert documents[0]["metadata"]["annotations"].pop("description") == hostile().title
            assert without[0]["metadata"]["annotations"].pop("description") == "Plain"
        assert documents == without


def test_a_slug_that_is_a_word_of_yaml_stays_text() -> None:
    kustomization = yaml.safe_load(written(_API)["kubernetes/base/kustomization.yaml"])
    assert kustomization["labels"][0]["pairs"] == {"app.kubernetes.io/part-of": "on"}


def test_parts_that_run_apart_are_refused() -> None:
    model = library()
    spread = model.model_copy(update={"stack": model.stack.model_copy(update={"pattern": Pattern.MICROSERVICES})})
    with pytest.raises(ValueError, match="choose a pattern with one server"):
        written(spread)
