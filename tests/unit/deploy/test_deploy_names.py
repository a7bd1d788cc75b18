"""Names follow from the stack and the resource; tags tell whose a resource is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.deploy import names
from podium.deploy.template import Resource

WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,120}", fullmatch=True)


@given(WORDS, WORDS, st.sampled_from([64, 80]))
def test_a_made_name_is_short_enough_valid_and_always_the_same(stack, logical_id, longest):
    name = names.physical_name(stack, logical_id, longest)
    assert len(name) <= longest
    assert re.fullmatch(r"[A-Za-z0-9-]+", name)
    assert name == names.physical_name(stack, logical_id, longest)
    assert name.startswith(stack[: longest // 2 - 8])


@given(st.lists(st.tuples(WORDS, WORDS), unique=True, min_size=2, max_size=5))
def test_different_resources_have_different_names(pairs):
    assert len({names.physical_name(stack, logical_id, 64) for stack, logical_id in pairs}) == len(pairs)


def test_a_made_name_has_cloudformations_form():
    assert re.fullmatch(r"shop-Orders-[A-Z2-7]{12}", names.physical_name("shop", "Orders", 80))
    assert names.physical_name("shop", "Orders", 80, "EXPRESS") != names.physical_name("shop", "Orders", 80)


@pytest.mark.parametrize(
    ("text", "name"),
    [("sam-orders", "sam-orders"), ("my_app.v2", "my-app-v2"), ("2024", "stack-2024"), ("", "stack"), ("ä", "stack")],
)
def test_any_text_makes_a_stack_name(text, name):
    assert names.stack_name_from(text) == name
    assert names.is_stack_name(name)


@given(st.text())
def test_a_stack_name_made_of_a_text_is_one(text):
    assert names.is_stack_name(names.stack_name_from(text))


def test_tags_tell_whose_a_resource_is_and_what_belongs_to_it():
    kept = Resource("Orders", "T", {}, retain=True)
    plain = Resource("Live", "T", {})
    tags = names.own_tags("shop", kept) | {
        f"{names.VERSION_TAG}3": names.part_value(kept),
        f"{names.ALIAS_TAG}live": names.part_value(plain),
        "team": "a",
    }
    assert names.retained(tags)
    assert not names.retained(names.own_tags("shop", plain))
    assert names.parts(tags, names.VERSION_TAG) == {"3": ("Orders", True)}
    assert names.parts(tags, names.ALIAS_TAG) == {"live": ("Live", False)}


@pytest.mark.parametrize("separator", ["\n", " "])
@pytest.mark.parametrize("description", ["", "where it goes", "a [note]", "two\nlines"])
def test_a_description_and_its_mark_come_apart_again(description, separator):
    tags = {"podium:stack": "shop", "podium:logical-id": "Api"}
    marked = names.marked_description(description, tags, separator)
    assert names.split_description(marked) == (description, tags)
    assert names.split_description(description) == (description, {})
