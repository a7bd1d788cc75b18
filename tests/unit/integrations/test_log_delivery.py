"""Delivery of execution logs: CloudWatch Logs within its bounds, files by log group, and nothing lost uncounted."""

import asyncio
import json
import re
import threading

import pytest

from podium.integrations import log_delivery
from podium.integrations.log_delivery import CloudWatchSink, FileSink, LogLine, parse_log_group

GROUP = "arn:aws:logs:eu-west-3:123456789012:log-group:/aws/vendedlogs/states/orders:*"
NOON_MS = 1_700_000_000_000


def line(text=b"{}", *, group=GROUP, machine="orders", at_ms=NOON_MS):
    return LogLine(group, machine, at_ms, text)


class Client:
    """Answers as it is told; remembers calls."""

    def __init__(self, **answers):
        self.answers, self.calls = answers, []

    def call(self, service, operation, region, input):
        assert service == "logs"
        assert threading.current_thread().name == "log-delivery"
        self.calls.append((operation, region, input))
        answer = self.answers.get(operation, {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def of(self, operation):
        return [input for called, _, input in self.calls if called == operation]


def sink_of(client):
    ids = iter("abcdefgh")
    return CloudWatchSink(client, lambda: next(ids))


@pytest.mark.parametrize(
    ("arn", "group"),
    [
        (GROUP, ("eu-west-3", "123456789012", "/aws/vendedlogs/states/orders")),
        ("arn:aws:logs:us-east-1:000000000000:log-group:g", ("us-east-1", "000000000000", "g")),
        ("arn:aws-cn:logs:cn-north-1:000000000000:log-group:g:*", ("cn-north-1", "000000000000", "g")),
        ("arn:aws:logs:us-east-1:000000000000:log-group:", None),
        ("arn:aws:logs:us-east-1:000000000000:log-group:g:other", None),
        ("arn:aws:s3:us-east-1:000000000000:log-group:g:*", None),
        ("", None),
    ],
)
def test_log_group_arns(arn, group):
    assert parse_log_group(arn) == group


async def test_lines_go_to_a_stream_of_their_state_machine_in_the_groups_region():
    client = Client()
    assert await sink_of(client).write([line(b'{"id":"1"}'), line(b'{"id":"2"}', at_ms=NOON_MS + 1)]) == 0
    group, stream = "/aws/vendedlogs/states/orders", "states/orders/2023-11-14-22/a"
    logged = [
        {"timestamp": NOON_MS, "message": '{"id":"1"}'},
        {"timestamp": NOON_MS + 1, "message": '{"id":"2"}'},
    ]
    assert client.calls == [
        ("CreateLogStream", "eu-west-3", {"logGroupName": group, "logStreamName": stream}),
        ("PutLogEvents", "eu-west-3", {"logGroupName": group, "logStreamName": stream, "logEvents": logged}),
    ]


async def test_a_stream_is_used_for_a_day_by_one_state_machine():
    client = Client()
    sink = sink_of(client)
    await sink.write([line(), line(machine="other")])
    await sink.write([line(at_ms=NOON_MS + 1000)])
    await sink.write([line(at_ms=NOON_MS + log_delivery.STREAM_AGE_MS)])
    streams = [call["logStreamName"] for call in client.of("PutLogEvents")]
    assert [re.sub(r"/\d.*/", "/", stream) for stream in streams] == [
        "states/orders/a",
        "states/other/b",
        "states/orders/a",
        "states/orders/c",
    ]


async def test_calls_stay_within_the_services_bounds(monkeypatch):
    monkeypatch.setattr(log_delivery, "BATCH_EVENTS_MAX", 3)
    monkeypatch.setattr(log_delivery, "BATCH_BYTES_MAX", 200)
    client = Client()
    many = [line(b"x" * 10) for _ in range(4)] + [line(b"y" * 100), line(b"z" * 60)]
    far = line(b"far", at_ms=NOON_MS - log_delivery.BATCH_SPAN_MS)
    assert await sink_of(client).write([*many, far]) == 0
    puts = [[event["message"][0] for event in call["logEvents"]] for call in client.of("PutLogEvents")]
    assert puts == [["f"], ["x", "x", "x"], ["x", "y"], ["z"]]


async def test_what_is_too_large_for_any_call_is_counted(monkeypatch):
    monkeypatch.setattr(log_delivery, "EVENT_BYTES_MAX", 100)
    client = Client()
    assert await sink_of(client).write([line(b"x" * 90), line(b"fits")]) == 1
    assert [len(call["logEvents"]) for call in client.of("PutLogEvents")] == [1]


async def test_what_fails_is_counted_and_the_rest_delivered(caplog):
    client = Client(PutLogEvents=ConnectionError("refused"))
    sink = sink_of(client)
    assert await sink.write([line(), line(), line(group="nonsense")]) == 3
    assert "refused" in caplog.text
    client.answers.clear()
    assert await sink.write([line()]) == 0
    # A stream that failed is not trusted any more: it may be what's missing.
    assert [call["logStreamName"][-1] for call in client.of("PutLogEvents")] == ["a", "b"]


@pytest.mark.parametrize(
    ("refused", "lost"),
    [
        ({"tooNewLogEventStartIndex": 1}, 2),
        ({"tooOldLogEventEndIndex": 1}, 1),
        ({"tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2}, 2),
    ],
)
async def test_rejected_events_are_counted(refused, lost):
    client = Client(PutLogEvents={"rejectedLogEventsInfo": refused})
    assert await sink_of(client).write([line(), line(), line()]) == lost


async def test_whether_a_log_group_exists_is_asked():
    client = Client(DescribeLogGroups={"logGroups": [{"logGroupName": "/aws/vendedlogs/states/orders-2"}]})
    assert not await sink_of(client).group_exists(GROUP)
    client.answers["DescribeLogGroups"]["logGroups"].append({"logGroupName": "/aws/vendedlogs/states/orders"})
    assert await sink_of(client).group_exists(GROUP)
    assert client.calls[0] == (
        "DescribeLogGroups",
        "eu-west-3",
        {"logGroupNamePrefix": "/aws/vendedlogs/states/orders"},
    )
    assert not await sink_of(client).group_exists("nonsense")


async def test_a_log_group_nobody_can_say_anything_about_is_taken(monkeypatch):
    assert await sink_of(Client(DescribeLogGroups=ConnectionError("refused"))).group_exists(GROUP)
    monkeypatch.setattr(log_delivery, "CHECK_SECONDS", 0.01)
    hangs = threading.Event()

    class Hanging:
        def call(self, *_):
            hangs.wait()
            return {}

    assert await CloudWatchSink(Hanging()).group_exists(GROUP)
    hangs.set()


async def test_files_are_by_log_group(tmp_path):
    sink = FileSink(tmp_path / "logs")
    assert await sink.write([line(b'{"id":"1"}'), line(b'{"id":"2"}')]) == 0
    assert await sink.write([line(b'{"id":"3"}'), line(b"{}", group=GROUP.replace("orders", "bills"))]) == 0
    written = (tmp_path / "logs/aws/vendedlogs/states/orders.jsonl").read_text().splitlines()
    assert [json.loads(text)["id"] for text in written] == ["1", "2", "3"]
    assert (tmp_path / "logs/aws/vendedlogs/states/bills.jsonl").read_text() == "{}\n"
    assert await sink.group_exists(GROUP)
    assert not await sink.group_exists("nonsense")


@pytest.mark.parametrize("name", ["../../escape", "/..//./escape", "escape"])
def test_a_log_groups_name_leads_nowhere_else(tmp_path, name):
    path = FileSink(tmp_path).path_of(f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*")
    assert path == tmp_path / "escape.jsonl"


async def test_lines_no_file_takes_are_counted(tmp_path, caplog):
    (tmp_path / "logs").write_text("in the way")
    sink = FileSink(tmp_path / "logs")
    dots = "arn:aws:logs:us-east-1:000000000000:log-group:../..:*"
    assert await asyncio.wait_for(sink.write([line(), line(), line(group=dots)]), 60) == 3
    assert "could not be written" in caplog.text


async def test_full_files_are_put_aside_and_the_oldest_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(log_delivery, "FILE_BYTES_MAX", 10)
    monkeypatch.setattr(log_delivery, "FILES_KEPT", 2)
    sink = FileSink(tmp_path)
    for number in range(5):
        assert await sink.write([line(b'{"n": %d}' % number), line(b'{"n": %d}' % number)]) == 0
    path = sink.path_of(GROUP)
    kept = {file.name: file.read_text() for file in path.parent.iterdir()}
    assert kept == {f"{path.name}.1": '{"n": 4}\n{"n": 4}\n', f"{path.name}.2": '{"n": 3}\n{"n": 3}\n'}
    monkeypatch.setattr(log_delivery, "FILE_BYTES_MAX", 1_000)
    await sink.write([line(b'{"n": 5}')])
    assert path.read_text() == '{"n": 5}\n'
