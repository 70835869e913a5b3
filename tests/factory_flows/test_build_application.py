"""From a sentence to a project that runs, on a real Prefect server; what can't be built says why."""

import io
import json
import zipfile
from typing import Any

import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import application_builds
from factory_flows.application.request import BuildRequest
from factory_flows.application.result import ApplicationBuild
from factory_flows.build_application import build_application
from factory_flows.generators.parts import NotGenerated
from factory_flows.proof.rank import Rank
from factory_flows.stages.architecture import ArchitectureRequest, design_architecture
from factory_flows.stages.intent import extract_intent
from factory_flows.stages.specification import SpecificationRequest, write_specification
from tests.flows.test_fraud import artifacts_of

pytestmark = [pytest.mark.factory, pytest.mark.usefixtures("prefect_api")]

BRIEF = (
    "An app for our reading group with FastAPI. Each book has a title, an author and a year. Each review belongs to a "
    "book and has a text and a date."
)


def built(description: str = BRIEF, **request: Any) -> ApplicationBuild:
    return build_application(
        request=BuildRequest.model_validate({"description": description, "proof": "none"} | request)
    )


def unzipped(result: ApplicationBuild) -> dict[str, bytes]:
    assert result.project is not None
    with AssetStore.default().open(result.project.uri) as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.timeout(600)
def test_a_sentence_becomes_an_application_that_was_seen_to_run(prefect_api: str) -> None:
    result = built("A notes app with FastAPI. Each note has a title and a text.", proof="full")
    assert result.outcome == "proven", result.warnings
    proof = result.proof["backend"]
    assert (proof.rank, proof.failures) == (Rank.RAN, ())
    names = {check.name for check in proof.checks}
    assert {"its own tests", "started", "data is still there after another start"} <= names
    assert "pytest" in proof.commands
    (row,) = Warehouse.default().read(application_builds)
    assert (row["slug"], json.loads(row["proof"])["backend"]) == (
        result.specification and result.specification.slug,
        "ran",
    )
    pages = artifacts_of(prefect_api, result.run_id)
    assert {"application", "application-proof", "application-specification"} <= pages.keys()
    assert "| backend | **ran** |" in pages["application-proof"]["data"]


def test_what_no_generator_writes_is_said_and_never_shown_as_proven() -> None:
    result = built()
    assert result.outcome == "written"
    assert {proof.rank for proof in result.proof.values()} == {Rank.UNPROVEN}
    files = unzipped(result)
    assert any(name.endswith("backend/app/main.py") for name in files)
    assert result.specification is not None
    assert [entity.name for entity in result.specification.entities] == ["book", "review"]
    for part, proof in result.proof.items():
        if "No generator" in " ".join(proof.unreachable):
            assert any(warning.startswith(part) for warning in result.warnings)
    assert result.proof["react"].unreachable == ("No generator writes this yet: it is not in the project.",)
    assert not any("frontend" in name for name in files), "nothing refers to pages that are not there"
    assert any(name.endswith("docs/manual.pdf") and content.startswith(b"%PDF") for name, content in files.items())


def test_the_same_sentence_gives_the_same_bytes() -> None:
    one, other = built(), built()
    assert one.project is not None
    assert other.project is not None
    assert (one.project.sha256, one.run_id == other.run_id) == (other.project.sha256, False)


@pytest.mark.parametrize("wish", ["Make something nice for my company.", "Fix the bug in the login page.", "???a"])
def test_a_vague_wish_is_answered_with_questions_and_nothing_is_built(prefect_api: str, wish: str) -> None:
    result = built(wish)
    assert (result.outcome, result.project, result.files) == ("questions", None, 0)
    assert result.questions
    assert artifacts_of(prefect_api, result.run_id).keys() == {"application-obstacles"}


def test_a_wish_that_breaks_a_bound_is_refused_with_its_sentence() -> None:
    result = built(f"{BRIEF} Test coverage of at least 40 %.")
    assert (result.outcome, result.project) == ("refused", None)
    (violation,) = result.violations
    assert violation.constraint == "coverage"
    assert violation.span is not None
    assert "40" in violation.span.text


def test_a_backend_that_no_generator_writes_is_an_error_that_says_which_there_are() -> None:
    with pytest.raises(NotGenerated, match="fastapi"):
        built("A notes app with Spring Boot. Each note has a title.")


@pytest.mark.parametrize(
    "wrong",
    [{"description": ""}, {"description": " .?! "}, {"description": "x" * 20_001}, {"proof": "some"}, {"more": 1}],
)
def test_what_is_no_request_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BuildRequest.model_validate({"description": BRIEF} | wrong)


@pytest.mark.parametrize(
    "title", ['"); raise SystemExit("', "{{ 7 * 7 }}{% raw %}", "</script><script>x", "a\\' # --", "订单"]
)
def test_hostile_words_stay_words(title: str) -> None:
    result = built(preferences={"title": title})
    assert result.outcome == "written", (result.questions, result.violations)
    files = unzipped(result)
    for name, content in files.items():
        assert ".." not in name
        if name.endswith(".py"):
            compile(content, name, "exec")
    served = next(content for name, content in files.items() if name.endswith("app/openapi.json"))
    assert json.loads(served)["info"]["title"] == title


def test_each_stage_takes_what_the_one_before_gives() -> None:
    intent = extract_intent(request=BuildRequest(description=BRIEF)).intent
    specified = write_specification(request=SpecificationRequest(intent=intent))
    assert specified.specification is not None
    again = write_specification(request=SpecificationRequest(description=BRIEF))
    assert again.specification == specified.specification
    laid_out = design_architecture(request=ArchitectureRequest(specification=specified.specification))
    assert laid_out.architecture.pattern == specified.specification.stack.pattern
    refused = write_specification(request=SpecificationRequest(description=f"{BRIEF} Test coverage of at least 40 %."))
    assert (refused.specification, len(refused.violations)) == (None, 1)


def test_a_specification_comes_of_words_or_of_an_intent_alone() -> None:
    with pytest.raises(ValidationError, match="either"):
        SpecificationRequest()


def test_the_form_takes_its_own_example() -> None:
    schema = parameter_schema(build_application).model_dump(mode="json")
    validate({"request": {"description": BRIEF}}, schema, raise_on_error=True, ignore_required=False)
