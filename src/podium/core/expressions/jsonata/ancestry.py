"""The parent operator `%`: finding, when parsing, the step whose context it stands for.

Each `%` has a slot. The slot travels up the tree to the enclosing path and back along its steps until its level is
nought; that step then binds its context to the slot's label in a tuple stream, where `%` reads it.
"""

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.nodes import Node, Slot


class Ancestry:
    """All slots of one expression."""

    __slots__ = ("_slots",)

    def __init__(self) -> None:
        self._slots: list[Slot] = []

    def new_slot(self) -> Slot:
        """The slot of the next `%`."""
        number = len(self._slots)
        slot = Slot(label=f"!{number}", level=1, index=number)
        self._slots.append(slot)
        return slot

    def seek(self, node: Node, slot: Slot) -> Slot:
        """Go one step up through `node`; binds the slot there when it is the one sought.

        Raises:
            JsonataError: S0217, this kind of expression has no parent.
        """
        match node.type:
            case "name" | "wildcard":
                slot.level -= 1
                if slot.level == 0:
                    if node.ancestor is not None:
                        # The step is bound already: both slots read the same label.
                        self._slots[slot.index].label = node.ancestor.label
                    node.ancestor = slot
                    node.tuple = True
            case "parent":
                slot.level += 1
            case "block":
                if node.expressions:
                    node.tuple = True
                    slot = self.seek(node.expressions[-1], slot)
            case "path":
                node.tuple = True
                index = len(node.steps) - 1
                slot = self.seek(node.steps[index], slot)
                index -= 1
                while slot.level > 0 and index >= 0:
                    slot = self.seek(node.steps[index], slot)
                    index -= 1
            case _:
                raise JsonataError("S0217", token=node.type, position=node.position)
        return slot

    def resolve(self, path: Node) -> None:
        """Seek, along a path, the parents its last step asks for; what is not found here goes further up."""
        last = path.steps[-1]
        slots = list(last.seeking_parent or [])
        if last.type == "parent":
            slots.append(last.slot)
        for slot in slots:
            index = len(path.steps) - 2
            while slot.level > 0:
                if index < 0:
                    path.seeking_parent = [*(path.seeking_parent or []), slot]
                    break
                step = path.steps[index]
                index -= 1
                # Steps that bind their focus keep the context: the parent is before them all.
                while index >= 0 and step.focus and path.steps[index].focus:
                    step = path.steps[index]
                    index -= 1
                slot = self.seek(step, slot)


def push(result: Node, value: Node) -> None:
    """Hand on the slots a part of an expression is still seeking."""
    if value.seeking_parent is None and value.type != "parent":
        return
    slots = value.seeking_parent if value.seeking_parent is not None else []
    if value.type == "parent":
        slots = [*slots, value.slot]
    result.seeking_parent = [*(result.seeking_parent or []), *slots]
