"""Faults as they happen: a line of a room's own code is wrong for one run, and everything else is as it was."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
import pytest

from expectations.words import Table
from mining_tasks.campaigns import steps as campaigns
from mining_tasks.churn import ladder
from mining_tasks.identities import changed, evidence, likeness, link, scores
from mining_tasks.identities.model import Model
from mining_tasks.lifetime_value import score
from mining_tasks.segments import assign
from mining_tasks.warehouse import convert, engine, merge, newest
from mining_tasks.warehouse.shelf import Partition


@dataclass
class Fired:
    """How often the faulty line ran."""

    times: int = 0


@contextmanager
def patched(target: object, name: str, make: Callable[[Callable, Fired], Callable]) -> Iterator[Fired]:
    """`name` of `target` replaced by what `make` gives, for as long as the block runs."""
    fired = Fired()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, name, make(getattr(target, name), fired))
        yield fired


def other_sql(
    module: ModuleType, where: str, pattern: str, instead: str, reader: str = "sql", expected: int = 1
) -> AbstractContextManager[Fired]:
    """The SQL file `room/name.sql`, read through `module.sql` or another reader of the module, with one place changed,
    or as many as are expected there."""

    def make(read: Callable[..., str], fired: Fired) -> Callable[..., str]:
        def changed(beside: str, name: str, **pieces: str) -> str:
            sql = read(beside, name, **pieces)
            if f"{Path(beside).parent.name}/{name}" != where:
                return sql
            fired.times += 1
            sql, places = re.subn(pattern, instead, sql)
            assert places == expected, f"{where} says {pattern!r} {places} times"
            return sql

        return changed

    return patched(module, reader, make)


def shuffled_labels() -> AbstractContextManager[Fired]:
    """The segments are right, but each stands beside another customer's id."""

    def make(assigned: Callable[..., pa.Table], fired: Fired) -> Callable[..., pa.Table]:
        def shuffled(table: pa.Table, places: assign.Places, marks: dict) -> pa.Table:
            fired.times += 1
            buyers = np.flatnonzero(places.codes > 0)
            codes = places.codes.copy()
            codes[buyers] = np.random.default_rng(1).permutation(codes[buyers])
            return assigned(table, assign.Places(places.ids, places.names, codes, places.fit, places.source), marks)

        return shuffled

    return patched(assign, "assigned", make)


def join_dropped() -> AbstractContextManager[Fired]:
    """No order finds the account that placed it: all customers are strangers."""
    return other_sql(engine, "customers/features.sql", r"links\.account_id_source = orders\.customer_id_shop", "FALSE")


def join_condition_dropped() -> AbstractContextManager[Fired]:
    """What was paid in several currencies is added up."""
    return other_sql(engine, "customers/features.sql", r"AND main\.currency IS NOT DISTINCT FROM \w+\.currency", "")


def tickets_lost() -> AbstractContextManager[Fired]:
    """Tickets no longer come to the customers who wrote them."""
    return other_sql(
        engine, "customers/features.sql", r"links\.account_id_source = tickets\.requester_id_support", "FALSE"
    )


def oldest_wins() -> AbstractContextManager[Fired]:
    """Of several versions of a row the oldest is kept."""

    def make(order: Callable[[Table], str], fired: Fired) -> Callable[[Table], str]:
        def reversed_order(table: Table) -> str:
            fired.times += 1
            return order(table).replace(" DESC NULLS LAST", " ASC NULLS LAST")

        return reversed_order

    return patched(newest, "_order", make)


def news_never_merged() -> AbstractContextManager[Fired]:
    """Tonight's rows are received and accepted, and yesterday's state is handed on as it was."""

    def make(show_all: Callable[..., None], fired: Fired) -> Callable[..., None]:
        def nothing_new(connection: object, core: Table, parts: Sequence[Partition], name: str) -> None:
            is_news = name == "news"
            fired.times += sum(part.rows for part in parts) if is_news else 0
            show_all(connection, core, [] if is_news else parts, name)

        return nothing_new

    return patched(merge, "_show_all", make)


def campaign_money_forgotten() -> AbstractContextManager[Fired]:
    """What campaigns cost and brought gets lost where yesterday's state and tonight's news are put together."""

    def make(filled: Callable[..., str], fired: Fired) -> Callable[..., str]:
        def forgetting(beside: str, name: str, **pieces: str) -> str:
            sql = filled(beside, name, **pieces)
            for column in ('"contact_cost_amount"', '"revenue_amount"'):
                if name == "state.sql" and column in sql:
                    fired.times += 1
                    sql = sql.replace(column, f"CAST(NULL AS DECIMAL(18, 4)) AS {column}", 1)
            return sql

        return forgetting

    return patched(merge, "filled", make)


def cents_for_euros_in_features() -> AbstractContextManager[Fired]:
    """The features take an amount of euros for one of cents and turn it into cents again."""
    before, after = (
        r"orders\.currency, orders\.sales_amount,",
        "orders.currency, 100 * orders.sales_amount AS sales_amount,",
    )
    return other_sql(engine, "customers/features.sql", before, after)


def cents_for_euros_in_the_shop() -> AbstractContextManager[Fired]:
    """What the shop sends is read a hundred times as large."""
    return _hundredfold("sales_amount")


def cents_for_euros_in_refunds() -> AbstractContextManager[Fired]:
    """What customers got back is read a hundred times as large."""
    return _hundredfold("refund_amount")


def _hundredfold(name: str) -> AbstractContextManager[Fired]:
    """A column of money is read as if it were cents."""

    def make(typed: Callable[..., str], fired: Fired) -> Callable[..., str]:
        def hundredfold(column: object, said: str, zone: str) -> str:
            spelled = typed(column, said, zone)
            if column.name != name:
                return spelled
            fired.times += 1
            return f"CAST(100 * ({spelled}) AS DECIMAL(18, 4))"

        return hundredfold

    return patched(convert, "typed", make)


def guests_left_out() -> AbstractContextManager[Fired]:
    """Orders of guests find nobody, as if there were none."""
    before = r"'shop:' \|\| accounts\.account_id_source = guest_orders\.account_id"
    return other_sql(engine, "customers/features.sql", before, "FALSE")


@contextmanager
def all_scored_anew() -> Iterator[None]:
    """Pairs of accounts that did not change would be last night's, which no fault of tonight touches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "SCORED_ANEW", -1.0)
        yield


@contextmanager
def names_not_compared() -> Iterator[Fired]:
    """Every name and birth date is compared with itself: whoever shares a phone, a mailbox or a house is one person."""
    contradict, never = r"MACRO contradict\(mine, yours\) AS[^;]+;", "MACRO contradict(mine, yours) AS FALSE;"
    proves = other_sql(evidence, "identities/compare.sql", contradict, never)
    hers = r"b\.(given_joined|family_joined|born|birth_date)\b(?= AS your)"
    likens = other_sql(likeness, "identities/levels.sql", hers, r"a.\1", reader="filled", expected=4)
    with all_scored_anew(), proves as proved, likens as fired:
        yield fired
    assert proved.times > 0


@contextmanager
def any_likeness_will_do() -> Iterator[Fired]:
    """Whoever is a little alike is one person."""
    with pytest.MonkeyPatch.context() as patch, _limits(threshold_weight=-10.0, most_strange=1.0) as fired:
        patch.setattr(link, "MOST_NAMESAKE", 1.0)
        yield fired


def no_likeness_will_do() -> AbstractContextManager[Fired]:
    """Only accounts that share a value are joined, however alike others are."""
    return _limits(threshold_weight=1e6)


@contextmanager
def _limits(**limits: float) -> Iterator[Fired]:
    """The parameters of the night before, with other limits."""

    def make(of: Callable[[pa.Table], Model], fired: Fired) -> Callable[[pa.Table], Model]:
        def loosened(parameters: pa.Table) -> Model:
            fired.times += 1
            model = of(parameters)
            for name, value in limits.items():
                assert hasattr(model, name), name
                setattr(model, name, value)
            return model

        return loosened

    with all_scored_anew(), patched(scores.Model, "of", make) as fired:
        yield fired


@contextmanager
def nothing_verified() -> Iterator[Fired]:
    """No silo's word on who reads a mailbox arrives."""
    before, after = "is_email_verified AS is_verified", "FALSE AS is_verified"
    with all_scored_anew(), other_sql(evidence, "identities/evidence.sql", before, after) as fired:
        yield fired


@contextmanager
def guests_hung_next_door() -> Iterator[Fired]:
    """A guest comes to the account whose number is one higher than that of the mailbox's reader."""
    with (
        all_scored_anew(),
        other_sql(link, "identities/with_guests.sql", r"own\.account = host\n", "own.account = host + 1\n") as fired,
    ):
        yield fired


def values_shuffled() -> AbstractContextManager[Fired]:
    """What customers are worth is right, but each value stands beside another customer's id."""

    def make(buyers: Callable[..., pa.Table], fired: Fired) -> Callable[..., pa.Table]:
        def shuffled(*told: object) -> pa.Table:
            fired.times += 1
            rows = buyers(*told)
            order = pa.array(np.random.default_rng(1).permutation(len(rows)))
            return rows.take(order).set_column(0, "customer_id", rows["customer_id"])

        return shuffled

    return patched(score, "buyers", make)


def churn_shuffled() -> AbstractContextManager[Fired]:
    """The probabilities are right, but each stands beside another customer's id."""
    return _other_probabilities(lambda told: np.random.default_rng(1).permutation(told))


def churn_squared() -> AbstractContextManager[Fired]:
    """Every probability is multiplied by itself: the order is right, the level is not."""
    return _other_probabilities(np.square)


def _other_probabilities(change: Callable[[np.ndarray], np.ndarray]) -> AbstractContextManager[Fired]:
    def make(of_buyers: Callable[..., tuple], fired: Fired) -> Callable[..., tuple]:
        def changed(facts: pa.Table, voice: ladder.Voice) -> tuple[np.ndarray, list[str]]:
            fired.times += 1
            probability, reasons = of_buyers(facts, voice)
            return change(probability), reasons

        return changed

    return patched(ladder, "_of_buyers", make)


@contextmanager
def consent_ignored() -> Iterator[Fired]:
    """Nobody asks for consents, neither when the campaign is chosen nor right before it is published."""
    asks = r"customers\.has_(email|sms|phone|post)_consent AND COALESCE\(said\.\1, FALSE\) AS"
    again = r"chosen\.channel_code IS NOT NULL AND NOT COALESCE\(said\.is_granted, FALSE\) AS"
    chosen = other_sql(engine, "best/customers.sql", asks, "TRUE AS", expected=4)
    with _nothing_learnt(), chosen as fired, other_sql(engine, "best/honoured.sql", again, "FALSE AS") as honoured:
        yield fired
    assert honoured.times > 0


def _nothing_learnt() -> AbstractContextManager[Fired]:
    """Last night's model of campaigns, or none, serves again: to train one takes long and is not what goes wrong."""
    return patched(campaigns, "train", lambda train, fired: lambda night: f"{campaigns.NONE}not tonight")
