"""One of each thing that an address names, made by whoever makes it, so that a walk over all routes finds none of them absent."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service import db, jobs, keepers, movement
from service.actor import machine
from service.awards import lists
from service.awards.finding import find_lists
from service.jobs.models import JobRow
from service.keepers.acts import link_of
from service.notices import digests
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.people import oidc
from service.processes import deployments, enactments, history
from service.processes.instances import raise_incident, start_instance
from service.studio import replay_process, tryout
from service.studio.bundles import bundle_named
from service.web import studio_blanks
from tests.bench.process import bench_bundle
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.journeys.test_due_times import DEED
from tests.service.awards.conftest import ROUND, Filled
from tests.service.bodies import INDEX_PILLAR, INDEX_SET, INDICATOR, LETTER, PETITION, WHY

PROVIDER = (
    'issuer = "http://127.0.0.1:9"', 'client_id = "vinhdanh"', 'secret_file = "secret"', 'name = "Cổng"', 'name_en = "Portal"', "[groups]",
)
AWAY = {"since": "2027-02-01", "until": "2027-02-05", "reason": "Nghỉ phép"}


def make_things(filled: Filled, walkers: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Make them, and return their numbers by the names that addresses give them; `walkers`: sign-in names by group.

    What belongs to one person alone belongs to the walker of a group: comment, filter and substitute to the officer's, try-outs to
    the administrator's, the offline dossier to the inspector's.
    """
    _house(filled, folder)
    made = _of_the_case(filled, walkers) | _of_the_office(filled, walkers) | _of_the_studio(filled, walkers)
    return made | _of_the_council(filled)


def _house(filled: Filled, folder: Path) -> None:
    """Another house in which people may sign in, and one who does; nobody answers there."""
    (folder / "secret").write_text("bí mật\n", encoding="utf-8")
    (folder / "secret").chmod(0o600)
    (folder / "oidc.toml").write_text("\n".join(PROVIDER), encoding="utf-8")
    filled.office.app.extensions["oidc"] = oidc.read_provider(folder / "oidc.toml")
    account = filled.office.who("donvi").account
    filled.program.call("quantri", "POST", f"/accounts/{account}/link", {"subject": "cb-7", **WHY})


def _of_the_case(filled: Filled, walkers: Mapping[str, str]) -> dict[str, Any]:
    """Talk, a dossier to take along, certificates, a namesake, what somebody won before."""
    office, call, one = filled.office, filled.program.call, filled.ids["a1"]
    decided = next(row.id for row in find_lists(office.who("vhxh"), kind="decision") if row.number)
    facts = facts_of(lists.read_list(decided, by=office.who("vanthu")), kind_named("certificate"))
    call("vhxh", "POST", "/past-awards", {
        "name": "Lê Trúc Xanh", "kind": "individual", "unit": "DONG-MAY", "what": "CSTDCS", "year": 2024,
    })
    return {
        "comment_id": call(walkers["vhxh"], "POST", f"/nominations/{one}/comments", {"text": "Xem giúp"})["id"],
        "dossier_id": call(walkers["inspector"], "POST", f"/nominations/{one}/offline-dossiers")["id"],
        "matter_id": call(walkers["vhxh"], "POST", "/registers/petition/matters", {"answers": PETITION})["id"],
        "period_id": call("vhxh", "POST", "/registers/unit_report/periods", {"year": 2026})["id"], "unit": office.units["DONG-MAY"],
        "publication": _publication(office), **_index(filled),
        "batch_id": call("vanthu", "POST", f"/lists/{decided}/certificates", {"kind": "certificate"})["id"],
        "decided": decided, "past_id": 1, "certificate": facts["names"][0]["address"].rpartition("/")[2],
        "other": office.nominate(ROUND, name=office.read(one).name, unit="DET-NANG-SOM", by="vhxh"),
    }


def _of_the_office(filled: Filled, walkers: Mapping[str, str]) -> dict[str, Any]:
    """Filter, substitute, broadcast, webhook, request, day, words of a letter, proofs of the trail, secret addresses, what failed."""
    office, call, officer = filled.office, filled.program.call, walkers["vhxh"]
    told = {"set": "council", "subject": "Thử", "text": "Thử"}
    seen = call("vhxh", "POST", "/broadcasts/look", told)["seen"]
    webhook = call("quantri", "POST", "/webhooks", {"name": "Kho", "url": "https://kho.example/", "events": ["task.opened"]})["id"]
    delivery = call("quantri", "POST", f"/webhooks/{webhook}/test")["delivery"]
    call("quantri", "POST", "/calendar-days", {"day": "2026-12-24", "working": False, "name": "Nghỉ", "basis": "12/TB"})
    call("quantri", "PUT", "/letters/assigned/words", LETTER | WHY | {"seen": 0})
    keeper = keepers.ask_keeper("Thanh tra tỉnh", "thanhtra@tinh.example", outside=True, by=office.who("quantri"))
    code = link_of(keeper).rpartition("/")[2]
    keepers.confirm(code)
    call("thanhtra", "POST", "/checkpoints")
    with db.transaction() as s:
        jobs.enqueue("forgotten", {})
        s.execute(sa.update(JobRow).where(JobRow.topic == "forgotten").values(attempts=jobs.TRIES - 1))
    office.work()
    raise_incident(office.read(filled.ids["a3"]).instance_id or 0, "self_assess", RuntimeError("đĩa đầy"))
    with db.reading() as s:
        job = s.scalars(sa.select(JobRow.id).where(JobRow.topic == "forgotten", JobRow.state == "dead")).one()
    return {
        "filter_id": call(officer, "POST", "/task-filters", {"name": "Hôm nay", "filters": {"due": "today"}})["id"],
        "substitution_id": call(officer, "POST", "/substitutions", AWAY | {"substitute": office.who("vanthu").account})["id"],
        "broadcast_id": call("vhxh", "POST", "/broadcasts", told | {"seen": seen, "ticket": "12345678"})["id"],
        "webhook_id": webhook, "delivery_id": delivery,
        "delivery": delivery, "day": "2026-12-24", "letter": "assigned", "keeper_code": code, "job": job,
        "mail_id": call("quantri", "GET", "/mail")["items"][0]["id"], "incident": history.incidents_of("RuntimeError")[0],
        "digest": digests.stop_link(office.who("donvi").account or 0).split("/")[-2],
        "feed": call("donvi", "POST", "/calendar-feed")["address"].rpartition("/")[2].removesuffix(".ics"),
    }


def _index(filled: Filled) -> dict[str, Any]:
    """An index set that is open, with a value that a unit sent."""
    call = filled.program.call
    number = call("vhxh", "POST", "/index-sets", INDEX_SET | {"year": 2026})["id"]
    call("vhxh", "PUT", f"/index-sets/{number}/pillars/1.1", INDEX_PILLAR)  # the same code, for addresses of either
    call("vhxh", "PUT", f"/index-sets/{number}/indicators/1.1", INDICATOR | {"pillar": "1.1"})
    call("vhxh", "POST", f"/index-sets/{number}/open", {"due_on": "2027-12-10", "units": ["DONG-MAY"]})
    value = call("donvi", "PUT", f"/index-sets/{number}/indicators/1.1/value", {"unit": "DONG-MAY", "said": {"ky": 1, "tong": 2}})
    return {"set_id": number, "value_id": value["id"]}


def _publication(office: Office) -> int:
    """An exemplar on the public page."""
    said = {"kind": "INDIVIDUAL", "name": "Đinh Suối Mơ", "place": "Thôn Đồi Sim", "deed": "Dạy chữ số", "story": "Mỗi tối thứ năm.",
            "agreed": "yes", "referrer": "Ủy ban MTTQ Việt Nam xã"}
    matter = office.begin("exemplar", by="donvi", **said)
    office.step(matter, "check_exemplar", by="vhxh", decision="publish", consent=True)
    office.step(matter, "write_exemplar", by="ttcudv", title="Lớp học dưới ánh đèn", text="Chuyện của bà Suối Mơ.")
    return movement.published()[0][0].id


def _of_the_studio(filled: Filled, walkers: Mapping[str, str]) -> dict[str, Any]:
    """Two versions of a small process with a case, a draft of it with a letter, a migration, a replay, try-outs."""
    office, call = filled.office, filled.program.call
    settings, admin = office.app.extensions["settings"], office.who(walkers["admin"])
    deployments.known_groups.add("bench_reviewer")
    old = enactments.deploy_bundle(bench_bundle(2, group="vhxh"), main="bench", by=machine("cli"))
    case, moved = (
        start_instance("bench", {"decision": "none"}, by=machine("cli"), title=title, search=title) for title in ("ho so thu", "chuyen di")
    )
    new = enactments.deploy_bundle(bench_bundle(3, group="vhxh"), main="bench", by=machine("cli"))
    draft = call(walkers["admin"], "POST", f"/drafts?base={new}")["id"]
    with office.app.test_request_context():
        letter = studio_blanks.blank_letter().replace("{name}", "Mời xem lại").encode()
    filled.program.raw(walkers["admin"], "PUT", f"/drafts/{draft}/files/moi.letter", data={"file": (io.BytesIO(letter), "moi.letter")})
    replay = call("quantri", "POST", f"/replays?of=draft:{draft}")["id"]
    replay_process.wait(replay, settings)
    migration = call("quantri", "POST", f"/definitions/{old}/migrations", {"to": new, "instances": [moved], **WHY})["id"]
    office.work()
    return {
        "draft": draft, "old": old, "new": new, "case": case, "run_id": replay, "replay_id": replay, "migration_id": migration,
        "tryouts": [tryout.start_tryout(bundle_named(f"draft:{draft}", by=admin), by=admin, settings=settings) for _ in range(2)],
    }


def _of_the_council(filled: Filled) -> dict[str, Any]:
    """A session that is held, a poll in writing, and a request to a second person."""
    office = filled.office
    deed = office.nominate("DX", name="Âu Gió Núi")
    office.complete(deed, "short_report", DEED, by="donvi")
    office.act(office.submission(deed), "sign", by="thutruong")
    said = {"decision": "accept", "form_recommended": "GK_XA", "papers": ["LETTER", "SHORT_REPORT"]}
    office.complete(deed, "check_report", said, by="vhxh")
    (poll,) = find_lists(office.who("truongphong"), kind="council_sheet", nomination_id=deed)
    one = office.nominate(ROUND, name="Âu Sen Hồng", by="vhxh")
    office.to_council(one, ROUND)
    council = Council(office)
    council.plan([one])
    council.invite()
    council.open()
    asked = {"act": "group.grant", "account": office.who("vhxh").account, "group": "admin", **WHY}  # it lapses within days: last
    request = filled.program.call("quantri", "POST", "/second-person", asked)["id"]
    return {"session_id": council.id, "council_session_id": council.id, "poll": poll.id, "request_id": request}
