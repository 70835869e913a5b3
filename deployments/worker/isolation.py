"""Keeps what one run changes in its process from the next one."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from blocks.settings import get_settings


@contextmanager
def isolated(env: Mapping[str, str]) -> Iterator[None]:
    """Run with `env` added; afterwards environment, working folder, import path, warnings and logging are as before."""
    environment, folder, path = dict(os.environ), os.getcwd(), list(sys.path)  # noqa: PTH109  as os.chdir takes it
    disabled, levels = logging.root.manager.disable, _levels()
    try:
        with warnings.catch_warnings():
            os.environ.update(env)
            get_settings.cache_clear()  # they are read from the environment
            yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        get_settings.cache_clear()
        os.chdir(folder)
        sys.path[:] = path
        logging.disable(disabled)
        _restore(levels)


def _levels() -> dict[str, tuple[int, bool, list[logging.Handler], bool]]:
    return {
        name: (logger.level, logger.disabled, list(logger.handlers), logger.propagate) for name, logger in _loggers()
    }


def _loggers() -> list[tuple[str, logging.Logger]]:
    named = logging.root.manager.loggerDict.items()
    return [("", logging.root), *((name, logger) for name, logger in list(named) if isinstance(logger, logging.Logger))]


def _restore(levels: dict[str, tuple[int, bool, list[logging.Handler], bool]]) -> None:
    for name, logger in _loggers():
        # A logger that is new came with a module imported during the run: what the run set on it goes.
        silent: list[logging.Handler] = [
            handler for handler in logger.handlers if isinstance(handler, logging.NullHandler)
        ]
        level, disabled, handlers, propagate = levels.get(name, (logging.NOTSET, False, silent, True))
        if logger.level != level:  # setting it empties every logger's cache
            logger.setLevel(level)
        logger.disabled, logger.handlers, logger.propagate = disabled, handlers, propagate
