"""Company: whom an account already belongs to says whether it belongs to another.

Few people have two accounts in one silo. So where two accounts that are alike have each found their like in the same
silos, they are likely two people: twins, a father and his son, namesakes; where each lacks what the other is, they are
likelier one. How much that says is learnt from the shop itself, without labels, as a shift of the prior odds (Saerens,
Latinne, Decaestecker, Neural Computation 14, 2002, eq. 2.4): the odds of a pair are as many times those of all pairs as
the odds of its kind of company are.
"""

import duckdb
import numpy as np
import pyarrow as pa

from mining_tasks.identities.tables import make

CODES = ("00", "01", "02", "10", "11", "12", "20", "21", "22")
ROUNDS = 200
SETTLED = 1e-6
USUAL_PAIRS = 20.0  # how many pairs the prior of all pairs weighs in each kind of company
MOST_BITS, LEAST_BITS = 2.5, -12.0  # who lacks company proves little; who has it, much
Shifts = dict[str, float]


def meet(connection: duckdb.DuckDBPyConnection, sure: pa.Table) -> None:
    """From the clusters of `sure` (account, cluster) and the ties between them make `company`."""
    connection.register("sure_clusters", sure)
    connection.execute("CREATE OR REPLACE TABLE sure AS SELECT account, cluster FROM sure_clusters")
    make(connection, "company")


def meet_nobody(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `sure` and `company` of nobody: what ties say by themselves."""
    connection.execute("CREATE OR REPLACE TABLE sure (account INTEGER, cluster INTEGER)")
    make(connection, "company")


def tell(connection: duckdb.DuckDBPyConnection, bits: Shifts) -> None:
    """Make `company_shifts` (company_code, bits)."""
    told = {"company_code": pa.array(list(bits), pa.string()), "bits": pa.array(list(bits.values()), pa.float64())}
    connection.register("company_shifts", pa.table(told))


def shifts(connection: duckdb.DuckDBPyConnection) -> Shifts:
    """For each kind of company the bits that it adds to the weight of a pair."""
    met = connection.table("company").to_arrow_table()
    weights, codes = met["match_weight"].to_numpy(), np.array(met["company_code"].to_pylist(), dtype=object)
    if not len(weights):
        return dict.fromkeys(CODES, 0.0)
    likely = 1 / (1 + np.exp2(-weights))
    usual = float(np.clip(likely.mean(), 1e-6, 1 - 1e-6))
    return {code: _shift(likely[codes == code], usual) for code in CODES}


def _shift(likely: np.ndarray, usual: float) -> float:
    """The bits by which the prior odds of some pairs differ from the usual ones, `likely` being their probabilities
    under those."""
    prior = usual
    for _ in range(ROUNDS):
        factor = _odds(prior) / _odds(usual)
        found = likely * factor / (likely * factor + 1 - likely)
        last, prior = prior, float((found.sum() + USUAL_PAIRS * usual) / (len(found) + USUAL_PAIRS))
        if abs(prior - last) <= SETTLED * last:
            break
    return float(np.clip(np.log2(_odds(prior) / _odds(usual)), LEAST_BITS, MOST_BITS))


def _odds(share: float) -> float:
    return share / (1 - share)
