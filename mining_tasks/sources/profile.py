"""`goldseam check-sources`: can the silos be read, what do they hold, is it enough? Counts and shares, no values."""

from typing import Any

from mining_tasks.sources import enough, settings
from mining_tasks.sources.faults import BadSettings
from mining_tasks.sources.probe import Probe, look
from mining_tasks.sources.settings import Silo
from mining_tasks.warehouse.home import Home, home

FAULTS = (OSError, ValueError)  # all that `faults` tells of, and what the network adds


def check_sources(of: Home | None = None) -> list[dict[str, Any]]:
    """One dict for each silo, then one for each family.

    A silo: `silo`, `kind`, `answers`, `problem`, `tables` (each with `rows`, `first` and `last` day where that can be
    told cheaply, `sample_rows`, `distinct_keys` and `missing_shares` of the sample), `tables_not_mapped` and
    `optional_tables_not_mapped`. A family: `family`, `is_enough`, `missing`, and `lesser`: what it says less well for
    want of something optional. A silo that fails does not stop the others; settings that cannot be read are one dict
    with `problems`.
    """
    try:
        silos = settings.read(of or home())
    except BadSettings as fault:
        return [{"file": "sources.toml", "problems": fault.problems}]
    probes: dict[str, Probe] = {}
    found = [_silo(silo, probes) for silo in silos.values()]
    return [*found, *enough.families(probes)]


def _silo(silo: Silo, probes: dict[str, Probe]) -> dict[str, Any]:
    problem = None
    try:
        for probe in look(silo):
            probes[probe.table.name] = probe
    except FAULTS as fault:
        problem = str(fault) if type(fault).__module__.startswith("mining_tasks") else type(fault).__name__
    seen = [probes[m.table.name] for m in silo.tables if m.table.name in probes]
    not_mapped = [t for t in settings.promised(silo.name) if silo.mapped(t) is None]
    facts = {"silo": silo.name, "kind": silo.kind, "answers": problem is None, "problem": problem}
    return facts | {
        "tables": [_table(probe) for probe in seen],
        "tables_not_mapped": [table.name for table in not_mapped if not table.is_optional],
        "optional_tables_not_mapped": [table.name for table in not_mapped if table.is_optional],
    }


def _table(probe: Probe) -> dict[str, Any]:
    return {
        "table": probe.table.name,
        "rows": probe.rows,
        "first": probe.first,
        "last": probe.last,
        "sample_rows": probe.sample_rows,
        "distinct_keys": probe.distinct_keys,
        "missing_shares": probe.missing_shares,
    }
