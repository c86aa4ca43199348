"""The council's secret ballot: planned, opened, cast, sealed, counted; who chose what is known to nobody.

The names below are the whole face of the package; docs/decisions says how it works and what it protects.
"""

from __future__ import annotations

from service.council.ballot.casting import (
    CHOICES,
    Receipt,
    Sheet,
    cast_ballot,
    is_ours,
    open_round,
    read_sheet,
)
from service.council.ballot.counting import (
    burn_round,
    check_round,
    complain,
    count_round,
    counted,
    minutes_signed,
    recount,
    seal_round,
)
from service.council.ballot.digits import grouped
from service.council.ballot.paper import (
    OPINIONS,
    attach_scan,
    file_paper_count,
    file_written_opinion,
    without_scan,
)
from service.council.ballot.rounds import (
    cancel_round,
    cancelled,
    differing,
    list_rounds,
    plan_round,
    read_round,
    rounds_of,
    state_of,
    states_of,
    take_off_item,
    void_round,
    void_rounds,
    void_rounds_of_voter,
    withdraw_item,
)
from service.council.ballot.sealing import PLACES, Sum
from service.council.ballot.tellers import (
    Duty,
    able_tellers,
    confirm_code,
    duties_of,
    issue_code,
    name_tellers,
)
from service.council.ballot.ticks import TICK, live
from service.council.ballot.values import Ballot, BallotItem, Item, Member, Result, RollEntry, Teller, Written

__all__ = [
    "CHOICES",
    "OPINIONS",
    "PLACES",
    "TICK",
    "Ballot",
    "BallotItem",
    "Duty",
    "Item",
    "Member",
    "Receipt",
    "Result",
    "RollEntry",
    "Sheet",
    "Sum",
    "Teller",
    "Written",
    "able_tellers",
    "attach_scan",
    "burn_round",
    "cancel_round",
    "cancelled",
    "cast_ballot",
    "check_round",
    "complain",
    "confirm_code",
    "count_round",
    "counted",
    "differing",
    "duties_of",
    "file_paper_count",
    "file_written_opinion",
    "grouped",
    "is_ours",
    "issue_code",
    "list_rounds",
    "live",
    "minutes_signed",
    "name_tellers",
    "open_round",
    "plan_round",
    "read_round",
    "read_sheet",
    "recount",
    "rounds_of",
    "seal_round",
    "state_of",
    "states_of",
    "take_off_item",
    "void_round",
    "void_rounds",
    "void_rounds_of_voter",
    "withdraw_item",
    "without_scan",
]
