"""Counts that were not made by the box: on paper for a whole round (or by hands in an open vote), and written opinions.

Two people key what they read, item by item, and must agree. Paper and box are never mixed in one round: one paper
ballot among electronic ones would name its owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from service import people, trail
from service.actor import Actor
from service.awards import sight
from service.awards.files import attach_file, take_file
from service.council.ballot.counting import counted, minutes_signed, sums_of
from service.council.ballot.frozen import Rows, lock_round
from service.council.ballot.models import BallotOpinion, BallotRound, PaperCount
from service.council.ballot.rounds import (
    differing,
    needs_one_of,
    needs_state,
    read_round,
    read_value,
    stream,
    told,
)
from service.council.ballot.sealing import Sum
from service.council.ballot.values import Ballot
from service.db import session, transaction
from service.errors import Conflict, Forbidden, Invalid, how_many

OPINIONS = ("agree", "disagree")
sight.READERS["ballot"] = lambda number, file, by: read_round(number, by=by)


def file_paper_count(round_id: str, returned: int, sums: Mapping[int, Sum], *, by: Actor) -> Ballot:
    """Key what was counted: how many ballots came back, and for each item its sums. The second person's must agree.

    The first entry takes the round to paper for good. Whoever keyed may correct the own entry until two agree; then the
    round is counted. Invalid names items that do not add up, Conflict a round that is open or was opened.
    """
    with transaction() as s:
        rows, _box = lock_round(round_id)
        needs_one_of([one.person for one in rows.tellers], by, "ballot.paper")
        if by.account is None:
            raise Forbidden("Chỉ người có tài khoản nhập được.", "Only people with an account key a count.")
        if rows.round.params is not None and rows.round.state in ("open", "sealed"):
            raise Conflict(
                "Vòng này đã mở hòm điện tử. Không trộn phiếu giấy: hủy vòng, rồi bỏ phiếu giấy ở vòng mới.",
                "This round has an open box. Paper is never mixed in: cancel it, and vote on paper in a new round.",
                code="mixed-paper",
            )
        needs_state(rows, "planned", "paper")
        _check(rows, returned, sums)
        _keep(rows, returned, sums, by.account)
        rows.round.state = "paper"
        trail.record(
            "ballot:paper_keyed", by=by, stream=stream(round_id),
            body={
                "number": rows.round.number, "returned": returned,
                "items": [[no, one.agree, one.disagree, one.blank, one.recused] for no, one in sorted(sums.items())],
            },
        )
        s.flush()
        if differing(round_id) == []:
            _agree(rows, returned, by)
        return read_value(rows)


def _check(rows: Rows, returned: int, sums: Mapping[int, Sum]) -> None:
    voters = rows.voters
    if not 0 <= returned <= len(voters):
        raise Invalid.at(
            "returned",
            f"Số phiếu thu về phải từ 0 đến {len(voters)}, là số người trong danh sách.",
            f"No more than {how_many(len(voters), 'ballot')} can come back.",
        )
    if returned < rows.round.quorum:
        raise Invalid.at(
            "returned",
            f"Thu về {returned} phiếu, cần {rows.round.quorum} mới đủ điều kiện. Hủy vòng này.",
            f"{returned} ballots are fewer than the {rows.round.quorum} needed. Cancel this round.",
            code="no-quorum",
        )
    wanted = {one.item_no for one in rows.items if not one.withdrawn}
    wrong = sorted(
        no for no in wanted | set(sums)
        if no not in wanted or no not in sums or min(_figures(sums[no])) < 0 or sums[no].total != returned
        or sums[no].recused > len(voters) - rows.electorate(no, voters)
    )
    if wrong:
        said = ", ".join(map(str, wrong))
        raise Invalid.at(
            "items",
            f"Mục {said}: đồng ý + không đồng ý + trắng, không hợp lệ + không tham gia phải bằng {returned} phiếu "
            "thu về.",
            f"Item {said}: agree, disagree, blank and recused must add up to {how_many(returned, 'ballot')}, as many as came back.",
            code="does-not-add-up",
        )


def _figures(one: Sum) -> tuple[int, int, int, int]:
    return one.agree, one.disagree, one.blank, one.recused


def _keep(rows: Rows, returned: int, sums: Mapping[int, Sum], account: int) -> None:
    s, round_id = session(), rows.round.id
    keyed = set(s.scalars(sa.select(PaperCount.keyed_by).where(PaperCount.round == round_id).distinct()))
    if len(keyed - {account}) > 1:
        raise Conflict(
            "Đã có hai người nhập. Người đã nhập mới sửa được bản của mình.",
            "Two people have keyed already; each may correct the own entry.",
            code="keyed-twice",
        )
    s.execute(sa.delete(PaperCount).where(PaperCount.round == round_id, PaperCount.keyed_by == account))
    s.add_all(
        PaperCount(
            round=round_id, item_no=no, keyed_by=account, returned=returned, agree=one.agree,
            disagree=one.disagree, blank=one.blank, recused=one.recused,
        )
        for no, one in sums.items()
    )


def _agree(rows: Rows, returned: int, by: Actor) -> None:
    figures = session().scalars(
        sa.select(PaperCount).where(PaperCount.round == rows.round.id, PaperCount.keyed_by == by.account)
    )
    by_item = {row.item_no: row for row in figures}
    for item in rows.items:
        if item.withdrawn or (rows.round.secret and rows.electorate(item.item_no, rows.voters) < rows.round.smallest):
            continue
        row = by_item[item.item_no]
        item.agree, item.disagree, item.blank, item.recused = row.agree, row.disagree, row.blank, row.recused
    rows.round.state = "counted"
    session().flush()
    trail.record(
        "ballot:paper_counted", by=by, stream=stream(rows.round.id),
        body={"number": rows.round.number, "count": returned, "items": sums_of(rows)},
    )
    told(counted, rows, by)


def attach_scan(round_id: str, name: str, content: bytes, *, by: Actor) -> int:
    """Attach the scanned counting minutes of a round on paper; returns the file's number.

    From the first keying until the minutes of the session are signed; a later one takes the place of an earlier.
    """
    with transaction():
        rows, _box = lock_round(round_id)
        needs_one_of([one.person for one in rows.tellers], by, "ballot.paper")
        needs_state(rows, "paper", "counted")
        if rows.round.box_root is not None:
            raise Conflict(
                "Vòng này kiểm trong hòm điện tử, không có biên bản kiểm phiếu giấy.",
                "This round was counted from its box; there is no count on paper.", code="box-round",
            )
        if any((ask(rows.round.session_id) or date.min) > date.min for ask in minutes_signed):
            raise Conflict(
                "Biên bản phiên họp đã ký, không thêm bản chụp nữa.", "The minutes are signed; nothing is added.",
                code="minutes-signed",
            )
        row = attach_file(f"ballot:{round_id}", name, content, by=by)
        rows.round.scan = row.id
        return row.id


def without_scan(session_id: int) -> list[int]:
    """Numbers of the secret rounds of a session that were counted on paper and whose count was not scanned."""
    return list(
        session().scalars(
            sa.select(BallotRound.number)
            .where(
                BallotRound.session_id == session_id, BallotRound.secret, BallotRound.state == "counted",
                BallotRound.box_root.is_(None), BallotRound.scan.is_(None),
            )
            .order_by(BallotRound.number)
        )
    )


def file_written_opinion(
    round_id: str, member_no: int, choices: Mapping[int, str], *, paper: str, scan: int, by: Actor
) -> None:
    """Enter the written opinion of an absent member: item → agree or disagree, with the paper it came with and its scan.

    Named, and a line of its own beside the secret sums. Only until the box is sealed or the first count is keyed: after
    that one could reckon what it decides. Entering it again replaces it. `scan`: number of a file that `by` has sent.
    """
    people.require(by, "ballot.paper")
    with transaction() as s:
        rows, _box = lock_round(round_id)
        if rows.round.state in ("sealed", "paper"):
            raise Conflict(
                "Đã niêm phong hòm phiếu hoặc đã nhập kết quả đếm: không ghi ý kiến bằng văn bản nữa, vì đã tính được nó "
                "quyết định mục nào.",
                "The box is sealed, or a count was keyed: no written opinion is entered any more, because one could reckon "
                "what it decides.",
                code="too-late",
            )
        needs_state(rows, "planned", "open")
        member = next((one for one in rows.roll if one.member_no == member_no), None)
        if member is None or member.present:
            raise Conflict(
                "Chỉ thành viên vắng mặt trong danh sách gửi ý kiến bằng văn bản; người có mặt bỏ phiếu.",
                "Only a member on the roll as absent sends a written opinion; who is there votes.",
                code="not-absent",
            )
        if not paper.strip():
            raise Invalid.at("paper", "Ghi số, ngày của văn bản.", "Say number and date of the paper.")
        kept_out = rows.recused_of(member_no)
        allowed = {one.item_no for at, one in enumerate(rows.items) if at not in kept_out}
        if not choices or not set(choices) <= allowed or not set(choices.values()) <= set(OPINIONS):
            raise Invalid.at(
                "choices",
                "Ghi đồng ý hoặc không đồng ý cho mục có trên phiếu mà người này được tham gia.",
                "Say agree or disagree for items of the sheet that this member does not keep out of.",
            )
        kept = take_file(s, f"ballot:{round_id}", scan, by)
        s.execute(
            sa.delete(BallotOpinion).where(BallotOpinion.round == round_id, BallotOpinion.member_no == member_no)
        )
        s.add_all(
            BallotOpinion(round=round_id, item_no=no, member_no=member_no, choice=said, paper=paper.strip(), scan=kept)
            for no, said in choices.items()
        )
        trail.record(
            "ballot:opinion_filed", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "member": member_no, "items": _named(choices), "file": kept},
            private={"paper": paper.strip()},
        )


def _named(choices: Mapping[int, str]) -> Sequence[str]:
    # A written opinion is named by its nature (Law on Emulation and Commendation, practice of the councils).
    return [f"{no}:{said}" for no, said in sorted(choices.items())]
