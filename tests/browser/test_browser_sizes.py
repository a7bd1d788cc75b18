"""What a browser fetches: little at first, not much in all."""

from e2e_process import ROOT

BUILT = ROOT / "src" / "podium" / "console" / "static" / "assets"
FIRST_MAX_BYTES = 100_000
ALL_MAX_BYTES = 400_000


def test_the_first_page_fetches_less_than_100_kb(visit, seed):
    page = visit("/")
    page.get_by_role("link", name="order").wait_for()
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/assets/'))"
        ".map((entry) => entry.name.split('/').pop())"
    )
    gzipped = {name: _gzipped(name) for name in fetched}
    assert len(gzipped) >= 3
    assert sum(gzipped.values()) <= FIRST_MAX_BYTES, gzipped


def test_everything_there_is_takes_less_than_400_kb():
    gzipped = {file.name: file.stat().st_size for file in BUILT.glob("*.gz")}
    assert sum(gzipped.values()) > FIRST_MAX_BYTES
    assert sum(gzipped.values()) <= ALL_MAX_BYTES, gzipped


def _gzipped(name):
    return (BUILT / f"{name}.gz").stat().st_size
