"""What the CRM knows of a contact's household, in bands as marketing buys them; much is unknown."""

import numpy as np

from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.homes import CHILD, MATE, PARTNER
from mining_tasks.demo.planted.people.lists import Flags, Numbers, Texts, cumulated, drawn
from mining_tasks.demo.planted.people.opened import Rows
from mining_tasks.demo.planted.world import World

AGE_BANDS = np.array(["Under 19", "19-24", "25-34", "35-44", "45-54", "55-64", "65+"])
AGES = np.array([19, 25, 35, 45, 55, 65])
INCOME_BANDS = np.array(["Under 15K", "15-24K", "25-34K", "35-49K", "50-74K", "75-99K", "100-149K", "150K+"])
SIZES = np.array(["0", "1", "2", "3", "4", "5+"])
KIDS = np.array(["None/Unknown", "1", "2", "3+"])
COLUMNS = (
    "age_band",
    "income_band",
    "household_size",
    "marital_status",
    "home_ownership",
    "kids_count",
    "household_composition",
)


def demographics(world: World, people: Folk, rows: Rows, rng: np.random.Generator) -> dict[str, tuple[Texts, Flags]]:
    """Column → values and where they are missing, one per row; missing outside the CRM."""
    told = world.settings["people"]["demographics"]
    facts = _facts(world, people, rng)
    luck = rng.random((1 + len(COLUMNS), int(rows.account.max()) + 1))[:, rows.account]
    unknown = ~rows.is_crm | (luck[0] >= told["told_share"])
    return {
        column: (facts[column][rows.person], unknown | (luck[row] >= told["asked_share"]))
        for row, column in enumerate(COLUMNS, start=1)
    }


def _facts(world: World, people: Folk, rng: np.random.Generator) -> dict[str, Texts]:
    told, lived = world.settings["people"]["demographics"], people.homes
    homes, of = len(lived.size), lived.of
    couple = _with(people, PARTNER)
    family = couple | _with(people, CHILD)
    minors = np.where(family, drawn(cumulated(told["minors"]), rng.random(homes)), 0)
    age = (np.datetime64(world.last_day, "D") - people.birth_date).astype(np.int64) / 365.2425
    income = np.clip(rng.normal(3.2, 1.6, homes) + 0.8 * couple, 0, len(INCOME_BANDS) - 1).astype(np.int64)
    owner = rng.random(homes) < told["owner_share"]
    size = np.minimum(lived.size + minors, len(SIZES) - 1)
    married = couple[of] & (lived.place < 2)
    return {
        "age_band": AGE_BANDS[np.searchsorted(AGES, age, side="right")],
        "income_band": INCOME_BANDS[income][of],
        "household_size": SIZES[size][of],
        "marital_status": np.where(married, "Married", "Unmarried"),
        "home_ownership": np.where(owner, "Homeowner", "Renter")[of],
        "kids_count": KIDS[minors][of],
        "household_composition": _composition(lived.size, minors, _with(people, MATE))[of],
    }


def _with(people: Folk, role: int) -> Flags:
    """Households with somebody of that role."""
    found = np.zeros(len(people.homes.size), bool)
    found[people.homes.of[people.homes.role == role]] = True
    return found


def _composition(size: Numbers, minors: Numbers, mates: Flags) -> Texts:
    adults = np.where(size == 1, "1 Adult", np.where(mates, "Adults Sharing", "2+ Adults"))
    return np.strings.add(adults, np.where(minors > 0, " Kids", " No Kids"))
