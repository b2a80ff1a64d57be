"""In which ways two accounts can belong together: the latent classes of the model.

Plain Fellegi–Sunter knows matches and strangers; households then look like matches, because all but the given name and
the birth date agree. Here each kinship says of which things both accounts speak the same: what is the same is written
with the slips that people make, what is another's agrees by chance alone.
"""

from dataclasses import dataclass

HOME = ("street", "house", "extra", "postcode", "city")
SILO = "silo"
CONTACT = ("email", "phone", "orders", "loyalty", "device")


@dataclass(frozen=True)
class Kinship:
    """`same`: the fields that speak of one thing; `contact`: whose mailbox, phone, orders, card and device (`own`,
    `home`, `firm`, or `chance` for nobody's); `usual`: pairs in a shop of `LEAST_ACCOUNTS`, before any data have been
    seen; `least_share`: of the pairs of one person, how many are this at the least: a shop in which nobody mistypes
    would else take twins for a slip."""

    name: str
    is_one_person: bool
    same: tuple[str, ...]
    contact: str
    usual: float
    least_share: float = 0.0

    @property
    def is_of_strangers(self) -> bool:
        """Whether the two have neither person nor home in common: to take them for one is the worst error."""
        return not self.is_one_person and self.contact != "home"

    @property
    def is_namesake(self) -> bool:
        """Whether two of one house have what tells people apart in common: the hardest to keep apart."""
        return not self.is_one_person and self.contact == "home" and bool({"given", "birth"} & set(self.same))

    def speaks(self, field: str) -> str:
        """Which shares of levels hold for a field: those of one thing, of somebody's contact, or of chance; the given
        names of one family are of one language and one time, and so more alike than chance."""
        if field in CONTACT:
            return self.contact
        if field == SILO:
            return "own" if self.is_one_person else "chance"
        if field in self.same:
            return "same"
        return "family" if field == "given" and self.contact == "home" else "chance"


KINSHIPS = (
    Kinship("one_person", True, ("given", "surname", "birth", *HOME), "own", 100.0),
    Kinship("moved", True, ("given", "surname", "birth"), "own", 10.0),
    Kinship("renamed", True, ("given", "birth", *HOME), "own", 5.0),
    Kinship("moved_and_renamed", True, ("given", "birth"), "own", 1.0),
    Kinship("family", False, ("surname", *HOME), "home", 20.0),
    Kinship("neighbours", False, HOME, "home", 20.0),
    Kinship("twins", False, ("surname", "birth", *HOME), "home", 1.0, 0.001),
    Kinship("father_and_son", False, ("given", "surname", *HOME), "home", 1.0, 0.001),
    Kinship("namesakes", False, ("given", "surname", "birth"), "chance", 2.0),
    Kinship("colleagues", False, (), "firm", 5.0),
    Kinship("one_street", False, ("street", "postcode", "city"), "chance", 0.0),
    Kinship("strangers", False, (), "chance", 0.0),
)
