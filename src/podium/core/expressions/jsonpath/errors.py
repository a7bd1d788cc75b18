"""How evaluating a path can go wrong, in Jayway's classes and wording.

    PathNotFound                 the document has no such place
    |- EvaluationFailed          a function or a literal cannot be worked out (Jayway: JsonPathException)
    `- EvaluationRejected        the path makes no sense on this document (Jayway: InvalidPathException)

All are `PathNotFound`, because Step Functions reports all of them to the author as a path that could not be found.
"""

from podium.core.expressions.errors import InvalidExpression


class PathNotFound(Exception):
    """The path leads nowhere in this document. The message is Jayway's sentence."""


class EvaluationFailed(PathNotFound):
    """The path was followed, but what it asks for cannot be computed, such as the average of no numbers."""


class EvaluationRejected(PathNotFound, InvalidExpression):
    """Only the document shows that the path is invalid, such as a filter on a string or an unknown function.

    Inside a filter it means that the tested item does not match.
    """
