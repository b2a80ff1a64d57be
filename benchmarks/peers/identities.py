"""Contest: which accounts are one person, by our rules, by Splink on DuckDB and by equal e-mails alone.

All are judged by the shop's truth."""

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

import expectations
from benchmarks.peers import side
from benchmarks.peers.side import Clock

if TYPE_CHECKING:
    import splink

SILOS = {"shop": "core_shop__customers", "crm": "core_crm__contacts", "support": "core_support__requesters"}
PROBABILITY = 0.99  # of a match, above which two accounts are one person
TRAINING_PAIRS = 1e6  # a sample for u; more hardly moves it
# Blocking rules as Splink's documentation chooses them: exact on strong values, else on two weaker ones together.
BLOCKS = (
    ("email",),
    ("phone",),
    ("surname", "birth_date"),
    ("given_name", "birth_date"),
    ("surname", "postcode"),
    ("given_name", "surname", "street"),
)
TRAINED_ON = (("email",), ("surname", "birth_date"))  # what one fixes, the other lets vary
ACCOUNTS = (Path(__file__).parent / "accounts.sql").read_text(encoding="utf-8")
EXACT = (
    "SELECT source_code, account_id_source, coalesce(email, CAST(unique_id AS VARCHAR)) AS customer_id FROM accounts"
)
AGREEMENT = (Path(__file__).parent / "agreement.sql").read_text(encoding="utf-8")


def ours(night: date, clock: Clock) -> dict[str, Any]:
    """`link_accounts` as the night runs it, drafted."""
    from mining_tasks.identities.steps import link_accounts
    from mining_tasks.warehouse import shelf

    with clock.running():
        addresses = link_accounts(night)
    drafts = [shelf.opened(address) for address in addresses]
    links = next(draft for draft in drafts if draft.table.name == "core_identities__links").arrow()
    for draft in drafts:
        shutil.rmtree(draft.folder)
    found = links.select(["source_code", "account_id_source", "customer_id"])
    return {"rows": links.num_rows} | judged(found)


def with_splink(night: date, clock: Clock) -> dict[str, Any]:
    """Trained and clustered as its documentation shows; what a small shop cannot train stays at its defaults."""
    import splink  # noqa: F401  imported before the clock runs

    with clock.running():
        clusters, rows = _clustered(night)
    return {"rows": rows} | judged(clusters)


def with_exact(night: date, clock: Clock) -> dict[str, Any]:
    """Accounts of one normalised e-mail are one person: what a shop without a tool does."""
    from mining_tasks.warehouse import engine

    with clock.running(), engine.connected(private=True) as connection:
        accounts = _accounts(connection, night)
        found: pa.Table = connection.sql(EXACT).to_arrow_table()
    return {"rows": accounts.num_rows} | judged(found)


def _accounts(connection: duckdb.DuckDBPyConnection, night: date) -> pa.Table:
    from mining_tasks.warehouse import shelf, unsealed

    for name, table in SILOS.items():
        unsealed.show(connection, shelf.read(expectations.table(table), night), f"{name}_accounts")
    return connection.sql(ACCOUNTS).to_arrow_table()


def _clustered(night: date) -> tuple[pa.Table, int]:
    import splink
    from splink.backends.duckdb import DuckDBAPI

    from mining_tasks.warehouse import engine

    with engine.connected(private=True) as connection:
        accounts = _accounts(connection, night)
        linker = splink.Linker(DuckDBAPI(connection).register(accounts), _settings())
        _train(linker)
        pairs = linker.inference.predict(threshold_match_probability=PROBABILITY)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, PROBABILITY)
        connection.register("clusters", clusters.as_duckdbpyrelation().to_arrow_table())
        columns = "source_code, account_id_source, CAST(cluster_id AS VARCHAR) AS customer_id"
        found: pa.Table = connection.sql(f"SELECT {columns} FROM clusters").to_arrow_table()  # noqa: S608  a constant
    return found, accounts.num_rows


def _settings() -> "splink.SettingsCreator":
    import splink
    import splink.comparison_library as cl

    return splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("birth_date", input_is_string=False),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[splink.block_on(*block) for block in BLOCKS],
        additional_columns_to_retain=["source_code", "account_id_source"],
    )


def _train(linker: "splink.Linker") -> None:
    import splink

    training = linker.training
    training.estimate_probability_two_random_records_match([splink.block_on("email")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=TRAINING_PAIRS)
    for block in TRAINED_ON:
        training.estimate_parameters_using_expectation_maximisation(splink.block_on(*block))


def judged(found: pa.Table) -> dict[str, Any]:
    """Pairwise precision, recall and F1 by the planted truth, over accounts that both know; nothing without truth."""
    from mining_tasks.warehouse.home import home

    truth = home().path / "demo" / "truth" / "accounts.parquet"
    if not truth.exists():
        return {}
    with duckdb.connect() as connection:
        connection.register("found", found)
        true, said, both = connection.execute(AGREEMENT, {"truth": str(truth)}).fetchall()[0]
    if not true:
        return {}
    shares = {"precision": both / max(said, 1), "recall": both / true, "f1": 2 * both / max(said + true, 1)}
    return {name: round(share, 5) for name, share in shares.items()}


if __name__ == "__main__":
    side.main({"ours": ours, "splink": with_splink, "exact e-mail": with_exact})
