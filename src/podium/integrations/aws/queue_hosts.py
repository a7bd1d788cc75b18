"""Queues by URL: the AWS SDK for Java 1.x, in whose words optimized integrations fail, calls the host a QueueUrl names.

botocore calls the service's endpoint whatever the URL says, so that a URL of no host at all comes back as a queue that
doesn't exist. Recorded on AWS in June 2023: "Unable to execute HTTP request: HOST: Name or service not known".
"""

import socket
from typing import Any
from urllib.parse import urlsplit

from podium.integrations.contract import TaskOutcome


def of_unknown_host(failure: TaskOutcome, queue_url: Any) -> TaskOutcome:
    """The failure of a call to a queue, in the SDK's words when its URL's host has no address. May block."""
    if "NonExistentQueue" not in (failure.cause or "") or not isinstance(queue_url, str):
        return failure
    try:
        host = urlsplit(queue_url).hostname
    except ValueError:
        return failure
    if not host:
        return failure
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        cause = f"Unable to execute HTTP request: {host}: Name or service not known"
        return TaskOutcome(error="SQS.SdkClientException", cause=cause)
    return failure
