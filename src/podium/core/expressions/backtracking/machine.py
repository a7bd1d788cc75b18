"""A pattern's tree to a program, and the machine that runs it with a stack of its own: no recursion but into looks.

Instructions do one thing and go on, jump, or fail; a failure takes the youngest alternative from the stack. A run of
one class (`.*`, `\\w+`) is one instruction and one alternative, however long the text is.
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.backtracking.syntax import PatternParser, UnsupportedPattern
from podium.core.expressions.backtracking.tree import (
    ENDLESS,
    Accepts,
    Anchor,
    Character,
    Choice,
    Group,
    Look,
    Node,
    Reference,
    Repeat,
    Sequence,
    width,
)

PROGRAM_LENGTH_MAX: Final = 4_000
ALTERNATIVES_MAX: Final = 100_000
"""Alternatives waiting at once: some 20 MB. More of them is more work than anyone meant."""

_CHAR, _RUN, _SPLIT, _JUMP, _SAVE, _MOVED, _RESET, _ANCHOR, _REFERENCE, _LOOK, _END = range(11)

Charge = Callable[[int], None]
"""Told of steps done, a few dozen at a time; raises what the caller likes when they are too many."""

_Program = list[tuple[Any, ...]]
_Registers = tuple[int, ...]
_CHARGED_AT_ONCE: Final = 64
_TOO_MANY: Final = 1 << 40


class Pattern:
    """A compiled pattern; holds no state of a search."""

    __slots__ = ("_program", "_registers", "groups")

    def __init__(self, source: str, flags: str, spaces: frozenset[str]) -> None:
        parser = PatternParser(source, flags, spaces)
        tree = parser.parse()
        self.groups = parser.groups
        compiler = _Compiler(2 * (parser.groups + 1))
        self._program = compiler.program(tree)
        self._registers = (-1,) * compiler.registers

    def search(self, text: str, start: int, charge: Charge) -> list[tuple[int, int]] | None:
        """The first match at or after `start`: its span, then its groups' (-1, -1 for one that took no part)."""
        for position in range(start, len(text) + 1):
            found = self._at(text, position, charge)
            if found is not None:
                return found
        return None

    def fills(self, text: str, charge: Charge) -> bool:
        """Whether the whole text matches."""
        found = _run([*self._program[:-1], (_ANCHOR, "end"), (_END,)], text, 0, self._registers, charge)
        return found is not None

    def _at(self, text: str, position: int, charge: Charge) -> list[tuple[int, int]] | None:
        found = _run(self._program, text, position, self._registers, charge)
        if found is None:
            return None
        end, registers = found
        spans = [(registers[2 * number], registers[2 * number + 1]) for number in range(1, self.groups + 1)]
        return [(position, end), *spans]


def compile_pattern(source: str, flags: str, spaces: frozenset[str]) -> Pattern:
    """Compile a pattern.

    Raises:
        UnsupportedPattern: it is none, or one of a kind or size that isn't run.
    """
    return Pattern(source, flags, spaces)


class _Compiler:
    """Writes one program. Registers are the groups' spans, then where each loop's turn began."""

    def __init__(self, registers: int) -> None:
        self.registers = registers
        self._code: _Program = []

    def program(self, tree: Node) -> _Program:
        outer, self._code = self._code, []
        self._node(tree)
        self._emit(_END)
        made, self._code = self._code, outer
        return made

    def _emit(self, *instruction: Any) -> int:
        if len(self._code) >= PROGRAM_LENGTH_MAX:
            raise UnsupportedPattern("too large")
        self._code.append(instruction)
        return len(self._code) - 1

    def _node(self, node: Node) -> None:
        match node:
            case Character(accepts):
                self._emit(_CHAR, accepts)
            case Sequence(parts):
                for part in parts:
                    self._node(part)
            case Choice(options):
                self._choice(options)
            case Group(body, number):
                self._emit(_SAVE, 2 * number)
                self._node(body)
                self._emit(_SAVE, 2 * number + 1)
            case Repeat():
                self._repeat(node)
            case Anchor(kind, lines):
                self._emit(_ANCHOR, kind + kind if lines and kind in "^$" else kind)
            case Reference(number, ignore_case):
                self._emit(_REFERENCE, number, ignore_case)
            case Look(body, ahead, wanted):
                low, high = width(body)
                self._emit(_LOOK, self.program(body), ahead, wanted, low, high)

    def _choice(self, options: tuple[Node, ...]) -> None:
        jumps = []
        for option in options[:-1]:
            split = self._emit(_SPLIT, 0, 0)
            self._node(option)
            jumps.append(self._emit(_JUMP, 0))
            self._code[split] = (_SPLIT, split + 1, len(self._code))
        self._node(options[-1])
        for jump in jumps:
            self._code[jump] = (_JUMP, len(self._code))

    def _repeat(self, node: Repeat) -> None:
        if isinstance(node.body, Character):
            self._emit(_RUN, node.body.accepts, node.minimum, node.maximum, node.greedy)
            return
        for _ in range(node.minimum):
            self._turn(node, must_move=False)
        if node.maximum == ENDLESS:
            split = self._emit(_SPLIT, 0, 0)
            self._turn(node, must_move=True)
            self._emit(_JUMP, split)
            self._code[split] = self._split(node, split)
            return
        splits = []
        for _ in range(node.maximum - node.minimum):
            splits.append(self._emit(_SPLIT, 0, 0))
            self._turn(node, must_move=True)
        for split in splits:
            self._code[split] = self._split(node, split)

    def _split(self, node: Repeat, split: int) -> tuple[Any, ...]:
        """Another turn or the end of the loop, in the order the loop prefers."""
        return (_SPLIT, split + 1, len(self._code)) if node.greedy else (_SPLIT, len(self._code), split + 1)

    def _turn(self, node: Repeat, *, must_move: bool) -> None:
        """A turn that need not happen and takes nothing would go on for ever."""
        checked = must_move and width(node.body)[0] == 0
        register = self.registers
        if checked:
            self.registers += 1
            self._emit(_SAVE, register)
        if node.first_group < node.end_group:
            self._emit(_RESET, 2 * node.first_group, 2 * node.end_group)
        self._node(node.body)
        if checked:
            self._emit(_MOVED, register)


def _run(
    program: _Program, text: str, position: int, registers: _Registers, charge: Charge
) -> tuple[int, _Registers] | None:
    """Where the match that begins at a position ends, and the registers then."""
    waiting: list[tuple[int, int, int, _Registers, bool]] = []
    counter = steps = 0
    while True:
        steps += 1
        if steps >= _CHARGED_AT_ONCE:
            charge(steps)
            steps = 0
            if len(waiting) > ALTERNATIVES_MAX:
                charge(_TOO_MANY)
        instruction = program[counter]
        code = instruction[0]
        counter += 1
        failed = False
        if code == _CHAR:
            failed = position >= len(text) or not instruction[1](text[position])
            position += 1
        elif code == _RUN:
            _, accepts, minimum, maximum, greedy = instruction
            last = _run_end(accepts, text, position, position + maximum)
            steps += (last - position) // 2
            first = position + minimum
            failed = last < first
            position = last if greedy else first
            if last > first:
                low, high = (first, last - 1) if greedy else (first + 1, last)
                waiting.append((counter, low, high, registers, greedy))
        elif code == _SPLIT:
            counter = instruction[1]
            waiting.append((instruction[2], position, position, registers, True))
        elif code == _JUMP:
            counter = instruction[1]
        elif code == _END:
            charge(steps)
            return position, registers
        else:
            charge(steps)
            steps = 0
            moved = _step(instruction, text, position, registers, charge)
            failed = moved is None
            position, registers = moved or (position, registers)
        if failed:
            if not waiting:
                charge(steps)
                return None
            counter, low, high, registers, greedy = waiting.pop()
            position = high if greedy else low
            if low < high:
                rest = (low, high - 1) if greedy else (low + 1, high)
                waiting.append((counter, *rest, registers, greedy))


def _step(
    instruction: tuple[Any, ...], text: str, position: int, registers: _Registers, charge: Charge
) -> tuple[int, _Registers] | None:
    """Position and registers after an instruction that only goes on or fails; None if it fails."""
    match instruction:
        case (code, register) if code == _SAVE:
            return position, (*registers[:register], position, *registers[register + 1 :])
        case (code, register) if code == _MOVED:
            return None if registers[register] == position else (position, registers)
        case (code, begin, end) if code == _RESET:
            return position, (*registers[:begin], *(-1,) * (end - begin), *registers[end:])
        case (code, kind) if code == _ANCHOR:
            return (position, registers) if _stands_at(kind, text, position) else None
        case (code, number, ignore_case) if code == _REFERENCE:
            taken = _repeated(number, ignore_case, text, position, registers)
            return None if taken is None else (position + taken, registers)
    seen = _look(instruction, text, position, registers, charge)
    return None if seen is None else (position, seen)


def _run_end(accepts: Accepts, text: str, position: int, most: int) -> int:
    end = min(most, len(text))
    while position < end and accepts(text[position]):
        position += 1
    return position


def _repeated(number: int, ignore_case: bool, text: str, position: int, registers: _Registers) -> int | None:
    """How long the text of a group is if it stands here again."""
    begin, end = registers[2 * number], registers[2 * number + 1]
    if begin < 0 or end < 0:
        return 0
    wanted, here = text[begin:end], text[position : position + end - begin]
    same = wanted == here or (ignore_case and wanted.upper() == here.upper())
    return end - begin if same else None


def _look(
    instruction: tuple[Any, ...], text: str, position: int, registers: _Registers, charge: Charge
) -> _Registers | None:
    """The registers after a look that found what it wants; None if it did not."""
    _, program, ahead, wanted, low, high = instruction
    found = None
    if ahead:
        found = _run(program, text, position, registers, charge)
    else:
        ending = [*program[:-1], (_ANCHOR, position), (_END,)]
        for start in range(position - low, max(position - high, 0) - 1, -1):
            found = _run(ending, text, start, registers, charge)
            if found is not None:
                break
    if (found is not None) is not wanted:
        return None
    return registers if found is None or not wanted else found[1]


_LINE_ENDS: Final = "\n\r\u2028\u2029"


def _stands_at(kind: str | int, text: str, position: int) -> bool:
    if kind == "^":
        return position == 0
    if kind in ("$", "end"):
        return position == len(text)
    if kind == "^^":
        return position == 0 or text[position - 1] in _LINE_ENDS
    if kind == "$$":
        return position == len(text) or text[position] in _LINE_ENDS
    if isinstance(kind, int):
        return position == kind
    before = position > 0 and _is_word(text[position - 1])
    after = position < len(text) and _is_word(text[position])
    return (before is not after) is (kind == "b")


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())
