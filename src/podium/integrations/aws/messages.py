"""Messages to and from AWS's queues, topics and buses, for what isn't a task: destinations, event sources, rules.

To be given a client of its own: reading a queue waits for up to twenty seconds, and tasks must not wait behind it.
"""

from typing import Any, Final

from podium.integrations.aws.client import AwsClient

_DELETE_MAX: Final = 10
"""Messages that one call to SQS can delete."""


class Messages:
    """Speaks to SQS, SNS and EventBridge. Raises botocore's errors.

    Args:
        aws: makes the calls, to wherever it is configured to.
    """

    def __init__(self, aws: AwsClient) -> None:
        self._aws = aws
        self._queue_urls: dict[str, str] = {}

    async def receive(self, queue_arn: str, count: int, wait_seconds: int) -> list[dict[str, Any]]:
        """Up to ten messages of a queue, with all their attributes, as soon as there are some."""
        answer = await self._call(
            "sqs",
            "ReceiveMessage",
            _region(queue_arn),
            {
                "QueueUrl": await self._queue_url(queue_arn),
                "MaxNumberOfMessages": count,
                "WaitTimeSeconds": wait_seconds,
                "MessageAttributeNames": ["All"],
                # The old name of MessageSystemAttributeNames: stand-ins know this one.
                "AttributeNames": ["All"],
            },
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete(self, queue_arn: str, receipts: list[str]) -> None:
        """Delete messages by their receipt handles."""
        url = await self._queue_url(queue_arn)
        for start in range(0, len(receipts), _DELETE_MAX):
            some = receipts[start : start + _DELETE_MAX]
            entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(some)]
            await self._call("sqs", "DeleteMessageBatch", _region(queue_arn), {"QueueUrl": url, "Entries": entries})

    async def send(self, queue_arn: str, body: str, group: str | None = None) -> None:
        """Put a message into a queue; `group` is a FIFO queue's MessageGroupId."""
        input = {"QueueUrl": await self._queue_url(queue_arn), "MessageBody": body}
        if group is not None:
            input["MessageGroupId"] = group
        await self._call("sqs", "SendMessage", _region(queue_arn), input)

    async def publish(self, topic_arn: str, message: str) -> None:
        """Publish a message to a topic."""
        await self._call("sns", "Publish", _region(topic_arn), {"TopicArn": topic_arn, "Message": message})

    async def put_event(self, bus_arn: str, entry: dict[str, Any]) -> None:
        """Put an event (PutEvents' entry) on an event bus."""
        entries = [{**entry, "EventBusName": bus_arn}]
        await self._call("events", "PutEvents", _region(bus_arn), {"Entries": entries})

    async def _queue_url(self, queue_arn: str) -> str:
        known = self._queue_urls.get(queue_arn)
        if known is None:
            _, _, _, region, account, name = queue_arn.split(":", 5)
            found = await self._call(
                "sqs", "GetQueueUrl", region, {"QueueName": name, "QueueOwnerAWSAccountId": account}
            )
            known = self._queue_urls[queue_arn] = found["QueueUrl"]
        return known

    async def _call(self, service: str, operation: str, region: str, input: dict[str, Any]) -> dict[str, Any]:
        return await self._aws.run(lambda: self._aws.call(service, operation, region, input))


def _region(arn: str) -> str:
    return arn.split(":")[3]
