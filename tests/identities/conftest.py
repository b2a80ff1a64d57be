"""A small shop, linked once; each test goes on from a copy of its own."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from mining_tasks.warehouse.home import Home, home
from tests.conftest import OUTSIDE
from tests.identities.drawn_accounts import account
from tests.identities.test_link_accounts import FIRST, accepted

FACTS = {"street": "Forge Close", "street_number": "41", "city": "Coventry", "postcode": "CV2 2AS"}
ANNA = {"name": "Zephyrine Quillfeather", "born": date(1970, 5, 17), "country_code": "GB", **FACTS}
LIKE = {"street": "Rowan Drive", "street_number": "65", "city": "Plymouth", "postcode": "PL5 2HS"}
PEOPLE = [
    account("shop", 1, mail="zephyrine@quill.example", ok=True, phone="0115 700 2281", **ANNA),
    account("crm", 1, mail="Zephyrine@quill.example", **ANNA),
    account("support", 1, phone="0115 700 2281", name="Quillfeather, Zephyrine"),
    *(account("crm", number, mail="info@quill.example", ok=True) for number in range(10, 20)),
    account("shop", 2, mail="info@quill.example", ok=True, name="Petra Stein"),
    *(
        account(source, number, name=f"{given} Thornbury", born=date(1910 + number, 3, 4), country_code="GB", **LIKE)
        for number, given in enumerate(("Fergus", "Isolde", "Tamsin", "Rosalind"), 50)
        for source in ("shop", "crm")
    ),
]
PERSONAL = (
    *("zephyrine", "quillfeather", "quill.", "7002281", "700 2281", "forge", "coventry", "05-17", "2as"),
    *("thornbury", "rowan", "plymouth", "5 2hs"),
)


@pytest.fixture(scope="session")
def linked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `PEOPLE`, linked on the first night; to be copied only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in OUTSIDE:
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(tmp_path_factory.mktemp("linked") / "home"))
        made = home()
        made.make_keys()
        (made.path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
        accepted(FIRST, PEOPLE)
        return made.path


@pytest.fixture
def linked_home(linked_once: Path, shop_home: Home) -> Home:
    """A copy of it."""
    shutil.rmtree(shop_home.path)
    shutil.copytree(linked_once, shop_home.path)
    return shop_home
