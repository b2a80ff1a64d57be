"""What is true of visits, straight from the settings: no event is looked at."""

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.web.chain import PURCHASE, START, chain
from mining_tasks.demo.planted.web.friction import INTENTS, friction
from mining_tasks.demo.planted.world import World


def web_truth(world: World) -> dict[str, pa.Table]:
    """Tables by name: `channels`, `chain`, `frictions`, `success`, `stages`."""
    return {
        "channels": _channels(world),
        "chain": _chain(world),
        "frictions": _frictions(world),
        "success": _success(world),
        "stages": _stages(world),
    }


def _channels(world: World) -> pa.Table:
    """Per channel: share of purchases lost without it, its share of the sum of these, and how often a visit buys."""
    planted = chain(world)
    effects = planted.removal_effects()
    return pa.table(
        {
            "channel_code": list(planted.channels),
            "removal_effect_share": effects,
            "contribution_share": effects / effects.sum(),
            "visit_buys_share": planted.buys[1:],
            "path_buys_share": planted.reach[1:],
        }
    )


def _chain(world: World) -> pa.Table:
    """Every move with its probability; what is missing to 1 is lost."""
    planted = chain(world)
    sources, targets = (START, *planted.channels), (*planted.channels, PURCHASE)
    chances = np.column_stack([planted.moves, planted.buys])
    source, target = np.nonzero(chances)
    return pa.table(
        {
            "from_code": pa.array(sources).take(pa.array(source)),
            "to_code": pa.array(targets).take(pa.array(target)),
            "probability": chances[source, target],
        }
    )


def _frictions(world: World) -> pa.Table:
    """What looks like a cause at the checkout, whether it is one, above what, and what it leaves of the success."""
    load, shipping = (world.settings["web"]["friction"][name] for name in ("load", "shipping"))
    rows = [
        ("load_ms", True, float(load["above_ms"]), load["keeps"]),
        ("shipping_share", True, shipping["above_share"], shipping["keeps"]),
        ("device_code=phone", False, None, 1.0),
        ("page_code=returns_info", False, None, 1.0),
    ]
    names = ["feature", "is_cause", "above", "keeps_share"]
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _success(world: World) -> pa.Table:
    """Probability that an attempt at the checkout buys, by intent, slow page and dear parcel."""
    chances = friction(world).success
    intent, slow, dear = (axis.ravel() for axis in np.indices(chances.shape))
    return pa.table(
        {
            "intent_code": pa.array(INTENTS).take(pa.array(intent)),
            "is_slow": slow == 1,
            "is_dear": dear == 1,
            "success_share": chances.ravel(),
        }
    )


def _stages(world: World) -> pa.Table:
    """Stages from awareness to loyalty: the pages that show one, or how many purchases."""
    stages = dict(world.settings["web"]["stages"])
    loyal = stages.pop("loyalty_purchases")
    codes = [*stages, "loyalty"]
    return pa.table(
        {
            "stage_number": pa.array(range(1, len(codes) + 1), pa.int32()),
            "stage_code": codes,
            "pages": pa.array([*stages.values(), []], pa.list_(pa.string())),
            "purchases_count": pa.array([None] * (len(stages) - 1) + [1, loyal], pa.int32()),
        }
    )
