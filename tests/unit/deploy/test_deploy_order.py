"""Resources come after those they need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.deploy.errors import TemplateError
from podium.deploy.order import ordered, references
from podium.deploy.template import template_from


def names(resources):
    return [resource.logical_id for resource in ordered(template_from({"Resources": resources}).resources)]


def test_a_resource_follows_what_its_properties_and_depends_on_name():
    resources = {
        "A": {"Type": "T", "Properties": {"x": [{"Fn::Sub": "${B}-${C.Arn}-${!D}"}]}},
        "B": {"Type": "T", "DependsOn": "E"},
        "C": {"Type": "T", "Properties": {"y": {"Fn::GetAtt": ["E", "Arn"]}}},
        "D": {"Type": "T", "DependsOn": ["A"]},
        "E": {"Type": "T", "Properties": {"z": {"Fn::If": ["Cond", {"Ref": "F"}, {"Ref": "Parameter"}]}}},
        "F": {"Type": "T"},
    }
    assert names(resources) == ["F", "E", "B", "C", "A", "D"]


def test_a_circle_is_refused_with_its_members():
    circle = {name: {"Type": "T", "DependsOn": needed} for name, needed in (("A", "B"), ("B", "C"), ("C", "B"))}
    with pytest.raises(TemplateError, match="in a circle: B -> C -> B"):
        names(circle)


def test_names_in_every_form_are_found():
    value = {"Fn::Sub": ["${A} ${own}", {"own": {"Fn::GetAtt": "B.Arn"}}], "x": {"Ref": "C"}}
    assert set(references(value)) == {"A", "own", "B", "C"}


@given(st.lists(st.sets(st.integers(0, 14)), min_size=1, max_size=15))
def test_every_order_holds_every_need(needs):
    resources = {
        f"R{n}": {"Type": "T", "DependsOn": [f"R{m}" for m in sorted(needed) if m < n]}
        for n, needed in enumerate(needs)
    }
    order = names(dict(reversed(resources.items())))
    assert sorted(order) == sorted(resources)
    for name, resource in resources.items():
        assert all(order.index(needed) < order.index(name) for needed in resource["DependsOn"])
