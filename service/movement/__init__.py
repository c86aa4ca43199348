"""The movement around the award: matters, each a case of a process that has a register. Knows no page and no program.

What is told of a nomination or a list belongs to `awards`; this part leans on it, never the other way.
"""

from service.movement import (
    case,
    given,
    holding,
    index,
    models,
    nominating,
    passing_on,
    proposals,
    results,
    stocktaking,
)
from service.movement.about_names import told_apart, unit_apart
from service.movement.beginning import MOST_SUBJECTS, begin_matter, begins_with, form_to_begin, given_to_begin
from service.movement.case import CASE, EFFECTS, GIVEN, INPUTS, period_of, reason_of, shut_since
from service.movement.concerns import may_be_done, numbers_of, settles_private
from service.movement.duties import STANDS, Duty, Matrix, Standing, read_matrix
from service.movement.figures import MovementOverview, read_overview, standing_words, workbook_of
from service.movement.finding import (
    STATES,
    Entry,
    Found,
    MatterFilter,
    Overview,
    Whole,
    begun_from,
    begun_in_private,
    concerned_in,
    counts,
    files_of,
    find_matters,
    matters_about,
    must_add_file,
    name_of_subject,
    overview,
    overview_of,
    read_matter,
    said_in,
    sent_at,
    tasks_for,
    unit_words,
)
from service.movement.gathering import Gathered, Source, Synthesis, gather
from service.movement.given import COUNTED, awards_between, awards_in_window, window_of
from service.movement.main_facts import Line, MainFact, read_main_facts
from service.movement.periods import (
    LATE,
    OPEN,
    UnitFiling,
    allow_late,
    close_period,
    default_days,
    filings,
    join_period,
    list_periods,
    open_period,
    read_period,
    redate_period,
    remind_missing,
    takes_no_more,
    units_asked,
    units_to_ask,
)
from service.movement.publishing import (
    TAKE_DOWN,
    picture_of,
    publications_of,
    published,
    read_publication,
    take_down,
)
from service.movement.readers import may_read, reads_from_outside
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
from service.movement.reminding import remind_of_syntheses
from service.movement.results import may_open
from service.movement.sheet import SHEET_TYPE, figures_sheet, sheet_of
from service.movement.tables import (
    ENTRIES,
    GENERAL,
    by_heading,
    period_about,
    period_told,
    reports_of,
    tables_of_period,
)
from service.movement.warning import Warned, warnings_of, warns_in
from service.movement.wording import (
    Column,
    columns_of,
    figure_words,
    number_words,
    period_words,
    said_on,
    words_of,
)

__all__ = [
    "CASE", "COUNTED", "EFFECTS", "ENTRIES", "GENERAL", "GIVEN", "INPUTS", "LATE", "MOST_SUBJECTS", "OPEN", "SHEET_TYPE",
    "STANDS", "STATES", "TAKE_DOWN", "Column", "Duty", "Entry", "Found", "Gathered", "Kept", "Line", "MainFact",
    "Matrix", "MatterFilter", "MovementOverview", "Overview", "Source", "Standing", "Synthesis", "UnitFiling",
    "Warned", "Whole", "allow_late", "awards_between", "awards_in_window", "begin_matter", "begins_any",
    "begins_for_any", "begins_with", "begun_from", "begun_in_private", "by_heading", "case", "close_period", "columns_of", "concerned_in",
    "counts", "default_days", "figure_words", "figures_sheet", "files_of", "filings", "find_matters", "form_to_begin",
    "gather", "given", "given_to_begin", "holding", "index", "join_period", "list_periods", "matters_about",
    "may_be_done", "may_begin", "may_open", "may_read", "models", "must_add_file", "name_of_subject", "nominating", "number_words",
    "numbers_of", "open_period", "overview", "overview_of", "own_units", "passing_on", "period_about", "period_of",
    "period_told", "period_words", "picture_of", "proposals", "publications_of", "published", "read_main_facts",
    "read_matrix", "read_matter", "read_overview", "read_period", "read_publication", "reads_all", "reads_from_outside", "reason_of",
    "redate_period", "register_in_use",
    "registers_in_use", "remind_missing", "remind_of_syntheses", "reports_of", "results", "said_in", "said_on",
    "sees_private", "sent_at", "settles_private", "sheet_of", "shut_since", "standing_words", "stocktaking", "tables_of_period",
    "take_down",
    "takes_no_more", "tasks_for", "told_apart", "unit_apart", "unit_words", "units_asked", "units_to_ask", "warnings_of", "warns_in",
    "window_of", "words_of", "workbook_of",
]
