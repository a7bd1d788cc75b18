"""Which functions a handlers file offers."""

import sys
import textwrap

import pytest

from podium.functions.worker.handlers import find_handlers, is_async, load_module


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))

    def load_source(source, name="orders"):
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(source))
        monkeypatch.delitem(sys.modules, name, raising=False)
        return load_module(path)

    return load_source


def test_public_callables_of_two_arguments_are_handlers(load):
    module = load(
        """
        from operator import add

        def charge(event, context): ...
        async def notify(event, context): ...
        def with_default(event, context=None, *, extra=1): ...
        def variadic(*args): ...
        ship = lambda event, context: event
        def _private(event, context): ...
        def one(event): ...
        def three(a, b, c): ...
        def keyword_needed(event, context, *, needed): ...
        class Order:
            def __init__(self, event, context): ...
        value = 3
        """
    )
    assert list(find_handlers(module, "orders")) == ["charge", "notify", "with_default", "variadic", "ship"]


def test_all_decides_where_there_is_one(load):
    module = load(
        """
        from operator import add
        __all__ = ["add", "charge", "missing"]
        def charge(event, context): ...
        def other(event, context): ...
        """
    )
    assert list(find_handlers(module, "orders")) == ["add", "charge"]


def test_handler_is_reachable_under_the_file_name(load):
    handlers = find_handlers(load("def handler(event, context): ..."), "orders")
    assert list(handlers) == ["handler", "orders"]
    assert handlers["orders"] is handlers["handler"]


def test_a_function_named_like_the_file_is_itself(load):
    module = load("def handler(event, context): ...\ndef orders(event, context): ...")
    assert find_handlers(module, "orders")["orders"] is module.orders


def test_siblings_can_be_imported(load, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "sibling_of_orders", raising=False)
    (tmp_path / "sibling_of_orders.py").write_text("price = 7")
    assert load("from sibling_of_orders import price").price == 7


def test_async_handlers_are_recognised(load):
    module = load(
        """
        async def plain(event, context): ...
        def sync(event, context): ...
        class Callable:
            async def __call__(self, event, context): ...
        instance = Callable()
        """
    )
    assert [is_async(item) for item in (module.plain, module.sync, module.instance)] == [True, False, True]
