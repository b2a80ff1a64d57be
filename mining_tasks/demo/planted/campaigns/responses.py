"""What the CRM learns of each contact: orders that redeemed the campaign's code, whatever would have come anyway."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.buying.habits import Bools, Ints
from mining_tasks.demo.planted.world import Block, World

DAYS = 1 << 20  # more than there are days or campaigns


def responses(world: World, block: Block, contacts: pa.Table, orders: pa.Table, order_costs: pa.Table) -> pa.Table:
    """One row per contact with its responses up to the last day; by campaign and person. Controls have none.

    Every order that the campaign added redeems its code, and so do some of the person's own orders in the window:
    responses overstate what the campaign brought. `revenue_minor` adds minor units of the person's currency.
    """
    mine = _redeeming(world, block, contacts, orders)
    redeemed = orders.take(np.flatnonzero(mine >= 0)).append_column("contact_row", pa.array(mine[mine >= 0]))
    paid = redeemed.select(["order_id", "contact_row", "placed_at"]).join(
        order_costs.select(["order_id", "amount_minor"]), "order_id"
    )
    sums = paid.group_by("contact_row").aggregate(
        [("placed_at", "min"), ("placed_at", "count"), ("amount_minor", "sum")]
    )
    rows = pa.array(np.arange(len(contacts)))
    found = sums.take(pc.index_in(rows, sums["contact_row"].combine_chunks()))
    kept = contacts.select(["campaign_id", "person_id", "contact_id", "group_code", "contacted_at"])
    return (
        kept.append_column("responded_at", found["placed_at_min"])
        .append_column("responses_count", pc.fill_null(found["placed_at_count"], 0).cast(pa.int32()))
        .append_column("revenue_minor", pc.fill_null(found["amount_minor_sum"], 0).cast(pa.int64()))
    )


def _redeeming(world: World, block: Block, contacts: pa.Table, orders: pa.Table) -> Ints:
    """Per order the row of the contact whose code it redeems, or -1."""
    rng = world.rng("campaigns.responses", block.number)
    redeems = rng.random(len(orders)) < world.settings["campaigns"]["redeemed_share"]
    redeems &= ~orders["is_test"].to_numpy(zero_copy_only=False)
    row = np.where(redeems, _last_contact(world, contacts, orders), -1)
    added = pc.equal(orders["cause_code"], "campaign").to_numpy(zero_copy_only=False)
    row[added] = _adding_contact(contacts, orders.filter(pa.array(added)))
    row[orders["day"].to_numpy() >= world.days] = -1
    return row


def _last_contact(world: World, contacts: pa.Table, orders: pa.Table) -> Ints:
    """Per order the person's newest contact whose window holds it, or -1."""
    treated = _treated(contacts)
    person, day = (contacts[name].to_numpy()[treated].astype(np.int64) for name in ("person_id", "contacted_day"))
    order = np.lexsort((day, person))
    keys, rows = (person * DAYS + day)[order], treated[order]
    asked, at = orders["person_id"].to_numpy(), np.floor(orders["clock_day"].to_numpy()).astype(np.int64)
    newest = np.searchsorted(keys, asked * DAYS + at, side="left") - 1  # a contact acts from the next day on
    found = newest >= 0
    passed = asked[found] * DAYS + at[found] - keys[newest[found]]
    found[found] = passed <= world.settings["campaigns"]["window_days"]
    return np.where(found, np.append(rows, -1)[newest], -1)


def _adding_contact(contacts: pa.Table, added: pa.Table) -> Ints:
    """Per added order the row of the contact that added it."""
    treated = _treated(contacts)
    key = (contacts["person_id"].to_numpy() * DAYS + contacts["campaign_id"].to_numpy())[treated]
    order = np.argsort(key)
    asked = added["person_id"].to_numpy() * DAYS + added["campaign_id"].to_numpy()
    rows: Ints = treated[order][np.searchsorted(key[order], asked)]
    return rows


def _treated(contacts: pa.Table) -> Ints:
    is_treated: Bools = pc.equal(contacts["group_code"], "treated").to_numpy(zero_copy_only=False)
    return np.flatnonzero(is_treated)
