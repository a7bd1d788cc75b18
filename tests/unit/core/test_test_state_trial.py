"""One state, entered once: what comes of it and what is shown of the way there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.interpreter import decide, load
from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.payload import Payload
from podium.core.machine.stimuli import Start
from podium.core.test_state import Setting, StateTrial, UnfitMock, find_state, state_names

NOW_MS = 1_700_000_001_000
INFO = ExecutionInfo(
    arn="arn:aws:states:eu-west-1:123456789012:express:m:e",
    name="e",
    state_machine_arn="arn:aws:states:eu-west-1:123456789012:stateMachine:m",
    state_machine_name="m",
    role_arn="",
    revision_id="",
    start_ms=NOW_MS,
)
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
INNER = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
DISTRIBUTED = {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
MAP = {"Type": "Map", "ItemProcessor": DISTRIBUTED, "End": True}
RETRY = {"ErrorEquals": ["Flaky"], "IntervalSeconds": 3, "MaxAttempts": 4, "BackoffRate": 2}


def trial(spec, given_input, language="JSONPath", **setting):
    return StateTrial(spec, language, Setting(INFO, Payload(given_input), NOW_MS, **setting))


def verdict(spec, given_input, language="JSONPath", *, result=None, error=None, **setting):
    tried = trial(spec, given_input, language, **setting)
    begun = tried.begin()
    if begun is not None:
        return begun
    return tried.fail(error, "because") if error else tried.succeed(Payload(result))


def shown(found):
    """The inspection with texts parsed."""
    return {key: json.loads(value) if isinstance(value, str) else value for key, value in found.inspection.items()}


def test_a_pass_shows_every_step_of_its_data():
    spec = {
        "Type": "Pass",
        "InputPath": "$.order",
        "Parameters": {"id.$": "$.number"},
        "ResultPath": "$.picked",
        "OutputPath": "$.picked",
        "Next": "Ship",
    }
    found = verdict(spec, {"order": {"number": 7}})
    assert (found.status, json.loads(found.output), found.next_state) == ("SUCCEEDED", {"id": 7}, "Ship")
    assert shown(found) == {
        "input": {"order": {"number": 7}},
        "afterInputPath": {"number": 7},
        "afterParameters": {"id": 7},
        "afterResultSelector": {"id": 7},
        "afterResultPath": {"order": {"number": 7}, "picked": {"id": 7}},
    }


def test_a_pass_with_a_result_shows_the_result_and_nothing_before_it():
    found = verdict({"Type": "Pass", "InputPath": "$.a", "Result": [1], "ResultPath": "$.r", "End": True}, {"a": 0})
    assert shown(found) == {
        "input": {"a": 0},
        "result": [1],
        "afterResultSelector": [1],
        "afterResultPath": {"a": 0, "r": [1]},
    }


@pytest.mark.parametrize(
    "spec",
    [
        {"Type": "Succeed", "InputPath": "$.in"},
        {"Type": "Wait", "Seconds": 0, "InputPath": "$.in", "Next": "On"},
        {"Type": "Choice", "InputPath": "$.in", "Choices": [{"Variable": "$", "IsPresent": True, "Next": "On"}]},
    ],
)
def test_states_that_only_pass_data_on_show_it_after_the_input_path(spec):
    found = verdict(spec, {"in": 5})
    assert found.status == "SUCCEEDED"
    assert shown(found) == {"input": {"in": 5}, "afterInputPath": 5}


def test_a_fail_shows_its_input_and_fails():
    found = verdict({"Type": "Fail", "Error": "Gone", "Cause": "no stock"}, {"n": 1})
    assert (found.status, found.error, found.cause, found.output) == ("FAILED", "Gone", "no stock", None)
    assert shown(found) == {"input": {"n": 1}, "afterInputPath": {"n": 1}}


def test_jsonata_states_show_arguments_and_result_only():
    spec = {**TASK, "Arguments": {"n": "{% $states.input.n + 1 %}"}, "Output": "{% $states.result.m * 2 %}"}
    found = verdict(spec, {"n": 1}, "JSONata", result={"m": 21})
    assert found.output == "42"
    assert shown(found) == {"input": {"n": 1}, "afterArguments": {"n": 2}, "result": {"m": 21}}
    assert shown(verdict({"Type": "Pass", "End": True}, {"n": 1}, "JSONata")) == {"input": {"n": 1}}


def test_a_task_hands_out_its_command_and_takes_the_result():
    tried = trial(
        {**TASK, "Parameters": {"x.$": "$.a"}, "ResultSelector": {"y.$": "$.z"}, "TimeoutSeconds": 9}, {"a": 1}
    )
    assert tried.begin() is None
    command = tried.command
    assert (command.resource.service, command.parameters, command.timeout_ms) == ("lambda", b'{"x":1}', 9_000)
    found = tried.succeed(Payload({"z": 2}))
    assert found.output == '{"y":2}'
    assert shown(found)["result"] == {"z": 2}
    assert shown(found)["afterResultPath"] == {"y": 2}


def test_a_wait_says_when_to_wake_it():
    tried = trial({"Type": "Wait", "Seconds": 30, "End": True}, {"a": 1})
    assert tried.begin() is None
    assert (tried.command, tried.wake_at_ms) == (None, NOW_MS + 30_000)
    assert tried.wake().output == '{"a":1}'


@pytest.mark.parametrize(("used", "seconds"), [(0, 3), (1, 6), (3, 24)])
def test_a_failure_that_a_retry_takes_is_retriable_after_its_backoff(used, seconds):
    found = verdict({**TASK, "Retry": [{"ErrorEquals": ["Other"]}, RETRY]}, {}, error="Flaky", retries=used)
    assert (found.status, found.error, found.cause, found.output) == ("RETRIABLE", "Flaky", "because", None)
    assert found.inspection["errorDetails"] == {"retryIndex": 1, "retryBackoffIntervalSeconds": seconds}


def test_a_spent_retry_is_named_and_the_catch_takes_over():
    failed = verdict({**TASK, "Retry": [RETRY]}, {}, error="Flaky", retries=4)
    assert (failed.status, failed.inspection["errorDetails"]) == ("FAILED", {"retryIndex": 0})
    catch = [{"ErrorEquals": ["Else"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "B"}]
    caught = verdict({**TASK, "Retry": [RETRY], "Catch": catch}, {"k": 1}, error="Flaky", retries=4)
    assert (caught.status, caught.next_state, caught.error) == ("CAUGHT_ERROR", "B", "Flaky")
    assert json.loads(caught.output) == {"k": 1, "e": {"Error": "Flaky", "Cause": "because"}}
    assert caught.inspection["errorDetails"] == {"retryIndex": 0, "catchIndex": 1}


def test_a_failing_expression_fails_the_state_before_its_task():
    found = verdict({**TASK, "Parameters": {"x.$": "$.absent"}}, {"a": 1}, result={})
    assert (found.status, found.error) == ("FAILED", "States.Runtime")
    assert found.cause.startswith(
        "An error occurred while executing the state 'StateName' (entered at the event id #2)."
    )
    assert shown(found) == {"input": {"a": 1}, "afterInputPath": {"a": 1}}
    caught = verdict(
        {**TASK, "Arguments": "{% $error('no') %}", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]},
        {},
        "JSONata",
    )
    assert (caught.status, caught.error, caught.next_state) == ("CAUGHT_ERROR", "States.QueryEvaluationError", "B")


def test_a_catch_whose_own_output_fails_ends_the_state_with_that_failure():
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $nothing %}", "Next": "B"}]
    found = verdict({**TASK, "Catch": catch}, {}, "JSONata", error="Flaky")
    assert (found.status, found.error, found.next_state) == ("FAILED", "States.QueryEvaluationError", None)


def test_a_timeout_is_known_as_one():
    tried = trial({**TASK, "TimeoutSeconds": 2, "Retry": [{"ErrorEquals": ["States.Timeout"]}]}, {})
    tried.begin()
    assert (tried.time_out().status, tried.time_out().error) == ("RETRIABLE", "States.Timeout")
    endless = trial(TASK, {})
    endless.begin()
    assert (endless.time_out().status, endless.time_out().error) == ("FAILED", "States.Timeout")


def test_variables_are_seen_and_shown_with_what_the_state_assigns():
    spec = {"Type": "Pass", "Assign": {"total.$": "States.MathAdd($count, 1)"}, "End": True}
    found = verdict(spec, {}, variables={"count": 2})
    assert shown(found)["variables"] == {"count": 2, "total": 3}
    assert "variables" not in verdict({"Type": "Pass", "End": True}, {}).inspection


def test_the_context_object_is_that_of_an_express_execution_without_redrives():
    found = verdict({**TASK, "Parameters": {"c.$": "$$"}}, {"i": 1}, result={}, retries=2)
    assert shown(found)["afterParameters"]["c"] == {
        "Execution": {
            "Id": INFO.arn,
            "Input": {"i": 1},
            "Name": "e",
            "RoleArn": None,
            "StartTime": "2023-11-14T22:13:21.000Z",
        },
        "StateMachine": {"Id": INFO.state_machine_arn, "Name": "m"},
        "State": {"Name": "StateName", "EnteredTime": "2023-11-14T22:13:21.000Z", "RetryCount": 2},
    }


@pytest.mark.parametrize("processor", [INNER, DISTRIBUTED])
def test_a_map_sees_its_retries(processor):
    spec = {**MAP, "ItemProcessor": processor, "Output": "{% $states.context.State.RetryCount %}"}
    assert verdict(spec, [1], "JSONata", result=[1], retries=3).output == "3"


def test_a_given_context_object_is_the_whole_of_it():
    spec = {**TASK, "Parameters": {"c.$": "$$"}}
    assert shown(verdict(spec, {}, result={}, context={}))["afterParameters"] == {"c": {}}
    given_one = {"Execution": {"Name": "mine"}}
    assert shown(verdict(spec, {}, result={}, context=given_one))["afterParameters"] == {"c": given_one}


def test_a_task_that_waits_for_its_token_has_one_to_send():
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    found = verdict({**TASK, "Resource": resource, "Parameters": {"t.$": "$$.Task.Token"}}, {}, result={})
    assert len(shown(found)["afterParameters"]["t"]) > 20


def test_a_parallel_shows_only_what_becomes_of_its_result():
    spec = {"Type": "Parallel", "Branches": [INNER], "InputPath": "$.in", "ResultPath": "$.out", "End": True}
    found = verdict(spec, {"in": 1}, result=["one"])
    assert json.loads(found.output) == {"in": 1, "out": ["one"]}
    assert shown(found) == {
        "input": {"in": 1},
        "afterResultSelector": ["one"],
        "afterResultPath": {"in": 1, "out": ["one"]},
    }


def test_a_map_shows_its_items_inputs_batches_and_numbers():
    spec = {
        **MAP,
        "ItemsPath": "$.rows",
        "ItemSelector": {"row.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "k.$": "$.key"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k.$": "$.key"}},
        "MaxConcurrencyPath": "$.many",
        "ToleratedFailureCountPath": "$.some",
        "ToleratedFailurePercentage": 50,
        "ResultSelector": {"all.$": "$"},
    }
    found = verdict(spec, {"rows": ["a", "b", "c"], "key": 1, "many": 4, "some": 2}, result=[0, 0])
    inputs = [{"row": row, "at": at, "k": 1} for at, row in enumerate("abc")]
    batches = [{"BatchInput": {"k": 1}, "Items": inputs[:2]}, {"BatchInput": {"k": 1}, "Items": inputs[2:]}]
    given_input = shown(found)["input"]
    assert shown(found) == {
        "input": given_input,
        "afterInputPath": given_input,
        "afterItemsPath": ["a", "b", "c"],
        "afterItemSelector": inputs,
        "afterItemBatcher": batches,
        "maxConcurrency": 4,
        "toleratedFailureCount": 2,
        "toleratedFailurePercentage": 50.0,
        "afterResultSelector": {"all": [0, 0]},
        "afterResultPath": {"all": [0, 0]},
    }


def test_a_jsonata_map_shows_its_numbers():
    spec = {**MAP, "Items": "{% $states.input %}", "ToleratedFailureCount": "{% 1 + 1 %}", "MaxConcurrency": 3}
    assert shown(verdict(spec, [1], "JSONata", result=[2])) == {
        "input": [1],
        "maxConcurrency": 3,
        "toleratedFailureCount": 2,
    }
    wrong = verdict({**MAP, "ToleratedFailureCount": "{% 'x' %}"}, [1], "JSONata")
    assert (wrong.status, wrong.error) == ("FAILED", "States.QueryEvaluationError")
    negative = verdict({**MAP, "ToleratedFailureCountPath": "$[0]"}, [-1])
    assert (negative.status, negative.error) == ("FAILED", "States.Runtime")


@pytest.mark.parametrize(
    ("tolerance", "failed", "status"),
    [
        ({}, 4, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 1, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 2, "CAUGHT_ERROR"),
        ({"ToleratedFailurePercentage": 25}, 1, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 24.5}, 1, "CAUGHT_ERROR"),
    ],
)
def test_a_map_fails_when_more_iterations_fail_than_it_tolerates(tolerance, failed, status):
    catch = [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "Repair"}]
    found = verdict({**MAP, **tolerance, "Catch": catch}, [1, 2, 3, 4], result=[1, 2, 3, 4], failed_iterations=failed)
    assert found.status == status
    assert found.next_state == ("Repair" if status == "CAUGHT_ERROR" else None)


def test_a_mock_that_the_items_cannot_have_led_to_is_refused():
    with pytest.raises(UnfitMock, match="failure count"):
        verdict(MAP, [1, 2], result=[1, 2], failed_iterations=3)
    with pytest.raises(UnfitMock, match="failure count"):
        verdict(MAP, [1, 2], error="Flaky", failed_iterations=3)
    with pytest.raises(UnfitMock, match="size"):
        verdict(MAP, [1, 2], result=[1])
    with pytest.raises(UnfitMock, match="ItemReader data"):
        verdict({**MAP, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject"}}, [1, 2], result=[1])


def test_a_mocked_failure_of_a_map_comes_after_its_input_was_shown():
    found = verdict({**MAP, "ItemsPath": "$.rows"}, {"rows": [1]}, error="Flaky")
    assert (found.status, found.error) == ("FAILED", "Flaky")
    assert shown(found)["afterItemsPath"] == [1]


@pytest.mark.parametrize(
    ("config", "text", "items"),
    [
        ({"InputType": "JSON"}, "[1, 2]", [1, 2]),
        ({"InputType": "JSON"}, '{"a": 1, "b": 2}', [1, 2]),
        ({"InputType": "JSON", "MaxItems": 1}, "[1, 2]", [1]),
        ({"InputType": "JSONL"}, '{"n": 1}\n\n{"n": 2}\n', [{"n": 1}, {"n": 2}]),
        (
            {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "x,y\n1,2\n3\n",
            [{"x": "1", "y": "2"}, {"x": "3", "y": ""}],
        ),
        (
            {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"], "CSVDelimiter": "PIPE"},
            "1|2\n",
            [{"x": "1"}],
        ),
    ],
)
def test_items_are_read_from_the_readers_text(config, text, items):
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config}
    spec = {**MAP, "ItemReader": reader, "ItemSelector": {"i.$": "$$.Map.Item.Value"}}
    found = verdict(spec, {}, result=items, reader_data=text)
    assert shown(found)["afterItemSelector"] == [{"i": item} for item in items]


def test_items_know_where_they_come_from():
    selected = {"ItemSelector": {"k.$": "$$.Map.Item.Key", "s.$": "$$.Map.Item.Source", "v.$": "$$.Map.Item.Value"}}
    found = verdict({**MAP, **selected}, {"a": 1}, result=[0])
    assert shown(found)["afterItemSelector"] == [{"k": "a", "s": "STATE_DATA", "v": 1}]
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "b", "Key.$": "$.file"},
    }
    found = verdict({**MAP, **selected, "ItemReader": reader}, {"file": "f.json"}, result=[0], reader_data='{"a": 1}')
    assert shown(found)["afterItemSelector"] == [{"k": "a", "s": "S3://b/f.json", "v": 1}]


def test_an_inline_map_shows_its_items_and_numbers():
    spec = {**MAP, "ItemProcessor": INNER, "ItemSelector": {"i.$": "$$.Map.Item.Index"}, "ToleratedFailureCount": 1}
    found = verdict(spec, ["x", "y"], result=[0, 0])
    assert shown(found)["afterItemsPath"] == ["x", "y"]
    assert shown(found)["afterItemSelector"] == [{"i": 0}, {"i": 1}]
    assert (found.inspection["maxConcurrency"], found.inspection["toleratedFailureCount"]) == (0, 1)
    assert verdict(spec, ["x", "y"], result=[0, 0], failed_iterations=2).status == "FAILED"


def test_items_may_lie_deeper_in_the_readers_text():
    config = {"InputType": "JSON", "ItemsPointer": "/a~1b/1"}
    spec = {**MAP, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config}}
    assert shown(verdict(spec, {}, result=[7], reader_data='{"a/b": [0, [7]]}'))["afterItemsPointer"] == [7]
    for text in ('{"a/b": 1}', "7", "no json"):
        assert verdict(spec, {}, result=[7], reader_data=text).error == "States.ItemReaderFailed"


def test_batches_keep_to_their_size_in_bytes():
    batcher = {"MaxInputBytesPerBatch": 40}
    found = verdict({**MAP, "ItemBatcher": batcher}, ["x" * 10] * 5, result=[0] * 3)
    batches = shown(found)["afterItemBatcher"]
    assert [len(batch["Items"]) for batch in batches] == [2, 2, 1]
    assert all(len(json.dumps(batch, separators=(",", ":"))) <= 40 for batch in batches)


def test_states_are_found_however_deep_they_lie():
    inner = {"Type": "Parallel", "Branches": [INNER, {**INNER, "States": {"Twin": {"Type": "Succeed"}}}], "End": True}
    middle = {"Type": "Map", "ItemProcessor": {"StartAt": "P", "States": {"P": inner}}, "End": True}
    machine = {"StartAt": "M", "States": {"M": middle}}
    assert find_state(machine, "Twin") == {"Type": "Succeed"}
    assert find_state(machine, "Nobody") is None
    assert state_names(middle) == {"P", "Inner", "Twin"}
    assert state_names({"Type": "Pass"}) == frozenset()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "InputPath": st.sampled_from(["$", "$.a", None]),
        "Parameters": st.just({"p.$": "$", "q": 1}),
        "Result": VALUES,
        "ResultPath": st.sampled_from(["$", "$.r", None]),
        "OutputPath": st.sampled_from(["$", "$.a", None]),
    },
)


@given(FIELDS, st.fixed_dictionaries({"a": VALUES}, optional={"b": VALUES}))
def test_a_trial_gives_what_an_execution_gives(fields, given_input):
    spec = {"Type": "Pass", **fields, "End": True}
    machine = load({"StartAt": "StateName", "States": {"StateName": spec}})
    decision = decide(Execution(INFO, None), machine, Start(Payload(given_input)), NOW_MS)
    found = verdict(spec, given_input)
    assert found.error == decision.error
    assert found.cause == decision.cause
    assert found.output == (None if decision.output is None else decision.output.text.decode())
