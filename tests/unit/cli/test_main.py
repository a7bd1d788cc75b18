"""The command as a whole: help, version, usage errors; never a traceback."""

import subprocess
import sys

import pytest

from podium.cli import help as texts
from podium.cli.command import Command, Group
from podium.cli.main import main


def podium(capsys, *arguments):
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_command(capsys, flag):
    code, out, err = podium(capsys, flag)
    assert (code, err) == (0, "")
    assert all(f"  {name} " in out for name in texts.COMMANDS)


def test_no_command_is_wrong_usage_and_shows_help(capsys):
    code, out, err = podium(capsys)
    assert (code, out) == (2, "")
    assert err == texts.overview()


def test_version(capsys):
    code, out, _ = podium(capsys, "--version")
    assert code == 0
    assert out.startswith("podium 0.")


SINGLE = {name: command for name, command in texts.COMMANDS.items() if isinstance(command, Command)}
GROUPS = {name: command for name, command in texts.COMMANDS.items() if isinstance(command, Group)}
EVERY = {(name,): command for name, command in SINGLE.items()} | {
    (noun, verb): command for noun, group in GROUPS.items() for verb, command in group.verbs.items()
}


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_commands_help_needs_none_of_its_arguments(capsys, words):
    code, out, _ = podium(capsys, *words, "--help")
    assert (code, out) == (0, EVERY[words].help)
    assert out.startswith(f"Usage: podium {' '.join(words)}")


@pytest.mark.parametrize("noun", GROUPS)
def test_a_nouns_help_lists_its_verbs(capsys, noun):
    code, out, err = podium(capsys, noun, "--help")
    assert (code, err) == (0, "")
    assert all(f"  {verb} " in out for verb in GROUPS[noun].verbs)
    assert podium(capsys, noun) == (2, "", out)


def test_a_verb_that_is_not_there(capsys):
    code, out, err = podium(capsys, "exec", "histroy")
    assert (code, out) == (2, "")
    assert err == "podium exec: there is no command 'histroy'. Did you mean 'history'? See: podium exec --help\n"


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_names_exactly_the_options_there_are(words):
    import importlib
    import inspect
    import re
    import typing

    module = EVERY[words].module
    function = getattr(importlib.import_module(module), words[-1])
    hints = typing.get_type_hints(function, include_extras=True)
    taken = {"-h", "--help"}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        marks = [mark for mark in getattr(hints[parameter.name], "__metadata__", ()) if hasattr(mark, "name")]
        names = [name for mark in marks for name in mark.name or ()] or [f"--{parameter.name}"]
        taken.update(names)
    options = EVERY[words].help.partition("Options:")[2].partition("Exit codes:")[0]
    told = set(re.findall(r"(?m)^ +(-[a-z]|--[a-z-]+)", options)) | set(
        re.findall(r"(?m)^ +-[a-z], (--[a-z-]+)", options)
    )
    assert told == taken


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rnu"], "podium: there is no command 'rnu'. Did you mean 'run'? See: podium --help"),
        (["run"], "podium run: Parameter DEFINITION requires an argument. See: podium run --help"),
        (["run", "x", "--nme", "y"], "podium run: Unknown option: --nme. Did you mean --name? See: podium run --help"),
        (["serve", "--port", "high"], 'podium serve: Invalid value for --port: unable to convert "high" into int.'),
        (["validate"], "podium validate: name at least one definition file, or - for stdin."),
        (["validate", "--all"], "podium validate: there is no option --all; write ./--all for a file."),
        (["run", "no-such-file.json"], "podium run: no-such-file.json: there is no such file."),
        (["run", "."], "podium run: .: this is a directory; name a file in it."),
        (["run", "-", "-i", "-"], "podium run: Only one of DEFINITION and --input can be read from stdin"),
        (["run", "x", "--handlers", "nowhere.py"], "podium run: nowhere.py: there is no such file; --handlers names"),
        (["serve", "--handlers", "nowhere.py"], "podium serve: nowhere.py: there is no such file"),
        (["serve", "--port", "70000"], "podium serve: command line: port: expected a whole number of at most 65535."),
    ],
)
def test_wrong_usage_is_a_sentence_and_code_2(capsys, arguments, sentence):
    code, out, err = podium(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_a_fault_of_ours_is_a_sentence_that_asks_for_a_report(capsys, monkeypatch):
    monkeypatch.setitem(texts.COMMANDS, "run", Command("podium.cli.no_such_module", "", ""))
    code, _, err = podium(capsys, "run")
    assert code == 1
    assert err.startswith("podium run: unexpected ModuleNotFoundError")
    monkeypatch.setenv("PODIUM_TRACEBACK", "1")
    with pytest.raises(ModuleNotFoundError):
        main(["run"])


def test_help_imports_nothing_heavy():
    program = (
        "import sys; from podium.cli.main import main; main(['--help']); main(['run', '--help']); "
        "print([name for name in ('cyclopts', 'rich', 'msgspec', 'asyncio', 'botocore') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_json_file_is_checked_without_a_parser_of_arguments_or_yaml(tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}')
    heavy = ("cyclopts", "rich", "yaml", "asyncio", "botocore", "podium.core.expressions.jsonata.compiler")
    program = (
        f"import sys; from podium.cli.main import main; print(main(['validate', {str(file)!r}])); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["0", "[]"]


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("{}")
    command = f"cd {tmp_path} && {sys.executable} -m podium.cli validate {'a.json ' * 2000} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
