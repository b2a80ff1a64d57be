"""What the vault holds, as its folders and manifests tell; no key is needed and no value is read."""

import json
from pathlib import Path
from typing import Any

from mining_tasks.warehouse import keyring, shelf, vault
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.keys import HomeMissing, fingerprint


def status() -> dict[str, Any]:
    """Keys: folder, key (fingerprint of the vault key in use), opens (whether it opens the vault), data_keys, and
    tables: one row per table with its nights, runs, rows and bytes."""
    wrapped = keyring.all_wrapped()
    key = _fingerprint()
    return {
        "folder": str(home().vault),
        "key": key,
        "opens": not wrapped or any(each.under == key for each in wrapped),
        "locked_with": sorted({each.under for each in wrapped}),
        "data_keys": len({each.data_key for each in wrapped}),
        "tables": [_table(folder) for folder in sorted(home().vault.glob("table=*"))],
    }


def _fingerprint() -> str | None:
    try:
        return fingerprint(home().vault_key())
    except HomeMissing:
        return None


def _table(folder: Path) -> dict[str, Any]:
    runs = sorted(folder.glob("night=*/run=*"))
    nights = sorted({run.parent.name.removeprefix("night=") for run in runs})
    return {
        "table": folder.name.removeprefix("table="),
        "nights": len(nights),
        "newest": nights[-1] if nights else None,
        "runs": len(runs),
        "rows": sum(map(_rows, runs)),
        "bytes": sum(file.stat().st_size for run in runs for file in run.iterdir()),
    }


def _rows(run: Path) -> int:
    manifest = vault.shelf_of(run) / shelf.MANIFEST
    if not manifest.exists():
        return 0
    return sum(seal["rows"] for seal in json.loads(manifest.read_text()).get("vault", []))
