"""A family's page walks the six phases with the night's facts, loads nothing, and says where to go back to."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from mining_tasks.experiments import store
from mining_tasks.experiments.dossier.leave import leave
from mining_tasks.segments import steps
from mining_tasks.warehouse import ledger, publish
from mining_tasks.warehouse.home import Home
from tests.segments.shoppers import Shop, night_after, take_in

SHOP = Shop(each=90)
FIRST, SECOND = night_after(0), night_after(1)
GOALS = '[segments]\ngoal = "Speak to each <kind>"\nmetric = "agreement"\nthreshold = 0.8\non_no_go = "preparation"\n'
LIMITS = "[segments.limits]\nsegments_most = 5\n"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home after a night that trained and one that did not."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL"):
            patch.delenv(name, raising=False)
        home = Home(tmp_path_factory.mktemp("shop") / "home")
        patch.setenv("GOLDSEAM_HOME", str(home.path))
        home.make_keys()
        (home.path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
        (home.path / "objectives.toml").write_text(GOALS + LIMITS)
        for night in (FIRST, SECOND):
            take_in(SHOP, night)
            steps.judge(night, steps.train(night))
            publish.publish("segments", night, steps.assign(night))
        yield home


class Headings(HTMLParser):
    """The second-level headings of a page, and every address it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loads: list[str] = []
        self._is_in = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._is_in = tag == "h2"
        self.loads += [value for name, value in attrs if name in ("src", "href", "data") and value[:1] != "#"]

    def handle_data(self, data: str) -> None:
        if self._is_in:
            self.found.append(data)


def read(text: str) -> Headings:
    headings = Headings()
    headings.feed(text)
    return headings


def test_the_page_walks_the_six_phases_and_loads_nothing_from_anywhere(lived: Home):
    text = leave("segments", FIRST).path.read_text()
    found = read(text)
    assert [name.partition(". ")[2] for name in found.found[:6]] == [
        "Business understanding",
        "Data understanding",
        "Data preparation",
        "Modelling",
        "Evaluation",
        "Deployment",
    ]
    assert found.loads == []
    assert "url(" not in text
    for fact in ("Speak to each &lt;kind&gt;", "core_customers__features", "recency_months", "stability_ari_mean"):
        assert fact in text, fact
    assert f"k-means {FIRST}" in text


def test_the_page_holds_no_customer(lived: Home):
    text = leave("segments", FIRST).path.read_text()
    assert len(SHOP.ids) > 100
    assert [one for one in SHOP.ids if one in text] == []
    assert not re.search("c_[0-9a-f]{16}", text)


def test_the_page_is_kept_with_the_familys_run_of_the_night_and_linked(lived: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDSEAM_MLFLOW_UI", "http://127.0.0.1:5999")
    left = leave("segments", FIRST)
    run_id = left.link.partition("/runs/")[2].partition("/")[0]
    files = [file.path for file in store.client().list_artifacts(run_id)]
    assert left.path.name in files
    assert store.client().get_run(run_id).data.tags["night"] == str(FIRST)
    assert left.link.startswith("http://127.0.0.1:5999/#/experiments/")


def test_on_a_night_without_training_the_page_tells_of_the_champion(lived: Home):
    text = leave("segments", SECOND).path.read_text()
    assert "No model was trained tonight" in text
    assert f"k-means {FIRST}" in text
    assert "no refit is due" in text


def test_on_a_no_go_the_page_names_the_phase_to_go_back_to(lived: Home):
    night = SECOND + timedelta(days=1)
    facts = {"verdict": "no-go", "reasons": ["it broke"], "challenger": "k-means x"}
    ledger.note_verdict(night, "segments", "model", facts)
    text = leave("segments", night).path.read_text()
    assert "go back to the phase “preparation”" in text
    assert "it broke" in text
    assert "not published tonight" in text


def test_with_the_store_away_the_page_is_left_all_the_same(lived: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    left = leave("segments", FIRST)
    assert left.link == ""
    assert "The experiment store was away" in left.path.read_text()


def test_a_family_that_nobody_ever_ran_has_a_page_that_says_so(lived: Home):
    text = leave("churn", date(2017, 1, 1)).path.read_text()
    assert "No goal is stated" in text
    assert "No model was judged tonight." in text
