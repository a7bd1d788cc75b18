"""`podium run` against a stand-in for the engine: what goes where, and which code it ends with."""

import contextlib
import io
import json
import sys
from types import SimpleNamespace

import pytest
from histories import History

import podium
from podium.cli.main import main

DEFINITION = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


class Engine:
    """Plays one history and answers with one outcome; remembers what it was asked."""

    class StartError(Exception):
        pass

    def __init__(self, status="SUCCEEDED", output='{"done":true}', error=None, cause=None):
        self.outcome = SimpleNamespace(status=status, output=output, error=error, cause=cause)
        self.asked = None
        self.settings = None

    @contextlib.asynccontextmanager
    async def open_embedded(self, settings, *, virtual_time):
        self.settings, self.virtual_time = settings, virtual_time
        yield self

    def now_ms(self):
        return 0

    async def run(self, definition_text, input_text, *, name, on_events):
        self.asked = (definition_text, input_text, name)
        history = History()
        history.start()
        left = history.visit("Pass", "A", 0)
        if self.outcome.status == "SUCCEEDED":
            history.add("ExecutionSucceeded", left, output=self.outcome.output)
        else:
            history.add("ExecutionFailed", left, error=self.outcome.error, cause=self.outcome.cause)
        on_events(history.events)
        return self.outcome


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    definition = tmp_path / "a.json"
    definition.write_text(DEFINITION)

    def run(*arguments, engine=None, stdin=""):
        engine = engine or Engine()
        monkeypatch.setitem(sys.modules, "podium.bootstrap", engine)
        monkeypatch.setattr(podium, "bootstrap", engine, raising=False)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(["run", *(arguments if "-" in arguments[:1] else (str(definition), *arguments))])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err, engine=engine)

    return run


def test_stdout_is_the_output_and_stderr_the_progress(run):
    done = run()
    assert (done.code, done.out) == (0, '{"done":true}\n')
    assert "A: succeeded" in done.err


def test_json_changes_nothing_about_a_success(run):
    assert run("--json").out == '{"done":true}\n'


def test_output_is_utf8_whatever_the_locale(run):
    assert run(engine=Engine(output='"Grüße ☃"')).out == '"Grüße ☃"\n'


def test_a_failed_execution_is_code_1_with_its_error_on_stderr(run):
    done = run(engine=Engine("FAILED", None, "NoStock", "sold out"))
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "podium run: the execution ended FAILED: NoStock: sold out"


def test_json_prints_a_failed_execution_as_an_object(run):
    done = run("--json", engine=Engine("TIMED_OUT", None, "States.Timeout"))
    assert done.code == 1
    assert json.loads(done.out) == {"status": "TIMED_OUT", "error": "States.Timeout", "cause": None}


def test_a_timeout_without_an_error_is_told_without_one(run):
    done = run(engine=Engine("TIMED_OUT", None))
    assert done.err.splitlines()[-1] == "podium run: the execution ended TIMED_OUT."


def test_input_from_the_command_line_a_file_and_stdin(run, tmp_path):
    (tmp_path / "in.json").write_text('{"from": "file"}')
    assert run().engine.asked[1] == "{}"
    assert run("-i", '{"from": "flag"}').engine.asked[1] == '{"from": "flag"}'
    assert run("--input", f"@{tmp_path / 'in.json'}").engine.asked[1] == '{"from": "file"}'
    assert run("-i", "-", stdin='{"from": "stdin"}').engine.asked[1] == '{"from": "stdin"}'
    assert run("-i", "-5").engine.asked[1] == "-5"


def test_the_definition_may_come_from_stdin(run):
    assert run("-", stdin=DEFINITION).engine.asked[0] == DEFINITION


def test_settings_come_from_the_file_and_the_environment_too(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "podium.toml").write_text('region = "eu-west-1"\nlimits = "open"\n')
    monkeypatch.setenv("PODIUM_LIMITS", "aws")
    settings = run().engine.settings
    assert (settings.region, settings.limits) == ("eu-west-1", "aws")
    (tmp_path / "podium.toml").write_text("regio = 1\n")
    done = run()
    assert (done.code, done.err) == (
        2,
        "podium run: podium.toml: regio: there is no such setting; did you mean region?\n",
    )


def test_a_name_is_given_or_made_up(run):
    assert run("--name", "order-1").engine.asked[2] == "order-1"
    assert run().engine.asked[2] != run().engine.asked[2]


def test_handlers_are_handed_on(run, tmp_path):
    file = tmp_path / "h.py"
    file.write_text("")
    assert run("--handlers", str(file)).engine.settings.handlers == file
    assert run().engine.settings.handlers is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["-i", '{"a":\n 1 2}'],
            "podium run: --input: not JSON: Unexpected character ('2' (code 50)): was expecting comma to separate "
            "Object entries (line 2, column 5). Write --input @FILE",
        ),
        (["-i", ""], "podium run: --input: not JSON: "),
        (["-i", "@nowhere.json"], "podium run: nowhere.json: there is no such file."),
        (["-i", "[" * 100_000], "podium run: --input: not JSON: "),
    ],
)
def test_bad_input_is_refused_before_anything_runs(run, arguments, sentence):
    done = run(*arguments)
    assert (done.code, done.out, done.engine.asked) == (2, "", None)
    assert done.err.startswith(sentence)


def test_an_invalid_definition_is_refused_with_its_findings(run):
    done = run("-", stdin=DEFINITION.replace("true", '"yes"'))
    assert (done.code, done.out, done.engine.asked) == (1, "", None)
    assert "stdin:/States/A/End: " in done.err


def test_bare_function_names_may_be_resources(run):
    task = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "charge_card", "End": true}}}'
    assert run("-", stdin=task).code == 0


def test_a_terminal_gets_the_tree_and_indented_output(run, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    done = run()
    assert done.out == '{\n  "done": true\n}\n'
    assert "✓ succeeded after 0.0 s, 1 state" in done.err


def test_a_terminal_that_cannot_redraw_gets_lines(run, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    assert "A: succeeded" in run().err


def test_no_color_is_kept(run, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[32m" in run().err
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[32m" not in run().err


def test_ctrl_c_ends_with_a_sentence(run):
    class Interrupted(Engine):
        async def run(self, *_, **__):
            raise KeyboardInterrupt

    done = run(engine=Interrupted())
    assert (done.code, done.err) == (130, "podium run: interrupted.\n")


def test_handlers_that_cannot_be_loaded_are_a_sentence(run, tmp_path):
    engine = Engine()

    @contextlib.asynccontextmanager
    async def open_embedded(settings, *, virtual_time):
        raise engine.StartError("h.py: the handlers cannot be loaded: NameError: x")
        yield

    engine.open_embedded = open_embedded
    done = run(engine=engine)
    assert (done.code, done.err) == (2, "podium run: h.py: the handlers cannot be loaded: NameError: x\n")


def test_virtual_time_is_asked_for(run):
    assert run().engine.virtual_time is False
    assert run("--virtual-time").engine.virtual_time is True
