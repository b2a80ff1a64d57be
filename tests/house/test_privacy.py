"""Who may see contact data: a short list, held to by imports; and who may hold what opens them."""

import ast

from tests.house.code import ROOT, files, short, tree

MAY_UNSEAL = {
    "plugins/tally.py",  # counts what others read, and reads nothing
    "mining_tasks/warehouse/merge.py",  # yesterday's state and tonight's rows become tonight's state
    "mining_tasks/warehouse/keep_promises.py",  # promises about contact columns
    "mining_tasks/warehouse/whole_table.py",
    "mining_tasks/warehouse/quarantine.py",  # replayed rows join their night
    "mining_tasks/identities/steps.py",  # who is who
    "mining_tasks/identities/contact.py",  # a few accounts, for a person who asks why
}
MAY_HOLD_KEYS = {
    "mining_tasks/warehouse/home.py",
    "mining_tasks/warehouse/keyring.py",
    "mining_tasks/warehouse/rotation.py",
    "mining_tasks/warehouse/vault_status.py",
    "mining_tasks/warehouse/shelf.py",  # the fingerprint in manifests
    "mining_tasks/commands/key.py",  # the fingerprint on the terminal
    "mining_tasks/campaigns/best/steps.py",  # who is held out, and what is drawn by lot
    "mining_tasks/identities/steps.py",  # the hashes
    "mining_tasks/identities/contact.py",  # says at once that the vault stays closed, before anything is read
    "mining_tasks/identities/look/closer.py",  # the hashes of values that join nobody
}
SEALED_LANDINGS = {"mining_tasks/warehouse/landing.py", "mining_tasks/warehouse/receive.py"}
SEALED_ROWS = {"sealed_rows", "fault_rows"}


def imported(file) -> set[str]:
    """Names of modules, and of what is taken from them, that a file imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def named(file, names: set[str]) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree(file)))


def test_contact_data_are_read_by_those_who_need_them_and_by_nobody_else():
    found = {short(file) for file in files() if "mining_tasks.warehouse.unsealed" in imported(file)}
    assert found == MAY_UNSEAL
    assert {short(file) for file in files() if named(file, SEALED_ROWS)} - SEALED_LANDINGS == set()


def test_the_vaults_own_files_are_opened_by_the_cellar_alone():
    inner = {f"mining_tasks.warehouse.{name}" for name in ("vault", "sealed", "keyring")}
    found = {short(file) for file in files() if imported(file) & inner}
    assert found
    assert {name for name in found if not name.startswith("mining_tasks/warehouse/")} == set()


def test_keys_are_asked_for_by_few():
    found = {short(file) for file in files() if named(file, {"hash_key", "vault_key", "id_key"})}
    assert found - {"mining_tasks/warehouse/accept.py"} == MAY_HOLD_KEYS, "of drafts `accept` sees fingerprints"


def test_the_page_on_privacy_names_every_variable_of_a_key():
    page = (ROOT / "docs" / "privacy.md").read_text()
    for name in ("GOLDSEAM_VAULT", "GOLDSEAM_VAULT_KEY_FILE", "GOLDSEAM_HASH_KEY_FILE", "GOLDSEAM_VAULT_KEY_NEXT"):
        assert name in page
