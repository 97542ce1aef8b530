"""The page for whoever writes a driver names what there is."""

import re
from pathlib import Path

from devices.drivers.contract import Driver

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to-write-a-driver.md").read_text()


def test_it_names_every_verb_and_constant_of_the_contract():
    owed = {name for name in {**vars(Driver), **Driver.__annotations__} if not name.startswith("_")}

    assert [name for name in sorted(owed) if f"`{name}`" not in PAGE] == []


def test_every_file_that_it_names_is_there():
    named = re.findall(r"`((?:devices|tests|docs)/[\w/]+\.(?:py|md))`", PAGE)

    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_its_example_is_the_code():
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)

    assert example
    assert example[1] in (ROOT / "devices/domain/alicat.py").read_text()
