"""The plain sentences for faults in a bundle, Vietnamese and English, by code.

One table, so that a reader of sentences reads them in one place; the finding is done in `checks` and `graph`.
"""

from __future__ import annotations

from workflows.problems import Problem

SENTENCES: dict[str, tuple[str, str]] = {
    "no-main": (
        "Gói không có quy trình chính “{name}”; hãy thêm sơ đồ có quy trình mang mã đó.",
        "The bundle has no main process “{name}”; add the diagram that holds it.",
    ),
    "duplicate-id": (
        "Mã “{name}” được dùng hai lần; hãy đặt mã khác cho một trong hai phần tử.",
        "The id “{name}” is used twice; give one of the two elements another id.",
    ),
    "missing-id": (
        "Có phần tử “{name}” không có mã; hãy đặt mã (id) cho phần tử này.",
        "An element “{name}” has no id; give it one.",
    ),
    "complex-gateway": (
        "Cổng phức hợp không được hỗ trợ; hãy dùng cổng loại trừ hoặc cổng song song.",
        "A complex gateway cannot be run; use an exclusive or a parallel gateway.",
    ),
    "event-based-gateway": (
        "Cổng theo sự kiện không được hỗ trợ; hãy gắn sự kiện biên lên bước chờ thông điệp.",
        "An event-based gateway cannot be run; use boundary events on a receive task.",
    ),
    "ad-hoc-subprocess": (
        "Quy trình con tùy biến (ad-hoc) không được hỗ trợ; hãy vẽ rõ thứ tự các bước.",
        "An ad-hoc subprocess cannot be run; draw the order of its steps.",
    ),
    "event-subprocess": (
        "Quy trình con theo sự kiện không được hỗ trợ; hãy dùng sự kiện biên trên quy trình con.",
        "An event subprocess cannot be run; use a boundary event on a subprocess.",
    ),
    "compensation": (
        "Bù trừ (compensation) không được hỗ trợ; hãy vẽ bước khắc phục như một bước thường.",
        "Compensation cannot be run; draw the mending step as an ordinary step.",
    ),
    "transaction": (
        "Quy trình con giao dịch không được hỗ trợ; hãy dùng quy trình con thường.",
        "A transaction cannot be run; use a plain subprocess.",
    ),
    "unsupported-element": (
        "Loại phần tử “{name}” không được hỗ trợ; hãy thay bằng loại phần tử khác.",
        "Elements of the kind “{name}” cannot be run; use another kind.",
    ),
    "unsupported-event": (
        "Sự kiện này có định nghĩa “{name}” không dùng được ở đây; hãy chọn loại sự kiện khác.",
        "This event cannot be of the kind “{name}” here; choose another kind.",
    ),
    "unsupported-extension": (
        "Thuộc tính hoặc phần mở rộng “{name}” không được hỗ trợ; hãy bỏ đi.",
        "The attribute or extension “{name}” is not supported; remove it.",
    ),
    "other-engine": (
        "Phần tử này có thuộc tính của {name} mà bộ máy này không thực hiện; hãy bỏ các thuộc tính đó.",
        "This element carries what {name} would execute and this engine does not; remove it.",
    ),
    "sequential-multi-instance": (
        "Thực hiện nhiều lần kiểu tuần tự không được hỗ trợ; hãy chọn kiểu song song.",
        "Sequential multi-instance cannot be run; choose the parallel kind.",
    ),
    "standard-loop": (
        "Vòng lặp gắn trên bước không được hỗ trợ; hãy vẽ vòng lặp bằng cổng loại trừ.",
        "A loop marker cannot be run; draw the loop with an exclusive gateway.",
    ),
    "dollar-expression": (
        "Biểu thức “{name}” viết theo kiểu khác; hãy viết bằng FEEL, không có dấu ${{…}}.",
        "“{name}” is written in another language; write FEEL, without ${{…}}.",
    ),
    "expression-language": (
        'Biểu thức hoặc kịch bản dùng ngôn ngữ “{name}”; chỉ dùng FEEL (scriptFormat="feel").',
        'The expression or script is in “{name}”; only FEEL is run (scriptFormat="feel").',
    ),
    "expression": ("{message}", "{message_en}"),
    "start-count": (
        "Mỗi quy trình cần đúng một sự kiện bắt đầu thường; ở đây có {count}.",
        "Each process needs exactly one plain start event; here are {count}.",
    ),
    "not-executable": (
        'Quy trình này đang tắt thực thi; hãy đặt isExecutable="true".',
        'This process is marked as not executable; set isExecutable="true".',
    ),
    "no-end": (
        "Quy trình không có sự kiện kết thúc; hãy thêm một sự kiện kết thúc.",
        "The process has no end event; add one.",
    ),
    "broken-flow": (
        "Luồng này không nối hai phần tử trong cùng một quy trình; hãy nối lại.",
        "This flow does not join two elements of one process; connect it again.",
    ),
    "unreachable": (
        "Không có đường nào từ bắt đầu đến phần tử này; hãy nối vào hoặc xóa đi.",
        "No way leads from the start to this element; connect it or delete it.",
    ),
    "dead-end": (
        "Từ phần tử này không có đường đến kết thúc; hãy nối tiếp đến một sự kiện kết thúc.",
        "No way leads from this element to an end; connect it on to an end event.",
    ),
    "several-outgoing": (
        "Phần tử này có nhiều luồng ra; hãy thêm một cổng để rẽ nhánh.",
        "This element has several outgoing flows; put a gateway behind it.",
    ),
    "gateway-without-default": (
        "Cổng rẽ nhánh chưa có luồng mặc định; hãy chọn một luồng ra làm mặc định.",
        "The gateway has no default flow; mark one outgoing flow as the default.",
    ),
    "condition-missing": (
        "Luồng ra này chưa có điều kiện; hãy viết điều kiện hoặc chọn làm luồng mặc định.",
        "This outgoing flow has no condition; write one, or mark it as the default.",
    ),
    "condition-misplaced": (
        "Luồng này không được có điều kiện; chỉ đặt điều kiện sau cổng rẽ nhánh, trên luồng không mặc định.",
        "This flow cannot have a condition; put it behind a choosing gateway, not on the default flow.",
    ),
    "overlapping-conditions": (
        "Hai điều kiện của một cổng có thể cùng đúng ({name}); hãy viết để mỗi trường hợp đi một đường.",
        "Two conditions of one gateway can both be true ({name}); make each case go one way only.",
    ),
    "loop-without-wait": (
        "Vòng lặp này tự chạy mãi vì không có bước nào phải chờ; hãy thêm một bước chờ hoặc bỏ vòng lặp.",
        "This loop runs for ever because nothing in it waits; add a step that waits, or remove the loop.",
    ),
    "unknown-process": (
        "Quy trình được gọi “{name}” không có trong gói; hãy thêm sơ đồ đó hoặc sửa mã.",
        "The called process “{name}” is not in the bundle; add its diagram or mend the id.",
    ),
    "recursive-call": (
        "Quy trình gọi vòng lại chính nó ({name}); hãy bỏ lời gọi này.",
        "The process calls itself in a circle ({name}); remove this call.",
    ),
    "unknown-decision": (
        "Bảng quyết định “{name}” không có trong gói; hãy thêm bảng hoặc sửa mã.",
        "The decision table “{name}” is not in the bundle; add it or mend the id.",
    ),
    "bad-decision": ("{message}", "{message_en}"),
    "table-gap": (
        "Bảng “{name}” bỏ sót trường hợp ({count}), ví dụ {example} ({where}); hãy thêm dòng hoặc khai giá trị được nhận của cột.",
        "The table “{name}” has no rule for some inputs ({count}), such as {example} ({where}); add a rule or say what the column takes.",
    ),
    "table-gap-unused": (
        "Bảng “{name}” bỏ sót trường hợp ({count}), ví dụ {example} ({where}); hãy thêm dòng trước khi dùng bảng.",
        "The table “{name}” has no rule for some inputs ({count}), such as {example} ({where}); add one before it is used.",
    ),
    "table-overlap": (
        "Bảng “{name}” chỉ cho một dòng đúng, nhưng dòng {one} và {other} cùng đúng khi {where}; hãy tách điều kiện.",
        "The table “{name}” allows one rule, but rules {one} and {other} both fit {where}; part their conditions.",
    ),
    "table-clash": (
        "Bảng “{name}”: dòng {one} và {other} cùng đúng khi {where} mà cho kết quả khác nhau; hãy sửa một dòng.",
        "The table “{name}”: rules {one} and {other} both fit {where} and differ in result; mend one of them.",
    ),
    "table-row-hidden": (
        "Bảng “{name}”: dòng {row} không bao giờ được dùng vì các dòng trên đã nhận hết; hãy xếp lại hoặc bỏ đi.",
        "The table “{name}”: rule {row} never answers, rules above take all of it; move or delete it.",
    ),
    "missing-result-variable": (
        "Bước này chưa có tên biến kết quả; hãy điền “Kết quả ghi vào biến”.",
        "This element has no result variable; fill in “Variable for the result”.",
    ),
    "missing-script": (
        "Bước tính toán chưa có biểu thức; hãy viết một biểu thức FEEL.",
        "The script task has no expression; write one in FEEL.",
    ),
    "user-task-without-form": (
        "Việc này chưa có biểu mẫu; hãy chọn ở ô “Biểu mẫu”.",
        "This user task has no form; choose one under “Form”.",
    ),
    "unknown-form": (
        "Biểu mẫu “{name}” không có trong gói; hãy thêm tệp {name}.form hoặc chọn lại ở ô “Biểu mẫu”.",
        "The form “{name}” is not in the bundle; add the file {name}.form or choose another under “Form”.",
    ),
    "user-task-without-candidates": (
        "Việc này chưa có nhóm người làm; hãy chọn ở ô “Người thực hiện” hoặc đặt vào một làn.",
        "This user task has no candidates; choose them under “Done by” or put it into a lane.",
    ),
    "unknown-group": (
        "Nhóm “{name}” chưa được khai báo; hãy chọn một nhóm đã có.",
        "The group “{name}” is not known; choose one that is.",
    ),
    "service-without-topic": (
        "Việc hệ thống làm chưa nói làm gì; hãy chọn ở ô “Việc làm thay”.",
        "This service task does not say what it does; choose it under “Topic”.",
    ),
    "unknown-topic": (
        "Chủ đề (topic) “{name}” không có bộ xử lý nào; hãy chọn chủ đề đã có.",
        "No handler serves the topic “{name}”; choose one that exists.",
    ),
    "message-missing": (
        "Bước hoặc sự kiện này chưa gắn với thông điệp nào có tên; hãy chọn một thông điệp và đặt tên.",
        "This element is tied to no message with a name; choose a message and name it.",
    ),
    "key-missing": (
        "Bước chờ thông điệp chưa có khóa; hãy điền ô “Tin của”.",
        "This receive task has no key; fill in “Message of”.",
    ),
    "error-missing": (
        "Sự kiện lỗi trỏ đến một lỗi không có; hãy chọn lại mã lỗi.",
        "The error event points to an error that does not exist; choose one.",
    ),
    "boundary-host": (
        "Sự kiện biên không gắn trên một bước của cùng quy trình; hãy gắn lại.",
        "The boundary event is not attached to an activity of the same process; attach it again.",
    ),
    "timer-missing": (
        "Sự kiện thời gian chưa có thời điểm hay khoảng thời gian; hãy điền vào.",
        "The timer has neither date nor duration; fill one in.",
    ),
    "cycle-misplaced": (
        "Thời gian lặp chỉ dùng được ở sự kiện biên không ngắt; hãy dùng khoảng thời gian hoặc ngày.",
        "A cycle works only on a non-interrupting boundary event; use a duration or a date.",
    ),
    "collection-missing": (
        "Bước thực hiện nhiều lần cần đúng một trong hai: danh sách hoặc số lần.",
        "A multi-instance needs exactly one of a collection and a number of times.",
    ),
    "output-missing": (
        "Bước thực hiện nhiều lần phải có danh sách kết quả và tên kết quả từng lần, kẻo chúng ghi đè nhau.",
        "A multi-instance must name an output collection and each item's output, or results are lost.",
    ),
    "vote-through-form": (
        "Không bỏ phiếu qua biểu mẫu vì phiếu không kín; hãy nhận kết quả kiểm phiếu từ phiên họp.",
        "A vote must not be taken through a form, as it is not secret there; receive the session's tally.",
    ),
    "unknown-reference": (
        "“{name}” không phải là mã của một việc trong gói; hãy sửa lại.",
        "“{name}” is not the id of a user task in the bundle; mend it.",
    ),
    "bad-form": ("{message}", "{message_en}"),
    "unreadable": (
        "Bộ máy quy trình không đọc được phần tử này; hãy vẽ lại phần tử hoặc báo quản trị viên.",
        "The engine cannot read this element; draw it again or tell the administrator.",
    ),
    "too-long": (
        "Quy trình có chuỗi bước quá dài để chạy; hãy tách thành nhiều quy trình gọi nhau.",
        "The process has too long a chain of steps to run; split it into processes that call each other.",
    ),
    "not-bpmn": (
        "Tệp không phải sơ đồ BPMN 2.0; hãy mở bằng công cụ vẽ sơ đồ BPMN 2.0, lưu lại rồi gửi.",
        "The file is no BPMN 2.0 diagram; open it in a BPMN 2.0 editor, save it and send it again.",
    ),
    "no-process": (
        "Tệp không có quy trình nào; hãy vẽ quy trình hoặc bỏ tệp này khỏi gói.",
        "The file holds no process; draw one, or take the file out of the bundle.",
    ),
    "too-many-steps": (
        "Gói có {count} phần tử, nhiều nhất {most}; hãy tách thành nhiều quy trình riêng.",
        "The bundle has {count} elements, at most {most} are taken; split it into processes of their own.",
    ),
    "too-much-text": (
        "Các biểu thức của gói dài {count} ký tự, nhiều nhất {most}; hãy rút gọn hoặc tách gói.",
        "The expressions of the bundle are {count} characters long, at most {most} are taken; shorten or split them.",
    ),
    "too-many-cells": (
        "Các bảng quyết định có {count} ô, nhiều nhất {most}; hãy tách thành bảng nhỏ hơn.",
        "The decision tables have {count} cells, at most {most} are taken; split them into smaller ones.",
    ),
    "bad-id": (
        "Mã “{name}” có ký tự không dùng được; mã gồm chữ, số, gạch dưới, gạch nối, bắt đầu bằng chữ.",
        "The id “{name}” has characters that cannot be used; use letters, digits, _ and -, a letter first.",
    ),
    "reserved-id": (
        "Mã “{name}” dành riêng cho bộ máy quy trình; hãy đặt mã khác cho phần tử này.",
        "The id “{name}” is kept for the engine itself; give this element another id.",
    ),
    "bad-boolean": (
        "Thuộc tính {name} phải là true hoặc false; hãy sửa lại.",
        "The attribute {name} must be true or false; mend it.",
    ),
    "bad-quantity": (
        "Thuộc tính {name} khác 1 không chạy được; hãy bỏ đi.",
        "The attribute {name} other than 1 cannot be run; remove it.",
    ),
    "flow-into-start": (
        "Luồng này dẫn vào sự kiện bắt đầu hoặc sự kiện biên; hãy nối vào một bước khác.",
        "This flow leads into a start or boundary event; connect it to another element.",
    ),
    "lane-without-group": (
        "Việc này chưa có nhóm người làm, và làn “{name}” chưa gắn với nhóm nào; hãy chọn ở ô “Người thực hiện” của bước"
        " hoặc ô “Nhóm làm việc trong làn” của làn.",
        "This task has no candidates, and its lane “{name}” stands for no known group; choose under “Done by” of the step"
        " or “Group of the lane” of the lane.",
    ),
    "unknown-letter": (
        "Không có mẫu thư “{name}” cho việc mới mở; hãy thêm tệp {name}.letter vào gói hoặc chọn mẫu thư đã có.",
        "There is no letter “{name}” for a task that opens; add the file {name}.letter to the bundle, or choose one that exists.",
    ),
    "bad-letter": ("{message}", "{message_en}"),
    "bad-letter-name": (
        "Tên mẫu thư “{name}” không dùng được; tên chỉ gồm chữ không dấu, số, gạch dưới, gạch nối, nhiều nhất 60 ký tự.",
        "The letter's name “{name}” cannot be used; it holds plain letters, digits, _ and - only, 60 at most.",
    ),
    "bad-register": ("{message}", "{message_en}"),
    "stray-register": (
        "{name} không phải sổ của quy trình chính; tên tệp phải là {main}.register.",
        "{name} is not the register of the main process; its file is named {main}.register.",
    ),
    "unknown-paper": (
        "Gói không có văn bản “{name}”; hãy thêm tệp {name}.paper vào gói hoặc chọn văn bản đã có.",
        "The bundle has no paper “{name}”; add the file {name}.paper to it, or choose one that it has.",
    ),
    "unknown-paper-part": (
        "Không có phần việc “{name}” với văn bản; hãy ghi write (soạn), sign (ký), number (cho số) hoặc read (đọc).",
        "There is no part “{name}” in a paper; write one of: write, sign, number, read.",
    ),
    "part-of-no-paper": (
        "Bước ghi phần việc “{name}” nhưng chưa nêu văn bản nào; hãy chọn văn bản của bước, hoặc bỏ phần việc.",
        "The step takes the part “{name}” in a paper, but names none; choose the paper of the step, or drop the part.",
    ),
    "bad-paper": ("{message}", "{message_en}"),
    "bad-paper-name": (
        "Tên văn bản “{name}” không dùng được; tên bắt đầu bằng chữ, chỉ gồm chữ không dấu, số, gạch dưới, gạch nối, nhiều nhất 30 ký tự.",
        "The paper's name “{name}” cannot be used; it begins with a letter and holds plain letters, digits, _ and - only, 30 at most.",
    ),
    "stray-paper": (
        "{name} cần sổ theo dõi: văn bản là của việc trong sổ. Thêm tệp .register của quy trình chính hoặc bỏ tệp này.",
        "{name} needs a register: papers are of its matters. Add the main process's .register, or drop this file.",
    ),
    "idle-paper": (
        "Không bước nào nêu văn bản “{name}” nên không ai soạn được; hãy chọn nó ở ô “Văn bản của bước”.",
        "No step names the paper “{name}”, so nobody can draw it up; choose it under “Paper of the step”.",
    ),
    "too-many-papers": (
        "Gói có {count} văn bản, nhiều nhất {most}; hãy bỏ bớt.",
        "The bundle has {count} papers, at most {most} are taken; drop some.",
    ),
    "too-many-letters": (
        "Gói có {count} mẫu thư, nhiều nhất {most}; hãy bỏ bớt mẫu không dùng.",
        "The bundle has {count} letters, at most {most} are taken; drop those that nothing uses.",
    ),
    "unknown-event": (
        "Nhật ký không có từ “{name}”; hãy chọn một từ đã có ở ô “Ghi vào lịch sử”.",
        "The history has no word “{name}”; choose one that exists under “Told in the history”.",
    ),
    "unknown-list": (
        "Không có loại danh sách “{name}”; hãy chọn một loại đã có ở ô “Loại danh sách”.",
        "There is no kind of list “{name}”; choose one that exists under “Kind of list”.",
    ),
    "unknown-outcome": (
        "Không có kết quả “{name}”; hãy chọn một kết quả đã có ở ô “Kết cục”.",
        "There is no outcome “{name}”; choose one that exists under “Outcome”.",
    ),
    "unknown-message": (
        "Không ai gửi thông điệp “{name}”, bước này sẽ chờ mãi; hãy chọn một thông điệp đã có.",
        "Nobody sends the message “{name}”, so this element waits for ever; choose one that exists.",
    ),
    "unknown-basis": (
        "Danh mục căn cứ pháp lý không có “{name}”; hãy chọn một căn cứ đã có.",
        "The register of legal bases has no “{name}”; choose one that it has.",
    ),
    "lapsed-basis": (
        "Căn cứ “{name}” đã hết hiệu lực từ sau ngày {day}; hãy thay bằng căn cứ đang có hiệu lực.",
        "The legal basis “{name}” lapsed after {day}; put one that is in force in its place.",
    ),
    "basis-not-yet": (
        "Căn cứ “{name}” đến ngày {day} mới có hiệu lực; hãy kiểm tra lại ngày áp dụng.",
        "The legal basis “{name}” comes into force on {day} only; check the day from which this applies.",
    ),
    "bad-reminder": (
        "Mốc đôn đốc “{name}” không đọc được; hãy viết số ngày làm việc từ 0 đến 60, hoặc half, cách nhau bằng dấu cách.",
        "The reminder “{name}” cannot be read; write working days from 0 to 60, or half, with blanks between.",
    ),
    "bad-days": (
        "Mốc báo quá hạn “{name}” không đọc được; hãy viết số ngày làm việc từ 1 đến 60, cách nhau bằng dấu cách.",
        "When to escalate, “{name}”, cannot be read; write working days from 1 to 60, with blanks between.",
    ),
    "bad-day": (
        "Số ngày chờ người nhận việc “{name}” không đọc được; hãy viết một số ngày làm việc từ 1 đến 60.",
        "How long nobody may take the task, “{name}”, cannot be read; write one number of working days from 1 to 60.",
    ),
    "bad-target": (
        "Thời gian mục tiêu “{name}” không đọc được; hãy viết working_days(3), working_days(rule(\"KHÓA\")), P3D hoặc duration(\"PT8H\").",
        "The target “{name}” cannot be read; write working_days(3), working_days(rule(\"KEY\")), P3D or duration(\"PT8H\").",
    ),
    "unknown-phase": (
        "Giai đoạn “{name}” không có tên gọi nên các trang chỉ hiện mã; hãy chọn giai đoạn đã có ở ô “Giai đoạn từ đây”.",
        "The phase “{name}” has no words, so pages show only this code; choose one that exists under “Phase from here on”.",
    ),
    "unknown-field": (
        "Không biểu mẫu hay bước nào cho giá trị tên “{name}”{near}; hãy sửa tên hoặc thêm mục vào biểu mẫu.",
        "No form and no step gives anything named “{name}”{near_en}; mend the name or add the field to a form.",
    ),
    "field-not-yet": (
        "“{name}” chưa có ở đây: bước cho giá trị đó chỉ đứng sau; hãy đổi thứ tự hoặc đọc trường khác.",
        "“{name}” is not there yet: what gives it comes only later; change the order or read another field.",
    ),
    "wrong-type": ("{message}", "{message_en}"),
    "value-unknown": (
        "“{what}” không bao giờ là “{name}”, chỉ có: {possible}; hãy sửa giá trị.",
        "“{what}” is never “{name}”, only one of: {possible}; mend the value.",
    ),
    "unknown-register": (
        "{what}(\"{name}\"): danh mục không có khóa “{name}”; hãy chọn khóa đã có.",
        "{what}(\"{name}\"): the register has no key “{name}”; choose one that it has.",
    ),
    "field-not-read": (
        "Không bước nào dùng mục “{label}”; hãy viết điều kiện theo mục này, hoặc bỏ mục nếu chỉ để rẽ nhánh.",
        "No step uses the field “{label}”; write a condition on it, or drop it if it was meant to choose a way.",
    ),
    "no-drawing": (
        "Sơ đồ chưa được vẽ nên không ai xem hay sửa được; hãy mở bằng công cụ vẽ, xếp các hình rồi lưu lại.",
        "The diagram is not drawn, so nobody can see or edit it; open it in an editor, lay it out and save it.",
    ),
    "not-drawn": (
        "Phần tử này chạy mà không có hình trên sơ đồ; hãy vẽ nó hoặc xóa nó đi.",
        "This element runs and is not drawn; draw it or delete it.",
    ),
    "drawing-astray": (
        "Trên sơ đồ có hình của “{name}” mà phần tử đó không có; hãy xóa hình rồi lưu lại.",
        "The drawing shows “{name}”, which does not exist; delete the shape and save the diagram.",
    ),
    "edge-without-waypoints": (
        "Đường nối này thiếu điểm đầu hoặc điểm cuối trên sơ đồ; hãy nối lại.",
        "This connection lacks its ends in the drawing; connect it again.",
    ),
    "shape-without-bounds": (
        "Hình của phần tử này thiếu vị trí hoặc kích thước; hãy đặt lại hình trên sơ đồ.",
        "The shape of this element has no place or size; put it into the drawing again.",
    ),
    "never-joins": (
        "Cổng song song này có thể chờ mãi: các nhánh dẫn vào không phải lúc nào cũng cùng đến; hãy xem lại cổng rẽ.",
        "This parallel gateway may wait for ever: the ways into it do not always all arrive; look at where they part.",
    ),
    "stale-name": (
        "Cổng này đọc “{name}” mà phần tử ngay trước không đặt; hãy đặt cổng ngay sau bước cho giá trị đó.",
        "This gateway reads “{name}”, not set by the element before it; put it behind the one that does.",
    ),
    "unknown-attribute": (
        "Thuộc tính nom:{name} không có nghĩa gì ở đây; hãy kiểm tra chính tả hoặc bỏ đi.",
        "The attribute nom:{name} means nothing here; check its spelling or remove it.",
    ),
    "value-never-comes": (
        "Điều kiện so với “{name}”, giá trị mà bước “{other}” không nhận; hãy sửa điều kiện hoặc nom:values.",
        "A condition asks for “{name}”, which “{other}” never takes; mend the condition or nom:values.",
    ),
}
WARNINGS = frozenset(
    [
        "stale-name",
        "unknown-attribute",
        "value-never-comes",
        "unknown-phase",
        "lapsed-basis",
        "basis-not-yet",
        "field-not-read",
        "no-drawing",
        "never-joins",
        "table-gap-unused",
        "table-row-hidden",
        "idle-paper",
    ]
)


def problem(code: str, element: str | None, *, file: str | None = None, part: str = "", **values: object) -> Problem:
    """Make a Problem from the table; the values fill the sentence, `part` says what of the element it is about."""
    vietnamese, english = SENTENCES[code]
    severity = "warning" if code in WARNINGS else "error"
    return Problem(element, code, vietnamese.format(**values), english.format(**values), severity, file, part)
