"""Who exists, who lives with whom, and which accounts in which silo tell of them, typed as people type.

`persons` says who somebody is; `accounts` what the three silos know. Columns of `accounts` that no silo has are truth:
`person_id`, `mailbox_code` (own, second, household, company, none), `trap_code` and `slips`.
"""

from mining_tasks.demo.planted.people.accounts import accounts
from mining_tasks.demo.planted.people.persons import persons, spellings

__all__ = ["accounts", "persons", "spellings"]
