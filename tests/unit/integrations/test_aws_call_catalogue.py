"""What the studio proposes: every action by a part of its name, and what it takes, in Step Functions' spelling."""

import asyncio

import pytest

from podium.core.asl.resources import parse_resource
from podium.integrations.aws.call_catalogue import DEPTH_MAX, CallCatalogue, hint_of
from podium.integrations.aws.models import Models

CATALOGUE = CallCatalogue()


def find(text, limit=30):
    return asyncio.run(CATALOGUE.find(text, limit))


def parameters(resource):
    return asyncio.run(CATALOGUE.parameters(f"arn:aws:states:::{resource}"))


@pytest.mark.parametrize("text", ["dynamodb listTables", "dynamodb:listTables", "LISTTABLES dynamo", "tables list dyn"])
def test_finds_an_action_by_words_in_any_order_and_case(text):
    assert "dynamodb:listTables" in find(text)[0]


def test_a_service_is_found_by_either_name_and_told_by_step_functions():
    assert find("events putEvents")[0][0] == find("eventbridge putEvents")[0][0] == "eventbridge:putEvents"


def test_what_begins_with_the_last_word_is_first_and_the_rest_is_counted():
    found, more = find("dynamodb list", limit=3)
    assert all(name.startswith("dynamodb:list") for name in found)
    assert more > 0
    assert find("no such thing") == ([], 0)


def test_what_is_found_can_be_called():
    found, _ = find("sqs", limit=100)
    assert len(found) > 20
    for name in found:
        service, action = name.split(":")
        resource = parse_resource(f"arn:aws:states:::aws-sdk:{name}")
        assert (resource.service, resource.action) == (f"aws-sdk:{service}", action)
        assert parameters(f"aws-sdk:{name}") is not None


def test_tells_parameters_as_the_task_spells_them():
    told = parameters("aws-sdk:rds:describeDBInstances")
    assert told["hint"]
    assert told["members"]["DbInstanceIdentifier"]["type"] == "string"
    assert told["members"]["Filters"]["items"]["members"]["Name"]["required"] is True
    put = parameters("dynamodb:putItem")["members"]
    assert put["TableName"]["required"] is True
    assert "required" not in put["Expected"]
    assert "ALL_OLD" in put["ReturnValues"]["options"]


def test_tells_nothing_where_parameters_have_other_names_or_no_model():
    assert parameters("elasticmapreduce:addStep") is None
    assert parameters("http:invoke") is None
    assert parameters("aws-sdk:nothing:atAll") is None
    assert asyncio.run(CATALOGUE.parameters("arn:aws:lambda:us-east-1:1:function:f")) is None
    assert asyncio.run(CATALOGUE.parameters("no ARN")) is None


def test_a_shape_that_holds_itself_is_told_to_a_bounded_depth():
    told = parameters("aws-sdk:dynamodb:putItem")

    def depth(node):
        inner = [*node.get("members", {}).values(), *([node["items"]] if "items" in node else [])]
        return 1 + max(map(depth, inner), default=0)

    assert 2 < depth(parameters("aws-sdk:wafv2:createWebACL")) <= DEPTH_MAX + 1
    assert depth(told) <= DEPTH_MAX + 1


def test_every_service_of_botocore_is_searched():
    models = Models(CATALOGUE._models._session)
    for folder in models._session.get_available_services():
        found, _ = find(folder, limit=1)
        assert found, folder


@pytest.mark.parametrize(
    ("documentation", "hint"),
    [
        ("<p>Puts an <code>item</code>. More of it.</p>", "Puts an item."),
        ("", ""),
        ("<p>A &amp; B</p>", "A & B"),
    ],
)
def test_a_hint_is_the_first_sentence_as_text(documentation, hint):
    assert hint_of(documentation) == hint


def test_a_long_hint_is_shortened():
    assert len(hint_of("word " * 100)) <= 160
    assert hint_of("word " * 100).endswith("…")
