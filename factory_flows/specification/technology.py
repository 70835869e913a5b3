"""What an application is made with: the factory's own list, which every generator is chosen by."""

from enum import StrEnum


class Backend(StrEnum):
    """Frameworks of the server."""

    FASTAPI = "fastapi"
    FLASK = "flask"
    DJANGO = "django"
    EXPRESS = "express"
    SPRING_BOOT = "spring_boot"
    DOTNET = "dotnet"


class Frontend(StrEnum):
    """Frameworks of the pages."""

    REACT = "react"
    VUE = "vue"
    ANGULAR = "angular"
    SVELTE = "svelte"


class Infrastructure(StrEnum):
    """Tools that bring it up."""

    DOCKER = "docker"
    KUBERNETES = "kubernetes"
    TERRAFORM = "terraform"
    ANSIBLE = "ansible"
    CLOUDFORMATION = "cloudformation"


class Qa(StrEnum):
    """What its tests are written with; bound to the language of what is tested."""

    PYTEST = "pytest"
    JEST = "jest"
    MOCHA = "mocha"
    JUNIT = "junit"


class Documentation(StrEnum):
    """What its documents are written in."""

    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    OPENAPI = "openapi"


class Pattern(StrEnum):
    """Architectures."""

    MONOLITH = "monolith"
    MICROSERVICES = "microservices"
    SERVERLESS = "serverless"
    LAYERED = "layered"
    CLEAN = "clean"
    HEXAGONAL = "hexagonal"
    EVENT_DRIVEN = "event_driven"
    MVC = "mvc"
