"""What the ledger decided is told to readers, one row a verdict."""

import json
from datetime import date

from expectations.models import pub_models__verdicts
from mining_tasks.models import steps
from mining_tasks.warehouse import ledger, shelf
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.keep_promises import broken

NIGHT = date(2018, 1, 1)


def test_every_verdict_of_the_night_but_its_own_is_told_with_reasons_and_figures(shop_home: Home):
    went = {"verdict": "go", "reasons": ["a", "b"], "figures": {"ari": 0.9}, "champion": "new", "challenger": "new"}
    ledger.note_verdict(NIGHT, "segments", "model", went)
    ledger.note_verdict(NIGHT, "customers", "publication", {"verdict": "no-go", "reasons": []})
    ledger.note_verdict(NIGHT, "models", "publication", {"verdict": "go", "reasons": ["published"]})
    ledger.note_verdict(date(2017, 12, 31), "segments", "model", {"verdict": "hold", "reasons": ["older"]})
    (address,) = steps.list_verdicts(NIGHT)
    draft = shelf.opened(address)
    first, second = draft.arrow().to_pylist()
    assert (first["family"], first["verdict"], first["reasons"]) == ("customers", "no-go", "none given")
    assert (second["reasons"], json.loads(second["figures"]), second["champion"]) == ("a; b", {"ari": 0.9}, "new")
    assert broken(draft) == []


def test_told_again_the_same_verdicts_are_the_same_bytes(shop_home: Home):
    ledger.note_verdict(NIGHT, "segments", "model", {"verdict": "hold", "reasons": ["kept"]})
    runs = {shelf.opened(steps.list_verdicts(NIGHT)[0]).run_id for _ in range(2)}
    assert len(runs) == 1
    assert pub_models__verdicts.key == ("family", "subject_code")
