"""`goldseam key`: the key under which contact data are hashed, and a new one."""

import argparse

from mining_tasks.commands import show

HELP = "the key that hashes contact data: its fingerprint, and a new one"
EXAMPLES = """\
examples:
  goldseam key status
  goldseam key rotate       the next night hashes under a new key; customer ids stay, docs/privacy.md"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("status", "rotate"))


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse import rotation
    from mining_tasks.warehouse.home import home
    from mining_tasks.warehouse.keys import fingerprint

    if given.action == "rotate":
        return show.rotated(given, rotation.rotate_hash())
    show.either(given, [{"key": "hash", "fingerprint": fingerprint(home().hash_key())}])
    return 0
