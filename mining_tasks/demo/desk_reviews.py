"""Reviews of products that were really bought, from seeded templates. MADE."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from mining_tasks.demo.desk_texts import About, review
from mining_tasks.demo.desk_users import Writer
from mining_tasks.demo.draws import draws, pick
from mining_tasks.demo.moments import END, after, at, iso
from mining_tasks.demo.versions import Version

WRITES_AGAIN = 0.56  # one more, and one more …: about 3,000 reviews of 2,469 households
MOST = 20


def reviews(writer: Writer) -> Iterator[tuple[datetime, Version]]:
    """When each review was written, and the review, which never changes."""
    again = draws("reviews", writer.rank)
    for number in range(MOST if writer.orders else 0):
        if again.random() >= WRITES_AGAIN:
            return
        stream = draws("review", writer.rank, number)
        bought = pick(stream, writer.orders)
        written = after(at(bought.placed), timedelta(days=1), timedelta(days=25), "reviewed", writer.rank, number)
        stars, text = review(stream, About(bought.product.lower(), bought.department.lower(), writer.first_name))
        body = {
            "id": 40_000 + writer.rank * MOST + number,
            "requester_id": writer.account.account_id,
            "product": {"id": str(bought.product_id), "title": bought.product},
            "score": stars,
            "comment": text,
            "created_at": iso(written),
            "updated_at": iso(written),
        }
        if written < END:
            yield written, Version("reviews", str(body["id"]), iso(written), json.dumps(body, ensure_ascii=False))
