"""The one error of expressions."""

from __future__ import annotations


class FeelError(Exception):
    """An expression that cannot be used or has no answer, said in one Vietnamese and one English sentence.

    `text` is the source of the expression where it is known; the caller adds the element that holds it.
    """

    def __init__(self, message: str, message_en: str, text: str | None = None) -> None:
        self.message = message
        self.message_en = message_en
        self.text = text
        super().__init__(message_en)
