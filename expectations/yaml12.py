"""Definition files are YAML 1.2: only true and false are booleans, so a key may be called ``no``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml


class Loader(yaml.CSafeLoader):
    """PyYAML speaks YAML 1.1, where the key ``no`` reads as False; take its boolean words away.

    Its parser in C takes an eighth of the time; every process that starts reads all definitions.
    """


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), ["t", "f"])


def read_yaml(path: Path) -> Any:
    """The content of one definition file."""
    return yaml.load(path.read_text("utf-8"), Loader)  # noqa: S506 - a SafeLoader
