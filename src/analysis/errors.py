"""Errors a user can act on, each with the exit code of the command line.

A message names the value, what was allowed and what to do. It never holds a row of data.
"""


class BookError(Exception):
    """A check did not hold."""

    exit_code = 1


class EditionError(BookError):
    """The call, the edition or a chapter is not written as it should be."""

    exit_code = 2


class DeliveryError(BookError):
    """A delivery cannot be used."""

    exit_code = 3


class AirlockError(BookError):
    """The airlock refused a candidate."""

    exit_code = 4


class WorkplaceError(BookError):
    """The disk, a lock or a tool is not as it should be."""

    exit_code = 5
