"""All that happens to one block of people, topic after topic, each standing on those before it."""

import pyarrow as pa

from mining_tasks.demo.planted import baskets, buying, campaigns, people, range, web, wishes, words  # noqa: A004
from mining_tasks.demo.planted.world import Block, World

Tables = dict[str, pa.Table]


def whole_shop(world: World) -> Tables:
    """What is the same for everybody: products, prices by day, campaigns."""
    return {
        "products": range.products(world),
        "prices": range.prices_truth(world),
        "campaigns": campaigns.campaigns(world),
    }


def whole_truth(world: World) -> Tables:
    """What is true of the whole shop beyond `whole_shop`."""
    told = {f"web_{name}": table for name, table in web.web_truth(world).items()}
    return {**told, "campaign_effects": campaigns.planted_effects(world)}


def block_tables(world: World, block: Block) -> Tables:
    """Every table of the block under its topic's name."""
    persons = people.persons(world, block)
    accounts = people.accounts(world, block, persons)
    consents = wishes.consents(world, block, accounts)
    contacts = campaigns.contacts(world, block, persons, accounts, consents)
    orders = buying.orders(world, block, persons, accounts, contacts)
    contacts = campaigns.felt(block, contacts, orders)
    lines = baskets.lines(world, block, persons, orders)
    costs = baskets.order_costs(world, block, orders, lines)
    return {
        "persons": persons,
        "accounts": accounts,
        "consents": consents,
        "erasures": wishes.erasures(world, block, persons, accounts),
        "contacts": contacts,
        "orders": orders,
        "lines": lines,
        "order_costs": costs,
        "returns": baskets.returns(world, block, orders, lines),
        "responses": campaigns.responses(world, block, contacts, orders, costs),
        "buying": buying.buying_truth(world, block, persons, orders),
        "tickets": words.tickets(world, block, persons, accounts, orders),
        "reviews": words.reviews(world, block, persons, accounts, orders, lines),
        "events": web.events(world, block, persons, accounts, orders, costs),
    }
