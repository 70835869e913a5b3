"""The three applications that every generator is tried with."""

from typing import Any

from factory_flows.architecture.architecture import Architecture
from factory_flows.architecture.design import design
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import Entity, EntityField, FieldType
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.specification import Guards, Specification, Stack


def _field(name: str, kind: FieldType = FieldType.TEXT, label: str | None = None, **more: Any) -> EntityField:
    return EntityField(
        name=name, label=label or name.replace("_", " ").capitalize(), type=kind, origin="stated", **more
    )


def _entity(name: str, plural: str, *fields: EntityField, label: str | None = None) -> Entity:
    label = label or name.capitalize()
    return Entity(name=name, plural=plural, label=label, label_plural=f"{label}s", fields=fields, origin="stated")


def _relation(kind: RelationKind, source: str, target: str, role: str, reverse: str, **more: Any) -> Relation:
    return Relation(
        kind=kind,
        source=source,
        target=target,
        role=role,
        role_label=role.capitalize(),
        reverse=reverse,
        reverse_label=reverse.capitalize(),
        origin="stated",
        **more,
    )


def _specification(
    slug: str, entities: tuple[Entity, ...], relations: tuple[Relation, ...], guards: Guards, title: str
) -> Specification:
    return Specification(
        title=title,
        slug=slug,
        description=title,
        stack=Stack(),
        guards=guards,
        entities=entities,
        relations=relations,
        complexity=3,
        scalability=5,
        coverage=90,
    )


def notes() -> Specification:
    """One entity, without sign-in."""
    note = _entity("note", "notes", _field("title", required=True), _field("body", FieldType.LONG_TEXT, longest=5000))
    return _specification("notes", (note,), (), Guards(level=SecurityLevel.LOW, auth=False), "Notes")


def library() -> Specification:
    """Five entities with every type of field, kind of relation and rule of deletion."""
    author = _entity(
        "author",
        "authors",
        _field("name", required=True),
        _field("born", FieldType.DATE),
        _field("site", FieldType.URL),
    )
    genre = _entity("genre", "genres", _field("name", required=True, unique=True, longest=60))
    book = _entity(
        "book",
        "books",
        _field("title", required=True),
        _field("isbn", unique=True, longest=20),
        _field("summary", FieldType.LONG_TEXT, longest=2000),
        _field("pages", FieldType.INTEGER, minimum=1, maximum=20000),
        _field("price", FieldType.DECIMAL, required=True, minimum=0),
        _field("rating", FieldType.NUMBER, minimum=0, maximum=5),
        _field("available", FieldType.BOOLEAN, required=True, default=True),
        _field("acquired", FieldType.DATETIME),
        _field("state", FieldType.ENUM, required=True, choices=("fresh", "worn"), choice_labels=("New", "Worn")),
    )
    member = _entity(
        "member",
        "members",
        _field("name", required=True),
        _field("email", FieldType.EMAIL, required=True, unique=True),
        _field("phone", FieldType.PHONE),
    )
    card = _entity("card", "cards", _field("number", required=True, unique=True, longest=30))
    relations = (
        _relation(RelationKind.MANY_TO_ONE, "book", "author", "author", "books", required=True, on_delete="restrict"),
        _relation(
            RelationKind.MANY_TO_ONE, "book", "member", "borrower", "borrowed_books", on_delete="set_null", limit=3
        ),
        _relation(RelationKind.MANY_TO_MANY, "book", "genre", "genre", "books", on_delete="restrict"),
        _relation(RelationKind.ONE_TO_ONE, "card", "member", "holder", "cards", required=True, on_delete="cascade"),
    )
    return _specification(
        "library",
        (author, genre, book, member, card),
        relations,
        Guards(level=SecurityLevel.LOW, auth=False),
        "Library",
    )


def hostile() -> Specification:
    """Words that want out of their quotes, with sign-in, lockout and a journal."""
    evil = "\"'`{{ 7*7 }}${x}</script>*/ \\ --> '''"
    order = _entity(
        "customer_order",
        "customer_orders",
        _field("title", label=evil, required=True),
        _field("note", FieldType.LONG_TEXT, label="Class"),
        _field(
            "state",
            FieldType.ENUM,
            label="Match",
            required=True,
            choices=("open", "done"),
            choice_labels=("打开", evil),
        ),
        label="Order",
    )
    school_class = _entity("school_class", "school_classes", _field("name", label="名称", required=True), label="Class")
    group = _entity(
        "person_group",
        "person_groups",
        _field("name", label="Gr\u00fc\u00dfe 'x'", required=True, unique=True),
        label=evil,
    )
    person = _entity("app_user", "app_users", _field("name", label="User", required=True), label="用户")
    index = _entity(
        "book_index",
        "book_indexes",
        _field("name", label="Index"),
        _field("amount", FieldType.INTEGER),
        label="Index ⏎ \\n",
    )
    relations = (
        _relation(
            RelationKind.MANY_TO_ONE,
            "customer_order",
            "app_user",
            "buyer",
            "customer_orders",
            required=True,
            on_delete="cascade",
        ),
        _relation(RelationKind.MANY_TO_MANY, "app_user", "person_group", "group", "members", on_delete="cascade"),
        _relation(RelationKind.MANY_TO_ONE, "school_class", "school_class", "parent", "children", on_delete="set_null"),
    )
    guards = Guards(level=SecurityLevel.HIGH, auth=True, lockout=5, audit=True)
    return _specification("hostile", (order, school_class, group, person, index), relations, guards, evil)


def layered() -> Architecture:
    """The backend in layers, each of which knows those below it."""
    return design(notes())
