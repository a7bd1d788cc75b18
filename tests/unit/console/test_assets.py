"""How built files are served."""

import pytest

from podium.console.assets import Assets


@pytest.fixture
def built(tmp_path):
    files = tmp_path / "assets"
    files.mkdir()
    (tmp_path / "index.html").write_text('<script nonce="__NONCE__"></script>')
    (files / "app-1a2b.js").write_text("plain")
    (files / "app-1a2b.js.gz").write_bytes(b"gzipped")
    (files / "app-1a2b.js.br").write_bytes(b"brotli")
    return Assets(tmp_path)


def test_the_page_carries_the_nonce_its_policy_names_and_is_not_kept(built):
    page = built.page("n0nce")
    headers = dict(page.headers)
    assert page.body == b'<script nonce="n0nce"></script>'
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "'nonce-n0nce'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("accepts", "body", "encoding"),
    [
        ("gzip, deflate, br;q=0.9", b"brotli", "br"),
        ("gzip", b"gzipped", "gzip"),
        ("", b"plain", None),
    ],
)
def test_a_file_comes_in_the_smallest_form_the_browser_takes(built, accepts, body, encoding):
    answer = built.file("assets/app-1a2b.js", accepts)
    headers = dict(answer.headers)
    assert answer.body == body
    assert headers.get("Content-Encoding") == encoding
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize("name", ["assets/other.js", "assets/../index.html", "index.html", "assets/app-1a2b.js.br"])
def test_only_built_files_are_there(built, name):
    assert built.file(name, "br") is None


def test_says_how_to_build_what_is_not_built(tmp_path):
    missing = Assets(tmp_path)
    assert not missing.built
    page = missing.page("n")
    assert page.status == 200
    assert b"make console" in page.body
