"""State machines over the wire: made, changed, shown, listed, tagged and deleted, as boto3 sees it."""

import json

import pytest
from e2e_process import ROLE

PASS = {"Type": "Pass", "End": True}
TEXT = json.dumps({"StartAt": "A", "States": {"A": PASS}})


def test_a_state_machine_from_creation_to_deletion(states, unique):
    name = unique()
    created = states.create_state_machine(name=name, definition=TEXT, roleArn=ROLE)
    arn = created["stateMachineArn"]
    assert arn == f"arn:aws:states:us-east-1:000000000000:stateMachine:{name}"
    shown = states.describe_state_machine(stateMachineArn=arn)
    assert (shown["name"], shown["definition"], shown["roleArn"]) == (name, TEXT, ROLE)
    assert (shown["status"], shown["type"]) == ("ACTIVE", "STANDARD")
    assert shown["creationDate"] == created["creationDate"]

    other = json.dumps({"StartAt": "B", "States": {"B": PASS}})
    updated = states.update_state_machine(stateMachineArn=arn, definition=other)
    shown = states.describe_state_machine(stateMachineArn=arn)
    assert shown["definition"] == other
    assert shown["revisionId"] == updated["revisionId"]
    pages = states.get_paginator("list_state_machines").paginate(maxResults=1)
    listed = [item["name"] for page in pages for item in page["stateMachines"]]
    assert listed.count(name) == 1

    states.delete_state_machine(stateMachineArn=arn)
    states.delete_state_machine(stateMachineArn=arn)
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.describe_state_machine(stateMachineArn=arn)


def test_creating_is_idempotent_and_a_name_is_taken_once(states, unique):
    name = unique()
    first = states.create_state_machine(name=name, definition=TEXT, roleArn=ROLE)
    again = states.create_state_machine(name=name, definition=TEXT, roleArn=ROLE)
    assert first["stateMachineArn"] == again["stateMachineArn"]
    assert first["creationDate"] == again["creationDate"]
    other = json.dumps({"StartAt": "B", "States": {"B": PASS}})
    with pytest.raises(states.exceptions.StateMachineAlreadyExists):
        states.create_state_machine(name=name, definition=other, roleArn=ROLE)


def test_a_definition_that_is_invalid_is_refused_with_its_fault(states, unique):
    broken = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}})
    with pytest.raises(states.exceptions.InvalidDefinition, match="Nowhere"):
        states.create_state_machine(name=unique(), definition=broken, roleArn=ROLE)
    with pytest.raises(states.exceptions.InvalidArn):
        states.describe_state_machine(stateMachineArn="no arn")
    with pytest.raises(states.exceptions.InvalidName):
        states.create_state_machine(name="a b", definition=TEXT, roleArn=ROLE)


def test_tags(states, unique):
    tags = [{"key": "team", "value": "tests"}]
    arn = states.create_state_machine(name=unique(), definition=TEXT, roleArn=ROLE, tags=tags)["stateMachineArn"]
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == tags
    states.tag_resource(resourceArn=arn, tags=[{"key": "stage", "value": "end"}])
    states.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "stage", "value": "end"}]
    with pytest.raises(states.exceptions.ResourceNotFound):
        states.list_tags_for_resource(resourceArn=f"{arn}-not")


def test_an_execution_keeps_the_revision_it_began_with(states, machine):
    arn = machine(A={"Type": "Wait", "Seconds": 600, "End": True})
    started = states.start_execution(stateMachineArn=arn)
    states.update_state_machine(stateMachineArn=arn, definition=TEXT)
    shown = states.describe_state_machine_for_execution(executionArn=started["executionArn"])
    assert json.loads(shown["definition"])["States"]["A"]["Type"] == "Wait"
    assert shown["stateMachineArn"] == arn
    states.stop_execution(executionArn=started["executionArn"])
