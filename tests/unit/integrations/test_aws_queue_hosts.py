"""A queue that isn't there is told in the SDK's words when its URL's host isn't either."""

import pytest

from podium.integrations.aws.queue_hosts import of_unknown_host
from podium.integrations.contract import TaskOutcome

NO_QUEUE = TaskOutcome(error="SQS.AmazonSQSException", cause="(Error Code: AWS.SimpleQueueService.NonExistentQueue)")
OTHER = TaskOutcome(error="SQS.AmazonSQSException", cause="(Error Code: InvalidMessageContents)")


def test_the_host_that_has_no_address_is_named():
    outcome = of_unknown_host(NO_QUEUE, "http://no-such-host.invalid/queue")
    cause = "Unable to execute HTTP request: no-such-host.invalid: Name or service not known"
    assert (outcome.error, outcome.cause) == ("SQS.SdkClientException", cause)


@pytest.mark.parametrize(
    ("failure", "url"),
    [
        (NO_QUEUE, "http://127.0.0.1:5000/queue"),
        (NO_QUEUE, "queue"),
        (NO_QUEUE, "http://[no"),
        (NO_QUEUE, None),
        (OTHER, "http://no-such-host.invalid/queue"),
    ],
)
def test_other_failures_stay_what_they_are(failure, url):
    assert of_unknown_host(failure, url) is failure
