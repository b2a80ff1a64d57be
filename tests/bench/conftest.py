"""A shop at the end of its first night, the one that the tests of whole nights make."""

from tests.night.conftest import after_first_night, home_after, kept, real_data, shared

__all__ = ["after_first_night", "home_after", "kept", "real_data", "shared"]
