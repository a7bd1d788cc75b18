"""What the console's answers forbid the browser: everything but its own scripts, styles and connections.

https://www.w3.org/TR/CSP3/. `style-src` has a nonce for the one style sheet the code editor adds at run time.
"""


def security_headers() -> tuple[tuple[str, str], ...]:
    """Headers of every answer of the console."""
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )


def page_headers(nonce: str) -> tuple[tuple[str, str], ...]:
    """Headers of the page."""
    policy = (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return (
        *security_headers(),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", policy),
        ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    )
