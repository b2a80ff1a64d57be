"""`goldseam vault`: what the vault holds, and a new key for it."""

import argparse

from mining_tasks.commands import show

HELP = "the vault of contact data: what it holds, and a new key for it"
EXAMPLES = """\
examples:
  goldseam vault status
  goldseam vault rotate     a new vault key; what is sealed stays as it is, docs/privacy.md
  goldseam vault finish     the key in use alone opens the vault, once every process has it"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("status", "rotate", "finish"))


def run(given: argparse.Namespace) -> int:
    return {"status": _status, "rotate": _rotate, "finish": _finish}[given.action](given)


def _status(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import vault_status

    found = vault_status.status()
    if given.json:
        show.as_json(found)
        return 0
    tables = found.pop("tables")
    show.as_table([found], "The vault")
    show.as_table(tables, "What it holds", "nothing yet. Next: goldseam night")
    return 0


def _rotate(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import rotation

    return show.rotated(given, rotation.rotate_vault())


def _finish(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import rotation

    forgotten = rotation.finish_vault()
    show.either(given, [{"forgotten": forgotten}], "Wrappings of the vault's data keys under other keys")
    return 0
