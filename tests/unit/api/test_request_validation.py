"""The wording of refused requests; each message is AWS's for that fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.api.errors import ApiError
from podium.api.service_model import ServiceModel, load
from podium.api.validation import compile_input


def check(operation, value, service="stepfunctions"):
    model = load(service)
    return compile_input(model, model.input_shape(operation))(value)


def refusal(operation, value, service="stepfunctions"):
    with pytest.raises(ApiError) as caught:
        check(operation, value, service)
    return caught.value.code, caught.value.message


def one(message):
    return "ValidationException", f"1 validation error detected: {message}"


def test_a_sound_request_comes_through_with_known_members_only():
    given_input = {"stateMachineArn": "arn", "maxResults": 5, "nextToken": None, "unknown": [1]}
    assert check("ListExecutions", given_input) == {"stateMachineArn": "arn", "maxResults": 5}


def test_a_number_too_large():
    assert refusal("ListExecutions", {"maxResults": 1001}) == one(
        "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"
    )


def test_a_number_too_small():
    assert refusal("ListExecutions", {"maxResults": -1}) == one(
        "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"
    )


def test_a_string_too_long_is_repeated_in_full():
    token = "x" * 3097
    assert refusal("ListExecutions", {"nextToken": token}) == one(
        f"Value '{token}' at 'nextToken' failed to satisfy constraint: "
        "Member must have length less than or equal to 3096"
    )


def test_a_value_outside_an_enumeration_names_the_set_in_awss_order():
    assert refusal("ListExecutions", {"statusFilter": "succeeded"}) == one(
        "Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: "
        "[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"
    )


def test_the_order_of_the_enumeration_still_names_the_models_members():
    from podium.api.validation import _ENUM_ORDERS

    for shape, order in _ENUM_ORDERS.items():
        assert set(order) == set(load("stepfunctions").shapes[shape]["enum"])


def test_a_required_member_left_out_and_one_that_is_null():
    assert refusal("DeleteStateMachine", {}) == one(
        "Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null"
    )
    assert refusal("DeleteStateMachine", {"stateMachineArn": None}) == refusal("DeleteStateMachine", {})


def test_all_failures_are_counted_and_joined():
    code, message = refusal("CreateStateMachine", {"roleArn": ""})
    assert code == "ValidationException"
    assert message == (
        "3 validation errors detected: "
        "Value null at 'name' failed to satisfy constraint: Member must not be null; "
        "Value null at 'definition' failed to satisfy constraint: Member must not be null; "
        "Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 1"
    )


def test_sensitive_values_are_not_repeated():
    assert refusal("StartExecution", {"stateMachineArn": "arn", "input": "x" * 262_145}) == one(
        "Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144"
    )


def test_payloads_are_measured_in_bytes_and_names_in_characters():
    assert check("StartExecution", {"stateMachineArn": "arn", "name": "é" * 80})["name"] == "é" * 80
    assert refusal("StartExecution", {"stateMachineArn": "arn", "input": "é" * 131_073})[0] == "ValidationException"
    assert check("StartExecution", {"stateMachineArn": "arn", "input": "é" * 131_072})


def test_members_of_structures_in_lists_are_named_by_position():
    assert refusal("TagResource", {"resourceArn": "arn", "tags": [{"key": "a"}, {"key": ""}]}) == one(
        "Value '' at 'tags.2.member.key' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


def test_lists_of_strings_report_every_constraint_of_their_members():
    assert refusal("UntagResource", {"resourceArn": "arn", "tagKeys": ["ok", ""]}) == one(
        "Value '[ok, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, "
        "Member must not be null]"
    )
    assert "Value '[null]' at 'tagKeys'" in refusal("UntagResource", {"resourceArn": "arn", "tagKeys": [None]})[1]


def test_a_list_too_long_prints_its_structures_as_java_does():
    versions = [{"stateMachineVersionArn": f"v{number}", "weight": number} for number in (1, 2, 3)]
    assert refusal("CreateStateMachineAlias", {"name": "PROD", "routingConfiguration": versions}) == one(
        "Value '[RoutingConfigurationListItem(stateMachineVersionArn=v1, weight=1), "
        "RoutingConfigurationListItem(stateMachineVersionArn=v2, weight=2), "
        "RoutingConfigurationListItem(stateMachineVersionArn=v3, weight=3)]' at 'routingConfiguration' "
        "failed to satisfy constraint: Member must have length less than or equal to 2"
    )


def test_a_pattern_is_quoted():
    assert refusal("StartExecution", {"stateMachineArn": "arn", "traceHeader": "é"}) == one(
        r"Value 'é' at 'traceHeader' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: \p{ASCII}*"
    )


def test_maps_report_the_constraints_of_their_keys():
    environment = {"Variables": {"1": "x"}}
    message = refusal("UpdateFunctionConfiguration", {"FunctionName": "f", "Environment": environment}, "lambda")[1]
    assert "at 'Environment.Variables' failed to satisfy constraint: Map keys must satisfy constraint: [" in message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"),
        (1.5, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"),
        (True, "class java.lang.Boolean can not be converted to an String"),
        ({}, "Start of structure or map found where not expected."),
        ([], "Start of list found where not expected"),
    ],
)
def test_a_value_of_the_wrong_type_cant_be_read(value, message):
    assert refusal("DeleteStateMachine", {"stateMachineArn": value}) == ("SerializationException", message)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("maxResults", "5", "class java.lang.String can not be converted to an Integer"),
        ("maxResults", True, "class java.lang.Boolean can not be converted to an Integer"),
        ("reverseOrder", "yes", "class java.lang.String can not be converted to an Boolean"),
        ("reverseOrder", 0, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an "
                            "Boolean"),
    ],
)  # fmt: skip
def test_numbers_and_booleans_are_not_guessed_from_other_types(member, value, message):
    given_input = {"executionArn": "arn", member: value}
    assert refusal("GetExecutionHistory", given_input) == ("SerializationException", message)


def test_a_type_fault_comes_before_any_constraint():
    assert refusal("CreateStateMachine", {"name": "", "tags": "none"}) == (
        "SerializationException",
        "Unrecognized collection type class java.lang.String",
    )


def test_fractions_are_cut_and_infinity_is_refused():
    assert check("ListExecutions", {"maxResults": 5.9}) == {"maxResults": 5}
    assert refusal("ListExecutions", {"maxResults": float("inf")})[0] == "SerializationException"


def put_events(time):
    return {"Entries": [{"Time": time, "Source": "s", "DetailType": "d", "Detail": "{}"}]}


@pytest.mark.parametrize(
    "time", [1_704_153_600, 1_704_153_600.0, "2024-01-02T00:00:00Z", "2024-01-02T01:00:00+01:00", "2024-01-02"]
)
def test_moments_come_as_epoch_seconds_however_they_are_written(time):
    assert check("PutEvents", put_events(time), "events")["Entries"][0]["Time"] == 1_704_153_600


@pytest.mark.parametrize("time", ["soon", "", True, [], {}, -1, 1e300, 10**30, float("inf"), "9999-99-99"])
def test_what_is_no_moment_cant_be_read(time):
    assert refusal("PutEvents", put_events(time), "events")[0] == "SerializationException"


def test_blobs_are_base64():
    code = {"FunctionName": "f", "ZipFile": "UEs="}
    assert check("UpdateFunctionCode", code, "lambda")["ZipFile"] == b"PK"
    assert refusal("UpdateFunctionCode", {**code, "ZipFile": "?"}, "lambda")[0] == "SerializationException"


def test_a_shape_may_contain_itself():
    shapes = {
        "Node": {
            "type": "structure",
            "required": ["id"],
            "members": {"id": {"shape": "Id"}, "next": {"shape": "Node"}},
        },
        "Id": {"type": "string", "max": 2},
    }
    checked = compile_input(ServiceModel({}, {}, shapes), "Node")
    assert checked({"id": "a", "next": {"id": "b"}}) == {"id": "a", "next": {"id": "b"}}
    with pytest.raises(ApiError, match=r"Value 'abc' at 'next\.id'"):
        checked({"id": "a", "next": {"id": "abc"}})


def test_every_pattern_of_both_models_compiles():
    for service in ("stepfunctions", "lambda"):
        model = load(service)
        for operation in model.operations:
            assert compile_input(model, model.input_shape(operation))


@pytest.mark.parametrize(
    ("value", "accepted"), [("key_1", True), ("Größe 2", True), ("a/b:c=d+e-f@g", True), ("a*b", False), ("a;b", False)]
)
def test_unicode_classes_of_java_patterns_mean_letters_spaces_and_digits(value, accepted):
    import re

    from podium.api.validation import _python_pattern

    assert bool(re.fullmatch(_python_pattern(r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"), value)) is accepted


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = sorted({
    name
    for operation in load("stepfunctions").operations
    for name in load("stepfunctions").shapes[load("stepfunctions").input_shape(operation)]["members"]
})  # fmt: skip
CHECKS = [
    compile_input(load("stepfunctions"), load("stepfunctions").input_shape(operation))
    for operation in load("stepfunctions").operations
]


@given(st.sampled_from(CHECKS), JSON_VALUES | st.dictionaries(st.sampled_from(MEMBERS), JSON_VALUES))
def test_any_json_is_accepted_or_refused_with_one_of_two_codes(checked, value):
    code = "accepted"
    try:
        assert isinstance(checked(value), dict)
    except ApiError as error:
        code = error.code
    assert code in ("accepted", "SerializationException", "ValidationException")
