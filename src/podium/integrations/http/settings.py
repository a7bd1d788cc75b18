"""Connections as podium.toml describes them. Apart, so that reading settings loads no client of AWS."""

from typing import Any, Final, Literal

from msgspec import Struct

ENVIRONMENT_MARK: Final = "env:"


class ConnectionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A connection as podium.toml describes it. A value `env:NAME` is read from the environment."""

    type: Literal["none", "basic", "api_key", "oauth"] = "none"
    username: str = ""
    password: str = ""
    key_name: str = ""
    """The header an API key goes into."""
    key: str = ""
    token_url: str = ""
    """Where OAuth's client credentials are exchanged for a token."""
    token_method: Literal["POST", "GET", "PUT"] = "POST"
    client_id: str = ""
    client_secret: str = ""
    token_headers: dict[str, str] = {}
    token_query: dict[str, str] = {}
    token_body: dict[str, str] = {}
    """Added to the request for a token, such as `scope` or `audience`."""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    body: dict[str, Any] = {}
    """Added to every request; they go before what the task says."""
