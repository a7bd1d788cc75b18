"""The HTTP client of tasks: judged addresses, TLS to the name, bounded time and size, redirects on the same host."""

import itertools
import ssl
import threading

import pytest

from http_server import serving
from podium.integrations.http import client as module
from podium.integrations.http.addresses import AddressRules
from podium.integrations.http.client import AnswerTooLarge, HttpClient, HttpRequest, SocketFailure

# Of a host `api.test`, valid for a hundred years; it protects nothing.
CERTIFICATE = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJKZeQwMS7MgdnCma
vps/TI5ltInwOOJGfoxww+LW/IahRANCAASznJkm2tvJZOwFCh2ND4Hd6AtjBI9M
jRMrDQpC5InFXYJ2jSi4ucYG9mCGt7UiZ4ELVfTEsSQqnmmsG8ZRBDEZ
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkzCCATigAwIBAgIUfFspnVq1OKoF6GDoVwvgiwOeVacwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIYXBpLnRlc3QwIBcNMjYxMTIyMjA1MDU1WhgPMjEyNjEwMjky
MDUwNTVaMBMxETAPBgNVBAMMCGFwaS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEs5yZJtrbyWTsBQodjQ+B3egLYwSPTI0TKw0KQuSJxV2Cdo0ouLnGBvZg
hre1ImeBC1X0xLEkKp5prBvGUQQxGaNoMGYwHQYDVR0OBBYEFISKMSqaytMf1xm5
hOfPwxXFXtQuMB8GA1UdIwQYMBaAFISKMSqaytMf1xm5hOfPwxXFXtQuMA8GA1Ud
EwEB/wQFMAMBAf8wEwYDVR0RBAwwCoIIYXBpLnRlc3QwCgYIKoZIzj0EAwIDSQAw
RgIhANMkyUtb7JLGFQSCJj8Ngf4BqRpuSD/fRgt05nKFjjrFAiEA0EhbSzN4c/YI
oLLeHCfo8cz3W7HVq7VVYzRTQNfxDUg=
-----END CERTIFICATE-----
"""


def ok(request):
    return 200, [("Content-Type", "text/plain"), ("X-Twice", "a"), ("X-Twice", "b")], b"yes"


def sent(port, path="/", *, host="127.0.0.1", scheme="http", rules=None, seconds=5.0, bytes_max=1000, **more):
    request = HttpRequest(
        more.get("method", "GET"), f"{scheme}://{host}:{port}{path}", more.get("headers", {}), more.get("body")
    )
    client = HttpClient(rules or AddressRules(["127.0.0.1"]))
    return client.send(request, seconds=seconds, bytes_max=bytes_max, authority=more.get("authority"))


def test_a_request_and_its_answer():
    with serving(ok) as (port, seen):
        answer = sent(port, "/a/b?c=d", method="POST", headers={"X-Mine": ["1", "2"]}, body=b"hello")
    assert (answer.status, answer.reason, answer.body) == (200, "OK", b"yes")
    assert answer.headers["X-Twice"] == ["a", "b"]
    (request,) = seen
    assert (request.method, request.target, request.body) == ("POST", "/a/b?c=d", b"hello")
    assert request.headers["Host"] == f"127.0.0.1:{port}"


def test_a_host_inside_is_not_even_connected_to():
    with serving(ok) as (port, seen), pytest.raises(SocketFailure, match="not one of the public internet"):
        sent(port, rules=AddressRules())
    assert seen == []


def test_a_name_is_looked_up_once_so_it_cannot_change_its_meaning():
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["10.255.255.1"]))
    with serving(ok) as (port, seen):
        rules = AddressRules(["rebound.test"], lambda host, port: next(answers))
        assert sent(port, host="rebound.test", rules=rules).status == 200
    assert seen[0].headers["Host"] == f"rebound.test:{port}"


def test_without_tls_only_listed_hosts_are_reached():
    rules = AddressRules([], lambda host, port: ["93.184.216.34"])
    with pytest.raises(SocketFailure, match="not HTTPS"):
        sent(80, host="api.example", rules=rules)


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    file = tmp_path / "api.pem"
    file.write_text(CERTIFICATE)
    monkeypatch.setattr(module, "_tls", lambda: ssl.create_default_context(cafile=str(file)))
    return file


def to_loopback(*names):
    return AddressRules(names, lambda host, port: ["127.0.0.1"])


def test_tls_is_to_the_name_not_to_the_address(certificate):
    with serving(ok, certificate=certificate) as (port, seen):
        assert sent(port, host="api.test", scheme="https", rules=to_loopback("api.test")).body == b"yes"
        with pytest.raises(SocketFailure, match=r"other\.test"):
            sent(port, host="other.test", scheme="https", rules=to_loopback("other.test"))
    assert len(seen) == 1


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path):
    file = tmp_path / "api.pem"
    file.write_text(CERTIFICATE)
    with serving(ok, certificate=file) as (port, seen), pytest.raises(SocketFailure, match="CERTIFICATE_VERIFY_FAILED"):
        sent(port, host="api.test", scheme="https", rules=to_loopback("api.test"))
    assert seen == []


def test_an_authority_of_the_requests_own_vouches_for_the_host(tmp_path):
    file = tmp_path / "api.pem"
    file.write_text(CERTIFICATE)
    authority = CERTIFICATE[CERTIFICATE.index("-----BEGIN CERTIFICATE") :]
    here = to_loopback("api.test")
    with serving(ok, certificate=file) as (port, seen):
        assert sent(port, host="api.test", scheme="https", rules=here, authority=authority).body == b"yes"
        with pytest.raises(SocketFailure, match=r"authority of api\.test is none"):
            sent(port, host="api.test", scheme="https", rules=here, authority="nobody")
    assert len(seen) == 1


def test_an_answer_longer_than_allowed_is_not_read_to_its_end():
    def endless(request):
        return 200, [], itertools.repeat(b"x" * 1000)

    with serving(endless) as (port, _), pytest.raises(AnswerTooLarge):
        sent(port, bytes_max=5000)


def test_an_answer_that_drips_ends_with_its_time():
    more = threading.Event()

    def dripping(request):
        def pieces():
            while not more.wait(0.02):
                yield b"x"

        return 200, [], pieces()

    with serving(dripping) as (port, _):
        with pytest.raises(SocketFailure, match="timed out"):
            sent(port, seconds=0.2, bytes_max=1 << 20)
        more.set()


@pytest.mark.parametrize(
    ("status", "method", "onward"),
    [
        (302, "POST", ("GET", b"")),
        (307, "POST", ("POST", b"body")),
        (301, "HEAD", ("HEAD", b"")),
        (303, "PUT", ("GET", b"")),
    ],
)
def test_a_redirect_on_the_same_host_is_followed(status, method, onward):
    def redirecting(request):
        return (status, [("Location", "/there")], b"") if request.target == "/here" else (200, [], b"")

    body = b"" if method == "HEAD" else b"body"
    with serving(redirecting) as (port, seen):
        assert sent(port, "/here", method=method, body=body, headers={"Content-Type": ["a/b"]}).status == 200
    assert (seen[1].method, seen[1].body) == onward
    assert ("Content-Type" in seen[1].headers) == (onward[0] == method)


def test_a_redirect_to_another_host_is_the_answer():
    with serving(lambda request: (302, [("Location", "http://10.0.0.1/secrets")], b"")) as (port, seen):
        assert sent(port).status == 302
    assert len(seen) == 1


def test_redirects_without_end_have_one():
    again = serving(lambda request: (302, [("Location", "/again")], b""))
    with again as (port, seen), pytest.raises(SocketFailure, match="more than 10 times"):
        sent(port)
    assert len(seen) == 11


@pytest.mark.parametrize("url", ["not a url", "ftp://host/", "https://host:port/", "https:///path"])
def test_what_is_no_url_of_an_api_is_said(url):
    with pytest.raises(SocketFailure):
        HttpClient(AddressRules()).send(HttpRequest("GET", url, {}), seconds=1, bytes_max=1)


def test_a_host_that_answers_nothing_is_said():
    with serving(ok) as (port, _):
        pass
    with pytest.raises(SocketFailure, match=r"127\.0\.0\.1"):
        sent(port)
