"""Task tokens: what they name, and that nobody else can make one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.core.machine.task_token import InvalidTaskToken, TaskReference, TokenKey, read_token

SECRET = b"s" * 32
ACCOUNT = "123456789012"
KEY = TokenKey(SECRET, ACCOUNT, 7)
TOKEN = KEY.token(2, 30, 1)
COUNTS = st.integers(0, 1 << 62)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_token_names_its_task(execution_key, branch_id, scheduled_id, attempt):
    token = TokenKey(SECRET, ACCOUNT, execution_key).token(branch_id, scheduled_id, attempt)
    assert read_token(SECRET, ACCOUNT, token) == TaskReference(execution_key, branch_id, scheduled_id, attempt)
    assert len(token) <= 2048


def test_the_same_task_has_the_same_token():
    assert KEY.token(2, 30, 1) == TOKEN
    others = {
        KEY.token(3, 30, 1),
        KEY.token(2, 31, 1),
        KEY.token(2, 30, 2),
        TokenKey(SECRET, ACCOUNT, 8).token(2, 30, 1),
    }
    assert TOKEN not in others
    assert len(others) == 4


def test_it_needs_no_escaping_in_a_url():
    assert TOKEN.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_an_altered_token_is_refused(position):
    other = "A" if TOKEN[position] != "A" else "B"
    with pytest.raises(InvalidTaskToken):
        read_token(SECRET, ACCOUNT, TOKEN[:position] + other + TOKEN[position + 1 :])


@pytest.mark.parametrize(
    "token",
    ["", "a", "NoSuchTaskToken", TOKEN[:-1], TOKEN + "A", TOKEN + "=", TOKEN + "\n", " " + TOKEN, "é" * 60, "A" * 2048],
)
def test_what_was_never_made_is_refused(token):
    with pytest.raises(InvalidTaskToken):
        read_token(SECRET, ACCOUNT, token)


@given(st.text())
def test_any_text_is_refused(token):
    with pytest.raises(InvalidTaskToken):
        read_token(SECRET, ACCOUNT, token)


def test_another_account_or_secret_makes_it_worthless():
    for secret, account in ((SECRET, "210987654321"), (b"t" * 32, ACCOUNT)):
        with pytest.raises(InvalidTaskToken):
            read_token(secret, account, TOKEN)


def test_a_signature_cannot_be_carried_to_another_task():
    mac = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))[:32]
    theirs = KEY.token(9, 99, 0)
    content = base64.urlsafe_b64decode(theirs + "=" * (-len(theirs) % 4))[32:]
    with pytest.raises(InvalidTaskToken):
        read_token(SECRET, ACCOUNT, base64.urlsafe_b64encode(mac + content).rstrip(b"=").decode())
