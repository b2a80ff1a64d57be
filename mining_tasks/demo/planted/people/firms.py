"""Who works where one mailbox and one phone serve everybody."""

import numpy as np

from mining_tasks.demo.planted.people.folk import Folk
from mining_tasks.demo.planted.people.lists import Numbers, drawn, zipf
from mining_tasks.demo.planted.world import World

NOBODY = -1
ZIPF_FIRMS = 0.9


def founders(world: World, people: Folk, rng: np.random.Generator) -> Numbers:
    """For each person the row of the first member of her firm, which stands for the firm; `NOBODY` without one."""
    told, persons = world.settings["people"]["mailboxes"], len(people.person_id)
    is_member, luck = rng.random(persons) < told["company_share"], rng.random(persons)
    founder, country = np.full(persons, NOBODY), people.country
    for row in np.unique(country):
        firms = zipf(max(1, round(np.sum(country == row) / told["persons_per_company"])), ZIPF_FIRMS)
        members = np.flatnonzero(is_member & (country == row))
        _, first, firm = np.unique(drawn(firms, luck[members]), return_index=True, return_inverse=True)
        founder[members] = members[first][firm]
    return founder
