"""E-mail addresses as they are typed: slips before the number, tags, dots, capitals; and look-alikes."""

from dataclasses import replace

import numpy as np

from mining_tasks.demo.planted.people import mailboxes
from mining_tasks.demo.planted.people.letters import joined, replaced, respelt
from mining_tasks.demo.planted.people.lists import Flags, Positions, Texts
from mining_tasks.demo.planted.people.mailboxes import Mailboxes
from mining_tasks.demo.planted.people.making import Making
from mining_tasks.demo.planted.people.slips import mistyped

TAGS = np.array(["+shop", "+news", "+orders"])
PERSONAL = ("own", "second", "household")


def emails(making: Making, boxes: Mailboxes) -> tuple[Texts, Flags]:
    """The addresses, empty for none, and where the silo saw that she reads the mailbox."""
    typist = making.typist
    typed = _slipped(making, boxes)
    is_verified = boxes.is_verified & (typed == boxes.local)
    ignores = making.world.settings["people"]["mailboxes"]["ignores_dots_and_tags"]
    typed = _tagged(making, typed, (boxes.domain == ignores) & np.isin(boxes.code, PERSONAL))
    whole = np.where(typed == "", "", joined(typed, "@", boxes.domain))
    whole = typist.change("upper_email", whole, lambda some, _: np.strings.upper(some))
    spaced = typist.change("spaced_email", whole, lambda some, _: np.where(some == "", "", joined(" ", some)))
    return spaced, is_verified


def imitated(making: Making, boxes: Mailboxes) -> Mailboxes:
    """Impostors have mailboxes of their own, which look like those of the persons they claim to be."""
    fake = np.flatnonzero(making.is_impostor)
    hers = mailboxes.boxes_of(making.world, making.people, making.said[fake])
    domain, code = boxes.domain.copy(), boxes.code.copy()
    code[fake] = "own"
    return replace(
        boxes,
        local=replaced(boxes.local, fake, mailboxes.look_alike(hers.local)),
        domain=replaced(domain, fake, hers.domain),
        letters=np.where(making.is_impostor, 0, boxes.letters),
        code=code,
        founder=np.where(making.is_impostor, -1, boxes.founder),
    )


def _slipped(making: Making, boxes: Mailboxes) -> Texts:
    """Errors stand before the number that makes a mailbox the only one of its name, so none becomes another's."""
    luck = np.array([making.typist.luck() for _ in range(3)])
    may = np.isin(boxes.code, PERSONAL) & (boxes.local != "")

    def slip(some: Texts, hit: Positions) -> Texts:
        ends = boxes.letters[hit]
        wrong = joined(mistyped(np.strings.slice(some, ends), luck[:, hit]), np.strings.slice(some, ends, 99))
        return np.where(may[hit], wrong, some)

    return making.typist.change("typo_email", boxes.local, slip)


def _tagged(making: Making, typed: Texts, ignores: Flags) -> Texts:
    """At the provider that ignores them: a tag behind, or no dots at all."""
    luck = making.typist.luck()
    tag = TAGS[(luck * len(TAGS)).astype(np.int64)]

    def change(some: Texts, hit: Positions) -> Texts:
        other = np.where(luck[hit] * 7 % 1 < 0.5, joined(some, tag[hit]), respelt(some, ".", ""))
        return np.where(ignores[hit] & (some != ""), other, some)

    return making.typist.change("tagged_email", typed, change)
