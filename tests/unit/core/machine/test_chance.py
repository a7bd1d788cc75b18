"""Chance is derived: the same parts give the same numbers."""

import re

from podium.core.machine.chance import derived_bytes, derived_random, derived_uuid, numbered_uuid


def test_the_same_parts_give_the_same():
    assert derived_bytes("a", 1) == derived_bytes("a", 1)
    assert derived_bytes("a", 1) != derived_bytes("a", 2)
    assert derived_bytes("a", "b") != derived_bytes("ab")


def test_random_is_even():
    drawn = [derived_random("seed", number) for number in range(2_000)]
    assert all(0 <= number < 1 for number in drawn)
    assert 0.47 < sum(drawn) / len(drawn) < 0.53
    assert len(set(drawn)) == len(drawn)


VERSION_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_uuids_are_of_version_4():
    assert all(VERSION_4.fullmatch(derived_uuid(number)) for number in range(200))


def test_numbered_uuids_differ_by_base_and_number():
    numbered = [numbered_uuid(derived_uuid(base), number) for base in "ab" for number in (0, 1, 25_000, 2**48 - 1)]
    assert len(set(numbered)) == len(numbered)
    assert all(VERSION_4.fullmatch(found) for found in numbered)
