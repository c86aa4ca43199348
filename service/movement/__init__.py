"""The movement around the award: matters, each a case of a process that has a register. Knows no page and no program.

What is told of a nomination or a list belongs to `awards`; this part leans on it, never the other way.
"""

from service.movement import case, holding, models
from service.movement.beginning import MOST_SUBJECTS, begin_matter, form_to_begin, given_to_begin
from service.movement.case import CASE, EFFECTS, INPUTS
from service.movement.finding import (
    STATES,
    Entry,
    Found,
    MatterFilter,
    Whole,
    counts,
    files_of,
    find_matters,
    matters_about,
    read_matter,
    unit_words,
)
from service.movement.registers import (
    Kept,
    begins_any,
    begins_for_any,
    may_begin,
    own_units,
    reads_all,
    register_in_use,
    registers_in_use,
    sees_private,
)
from service.movement.sheet import SHEET_TYPE, sheet_of
from service.movement.wording import Column, columns_of, number_words, said_on, words_of

__all__ = [
    "CASE", "EFFECTS", "INPUTS", "MOST_SUBJECTS", "SHEET_TYPE", "STATES", "Column", "Entry", "Found", "Kept",
    "MatterFilter", "Whole", "begin_matter", "begins_any", "begins_for_any", "case", "columns_of", "counts",
    "files_of", "find_matters", "form_to_begin", "given_to_begin", "holding", "matters_about", "may_begin", "models",
    "number_words", "own_units", "read_matter", "reads_all", "register_in_use", "registers_in_use", "said_on", "sees_private",
    "sheet_of", "unit_words", "words_of",
]
