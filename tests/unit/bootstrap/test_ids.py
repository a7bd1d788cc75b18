"""Ids of requests and executions."""

from uuid import RFC_4122, UUID

from podium.bootstrap.process import new_id


def test_ids_are_random_uuids_of_version_4():
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    for text in ids:
        read = UUID(text)
        assert (str(read), read.version, read.variant) == (text, 4, RFC_4122)
