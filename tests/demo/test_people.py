"""People come from febrl with their real typing errors; mailboxes and phones are made and can reach nobody."""

from collections import Counter

import phonenumbers

from mining_tasks.demo.accounts import town
from mining_tasks.demo.contact_points import DOMAINS, FIRM_MAILBOXES, contact_points
from mining_tasks.demo.journey import all_households
from mining_tasks.demo.people import HOUSEHOLDS, everybody


def test_every_household_of_the_journey_gets_a_person_of_her_own() -> None:
    homes = town(all_households(), all_households()).homes
    assert len(homes) == HOUSEHOLDS == 2_469
    assert len({person.records[0].record_id for person in homes.values()}) == HOUSEHOLDS


def test_all_2000_people_of_febrl3_live_in_a_household_and_the_rest_come_from_febrl2() -> None:
    datasets = Counter(person.records[0].record_id.split("/")[0] for person in everybody()[:HOUSEHOLDS])
    assert datasets == {"febrl3": 2_000, "febrl2": 469}


def test_a_person_keeps_her_household_however_small_the_shop() -> None:
    whole = town(all_households(), all_households()).homes
    part = town(all_households(), all_households()[::50]).homes
    assert part
    assert all(whole[household] == person for household, person in part.items())


def test_each_silo_gets_another_variant_of_a_person_where_there_are_enough() -> None:
    people = town(all_households(), all_households())
    rich = [household for household, person in people.homes.items() if len(person.records) >= 3]
    assert len(rich) > 700
    for household in rich:
        records = {people.account(source, 1, household).record.record_id for source in ("shop", "crm", "support")}
        assert len(records) == 3


def test_the_variants_really_differ_in_what_they_say() -> None:
    variants = [person.records for person in everybody()[:HOUSEHOLDS] if len(person.records) > 1]
    assert variants
    assert all(len({vars(record).values().__repr__() for record in records}) > 1 for records in variants)


def test_no_mailbox_lies_outside_the_domains_reserved_for_examples() -> None:
    people = everybody()
    mailboxes = [contact_points(one, two, "crm").email for one, two in zip(people, people[1:3_000], strict=False)]
    given = [mailbox.strip().lower() for mailbox in mailboxes if mailbox]
    assert len(given) > 2_000
    assert {mailbox.split("@")[1] for mailbox in given} == set(DOMAINS)


def test_every_phone_is_valid_australian_and_reserved_for_fiction() -> None:
    people = everybody()
    phones = [
        phone
        for source in ("shop", "crm", "support")
        for one, two in zip(people, people[1:3_000], strict=False)
        if (phone := contact_points(one, two, source).phone)
    ]
    assert len(phones) > 6_000
    for phone in phones:
        number = phonenumbers.parse(phone, "AU")
        assert phonenumbers.is_valid_number(number)
        assert str(number.national_number)[1:5] in ("5550", "7010")


def test_some_mailboxes_and_phones_are_shared_and_a_firms_mailbox_is_never_verified() -> None:
    people = everybody()[: HOUSEHOLDS + 1]
    points = [contact_points(one, two, "shop") for one, two in zip(people, people[1:], strict=False)]
    mailboxes = Counter(point.email.strip().lower() for point in points if point.email)
    phones = Counter(point.phone for point in points if point.phone)
    assert sum(count == 2 for count in mailboxes.values()) > 20
    assert sum(count == 2 for count in phones.values()) > 20
    assert max(phones.values()) > 5
    firm = [point for point in points if point.kind == "firm"]
    assert len(firm) > 10
    assert {point.email.strip().lower() for point in firm if point.email} == set(FIRM_MAILBOXES)
    assert not any(point.is_email_verified for point in firm)


def test_no_two_people_have_the_same_mailbox_unless_they_share_it() -> None:
    people = everybody()[: HOUSEHOLDS + 1]
    own = [
        point.email.strip().lower()
        for one, two in zip(people, people[1:], strict=False)
        if (point := contact_points(one, two, "shop")).kind == "own" and point.email
    ]
    assert len(own) > 2_000
    assert len(set(own)) == len(own)
