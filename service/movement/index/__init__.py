"""The digital index (bộ chỉ số): sets of indicators by year, what units entered, scores, ranking, trend. Knows no page.

Tables of its own and no register: what is asked, reckoned and compared are numbers across units and years, not cases (decision 0037).
"""

from service.movement.index import importing, models
from service.movement.index.content import (
    WHO,
    IndicatorInput,
    PillarInput,
    drop_indicator,
    drop_pillar,
    put_indicator,
    put_pillar,
)
from service.movement.index.importing import IMPORT, set_sheet
from service.movement.index.models import VALUE_STATES, WHOLE, IndexPillar, IndexSet, IndexValue, Indicator
from service.movement.index.results import Results, Standing, Year, own_outcomes, results_of, trend
from service.movement.index.scoring import Outcome, formula_words, outcome_of, read_decimal
from service.movement.index.sets import (
    ENTER_INDEX,
    PUBLISH_INDEX,
    READ_INDEX,
    READ_WHOLE_INDEX,
    RUN_INDEX,
    VERIFY_INDEX,
    Content,
    change_set,
    close_set,
    copy_set,
    list_sets,
    make_set,
    open_set,
    publish_set,
    read_set,
    reopen_set,
    why_not_published,
)
from service.movement.index.sheet import results_sheet
from service.movement.index.values import (
    accept_value,
    asked_of,
    decides_on,
    enters_for,
    files_of,
    leave_out_value,
    must_decide,
    read_value,
    reads_of,
    return_value,
    returned_to,
    send_value,
    unit_words,
    values_of,
)

__all__ = [
    "ENTER_INDEX", "IMPORT", "PUBLISH_INDEX", "READ_INDEX", "READ_WHOLE_INDEX", "RUN_INDEX", "VALUE_STATES",
    "VERIFY_INDEX", "WHO", "WHOLE", "Content", "IndexPillar", "IndexSet", "IndexValue", "Indicator", "IndicatorInput",
    "Outcome", "PillarInput", "Results", "Standing", "Year", "accept_value", "asked_of", "change_set", "close_set",
    "copy_set", "decides_on", "drop_indicator", "drop_pillar", "enters_for", "files_of", "formula_words", "importing",
    "leave_out_value", "list_sets", "make_set", "models", "must_decide", "open_set", "outcome_of", "own_outcomes",
    "publish_set", "put_indicator", "put_pillar", "read_decimal", "read_set", "read_value", "reads_of", "reopen_set",
    "results_of", "results_sheet", "return_value", "returned_to", "send_value", "set_sheet", "trend", "unit_words",
    "values_of", "why_not_published",
]
