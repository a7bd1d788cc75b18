"""docs/operations.md: it is what it should be, and a run that exercised less than it says is found out."""

import operations_table
from operation_recorder import MODEL, Recorder


def test_the_page_is_up_to_date_with_the_service_model_and_the_excuses():
    assert operations_table.TABLE.read_text() == operations_table.render(), "run `make operations`"


def test_every_operation_is_in_it():
    page = operations_table.TABLE.read_text()
    assert len(MODEL.operations) == 37
    assert all(f"\n## {operation}\n" in page for operation in MODEL.operations)


def test_what_is_sent_and_received_is_noted_by_its_path():
    recorder = Recorder()
    routing = [{"stateMachineVersionArn": "a", "weight": 1}, {"weight": 2}]
    recorder.sent("CreateStateMachineAlias", {"name": "n", "routingConfiguration": routing, "unknown": 1})
    recorder.received("CreateStateMachineAlias", {"stateMachineAliasArn": "a", "creationDate": None})
    with recorder.pause():
        recorder.sent("CreateStateMachineAlias", {"description": "d"})
        recorder.refused("CreateStateMachineAlias", "InvalidArn")
    assert recorder.dump() == {
        "input": {
            "CreateStateMachineAlias": [
                "name",
                "routingConfiguration",
                "routingConfiguration.stateMachineVersionArn",
                "routingConfiguration.weight",
            ]
        },
        "output": {"CreateStateMachineAlias": ["stateMachineAliasArn"]},
        "errors": {},
    }


def everything():
    recorder = Recorder()
    for operation, side, name in operations_table.facts():
        if operations_table.reason(operation, side, name) is None:
            getattr(recorder, side)[operation].add(name)
    return recorder


def test_a_run_that_exercised_less_or_more_is_found_out():
    assert operations_table.faults(everything()) == []
    less = everything()
    less.input["StartExecution"].discard("traceHeader")
    assert operations_table.faults(less) == ["StartExecution, input: no test exercises traceHeader"]
    more = everything()
    more.output["DescribeStateMachine"].add("label")
    (fault,) = operations_table.faults(more)
    assert fault.startswith("DescribeStateMachine, output: label is exercised, yet")
