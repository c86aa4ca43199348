"""An administrator makes a process that nobody has programmed, from an empty draft to its first result, by the browser alone.

What `docs/new-process.md` says is done here in the same order; its pictures are taken on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.barriers import faults
from tests.browser.drawing import WIDE, has, no_errors, open_file, ready, settled
from tests.browser.people import Person
from tests.browser.running import installation

pytestmark = [pytest.mark.browser, pytest.mark.long]

KEY = "du_thi_y_tuong"
PROCESS = "Đăng ký tham gia cuộc thi ý tưởng đổi mới sáng tạo"
DIAGRAM, BEGIN, TAKEN_IN = f"{KEY}.bpmn", f"{KEY}.form", f"{KEY}_handle.form"
TAKE_IN, JUDGE, DECIDE, ANSWER = "Tiếp nhận ý tưởng", "Chấm ý tưởng", "Công nhận kết quả", "Trả kết quả cho tác giả"
CONTENTS = (
    ("ND1", "Nhận thức, tư duy số"), ("ND2", "Hạ tầng số"), ("ND3", "Chính quyền số"), ("ND4", "Kinh tế số"), ("ND5", "Xã hội số"),
    ("ND6", "An ninh mạng"), ("ND7", "Hợp tác phát triển"),
)
"""The seven contents of the movement (plan, part II)."""


IDEA, PHONE = "Mã QR báo sạt lở trên đường thôn", "0912 345 678"
STEPS = (
    (TAKE_IN, {"eligible": "yes", "answer": "Ý tưởng mới, tác giả là người của xã."}),
    (JUDGE, {"score": "86", "note": "Làm được ngay, ít tốn kém."}),
    (DECIDE, {"decision": "recognised", "note": "Đồng ý công nhận, giới thiệu dự thi cấp tỉnh."}),
    (ANSWER, {"note": "Mời dự lễ trao giải ngày 18/11/2026.", "answered_on": "04/11/2026"}),
)
"""What each step says, on the way to the good end."""


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with service and worker running."""
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


def test_a_process_is_made_from_nothing_and_used(people: Callable[..., Person], tmp_path: Path) -> None:
    admin = people("quantri", **WIDE)
    wrong: list[str] = []
    admin.page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    admin.page.on("pageerror", lambda error: wrong.append(str(error)))
    begin(admin)
    draw(admin)
    build_first_forms(admin)
    fill_in_steps(admin)
    keep_the_register(admin)
    lead_the_ways(admin)
    write_to_people(admin)
    draft = admin.page.url.removeprefix(admin.url).partition("#")[0]
    try_out(admin)
    put_into_use(admin, draft)
    assert wrong == []
    enter_the_contest(people)
    look_at_the_result(people, admin, tmp_path)


# -- an empty draft


def begin(admin: Person) -> None:
    """A small whole process is laid before: one step, two forms, a register, nothing wrong."""
    page = admin.page
    admin.press("Quản trị")
    admin.press("Soạn quy trình")
    admin.press("Bắt đầu soạn")
    admin.tick("Quy trình mới có sổ theo dõi")
    page.locator("#name").fill("Dự thi ý tưởng")
    admin.picture("new-process-begin", top="Từ mẫu kèm theo phần mềm")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(page)
    no_errors(page)
    _choose(page, KEY).get_by_label("Tên", exact=True).fill(PROCESS)
    settled(page)


# -- the drawing


def _panel(page: Page) -> Locator:
    return page.locator(".studio-panel-in").filter(visible=True)


def _row(page: Page, element: str) -> Locator:
    """The row of an element in the list beside the drawing: by its code, or by its name, which its number and its kind stand around."""
    rows = page.locator(".studio-steps li:not(.is-way) .step-row").filter(visible=True)
    if re.fullmatch(r"\w+", element):
        return rows.and_(page.locator(f"[data-element={element}]"))
    return rows.filter(has_text=re.compile(rf"^\s*\d*\s*{re.escape(element)}\s*[A-ZĐ]")).first


def _choose(page: Page, element: str) -> Locator:
    """Select an element in the list; gives the panel with its properties."""
    _row(page, element).focus()
    expect(_row(page, element)).to_have_attribute("aria-current", "true")
    return _panel(page)


def _choose_way(page: Page, question: str, nth: int) -> Locator:
    """Select one of the ways out of a question."""
    way = _row(page, question).locator("xpath=ancestor::li/following-sibling::li").nth(nth).locator(".step-row")
    way.focus()
    expect(way).to_have_attribute("aria-current", "true")
    return _panel(page)


def _append(page: Page, kind: str, name: str, after: str = "") -> None:
    """Press a sign beside the chosen element and name what comes."""
    if after:
        _choose(page, after)
    panel = _panel(page)
    page.locator(f".djs-context-pad .entry[data-action='append.{kind}']").filter(visible=True).click()
    expect(panel.get_by_label("Tên", exact=True)).to_have_value("")
    panel.get_by_label("Tên", exact=True).click()
    panel.get_by_label("Tên", exact=True).fill(name)
    panel.locator(".panel-title").click()
    expect(page.locator(".step-row").filter(visible=True, has_text=name).first).to_be_visible()


def draw(admin: Person) -> None:
    """One step becomes four, with two questions and three ends."""
    page = admin.page
    _choose(page, "done")
    page.get_by_role("button", name="Xóa", exact=True).click()
    _choose(page, "handle").get_by_label("Tên", exact=True).fill(TAKE_IN)
    settled(page)
    _append(page, "gateway", "Đủ điều kiện dự thi?", after="handle")
    _append(page, "user", JUDGE)
    _append(page, "user", DECIDE)
    _append(page, "gateway", "Được công nhận?")
    _append(page, "user", ANSWER)
    _append(page, "end-event", "Được công nhận")
    _append(page, "end-event", "Không được công nhận", after="Được công nhận?")
    _append(page, "end-event", "Không đủ điều kiện", after="Đủ điều kiện dự thi?")
    page.get_by_role("button", name="Xem cả sơ đồ").click()
    settled(page)


# -- the forms


def _form(page: Page) -> Locator:
    """The form that is open; those opened before stay behind it."""
    return page.locator(".form-canvas").filter(visible=True)


def _group(page: Page, name: str) -> Locator:
    """A part of the properties of a field, opened."""
    group = page.locator(f".form-properties [data-group-id=group-{name}]").filter(visible=True)
    inside = group.locator(".bio-properties-panel-group-entries, .bio-properties-panel-list").first
    if "open" not in (inside.get_attribute("class") or "").split():
        group.locator(".bio-properties-panel-group-header").click()
    expect(inside).to_be_visible()
    return group


def _add_field(page: Page, kind: str, label: str, key: str, options: Sequence[tuple[str, str]] = (), *, needed: bool = True) -> None:
    """Put a field under the others, call it, and say what can be chosen."""
    fields = _form(page).locator(f".fjs-form-field-{kind}")
    before = fields.count()
    page.locator(f".fjs-palette-field[data-field-type={kind}]").filter(visible=True).press("Enter")
    expect(fields).to_have_count(before + 1)
    _edit_field(page, fields.last, label)
    named = _group(page, "general").locator("input[name=key]")
    named.fill(key)
    named.blur()
    if options:
        _set_options(page, options)
    if needed:
        _group(page, "validation").locator("input[name=required]").check()


def _kept(page: Page, file: str, text: str) -> None:
    """The form is saved as it stands now: until then its editor takes the focus back."""
    has(page, file, text)
    settled(page)


def _edit_field(page: Page, field: Locator, label: str) -> None:
    """Choose a field and call it otherwise; one that is still being put in lets go of a press."""
    chosen = field.locator("xpath=ancestor-or-self::*[contains(@class, 'fjs-editor-selected')]")
    for _ in range(20):
        if chosen.count():
            break
        field.click()
        page.wait_for_timeout(200)
    expect(chosen).to_have_count(1)
    _group(page, "general").locator("[data-entry-id=label], [data-entry-id=date-label]").get_by_role("textbox").fill(label)


def _set_options(page: Page, options: Sequence[tuple[str, str]]) -> None:
    group = _group(page, "staticOptions")
    for at, (value, label) in enumerate(options):
        if at:
            group.locator(".bio-properties-panel-add-entry").click()
        entry = group.locator(f"[data-entry-id=staticOptions-{at}]")
        if not entry.locator("input").first.is_visible():
            entry.locator(".bio-properties-panel-collapsible-entry-header").first.click()
        entry.locator(f"input[name=staticOptions-{at}-label]").fill(label)
        entry.locator(f"input[name=staticOptions-{at}-value]").fill(value)


def build_first_forms(admin: Person) -> None:
    """What whoever sends an idea fills in, and what the Front says of it."""
    page = admin.page
    open_file(page, BEGIN)
    fields = _form(page)
    _edit_field(page, fields.locator(".fjs-form-field-textfield").first, "Tên ý tưởng")
    _edit_field(page, fields.locator(".fjs-form-field-textarea").first, "Mô tả ý tưởng")
    _group(page, "validation").locator("input[name=required]").check()
    _add_field(page, "textfield", "Tác giả, nhóm tác giả", "author")
    _add_field(page, "textfield", "Điện thoại, thư điện tử", "contact")
    _add_field(page, "filepicker", "Bản mô tả, hình ảnh", "attached", needed=False)
    _add_field(page, "checkbox", "Tác giả đồng ý cho giới thiệu ý tưởng", "agreed")
    _add_field(page, "select", "Nội dung của phong trào", "topic", CONTENTS)
    _kept(page, BEGIN, '"ND7"')
    admin.picture("new-process-form")
    page.get_by_role("tab", name="Xem như người xử lý sẽ thấy").filter(visible=True).click()
    expect(page.locator(".form-preview select").filter(visible=True)).to_be_visible()
    admin.picture("new-process-form-seen")
    page.get_by_role("tab", name="Soạn").filter(visible=True).click()

    open_file(page, TAKEN_IN)
    _edit_field(page, _form(page).locator(".fjs-form-field-textarea").first, "Ý kiến của Mặt trận")
    _add_field(page, "radio", "Điều kiện dự thi", "eligible", (("yes", "Đủ điều kiện"), ("no", "Không đủ điều kiện")))
    _kept(page, TAKEN_IN, '"value": "no"')


# -- the steps


def _only(panel: Locator, field: str, value: str) -> None:
    """Of a list of the panel choose this alone."""
    if not panel.locator(f"[data-field={field}] details[open]").count():
        panel.locator(f"[data-field={field}] summary").click()
    chosen = panel.locator(f"[data-field={field}] input:checked")
    for _ in range(chosen.count()):
        chosen.first.click()
    panel.locator(f"[data-field={field}] input[value='{value}']").check()


def _within_days(panel: Locator, days: int) -> None:
    due = panel.locator("[data-field=due]")
    due.locator("select").first.select_option("days")
    due.locator("input").first.fill(str(days))
    due.locator("input").first.blur()


def _new_form(page: Page, step: str, name: str) -> None:
    """Give a step a form of its own and open it; it begins with a field for remarks."""
    panel = _choose(page, step)
    panel.get_by_role("button", name="Tạo biểu mẫu mới").click()
    _call_file(page, name)
    panel.get_by_role("button", name="Mở biểu mẫu này").click()
    page.locator(".form-canvas .fjs-editor-container").filter(visible=True).wait_for()


def fill_in_steps(admin: Person) -> None:
    """Who does each step, by when, on which form."""
    page = admin.page
    open_file(page, DIAGRAM)
    panel = _choose(page, "handle")
    _only(panel, "candidates", "mttq")
    for step, group, days in ((JUDGE, "vhxh", 5), (DECIDE, "vhxh_head", 3), (ANSWER, "mttq", 3)):
        panel = _choose(page, step)
        _only(panel, "candidates", group)
        _within_days(panel, days)
    panel = _choose(page, DECIDE)
    panel.locator("[data-field=excludes] summary").click()
    panel.locator("[data-field=excludes]").get_by_label(JUDGE).check()
    settled(page)

    _new_form(page, JUDGE, "Phiếu chấm")
    _edit_field(page, _form(page).locator(".fjs-form-field-textarea").first, "Nhận xét")
    _add_field(page, "number", "Điểm, thang 100", "score")
    _kept(page, "phieu_cham.form", '"score"')
    open_file(page, DIAGRAM)
    _new_form(page, DECIDE, "Phiếu công nhận")
    _add_field(page, "radio", "Kết quả", "decision", (("recognised", "Công nhận"), ("declined", "Không công nhận")))
    _kept(page, "phieu_cong_nhan.form", '"declined"')
    open_file(page, DIAGRAM)
    _new_form(page, ANSWER, "Phiếu trả kết quả")
    _add_field(page, "datetime", "Ngày trả kết quả", "answered_on")
    _kept(page, "phieu_tra_ket_qua.form", '"answered_on"')


# -- the register


def keep_the_register(admin: Person) -> None:
    """What the register is called, who begins a matter, who reads, what stays private, which words it has for where a matter stands."""
    page = admin.page
    _menu(page, "Mở sổ theo dõi")
    for label, text in (
        ("Tên sổ", "Sổ dự thi ý tưởng đổi mới sáng tạo"), ("Tên sổ bằng tiếng Anh", "Register of innovation ideas"),
        ("Một việc gọi là gì", "Ý tưởng dự thi"), ("Một việc gọi là gì, tiếng Anh", "Idea for the contest"),
        ("Chữ trên nút lập việc", "Gửi ý tưởng dự thi"), ("Chữ trên nút, tiếng Anh", "Send an idea"),
        ("Lời dặn người lập", "Ủy ban Mặt trận Tổ quốc xã tiếp nhận, Phòng Văn hóa - Xã hội chấm. Mỗi ý tưởng gửi một lần."),
        ("Lời dặn, tiếng Anh", "The Fatherland Front receives it, the office scores it. Send each idea once."),
        ("Chữ trước số", "YT"), ("Căn cứ", "Kế hoạch phong trào, phần V.2.c"),
    ):
        admin.write(label, text)
    for group, chosen in (
        ("Ai lập việc", ("everyone",)), ("Ai xem mọi việc của sổ", ("mttq", "vhxh", "vhxh_head", "chair")),
        ("Mục kín", ("contact",)), ("Ai thấy mục kín", ("mttq", "vhxh_head")),
        ("Cột của danh sách", ("topic", "author", "score", "decision")),
    ):
        _exactly(page.get_by_role("group", name=re.compile(f"^{group}")).filter(visible=True).first, chosen)
    _rows(page, "phases", (
        ("taking_in", "Chờ Mặt trận tiếp nhận", "To be taken in"), ("judging", "Đang chấm", "Being scored"),
        ("deciding", "Chờ công nhận", "To be recognised"), ("answering", "Chờ trả kết quả", "To be answered"),
    ))
    _rows(page, "outcomes", (
        ("recognised", "Được công nhận", "Recognised", "good"), ("declined", "Không được công nhận", "Not recognised", "plain"),
        ("not_eligible", "Không đủ điều kiện dự thi", "Not eligible", "bad"),
    ))
    settled(page)
    page.get_by_label("Tên sổ", exact=True).scroll_into_view_if_needed()
    admin.picture("new-process-register")


def _menu(page: Page, words: str) -> None:
    page.locator(".studio-bar summary", has_text="Tệp").click()
    page.get_by_role("button", name=words).click()


def _exactly(group: Locator, values: Sequence[str]) -> None:
    for box in group.locator("input").all():
        box.set_checked(box.get_attribute("value") in values)


def _rows(page: Page, table: str, rows: Sequence[Sequence[str]]) -> None:
    place = page.locator(f"[data-rows={table}]").filter(visible=True)
    for at, row in enumerate(rows):
        if at:
            place.get_by_role("button", name="Thêm dòng").click()
        for column, text in zip(("code", "vi", "en"), row, strict=False):
            page.locator(f"[name={table}-{at}-{column}]").fill(text)
        if len(row) > 3:
            page.locator(f"[name={table}-{at}-tone]").select_option(row[3])


# -- the ways, and what the check says


def lead_the_ways(admin: Person) -> None:
    """Phases and outcomes are chosen on the drawing, ways get names and conditions; one condition is wrong and mended."""
    page = admin.page
    open_file(page, DIAGRAM)
    for step, phase in (("handle", "taking_in"), (JUDGE, "judging"), (DECIDE, "deciding"), (ANSWER, "answering")):
        _choose(page, step).get_by_label("Giai đoạn từ đây").select_option(phase)
    for end, outcome in (("Được công nhận", "recognised"), ("Không được công nhận", "declined"), ("Không đủ điều kiện", "not_eligible")):
        _choose(page, end).get_by_label("Kết cục").select_option(outcome)
    for question in ("Đủ điều kiện dự thi?", "Được công nhận?"):
        for at, name in enumerate(("Có", "Không")):
            _choose_way(page, question, at).get_by_label("Tên", exact=True).fill(name)
        _choose(page, question).get_by_label("Nhánh mặc định").select_option(index=2)
    _condition(page, "Được công nhận?", 'decision = "recognised"')
    wrong = page.locator(".problem-list li.is-error")
    _condition(page, "Đủ điều kiện dự thi?", 'eligible = "co"')
    expect(wrong).to_have_count(1)
    settled(page)
    admin.picture("new-process-mistake")
    wrong.get_by_role("button").click()
    _condition(page, "Đủ điều kiện dự thi?", 'eligible = "yes"')
    no_errors(page)
    settled(page)
    _choose(page, KEY)
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(_row(page, KEY)).to_contain_text(PROCESS)
    no_errors(page)
    expect(page.locator(".djs-context-pad .entry").filter(visible=True)).to_have_count(0)
    page.get_by_role("button", name="Xem cả sơ đồ").click()
    admin.picture("new-process-drawn")


# -- a letter and a paper


def write_to_people(admin: Person) -> None:
    """Who scores gets a letter of the process's own; who announces the result draws up a paper."""
    page = admin.page
    panel = _choose(page, JUDGE)
    panel.get_by_role("button", name="Tạo mẫu thư mới").click()
    _call_file(page, "Mời chấm ý tưởng")
    panel.get_by_role("button", name="Mở mẫu thư này").click()
    page.get_by_label("Bản tiếng Việt: tiêu đề").fill("Mời chấm ý tưởng: {{ title }}")
    page.get_by_label("Bản tiếng Việt: lời mở đầu").fill("Có một ý tưởng dự thi chờ bạn chấm.")
    settled(page)
    admin.picture("new-process-letter")

    open_file(page, DIAGRAM)
    panel = _choose(page, ANSWER)
    panel.get_by_role("button", name="Tạo văn bản mới").click()
    _call_file(page, "Giấy báo kết quả dự thi")
    panel.get_by_role("button", name="Mở văn bản này").click()
    area = page.locator("textarea.studio-text").filter(visible=True)
    expect(area).to_have_value(re.compile("Giấy báo kết quả dự thi"))
    area.fill(PAPER)
    no_errors(page)
    settled(page)
    expect(_panel(page).locator(".panel-problems")).to_have_count(0)
    admin.picture("new-process-paper")


def _call_file(page: Page, name: str) -> None:
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Tên").fill(name)
    dialog.get_by_role("button", name="Tạo").click()
    expect(dialog).to_have_count(0)


PAPER = """name = "Giấy báo kết quả dự thi"
name_en = "Result of the contest"
issuer = "office"
signs = "office_head"
dated = "answered_on"
copies = ["{{ author }}", "Phòng Văn hóa - Xã hội", "Lưu: VT"]
word = true
---
layout: paper
title: GIẤY BÁO KẾT QUẢ DỰ THI
abstract: Cuộc thi ý tưởng đổi mới sáng tạo
p: Ý tưởng “{{ subject }}” của {{ author }} (số {{ register_number }}) thuộc nội dung {{ topic }}.
p: Điểm chấm: {{ score }}. Kết quả: {{ decision|smaller }}.
p: {{ note|paragraphs }}
signature:
"""


def _condition(page: Page, question: str, text: str) -> None:
    field = _choose(page, question).locator("[data-field^=condition] input")
    field.fill(text)
    field.blur()


# -- trying out, putting into use


def send_an_idea(person: Person) -> None:
    """Fill in the form that begins a matter, as it stands on the page."""
    person.write("Tên ý tưởng", IDEA)
    person.write("Mô tả ý tưởng", "Quét mã ở cột mốc để báo sạt lở, ảnh về thẳng ban chỉ huy.")
    person.write("Tác giả, nhóm tác giả", "Tổ công nghệ số thôn Đông")
    person.write("Điện thoại, thư điện tử", PHONE)
    person.tick("Tác giả đồng ý cho giới thiệu ý tưởng")
    person.choose("Nội dung của phong trào", "Xã hội số")


def answer(person: Person, **said: str) -> None:
    """Fill in the form of a step, by the names of its fields, and go on."""
    for name, text in said.items():
        field = person.page.locator(f"[name={name}]").filter(visible=True)
        if field.first.get_attribute("type") == "radio":
            field.and_(person.page.locator(f"[value={text}]")).check()
        else:
            field.first.fill(text)
    person.press("Ghi và chuyển bước sau")


def try_out(admin: Person) -> None:
    """Go the whole way in the sandbox and keep it as a scenario of the draft."""
    page = admin.page
    admin.press("Chạy thử")
    admin.press("Bắt đầu chạy thử")
    admin.reads("Chạy thử: Gửi ý tưởng dự thi")
    send_an_idea(admin)
    page.locator("main form button[type=submit]").first.click()
    for step, said in STEPS:
        admin.reads(step)
        if step == JUDGE:
            admin.picture("new-process-tryout")
        answer(admin, **said)
    admin.reads("Chạy thử đã kết thúc: Được công nhận")
    admin.write("Tên kịch bản", "Được công nhận")
    admin.press("Ghi vào bản soạn")
    admin.press("Kết thúc chạy thử")
    admin.reads("Không còn gì được giữ lại")


def put_into_use(admin: Person, draft: str) -> None:
    """The scenario runs, the page says who may do what from now on, and the process is in use."""
    page = admin.page
    admin.go(draft)
    ready(page)
    admin.press("Kịch bản")
    admin.reads("ra đúng như đã ghi")
    admin.go(draft)
    ready(page)
    admin.press("Đưa vào dùng")
    admin.reads("Sơ đồ, bảng, biểu mẫu không có lỗi.", "1 kịch bản kết thúc đúng", "Sổ mới. Lập việc: mọi người có tài khoản",
                "Mục kín: “Điện thoại, thư điện tử”")
    admin.write("Nội dung thay đổi", "Mở cuộc thi ý tưởng đổi mới sáng tạo: Mặt trận tiếp nhận, Phòng Văn hóa - Xã hội chấm.")
    admin.write("Căn cứ", "Kế hoạch số 15/KH-MTTQ ngày 02/11/2026")
    admin.picture("new-process-deploy")
    admin.press("Đưa vào dùng")
    admin.reads("Đã đưa vào dùng", "phiên bản 1")


# -- at work


def enter_the_contest(people: Callable[..., Person]) -> None:
    """An idea goes its way: a unit sends it, the Front takes it in, the office scores it, its head recognises it, the Front answers."""
    unit, front, office, head = people("donvi"), people("mttq"), people("vhxh"), people("truongphong")
    unit.go("/registers")
    unit.press("Gửi ý tưởng dự thi")
    send_an_idea(unit)
    unit.picture("new-process-send")
    assert faults(unit.page) == []
    unit.press("Gửi ý tưởng dự thi")
    unit.reads("Đã ghi vào sổ, số YT 01/2026", IDEA, "Chờ Mặt trận tiếp nhận")
    front.open_work(TAKE_IN, IDEA)
    front.reads("Tổ công nghệ số thôn Đông", PHONE)
    answer(front, **STEPS[0][1])
    office.open_work(JUDGE, IDEA)
    office.reads("Quét mã ở cột mốc để báo sạt lở", "Tổ công nghệ số thôn Đông")
    expect(office.page.locator("body")).not_to_contain_text(PHONE)
    assert faults(office.page) == []
    office.picture("new-process-step")
    answer(office, **STEPS[1][1])
    head.open_work(DECIDE, IDEA)
    answer(head, **STEPS[2][1])
    front.open_work(ANSWER, IDEA)
    front.reads("Gửi bước này xong mới soạn được")
    answer(front, **STEPS[3][1])
    front.go(f"/registers/{KEY}")
    front.press(IDEA)
    front.press("Soạn từ dữ liệu")
    front.reads("Đã soạn")


def look_at_the_result(people: Callable[..., Person], admin: Person, folder: Path) -> None:
    """Who sent it is told, the register and its sheet say how it ended, the letter of the process went out."""
    unit, front = people("donvi"), people("mttq")
    for _ in range(60):
        unit.go("/notices")
        if unit.page.get_by_text(f"Đã có kết quả: {IDEA}").count():
            break
        unit.page.wait_for_timeout(250)
    unit.reads(f"Đã có kết quả: {IDEA}")
    front.go(f"/registers/{KEY}")
    front.reads("YT", "Xã hội số", "86", "Công nhận", "Được công nhận")
    assert faults(front.page) == []
    front.picture("new-process-result")
    with front.page.expect_download() as loading:
        front.press("Tải sổ (Excel)")
    loading.value.save_as(folder / "so.xlsx")
    rows = list(openpyxl.load_workbook(folder / "so.xlsx").worksheets[0].iter_rows(values_only=True))
    (row,) = [one for one in rows if IDEA in one]
    assert {"YT 01/2026", "Xã hội số", "Tổ công nghệ số thôn Đông"} <= set(row) and PHONE not in row
    admin.go("/office/mail")
    admin.reads(f"Mời chấm ý tưởng: {IDEA}")
