"""The product's own forms, as data: one .form file a user task of the six diagrams."""

from __future__ import annotations

from importlib.resources import files


def library() -> dict[str, bytes]:
    """All forms of the product by file name: "check_dossier.form" -> its bytes."""
    return {
        file.name: file.read_bytes()
        for file in sorted(files(__name__).iterdir(), key=lambda one: one.name)
        if file.name.endswith(".form")
    }
