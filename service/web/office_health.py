"""Health of background work and nominations that cannot go on: grouped by cause, tried again one by one or all at once."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import jobs, keepers, people, trail, words
from service.actor import Actor
from service.jobs import Cause, Health
from service.processes import history
from service.processes.instances import retry_incident, retry_incidents
from service.processes.models import Incident
from service.web import pages
from service.web.frame import Link
from service.web.office_frame import listing, must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Table, Tag

blueprint = Blueprint("office_health", __name__)
_SHOWN = 20
_SLOW_SECONDS = 300


@blueprint.get("/office/health")
def show() -> Response:
    """Workers, the queue, jobs that were given up, nominations that stand still, what retries led to, and whether checkpoints are kept."""
    by = pages.me()
    must(by, "health.read")
    health = jobs.health()
    incidents = history.open_incidents()
    stuck = sum(n for _code, n, _rows in incidents)
    return listing(
        by, "office_health.show",
        ngettext("*%(num)d trường hợp* kẹt, %(jobs)d việc nền bỏ cuộc", "*%(num)d trường hợp* kẹt, %(jobs)d việc nền bỏ cuộc",
                 stuck, jobs=health.dead) if stuck or health.dead
        else _("Hệ thống chạy bình thường") if health.alive
        else _("*Không có tiến trình nền nào* đang chạy"),
        [*_incidents(by, incidents), _jobs(by, jobs.dead_causes()), *([one] if (one := _single(by)) else []),
         _retried_incidents(), _retried()],
        trail=[Link(_("Tình trạng"), "")],
        side=[_workers(health), _lock(), _kept(by)],
    )


def _workers(health: Health) -> Block:
    checks = [
        Check(_("Tiến trình nền đang chạy."), "ok") if health.alive
        else Check(_("Không có tiến trình nền nào đang chạy. Chạy lệnh vinhdanh worker."), "bad"),
        Check(ngettext("%(num)d việc chờ, %(due)d việc đã tới giờ, %(running)d việc đang chạy.",
                       "%(num)d việc chờ, %(due)d việc đã tới giờ, %(running)d việc đang chạy.",
                       health.queued, due=health.due, running=health.running),
              "warn" if health.oldest.total_seconds() > _SLOW_SECONDS else "ok"),
    ]
    return Block(
        _("Tiến trình nền"),
        checks=checks,
        lines=[
            Cell(f"{one.host} · {one.pid}", _("từ %(since)s, báo lần cuối %(beat)s",
                                              since=words.full_moment(one.started_at), beat=words.clock_time(one.beat_at)),
                 tag=Tag("done", _("đang sống")) if one.alive else Tag("overdue", _("im lặng")))
            for one in health.workers
        ],
    )


def _lock() -> Block:
    held = trail.is_held_by_the_database()
    return Block(
        _("Khóa của nhật ký"),
        checks=[
            Check(_("Cơ sở dữ liệu không cho dịch vụ sửa, xóa nhật ký hay mở khóa: chủ sở hữu là vai trò khác."), "ok")
            if held
            else Check(_("Khóa yếu hơn: dịch vụ là chủ sở hữu dữ liệu nên tự mở được khóa. Với PostgreSQL, đặt chủ sở hữu "
                         "riêng theo hướng dẫn vận hành."), "warn")
        ],
        words=_("Khóa ngăn sửa nhầm, không phải bằng chứng; bằng chứng là chuỗi mã băm của nhật ký."),
    )


def _kept(by: Actor) -> Block:
    lacking = keepers.lacking()
    said = {
        "": _("Có người giữ mốc ngoài bộ phận công nghệ thông tin."),
        keepers.NOBODY: _("Chưa ai giữ mốc nhật ký: chưa chứng minh được với người ngoài cơ quan rằng nhật ký không bị sửa."),
        keepers.INSIDE: _("Chưa có người giữ mốc nào ngoài bộ phận công nghệ thông tin. Thêm một người như vậy."),
    }
    return Block(
        _("Giữ mốc nhật ký"),
        checks=[Check(said[lacking], "warn" if lacking else "ok")],
        acts=[Act(_("Người giữ mốc"), url_for("keepers.show"), "keepers", "text", method="get")]
        if lacking and people.allowed(by, "trail.read") else (),
    )


def _may_retry(by: Actor) -> bool:
    return people.allowed(by, "incident.retry")


def _incidents(by: Actor, groups: list[tuple[str, int, list[Incident]]]) -> list[Block]:
    if not groups:
        return [Block(_("Trường hợp kẹt"), key="incidents",
                      empty=Empty(_("Không có trường hợp nào kẹt"),
                                  _("Bước nào của quy trình không tự đi tiếp được sẽ hiện ở đây, kèm lý do.")))]
    titles = history.titles_of([row.instance_id for _c, _n, rows in groups for row in rows])
    cases = history.cases_of([row.instance_id for _c, _n, rows in groups for row in rows])
    blocks = []
    for place, (code, n, rows) in enumerate(groups):
        url = url_for("office_health.retry_all", code=code)
        blocks.append(
            Block(
                ngettext("%(num)d trường hợp kẹt: %(code)s", "%(num)d trường hợp kẹt: %(code)s", n, code=code),
                words=rows[0].message if words.language() == "vi" else rows[0].message_en,
                acts=[Act(_("Thử lại cả %(n)d", n=n), url, f"retry-{place}",
                          effect=_("Cho *%(n)d trường hợp* thử đi tiếp? Trường hợp vẫn kẹt sẽ hiện lại ở đây.", n=n))]
                if _may_retry(by) and n > 1 else (),
                table=Table(
                    [Column(_("Trường hợp")), Column(_("Ở bước")), Column(_("Từ lúc")), Column(_("Đã thử"))],
                    [
                        [
                            Cell(titles.get(row.instance_id, str(row.instance_id)), "", _case_url(cases, row)),
                            Cell(row.element or ""), Cell(words.full_moment(row.raised_at)),
                            Cell(_("có, vẫn kẹt"), _("sự cố số %(n)d", n=row.retry_of), "#retried-incidents")
                            if row.retry_of else Cell(_("chưa")),
                        ]
                        for row in rows[:_SHOWN]
                    ],
                    _("Trường hợp kẹt"),
                    row_acts=[[Act(_("Thử lại"), url_for("office_health.retry", incident=row.id), "retry")]
                              for row in rows[:_SHOWN]] if _may_retry(by) else (),
                ),
                key="incidents" if place == 0 else f"incidents-{place}",
            )
        )
    return blocks


def _case_url(cases: dict[int, str], row: Incident) -> str:
    kind, _colon, number = cases.get(row.instance_id, "").partition(":")
    return url_for("nominations.show", nomination_id=int(number)) if kind == "nomination" and number.isdigit() else ""


def _jobs(by: Actor, causes: list[Cause]) -> Block:
    if not causes:
        return Block(_("Việc nền bỏ cuộc"), key="jobs",
                     empty=Empty(_("Không có việc nền nào bỏ cuộc"), _("Việc thử nhiều lần vẫn lỗi sẽ hiện ở đây.")))
    return Block(
        _("Việc nền bỏ cuộc"),
        table=Table(
            [Column(_("Việc")), Column(_("Lý do")), Column(_("Số việc"), figures=True), Column(_("Từ")), Column(_("Gần nhất"))],
            [[Cell(one.topic), Cell(one.cause), Cell(str(one.count), figures=True), Cell(words.full_moment(one.since)),
              Cell(words.full_moment(one.last))] for one in causes],
            _("Việc nền bỏ cuộc"),
            row_acts=[
                [Act(_("Chạy lại cả nhóm"), url_for("office_health.retry_cause"), "retry",
                     hidden={"topic": one.topic, "cause": one.cause})]
                for one in causes
            ] if people.allowed(by, "job.retry") else (),
        ),
        key="jobs",
    )


def _single(by: Actor) -> Block | None:
    """The newest jobs that were given up, one by one."""
    rows = jobs.dead_jobs()[:_SHOWN]
    if not rows:
        return None
    return Block(
        _("Từng việc nền bỏ cuộc"),
        table=Table(
            [Column(_("Việc")), Column(_("Lỗi")), Column(_("Đã thử"), figures=True), Column(_("Bỏ cuộc lúc"))],
            [[Cell(one.topic, str(one.id)), Cell((one.error or one.cause or "")[:300]), Cell(str(one.attempts), figures=True),
              Cell(words.full_moment(one.settled_at))] for one in rows],
            _("Từng việc nền bỏ cuộc"),
            row_acts=[[Act(_("Chạy lại"), url_for("office_health.retry_one", job=one.id), "retry")] for one in rows]
            if people.allowed(by, "job.retry") else (),
        ),
        key="single-jobs",
    )


def _retried_incidents() -> Block:
    """What came of each try to let a case go on: it did, or it stands in a new incident."""
    rows = history.retried_incidents(_SHOWN)
    titles = history.titles_of([row.instance_id for row, _again in rows])
    cases = history.cases_of([row.instance_id for row, _again in rows])
    names = people.names([row.resolved_by for row, _again in rows if row.resolved_by])
    return Block(
        _("Trường hợp đã cho thử lại"),
        lines=[
            Cell(
                titles.get(row.instance_id, str(row.instance_id)),
                _("sự cố số %(n)d, %(who)s, %(when)s", n=row.id, who=names.get(row.resolved_by or 0, _("Hệ thống")),
                  when=words.full_moment(row.resolved_at)),
                _case_url(cases, row),
                tag=Tag("passed", _("đã đi tiếp")) if again is None else Tag("refused", _("vẫn kẹt: sự cố số %(n)d", n=again)),
            )
            for row, again in rows
        ],
        empty=None if rows else Empty(_("Chưa cho trường hợp nào thử lại"), _("Kết quả từng lần thử hiện ở đây.")),
        key="retried-incidents",
    )


def _retried() -> Block:
    rows = jobs.retried_jobs()[:_SHOWN]
    states = {"dead": _("lại bỏ cuộc"), "queued": _("đang chờ"), "running": _("đang chạy"), "done": _("đã xong")}
    kinds = {"dead": "refused", "queued": "waiting", "running": "waiting", "done": "passed"}
    names = people.names([one.retried_by for one in rows if one.retried_by])
    return Block(
        _("Việc nền đã cho chạy lại"),
        lines=[
            Cell(f"{one.topic} · {one.id}", _("%(who)s, %(when)s", who=names.get(one.retried_by or 0, ""),
                                              when=words.full_moment(one.retried_at)),
                 tag=Tag(kinds[one.state], states[one.state]))
            for one in rows
        ],
        empty=None if rows else Empty(_("Chưa cho chạy lại việc nào"), _("Kết quả từng lần chạy lại hiện ở đây.")),
        key="retried",
    )


@blueprint.post("/office/incidents/<int:incident>/retry")
def retry(incident: int) -> AnyResponse:
    """Let one case try to go on; says what came of it."""
    by = pages.me()
    people.require(by, "incident.retry")
    again = retry_incident(incident, by=by)
    if again is None:
        pages.say(_("Trường hợp đã đi tiếp."))
    else:
        pages.say(_("Vẫn kẹt: sự cố mới số %(n)d, xem lý do bên dưới.", n=again), "bad")
    return pages.back_to("office_health.show")


@blueprint.post("/office/incidents/retry/<code>")
def retry_all(code: str) -> AnyResponse:
    """Let every case of one cause try to go on."""
    by = pages.me()
    people.require(by, "incident.retry")
    went, stuck = retry_incidents(code, by=by)
    pages.say(ngettext("%(num)d trường hợp đã đi tiếp, %(stuck)d vẫn kẹt.", "%(num)d trường hợp đã đi tiếp, %(stuck)d vẫn kẹt.",
                       went, stuck=stuck), "warn" if stuck else "ok")
    return pages.back_to("office_health.show")


@blueprint.post("/office/jobs/retry")
def retry_cause() -> AnyResponse:
    """Run all jobs of one topic again that were given up for the same cause."""
    by = pages.me()
    people.require(by, "job.retry")
    count = jobs.retry_cause(request.form.get("topic", ""), request.form.get("cause", ""), by=by)
    pages.say(ngettext("Đã cho chạy lại %(num)d việc. Kết quả hiện ở cuối trang.",
                       "Đã cho chạy lại %(num)d việc. Kết quả hiện ở cuối trang.", count))
    return pages.back_to("office_health.show")


@blueprint.post("/office/jobs/<int:job>/retry")
def retry_one(job: int) -> AnyResponse:
    """Run one job again that was given up."""
    by = pages.me()
    people.require(by, "job.retry")
    jobs.retry_job(job, by=by)
    pages.say(_("Đã cho chạy lại việc số %(n)d. Kết quả hiện ở cuối trang.", n=job))
    return pages.back_to("office_health.show")
