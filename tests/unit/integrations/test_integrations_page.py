"""docs/integrations.md says what the tables say. Run this file to write it anew: `python tests/unit/...page.py`."""

from pathlib import Path

import botocore.session

from podium.core.asl.integrations import OPTIMIZED
from podium.integrations.aws.adapted import ADAPTED, Adapted
from podium.integrations.aws.jobs import JOBS
from podium.integrations.aws.models import Models, capitalised
from podium.integrations.aws.parameters import idempotency_member
from podium.integrations.aws.services import SERVICES

PAGE = Path(__file__).parents[3] / "docs" / "integrations.md"
MARK = "<!-- The tables below are generated; tests/unit/integrations/test_integrations_page.py writes them. -->"

MODELS = Models(botocore.session.get_session())
REPEATED = {
    "apigateway:invoke": "nothing",
    "bedrockagentcore:invokeHarness": "nothing; a session without a name has the key as its id",
    "dynamodb:deleteItem": "the call itself: it sets a state",
    "dynamodb:getItem": "reads",
    "dynamodb:putItem": "the call itself: it sets a state",
    "athena:stopQueryExecution": "the call itself: it sets a state",
    "dynamodb:updateItem": "your ConditionExpression; or `aws-sdk:dynamodb:transactWriteItems`, which has a token",
    "eks:call": "nothing: Kubernetes refuses a second object of a name",
    "eks:runJob": "an annotation of the Job, by which one begun before is found again",
    "events:putEvents": "nothing",
    "http:invoke": "nothing",
    "lambda:invoke": "the function sees the key as `aws_request_id`",
    "sns:publish": "FIFO: deduplication by content, or your MessageDeduplicationId; else nothing",
    "sqs:sendMessage": "FIFO: deduplication by content, or your MessageDeduplicationId; else nothing",
    "states:startExecution": "the execution's name",
}
"""What keeps a call that is made again from a second effect, where no member of the operation does."""
SETTING = (
    "get",
    "batchGet",
    "batchDelete",
    "startApplication",
    "stop",
    "cancel",
    "delete",
    "terminate",
    "set",
    "modify",
    "update",
)


def repeated(name, operation):
    if name in REPEATED:
        return REPEATED[name]
    member = None if operation is None else idempotency_member(operation)
    if member is not None:
        return f"`{capitalised(member)}`"
    if name.partition(":")[2].startswith(SETTING):
        return "the call itself: it reads, or sets a state"
    if "Name" in {capitalised(given) for given in operation.input_shape.required_members} or name.startswith(
        "sagemaker"
    ):
        return "the name: a second of it is refused"
    return "nothing before TaskSubmitted is durable; afterwards the job is found again" if name in JOBS else "nothing"


def ends(name):
    if name == "eks:runJob":
        return "the Job's conditions: Complete"
    job = JOBS.get(name)
    if job is None:
        return ""
    succeeded = sorted(job.succeeded) + (["no longer there"] if job.gone else [])
    stop = f"; stopped by {job.stop}" if job.stop else ""
    return f"{job.poll}: {', '.join(succeeded)}{stop}"


def table():
    lines = ["| Resource | Patterns | `.sync` waits for | A repetition has no second effect by |", "|---|---|---|---|"]
    for service, actions in sorted(OPTIMIZED.items()):
        for action, patterns in sorted(actions.items()):
            name = f"{service}:{action}"
            operation = None
            if service in SERVICES and name not in REPEATED:
                adapted = ADAPTED.get(name) or Adapted(SERVICES[service].botocore, action)
                operation = MODELS.operation(adapted.service, adapted.operation)
            offered = " ".join(
                f"`.{pattern}`" for pattern in patterns if pattern and (pattern != "sync" or waits(name))
            )
            lines.append(f"| `{name}` | {offered} | {ends(name)} | {repeated(name, operation)} |")
    return "\n".join(lines)


def waits(name):
    return name in JOBS or name in ("states:startExecution", "eks:runJob")


def test_the_page_says_what_the_tables_say():
    assert PAGE.read_text().partition(MARK)[2].strip() == table()


if __name__ == "__main__":
    PAGE.write_text(f"{PAGE.read_text().partition(MARK)[0]}{MARK}\n\n{table()}\n")
