"""A generated file."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _inside(path: PurePosixPath) -> PurePosixPath:
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{path}: a generated file lies inside its project")
    return path


class SourceFile(BaseModel):
    """A file of the project, UTF-8 unless it is bytes (a PDF).

    Attributes:
        path: Inside the project: `backend/app/main.py`.
        executable: A script that is run by its name.
        requirements: Numbers of the requirements that it fulfils or tests.
    """

    model_config = ConfigDict(frozen=True)

    path: Annotated[PurePosixPath, AfterValidator(_inside)]
    content: str | bytes
    executable: bool = False
    requirements: tuple[str, ...] = ()
