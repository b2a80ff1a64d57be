"""New keys: what was sealed opens with the new one alone, from wherever a rotation stopped; ids and home stay."""

from datetime import date
from pathlib import Path

import pytest

import expectations
from expectations.shop import core_shop__customers
from mining_tasks import cli
from mining_tasks.warehouse import accept, keyring, keys, milestones, rotation, shelf, unsealed, vault_status
from mining_tasks.warehouse.accept import KeysMixed
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.keyring import WrongKey
from tests.sample import sample

NIGHT, NEXT = date(2018, 1, 1), date(2018, 1, 2)
ROWS = sample(core_shop__customers, 20)


def written(night: date = NIGHT) -> shelf.Partition:
    accept.accept(shelf.draft(core_shop__customers, night, ROWS))
    return shelf.read(core_shop__customers, night)


def test_after_a_rotation_the_new_key_alone_opens_the_old_and_the_new(shop_home: Home) -> None:
    old = (shop_home.path / "vault.key").read_text()
    first = written()
    told = rotation.rotate_vault()
    second = written(NEXT)
    assert told.before != told.now == keys.fingerprint(shop_home.vault_key())
    assert unsealed.table(first).equals(unsealed.table(second))
    assert first.seals != second.seals, "what is new is sealed under a new data key"
    found = vault_status.status()
    assert (found["locked_with"], found["data_keys"], found["opens"]) == ([told.now], 2, True)
    (shop_home.path / "vault.key").write_text(old)
    for part in (first, second):
        with pytest.raises(WrongKey):
            unsealed.table(part)


class PowerCut(BaseException):
    """What no `except Exception` catches."""


@pytest.mark.parametrize("milestone", range(6))
def test_a_rotation_cut_short_anywhere_leaves_a_key_that_opens_and_can_be_run_again(
    milestone: int, shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = written()
    passed: list[str] = []

    def cut(name: str) -> None:
        passed.append(name)
        if len(passed) > milestone:
            raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(milestones, "_watchers", [cut])
        with pytest.raises(PowerCut):
            rotation.rotate_vault()
    assert len(passed) == milestone + 1
    assert unsealed.table(part).equals(ROWS)
    told = rotation.rotate_vault()
    assert unsealed.table(part).equals(ROWS)
    assert vault_status.status()["locked_with"] == [told.now]
    assert not list(shop_home.path.glob("*.next"))


def test_a_backends_key_is_replaced_while_processes_with_either_key_go_on(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "11" * 32, "22" * 32
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY", old)
    first = written()
    with pytest.raises(keys.HomeMissing, match="GOLDSEAM_VAULT_KEY_NEXT"):
        rotation.rotate_vault()
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY_NEXT", new)
    assert "goldseam vault finish" in rotation.rotate_vault().next_step
    by_old = written(NEXT)
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY", new)
    for part in (first, by_old):
        assert unsealed.table(part).equals(ROWS)
    assert rotation.finish_vault() == 2
    monkeypatch.setenv("GOLDSEAM_VAULT_KEY", old)
    with pytest.raises(WrongKey):
        unsealed.table(first)


def test_a_keyring_changed_by_another_hand_is_noticed(shop_home: Home) -> None:
    written()
    text = keyring.file().read_text()
    sealed = keyring.all_wrapped()[0].sealed
    keyring.file().write_text(text.replace(sealed, sealed[:-2] + ("00" if sealed[-2:] != "00" else "11")))
    with pytest.raises(WrongKey, match="another hand"):
        written(NEXT)


def test_a_new_hash_key_keeps_the_home_and_the_key_of_customer_ids(shop_home: Home) -> None:
    before = (shop_home.identity(), shop_home.id_key())
    told = rotation.rotate_hash()
    assert told.before != told.now == keys.fingerprint(shop_home.hash_key())
    assert (shop_home.identity(), shop_home.id_key()) == before
    assert {path.name: path.stat().st_mode & 0o777 for path in shop_home.path.glob("*.key")} == dict.fromkeys(
        ("hash.key", "id.key", "vault.key"), 0o600
    )


def test_a_backends_hash_key_is_not_ours_to_replace_but_what_must_stay_is_kept(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDSEAM_HASH_KEY", "33" * 32)
    assert "openssl rand" in rotation.rotate_hash().next_step
    before = (shop_home.identity(), shop_home.id_key())
    monkeypatch.setenv("GOLDSEAM_HASH_KEY", "44" * 32)
    assert (shop_home.identity(), shop_home.id_key()) == before


def test_a_night_made_with_two_hash_keys_is_refused(shop_home: Home) -> None:
    tables = [expectations.table(f"pub_segments__{name}") for name in ("customers", "personas")]
    first = shelf.draft(tables[0], NIGHT, sample(tables[0], 12))
    rotation.rotate_hash()
    second = shelf.draft(tables[1], NIGHT, sample(tables[1], 12))
    with pytest.raises(KeysMixed, match="run the room's step again"):
        accept.accept(first, second)
    assert shelf.opened(first).hash_key != shelf.opened(second).hash_key == keys.fingerprint(shop_home.hash_key())


def test_the_commands_tell_fingerprints_and_never_a_key(shop_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    written()
    known: set[str] = set()
    for words in ("vault status", "vault rotate", "vault finish", "vault status --json", "key status", "key rotate"):
        known |= {path.read_text() for path in shop_home.path.glob("*.key")}
        assert cli.main(["--home", str(shop_home.path), *words.split()]) == 0
    said = capsys.readouterr()
    known |= {path.read_text() for path in Path(shop_home.path).glob("*.key")}
    assert "core_shop__customers" in said.out
    assert keys.fingerprint(shop_home.vault_key()) in said.out
    assert len(known) == 5
    assert [key for key in known if key in said.out + said.err] == []
