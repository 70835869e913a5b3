"""The HTTP contract of every generated application, whatever its framework.

JSON in and out. The resource of an entity is at `/api/v1/<plural with dashes>`:

- `GET /`: `{items, total, limit, offset}`. `limit` is 1 to 100 (20), `offset` 0 to 10^9, `sort` a field or `-field`
  (`id`). Filters by equality: each enum, boolean and relation key by its name. `q`, 1 to 100 characters, is looked for
  in the text fields, in whatever case.
- `POST /`: 201 with the thing and `Location`; 409 where something unique is taken or a relation's limit is reached.
- `GET /{id}`: the thing.
- `PUT /{id}` replaces all fields; `PATCH /{id}` those that are sent, at least one.
- `DELETE /{id}`: 204; 409 while others refer to it and may not be deleted with it.
- `GET /{id}/<reverse with dashes>`: the sources of a relation, paged like a list.

A thing is `{id, <fields>, <relation keys>, created_at, updated_at}`, keys in snake case. Unknown keys are refused: 422.
An `id` is a whole number from 1 to `LARGEST_ID`; one in a path that is not is 422, and so is a relation key that names
nothing. An n-n key is a list of at most 1,000 ids, each once. Text is trimmed and has no control characters; a long
text may have tabs and new lines. Empty text is null, where the field is not required.

Errors are RFC 9457 problems, `application/problem+json`: `{type: "about:blank", title, status, detail, errors:
[{field, message}]}`; `errors` is empty but for 422 and 409 that name a field. 400 for JSON that is broken, 404, 405
with `Allow`, 409, 413 above 1 MiB, 415, 422, and 500, which tells nothing of the inside.

`GET /health` is 200 `{status: "ok"}` while the process lives; `GET /ready` asks the database: 200 or 503.
`GET /openapi.json` is always the same as the file in the project.

With `guards.auth`: `POST /api/v1/auth/login` `{email, password}` -> `{access_token, token_type: "bearer", expires_in}`,
or 401; `GET /api/v1/auth/me` -> `{id, email, role}`. Admins have `GET, POST /api/v1/users` and `PATCH, DELETE
/api/v1/users/{id}` (`{email, password, role}`; a password goes in and never out). Without a token 401 with
`WWW-Authenticate: Bearer`; without the role 403. The seed command makes the first admin from `ADMIN_EMAIL` and
`ADMIN_PASSWORD`. With `guards.lockout`, 429 with `Retry-After` while an account waits. With `guards.audit`,
`GET /api/v1/audit` for admins.

Settings by environment: `DATABASE_URL` (SQLite file `data/app.db`, or PostgreSQL), `PORT` (8000), `CORS_ORIGINS`
(separated by commas; none), `LOG_LEVEL`, and with auth `SECRET_KEY` (32 characters or more; no default). Logs are a
JSON object a line, with `request_id` (`X-Request-ID`).
"""

from typing import Final

from factory_flows.specification.entity import Entity
from factory_flows.specification.relation import Relation

PREFIX: Final = "/api/v1"
LIMIT: Final = 20
MOST: Final = 100  # a page's things
FARTHEST: Final = 10**9  # the largest offset
LINKS: Final = 1000  # ids of an n-n key
BODY: Final = 2**20  # bytes


def collection(entity: Entity) -> str:
    """`/api/v1/order-items`."""
    return f"{PREFIX}/{entity.plural.replace('_', '-')}"


def reverse_path(relation: Relation) -> str:
    """What follows a target's own path to list a relation's sources: `/loans`."""
    return f"/{relation.reverse.replace('_', '-')}"
