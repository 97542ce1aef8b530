"""What the deployment files promise about the settings."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOR_COMPOSE_ALONE = {"POSTGRES_PASSWORD", "KAATSU_SERIAL_PORT"}


def _named(pattern: str, file: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / file).read_text(), re.MULTILINE))


def test_every_variable_that_the_settings_read_is_explained():
    read = _named(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', "kaatsu_clinic/settings.py")

    explained = _named(r"^(?:# )?([A-Z_]+)=", ".env.example")

    assert explained == read | FOR_COMPOSE_ALONE


def test_what_compose_takes_from_the_environment_is_explained():
    taken = _named(r"\$\{([A-Z_]+)", "docker-compose.yml")

    assert taken <= _named(r"^(?:# )?([A-Z_]+)=", ".env.example")
