"""Paths of signing in, of users and of the audit."""

from typing import Any

from factory_flows.generators.documentation.openapi.operations import PATH_ID, operation, paging
from factory_flows.generators.documentation.openapi.responses import answer, body
from factory_flows.generators.documentation.openapi.schemas import ref
from factory_flows.specification.api import PREFIX
from factory_flows.specification.specification import Guards


def account_paths(guards: Guards) -> dict[str, Any]:
    """Those of an application where people sign in."""

    def on(name: str, summary: str, statuses: set[int], **parts: Any) -> dict[str, Any]:
        return operation(name, "Users", summary, statuses, guarded=name != "authLogin", **parts)

    user = answer("A user", ref("Auth.User"))
    location = {"headers": {"Location": {"schema": {"type": "string"}}}}
    login = {401, 422} | ({429} if guards.lockout else set())
    change, create = body(ref("Auth.User.Patch")), body(ref("Auth.User.Input"))
    paths: dict[str, Any] = {
        "/auth/login": {
            "post": on(
                "authLogin",
                "Sign in",
                login,
                requestBody=body(ref("Auth.Login")),
                success={"200": answer("A token", ref("Auth.Token"))},
            )
        },
        "/auth/me": {
            "get": on("authMe", "Who is signed in", set(), success={"200": answer("Who is signed in", ref("Auth.Me"))})
        },
        "/users": {
            "get": on(
                "authListUsers",
                "List users",
                {422},
                parameters=paging(),
                success={"200": answer("Users", ref("Auth.User.Page"))},
            ),
            "post": on(
                "authCreateUser", "Create a user", {409, 422}, requestBody=create, success={"201": user | location}
            ),
        },
        "/users/{id}": {
            "parameters": [PATH_ID],
            "patch": on("authChangeUser", "Change a user", {404, 409, 422}, requestBody=change, success={"200": user}),
            "delete": on(
                "authDeleteUser", "Delete a user", {404, 409, 422}, success={"204": {"description": "Deleted"}}
            ),
        },
    }
    if guards.audit:
        entries = answer("Who changed what", ref("Auth.Change.Page"))
        listed = on("authListAudit", "List changes", {422}, parameters=paging(), success={"200": entries})
        paths["/audit"] = {"get": listed}
    return {f"{PREFIX}{path}": item for path, item in paths.items()}
