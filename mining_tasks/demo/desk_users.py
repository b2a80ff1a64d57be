"""How the desk writes a requester down."""

import json
from dataclasses import dataclass
from datetime import datetime

from mining_tasks.demo.accounts import Account
from mining_tasks.demo.desk_orders import Bought
from mining_tasks.demo.draws import chance
from mining_tasks.demo.moments import iso
from mining_tasks.demo.versions import Version


@dataclass(frozen=True)
class Writer:
    """A person who may write to the desk, with the orders she may write about; a stranger has none."""

    account: Account
    orders: tuple[Bought, ...]

    @property
    def rank(self) -> int:
        """Her place in the permutation of people, from which all her draws start."""
        return self.account.person.rank

    @property
    def first_name(self) -> str:
        """How she signs."""
        record = self.account.record
        return (record.given_name or record.surname or "a customer").title()


def user(account: Account, created: datetime) -> Version:
    """The requester as Zendesk's incremental export writes a user, from the first time she wrote."""
    points = account.points
    body = {
        "id": account.account_id,
        "name": full_name(account),
        "email": points.email,
        "phone": points.phone,
        "verified": points.is_email_verified,
        "role": "end-user",
        "active": True,
        "time_zone": "UTC",
        "created_at": iso(created),
        "updated_at": iso(created),
    }
    return Version("users", str(account.account_id), iso(created), json.dumps(body, ensure_ascii=False))


def full_name(account: Account) -> str | None:
    """The name in one field, as typed: 1 in 12 writes the surname first, 1 in 25 in capitals."""
    given, surname = account.record.given_name.title(), account.record.surname.title()
    luck = chance("full name", account.person.rank)
    if luck < 0.08 and given and surname:
        return f"{surname}, {given}"
    name = " ".join(word for word in (given, surname) if word) or None
    return name.upper() if name and luck > 0.96 else name
