"""The CRM's tables, held against what was planted: every row, every state, every cent, every dirty row."""

from collections.abc import Iterator

from mining_tasks.demo import sent
from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "crm"
MONEY = Figure(ROOM, "money wrong by", 0, "at most", "money", "revenue of contacts, each currency summed on its own")
CAMPAIGNS = Figure(ROOM, "campaigns told wrongly", 0, "at most", "rows", "what a contact costs, who was left out")
SENT = sent.figures(ROOM)
FIGURES = (MONEY, CAMPAIGNS, *SENT)


def measure(sight: Sight) -> Iterator[Figure]:
    sums = sight.rows(__file__, "crm_money.sql")
    wrong = [f"{row['currency']} {row['difference']}" for row in sums if row["difference"]]
    told = ", ".join(wrong) or f"{len(sums)} sums to the last digit"
    yield MONEY.of(sum(abs(row["difference"]) for row in sums) if sums else None, told)
    campaigns = sight.row(__file__, "crm_campaigns.sql")
    looked_at = campaigns["looked_at"]
    yield CAMPAIGNS.of(campaigns["wrong"] if looked_at else None, f"of {looked_at:,}")
    yield from sent.measure(sight, ROOM)
