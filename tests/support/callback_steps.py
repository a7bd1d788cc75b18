"""Steps of tests about tasks that are handed over: a token to hold, an activity to poll."""

import json

from podium.integrations.contract import TaskOutcome
from podium.store.activities import ACTIVITY, ActivityRecord
from podium.store.records import pack

ACCOUNT = "123456789012"
REVIEW = f"arn:aws:states:us-east-1:{ACCOUNT}:activity:review"


def waiting(**fields):
    """A Task that hands its token to a function and waits for it to be sent back."""
    parameters = {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": parameters,
        **fields,
    }


def activity(**fields):
    """A Task for the workers of the activity `review`."""
    return {"Type": "Task", "Resource": REVIEW, **fields}


def answer(run):
    """Let the call of a waiting task be answered; gives the token it was handed."""
    command, deliver = run.performer.take()
    deliver(TaskOutcome(output=b'{"StatusCode":200}'))
    return json.loads(command.parameters)["Payload"]["token"]


async def create_activity(run, arn=REVIEW):
    """Have an activity in the catalogue."""
    await run.store.put(ACTIVITY, arn, pack(ActivityRecord(arn, arn.rpartition(":")[2], 0)))
