"""What learning says when it cannot go on: a code for machines, a sentence and a remedy for people."""

from __future__ import annotations

from typing import Any


class LearningError(ValueError):
    """``code`` is stable and machine readable; ``params`` fill the ``%(name)s`` in ``message`` and ``remedy``.

    ``template`` and ``remedy_template`` are the texts with their places open, for translation.
    """

    def __init__(self, code: str, message: str, remedy: str = "", **params: Any) -> None:
        self.code = code
        self.params = params
        self.template, self.remedy_template = message, remedy
        self.message = message % params if params else message
        self.remedy = remedy % params if params else remedy
        super().__init__(f"{self.message} {self.remedy}".strip())


class UnusableData(LearningError):
    """The labelled texts cannot train or test a model."""


class UnusableEncoder(LearningError):
    """The encoder is unknown, missing, or not what its checksum says."""


class UnusableModel(LearningError):
    """A saved model is incomplete, changed since it was written, or of an unknown form."""


class CannotTrain(LearningError):
    """The run's configuration does not describe a training that can start."""
