"""What the editors of the studio say: labels, menus, states, in the reader's language. The drawing part speaks English by
itself; its menus are said here in Vietnamese."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from service import words
from service.words import N_

MENU: dict[str, str] = {
    "Activate hand tool": N_("Di chuyển vùng nhìn"),
    "Activate lasso tool": N_("Chọn nhiều hình bằng khung"),
    "Activate create/remove space tool": N_("Thêm hoặc bớt khoảng trống"),
    "Activate global connect tool": N_("Nối hai hình"),
    "Add lane above": N_("Thêm làn phía trên"),
    "Add lane below": N_("Thêm làn phía dưới"),
    "Add text annotation": N_("Thêm ghi chú"),
    "Align elements": N_("Căn thẳng hàng"),
    "Align elements left": N_("Căn mép trái"),
    "Align elements center": N_("Căn giữa theo chiều ngang"),
    "Align elements right": N_("Căn mép phải"),
    "Align elements top": N_("Căn mép trên"),
    "Align elements middle": N_("Căn giữa theo chiều dọc"),
    "Align elements bottom": N_("Căn mép dưới"),
    "Distribute elements horizontally": N_("Giãn đều theo chiều ngang"),
    "Distribute elements vertically": N_("Giãn đều theo chiều dọc"),
    "Append end event": N_("Nối với kết thúc"),
    "Append gateway": N_("Nối với rẽ nhánh"),
    "Append receive task": N_("Nối với bước chờ"),
    "Append timer intermediate catch event": N_("Nối với mốc thời gian"),
    "Append message intermediate catch event": N_("Nối với mốc chờ tin"),
    "Change element": N_("Đổi loại"),
    "Connect to other element": N_("Nối với hình khác"),
    "Connect using association": N_("Nối ghi chú"),
    "Create start event": N_("Tạo điểm bắt đầu"),
    "Create end event": N_("Tạo điểm kết thúc"),
    "Create gateway": N_("Tạo rẽ nhánh"),
    "Create expanded sub-process": N_("Tạo quy trình con"),
    "Create pool/participant": N_("Tạo khung quy trình"),
    "Delete": N_("Xóa"),
    "Divide into two lanes": N_("Chia thành hai làn"),
    "Divide into three lanes": N_("Chia thành ba làn"),
    "Parallel multi-instance": N_("Làm cho từng mục của danh sách"),
    "Toggle non-interrupting": N_("Không ngắt bước đang làm"),
    "Search in diagram": N_("Tìm trong sơ đồ"),
    "Search": N_("Tìm"),
    "Open {element}": N_("Mở {element}"),
    "Open minimap": N_("Mở bản đồ nhỏ"),
    "Close minimap": N_("Đóng bản đồ nhỏ"),
    "Start event": N_("Bắt đầu"),
    "End event": N_("Kết thúc"),
    "Error end event": N_("Kết thúc có lỗi"),
    "Terminate end event": N_("Kết thúc cả quy trình"),
    "Exclusive gateway": N_("Chọn một nhánh"),
    "Parallel gateway": N_("Đi mọi nhánh cùng lúc"),
    "Inclusive gateway": N_("Đi các nhánh có điều kiện đúng"),
    "User task": N_("Bước có người làm"),
    "Service task": N_("Việc hệ thống làm"),
    "Receive task": N_("Bước chờ danh sách, tin báo"),
    "Business rule task": N_("Bảng quyết định"),
    "Script task": N_("Tính giá trị"),
    "Call activity": N_("Gọi quy trình khác"),
    "Sub-process": N_("Quy trình con"),
    "Sub-process (expanded)": N_("Quy trình con"),
    "Message intermediate catch event": N_("Mốc chờ tin"),
    "Timer intermediate catch event": N_("Mốc thời gian"),
    "Intermediate throw event": N_("Mốc đi qua"),
    "Message boundary event": N_("Tin báo đến trong lúc làm, ngắt bước"),
    "Timer boundary event": N_("Hết thời gian, ngắt bước"),
    "Error boundary event": N_("Gặp lỗi, ngắt bước"),
    "Message boundary event (non-interrupting)": N_("Tin báo đến trong lúc làm, không ngắt"),
    "Timer boundary event (non-interrupting)": N_("Hết thời gian, không ngắt"),
    "Sequence flow": N_("Đường đi"),
    "Default flow": N_("Đường đi mặc định"),
    "Conditional flow": N_("Đường đi có điều kiện"),
    "No matching entries found": N_("Không có mục nào khớp"),
    "Process started": N_("Quy trình bắt đầu"),
    "Process finished": N_("Quy trình kết thúc"),
    "Process exited": N_("Đã ra khỏi quy trình"),
    "Process canceled": N_("Quy trình bị dừng"),
    "Simulation Log": N_("Các bước đã đi"),
    "No Entries": N_("Chưa đi bước nào"),
    "Toggle Simulation Log": N_("Xem các bước đã đi"),
    "Reset Simulation": N_("Chạy lại từ đầu"),
    "Play/Pause Simulation": N_("Chạy, tạm dừng"),
    "Play Simulation": N_("Đang chạy"),
    "Pause Simulation": N_("Tạm dừng"),
    "Set Sequence Flow": N_("Chọn nhánh đi tiếp"),
    "Trigger Event": N_("Cho sự kiện xảy ra"),
    "Add pause point": N_("Dừng lại ở đây"),
    "Remove pause point": N_("Thôi dừng ở đây"),
    "Set animation speed = Slow": N_("Chạy chậm"),
    "Set animation speed = Normal": N_("Chạy vừa"),
    "Set animation speed = Fast": N_("Chạy nhanh"),
    "Finished": N_("Đã xong"),
    "Not supported": N_("Không thử được"),
    "Found unsupported elements": N_("Có hình không thử được"),
    "Add input": N_("Thêm cột điều kiện"),
    "Add output": N_("Thêm cột kết quả"),
    "Add rule": N_("Thêm dòng"),
    "Add rule above": N_("Thêm dòng phía trên"),
    "Add rule below": N_("Thêm dòng phía dưới"),
    "Add input column left": N_("Thêm cột điều kiện bên trái"),
    "Add input column right": N_("Thêm cột điều kiện bên phải"),
    "Add output column left": N_("Thêm cột kết quả bên trái"),
    "Add output column right": N_("Thêm cột kết quả bên phải"),
    "Add cell description": N_("Thêm giải thích cho ô"),
    "Add predefined values": N_("Thêm giá trị định sẵn"),
    "Add values": N_("Thêm giá trị"),
    "Annotation": N_("Ghi chú"),
    "Annotations": N_("Ghi chú"),
    "And": N_("Và"),
    "When": N_("Khi"),
    "Then": N_("Thì"),
    "Input": N_("Điều kiện"),
    "Output": N_("Kết quả"),
    "Boolean value": N_("Giá trị đúng, sai"),
    "Change type": N_("Đổi kiểu"),
    "Change cell expression language": N_("Đổi ngôn ngữ biểu thức của ô"),
    "Clear predefined values": N_("Bỏ giá trị định sẵn"),
    "Comparison": N_("So sánh"),
    "Comparison operator": N_("Phép so sánh"),
    "Copy input column": N_("Chép cột điều kiện"),
    "Copy output column": N_("Chép cột kết quả"),
    "Copy rule": N_("Chép dòng"),
    "Cut input column": N_("Cắt cột điều kiện"),
    "Cut output column": N_("Cắt cột kết quả"),
    "Cut rule": N_("Cắt dòng"),
    "Paste input column left": N_("Dán cột điều kiện bên trái"),
    "Paste input column right": N_("Dán cột điều kiện bên phải"),
    "Paste output column left": N_("Dán cột kết quả bên trái"),
    "Paste output column right": N_("Dán cột kết quả bên phải"),
    "Paste rule above": N_("Dán dòng phía trên"),
    "Paste rule below": N_("Dán dòng phía dưới"),
    "Remove cell description": N_("Bỏ giải thích của ô"),
    "Remove input column": N_("Bỏ cột điều kiện"),
    "Remove output column": N_("Bỏ cột kết quả"),
    "Remove rule": N_("Bỏ dòng"),
    "Move rule": N_("Chuyển dòng"),
    "Custom values": N_("Giá trị tự đặt"),
    "Date": N_("Ngày"),
    "Date and time": N_("Ngày giờ"),
    "Time": N_("Giờ"),
    "Decision name": N_("Tên bảng"),
    "Decision name: ": N_("Tên bảng: "),
    "Definition ID": N_("Mã tệp"),
    "Definition name": N_("Tên tệp"),
    "Edit": N_("Sửa"),
    "Edit input": N_("Sửa cột điều kiện"),
    "Edit output": N_("Sửa cột kết quả"),
    "Edit string": N_("Sửa chữ"),
    "Edit number": N_("Sửa số"),
    "Edit boolean": N_("Sửa đúng, sai"),
    "Edit date": N_("Sửa ngày"),
    "Enter expression": N_("Nhập biểu thức"),
    "Expression": N_("Biểu thức"),
    "Expression language": N_("Ngôn ngữ biểu thức"),
    "Hit policy": N_("Cách chọn dòng"),
    "Hit policy:": N_("Cách chọn dòng:"),
    "Input expression": N_("Biểu thức điều kiện"),
    "Input label": N_("Nhãn điều kiện"),
    "Input type": N_("Kiểu điều kiện"),
    "Input values": N_("Giá trị có thể của điều kiện"),
    "Output label": N_("Nhãn kết quả"),
    "Output name": N_("Tên kết quả"),
    "Output type": N_("Kiểu kết quả"),
    "Output values": N_("Giá trị có thể của kết quả"),
    "Predefined values": N_("Giá trị định sẵn"),
    "No values": N_("Không có giá trị"),
    "Match one": N_("Khớp một trong"),
    "Match none": N_("Không khớp cái nào trong"),
    "Equals": N_("Bằng"),
    "Greater": N_("Lớn hơn"),
    "Greater or equals": N_("Từ … trở lên"),
    "Less": N_("Nhỏ hơn"),
    "Less or equals": N_("Đến hết"),
    "Between": N_("Trong khoảng"),
    "Before": N_("Trước"),
    "After": N_("Sau"),
    "Exactly": N_("Đúng"),
    "Range": N_("Khoảng"),
    "Include": N_("Kể cả"),
    "Exclude": N_("Không kể"),
    "Strings must be in double quotes": N_("Chữ phải để trong dấu nháy kép"),
    "Test type": N_("Kiểu so"),
    "Type": N_("Kiểu"),
    "Value": N_("Giá trị"),
    "Values": N_("Các giá trị"),
    "Use today": N_("Lấy hôm nay"),
    "Use now": N_("Lấy lúc này"),
    "View DRD": N_("Xem sơ đồ quyết định"),
    "Yes": N_("Đúng"),
    "No": N_("Sai"),
    "Resize": N_("Đổi cỡ"),
    "Append decision": N_("Nối với bảng quyết định"),
    "Append input data": N_("Nối với dữ liệu vào"),
    "Append knowledge source": N_("Nối với nguồn"),
    "Append business knowledge model": N_("Nối với mẫu tính"),
    "Create decision": N_("Tạo bảng quyết định"),
    "Create input data": N_("Tạo dữ liệu vào"),
    "Create knowledge model": N_("Tạo mẫu tính"),
    "Create knowledge source": N_("Tạo nguồn"),
    "string": N_("chữ"),
    "boolean": N_("đúng, sai"),
    "number": N_("số"),
    "dateTime": N_("ngày giờ"),
    "dayTimeDuration": N_("khoảng ngày giờ"),
    "yearMonthDuration": N_("khoảng năm tháng"),
    '"value", "value", ...': N_('"giá trị", "giá trị", …'),
    '"value"': N_('"giá trị"'),
    "date": N_("ngày"),
    "time": N_("giờ"),
    "Unique": N_("Đúng một dòng"),
    "First": N_("Dòng đầu khớp"),
    "Priority": N_("Theo thứ tự ưu tiên"),
    "Any": N_("kiểu nào cũng được"),
    "Any row": N_("Dòng nào cũng được, kết quả phải như nhau"),
    "Collect": N_("Gom mọi dòng khớp"),
    "Collect (Sum)": N_("Cộng các dòng khớp"),
    "Collect (Min)": N_("Nhỏ nhất trong các dòng khớp"),
    "Collect (Max)": N_("Lớn nhất trong các dòng khớp"),
    "Collect (Count)": N_("Đếm các dòng khớp"),
    "Rule order": N_("Mọi dòng khớp, theo thứ tự dòng"),
    "Output order": N_("Mọi dòng khớp, theo thứ tự kết quả"),
    "Date and time value": N_("Ngày giờ"),
    "Date value": N_("Ngày"),
    "Duration value": N_("Khoảng thời gian"),
    "Time value": N_("Giờ"),
    "String value": N_("Chữ"),
    "Edit date and time": N_("Sửa ngày giờ"),
    "Edit duration": N_("Sửa khoảng thời gian"),
    "Edit time": N_("Sửa giờ"),
    "Edit end date": N_("Sửa ngày cuối"),
    "Edit end date and time": N_("Sửa ngày giờ cuối"),
    "Edit end time": N_("Sửa giờ cuối"),
    "Edit start date": N_("Sửa ngày đầu"),
    "Edit start date and time": N_("Sửa ngày giờ đầu"),
    "Edit start time": N_("Sửa giờ đầu"),
    "End date": N_("Ngày cuối"),
    "End date and time": N_("Ngày giờ cuối"),
    "End time": N_("Giờ cuối"),
    "End value": N_("Giá trị cuối"),
    "Start date": N_("Ngày đầu"),
    "Start date and time": N_("Ngày giờ đầu"),
    "Start time": N_("Giờ đầu"),
    "Start value": N_("Giá trị đầu"),
    "Set date": N_("Chọn ngày"),
    "Set date and time": N_("Chọn ngày giờ"),
    "Set duration": N_("Chọn khoảng thời gian"),
    "Set time": N_("Chọn giờ"),
    "Set value": N_("Chọn giá trị"),
    "Range start operator": N_("Dấu đầu khoảng"),
    "Range end operator": N_("Dấu cuối khoảng"),
    "Range start value": N_("Giá trị đầu khoảng"),
    "Range end value": N_("Giá trị cuối khoảng"),
    "Input expression: ": N_("Biểu thức điều kiện: "),
    "Input label: ": N_("Nhãn điều kiện: "),
    "Output label: ": N_("Nhãn kết quả: "),
    "Output name: ": N_("Tên kết quả: "),
    "Literal expression": N_("Biểu thức"),
    "Variable name": N_("Tên biến"),
    "Variable type": N_("Kiểu của biến"),
    "Element name": N_("Tên"),
    "Move Input": N_("Chuyển cột điều kiện"),
    "Move Output": N_("Chuyển cột kết quả"),
    "No overlap is possible and all rules are disjoint. Only a single rule can be matched":
        N_("Không hai dòng nào cùng khớp; hai dòng cùng khớp thì bảng dừng"),
    "Rules may overlap. The first matching rule will be chosen": N_("Nhiều dòng có thể cùng khớp; lấy dòng đầu tiên"),
    "Rules may overlap. The one with the highest priority will be chosen": N_("Nhiều dòng có thể cùng khớp; lấy kết quả ưu tiên nhất"),
    "Rules may overlap. Their output have to match": N_("Nhiều dòng có thể cùng khớp; kết quả phải như nhau"),
    "Collects the values of all matching rules": N_("Gom kết quả của mọi dòng khớp"),
    "Collects the values of all matching rules and sums up to a single value": N_("Cộng kết quả của mọi dòng khớp"),
    "Collects the values of all matching rules and uses the lowest value": N_("Lấy kết quả nhỏ nhất của mọi dòng khớp"),
    "Collects the values of all matching rules and uses the highest value": N_("Lấy kết quả lớn nhất của mọi dòng khớp"),
    "Collects the values of all matching rules and counts the number of them": N_("Đếm các dòng khớp"),
    "Collects the values of all matching rules in rule order": N_("Gom kết quả theo thứ tự dòng"),
    "Collects the values of all matching rules in decreasing output priority order": N_("Gom kết quả theo thứ tự ưu tiên"),
}
"""English words of the drawing part and of the tables → Vietnamese."""

FORM_MENU: dict[str, str] = {
    "Components": N_("Mục của biểu mẫu"), "Input": N_("Nhập"), "Selection": N_("Chọn"), "Presentation": N_("Trình bày"),
    "Containers": N_("Nhóm"), "Action": N_("Thao tác"), "Search components": N_("Tìm mục"),
    "Drag and drop components here to start designing.": N_("Kéo mục vào đây để bắt đầu."),
    "Use the preview window to test your form.": N_("Xem thử ở thẻ bên cạnh."), "Build your form": N_("Soạn biểu mẫu"),
    "Text field": N_("Một dòng chữ"), "Text area": N_("Nhiều dòng chữ"), "Number": N_("Số"), "Date time": N_("Ngày giờ"),
    "Date": N_("Ngày"), "Time": N_("Giờ"), "Expression": N_("Biểu thức"), "File picker": N_("Tệp"), "Checkbox": N_("Ô đánh dấu"),
    "Checkbox group": N_("Chọn nhiều"), "Radio group": N_("Chọn một"), "Select": N_("Chọn từ danh sách"), "Text view": N_("Đoạn chữ"),
    "Image view": N_("Hình"), "Table": N_("Bảng"), "Spacer": N_("Khoảng trống"), "Separator": N_("Đường kẻ"), "Group": N_("Nhóm"),
    "Dynamic list": N_("Các dòng"), "Form": N_("Biểu mẫu"), "General": N_("Chung"), "Key": N_("Khóa"), "ID": N_("Mã"),
    "Path": N_("Đường dẫn"), "Label": N_("Nhãn"), "Field label": N_("Nhãn"), "Date label": N_("Nhãn ngày"), "Time label": N_("Nhãn giờ"),
    "Field description": N_("Giải thích"), "Description": N_("Giải thích"), "Default value": N_("Giá trị ban đầu"),
    "Required": N_("Bắt buộc"), "Read only": N_("Chỉ đọc"), "Disabled": N_("Không cho điền"), "Validation": N_("Kiểm tra"),
    "Validation pattern": N_("Mẫu kiểm tra"), "Minimum": N_("Nhỏ nhất"), "Maximum": N_("Lớn nhất"),
    "Minimum length": N_("Ít nhất bao nhiêu chữ"), "Maximum length": N_("Nhiều nhất bao nhiêu chữ"), "Condition": N_("Điều kiện"),
    "Hide if": N_("Ẩn khi"), "Deactivate if": N_("Ẩn khi"), "Layout": N_("Bố cục"), "Columns": N_("Số cột"), "Auto": N_("Tự động"),
    "Vertical alignment": N_("Canh dọc"), "Top": N_("Trên"), "Center": N_("Giữa"), "Bottom": N_("Dưới"), "Appearance": N_("Hình thức"),
    "Prefix": N_("Chữ phía trước"), "Suffix": N_("Chữ phía sau"), "Decimal digits": N_("Số chữ số lẻ"), "Increment": N_("Bước tăng"),
    "Options source": N_("Nguồn các lựa chọn"), "Static options": N_("Các lựa chọn"), "Type": N_("Kiểu"), "Static": N_("Ghi sẵn"),
    "Input data": N_("Dữ liệu đưa vào"), "Value": N_("Giá trị"), "Constraints": N_("Ràng buộc"), "Subtype": N_("Loại"),
    "Searchable": N_("Có ô tìm"), "Custom properties": N_("Thuộc tính riêng"), "Create": N_("Tạo"), "Remove": N_("Bỏ"),
    "Delete": N_("Xóa"), "Duplicate": N_("Nhân đôi"), "Checked": N_("Đánh dấu"), "Not checked": N_("Không đánh dấu"), "Text": N_("Chữ"),
    "Time format": N_("Cách ghi giờ"), "Time interval": N_("Khoảng cách giờ"), "Use 24h": N_("Giờ 24"),
    "Disallow past dates": N_("Không nhận ngày đã qua"), "Upload multiple files": N_("Nhận nhiều tệp"),
    "Supported file formats": N_("Loại tệp được nhận"), "Show outline": N_("Vẽ khung"), "Serialization": N_("Cách ghi"),
    "Allow add/delete items": N_("Cho thêm, bớt dòng"), "Default number of items": N_("Số dòng ban đầu"),
    "Disable collapse": N_("Không thu gọn"), "Custom": N_("Tự đặt"), "Email": N_("Thư điện tử"), "Phone": N_("Điện thoại"),
    "Custom regular expression": N_("Mẫu chính quy tự đặt"), "Custom error message": N_("Câu báo lỗi"),
    "Alternative text": N_("Chữ thay hình"), "Image source": N_("Địa chỉ hình"), "Height": N_("Chiều cao"),
    "Binds to a form variable": N_("Câu trả lời ghi vào biến này"), "Options expression": N_("Biểu thức lựa chọn"),
    "Data source": N_("Nguồn dữ liệu"), "Header items": N_("Các cột"), "Pagination": N_("Chia trang"),
    "Group label": N_("Nhãn nhóm"), "Number of non-collapsing items": N_("Số dòng luôn mở"),
    "Where the child variables of this component are pathed to.": N_("Câu trả lời bên trong ghi vào biến này."),
    "Condition under which the field is hidden": N_("Mục ẩn khi điều kiện này đúng"),
    "Define an expression to calculate the value of this field": N_("Biểu thức tính giá trị của mục"),
    "Allows arbitrary precision values": N_("Giữ đủ chữ số lẻ"), "Output as string": N_("Ghi thành chữ"),
    "Target value": N_("Biến nhận giá trị"), "Compute on": N_("Tính khi"), "Value changes": N_("Giá trị đổi"),
    "Form submission": N_("Gửi biểu mẫu"), "Table label": N_("Nhãn bảng"), "Image": N_("Hình"), "Title": N_("Tiêu đề"),
    "Repeatable": N_("Lặp lại được"), "Version tag": N_("Nhãn phiên bản"), "<none>": N_("Không có"), "Browse": N_("Chọn tệp"),
    "No files selected": N_("Chưa chọn tệp"),
    "Click to set a dynamic value with FEEL expression": N_("Đặt giá trị bằng biểu thức FEEL"),
    "Click to remove FEEL expression": N_("Thôi dùng biểu thức FEEL"), "Open pop-up editor": N_("Mở ô soạn lớn"),
    "Select a form field to edit its properties.": N_("Chọn một mục để sửa thuộc tính."),
}
"""English words of the form editor → Vietnamese."""


BLANK_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:nom="urn:vinhdanh:nom:1" id="definitions_{id}" \
targetNamespace="urn:vinhdanh:bpmn">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="start_{id}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{id}">
    <bpmndi:BPMNPlane id="plane_{id}" bpmnElement="{id}">
      <bpmndi:BPMNShape id="start_{id}_di" bpmnElement="start_{id}"><dc:Bounds x="160" y="160" width="36" height="36" /></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
BLANK_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="definitions_{id}" name="{name}" namespace="urn:vinhdanh:dmn">
  <decision id="{id}" name="{name}">
    <decisionTable id="table_{id}" hitPolicy="UNIQUE">
      <input id="{id}_in"><inputExpression id="{id}_in_text" typeRef="string"><text></text></inputExpression></input>
      <output id="{id}_out" name="result" label="{result}" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="{id}"><dc:Bounds height="80" width="180" x="160" y="100" />\
</dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


def blank_letter() -> str:
    """A letter to begin with, each part explained in the reader's language; `{name}` is its name."""
    notes = (
        _("Tên mẫu thư, chỉ người soạn quy trình thấy."),
        _("Giá trị điền: viết {{ task }} (tên việc), {{ title }} (tên hồ sơ), {{ due }} (hạn xử lý). Không có lệnh, phép tính hay HTML."),
        _("Bản tiếng Việt. Lời chào, đường dẫn và chân thư có sẵn, không phải viết."),
        _("Tiêu đề: một dòng."),
        _("Câu mở đầu, in đậm. Thư nhiều dòng viết giữa hai lần ba dấu nháy."),
        _("Bảng thông tin: từng cặp nhãn và giá trị. Dòng không có giá trị tự bỏ."),
        _("Lời kết, có thể bỏ."),
        _("Chữ trên nút dẫn tới việc."),
        _("Bản tiếng Anh, cho người chọn tiếng Anh."),
    )
    name, gaps, vi, subject, opening, facts, closing, button, en = (f"# {one}" for one in notes)
    return f"""{name}
name = "{{name}}"
name_en = "{{name}}"

{gaps}

{vi}
[vi]
{subject}
subject = "Việc mới: {{{{ task }}}}"
{opening}
opening = "Bạn có một việc mới cần xử lý."
{facts}
facts = [["Việc", "{{{{ task }}}}"], ["Hồ sơ", "{{{{ title }}}}"], ["Hạn xử lý", "{{{{ due }}}}"]]
{closing}
closing = \"\"\"
Hồ sơ và căn cứ pháp lý có trên trang của việc này.
\"\"\"
{button}
button = "Mở việc này"

{en}
[en]
subject = "New task: {{{{ task }}}}"
opening = "You have a new task."
facts = [["Task", "{{{{ task }}}}"], ["Dossier", "{{{{ title }}}}"], ["Due", "{{{{ due }}}}"]]
closing = \"\"\"
The dossier and its legal basis are on the page of the task.
\"\"\"
button = "Open the task"
"""


def blank_paper() -> str:
    """A paper to begin with, each part explained in the reader's language; `{name}` is its name."""
    notes = (
        _("Tên văn bản."),
        _("Đứng tên: committee (UBND xã), office (Văn phòng), unit (đơn vị của việc), council (Hội đồng)."),
        _("Người ký: chair, office_head, unit_head; hình thức ký: TM, KT, TL, TUQ, hoặc để trống."),
        _("Nơi nhận, mỗi nơi một dòng."),
        _("true thì có thêm bản DOCX để soạn tiếp."),
        _("Từ đây là văn bản, mỗi dòng bắt đầu bằng loại của nó: title, abstract, to, p, h, item, table, signature."),
        _("Giá trị điền: viết tên mục của biểu mẫu giữa hai cặp ngoặc nhọn, ví dụ {{ unit }}; dòng có mục trống tự bỏ."),
    )
    name, issuer, signs, copies, word, text, gaps = (f"# {one}" for one in notes)
    return f"""{name}
name = "{{name}}"
name_en = "{{name}}"
{issuer}
issuer = "committee"
{signs}
signs = "chair"
form = "TM"
{copies}
copies = ["Lưu: VT"]
{word}
word = true
---
{text}
{gaps}
layout: paper
title: {{name}}
p: Số trong sổ: {{{{ register_number }}}}, lập {{{{ begun_on|day }}}}.
signature:
"""


def menu() -> dict[str, str]:
    """Words of the drawing part in the reader's language; none where they are its own."""
    return {} if words.language() == "en" else {english: _(said) for english, said in MENU.items()}


def form_menu() -> dict[str, str]:
    """Words of the form editor in the reader's language; none where they are its own."""
    return {} if words.language() == "en" else {english: _(said) for english, said in FORM_MENU.items()}


def spoken() -> dict[str, Any]:
    """Everything that the scripts of the studio say."""
    return {
        "menu": menu(),
        "create": {"user": _("Tạo bước có người làm"), "receive": _("Tạo bước chờ"), "decision": _("Tạo bước hỏi bảng quyết định"),
                   "call": _("Tạo bước gọi quy trình khác")},
        "append": {"user": _("Nối với bước có người làm"), "receive": _("Nối với bước chờ")},
        "state": {
            "typed": _("Chưa lưu"), "saving": _("Đang lưu…"), "saved": _("Đã lưu lúc {at}. Rời trang không mất gì."),
            "same": _("Không có gì chưa lưu."),
            "offline": _("Mất kết nối. Bản đang sửa vẫn còn trên máy này và sẽ tự lưu khi nối lại."),
            "rescued": _("Đã lấy lại phần chưa lưu của lần trước trên máy này."),
            "refused": _("Chưa lưu được {name}: {message}"), "overtaken": _("Có người đã lưu trước. Chọn cách giữ."),
        },
        "conflict": _("{who} đã lưu tệp {name} lúc {at}, trong lúc bạn sửa. Bản của bạn vẫn còn trên trang này."),
        "conflictDropped": _("{who} đã bỏ tệp {name} trong lúc bạn sửa. Bản của bạn vẫn còn trên trang này."),
        "mayNot": _("bạn không còn quyền sửa, hoặc lượt đăng nhập đã hết"),
        "taken": _("Bản soạn đã có tệp {name}. Chọn tên khác."),
        "copied": _("Bản của bạn đã thành bản soạn riêng:"),
        "severity": {"error": _("Lỗi"), "warning": _("Lời nhắc")},
        "whole": _("Cả bản soạn"),
        "errors": [_("1 lỗi"), _("{n} lỗi")], "warnings": [_("1 lời nhắc"), _("{n} lời nhắc")],
        "noProblems": _("Không có lỗi"),
        "others": _("{who} cũng đang mở bản soạn này. Ai lưu sau sẽ được báo, không ai ghi đè lên ai."),
        "drop": _("Bỏ tệp {name} khỏi bản soạn? Tệp trong bản đang dùng vẫn còn."),
        "kinds": {".bpmn": _("Sơ đồ"), ".dmn": _("Bảng quyết định"), ".form": _("Biểu mẫu"), ".letter": _("Thư"),
                  ".paper": _("Văn bản"), ".register": _("Sổ theo dõi"), ".scenario": _("Kịch bản")},
        "openRegister": _("Mở sổ theo dõi"), "addRegister": _("Thêm sổ theo dõi"),
        "unreadable": _("Không vẽ được tệp này. Sửa phần chữ dưới đây, hoặc nhập tệp khác cùng tên."),
        "unloaded": _("không mở được tệp"),
        "ground": {"bpmn": BLANK_DIAGRAM, "dmn": BLANK_TABLE.replace("{result}", _("Kết quả")),
                   "note": _("Ý kiến"), "letter": blank_letter(), "paper": blank_paper()},
        "drawing": _("Sơ đồ. Danh sách đánh số bên cạnh dẫn tới từng phần tử bằng bàn phím."),
        "asText": _("Tệp này soạn bằng chữ."),
        "previewPrint": _("Xem bản in A4"),
        "formTabs": {"build": _("Soạn"), "preview": _("Xem như người xử lý sẽ thấy")},
        "formMenu": form_menu(),
        "letter": {
            "tabs": {"write": _("Soạn"), "file": _("Dạng tệp"), "look": _("Xem như người nhận")},
            "gaps": _("Giá trị điền vào thư"), "gapsHint": _("Bấm để chèn vào chỗ con trỏ. Giá trị luôn là chữ, không bao giờ là lệnh."),
            "send": _("Gửi thử cho tôi"), "failed": _("Chưa gửi được: {message}"),
        },
        "paper": {
            "gaps": _("Giá trị điền vào văn bản"),
            "gapsHint": _("Bấm để chèn vào chỗ con trỏ. Câu trả lời luôn là chữ, không bao giờ là lệnh."),
            "always": {"unit": _("Tên đơn vị"), "register_number": _("Số trong sổ"), "begun_on": _("Ngày lập"), "begun_by": _("Người lập"),
                       "commune": _("Tên xã")},
        },
        "register": {
            "tabs": {"write": _("Soạn"), "file": _("Dạng tệp")},
            "gaps": _("Giá trị điền vào tên gọi"), "gapsHint": _("Bấm để chèn vào tên gọi của mỗi việc."),
        },
        "table": {
            "drawing": _("Sơ đồ quyết định"), "review": _("Bảng có trả lời hết không"), "try": _("Thử một dòng"),
            "allowed": _("Giá trị: {values}"), "run": _("Thử"), "answer": _("Bảng trả lời: {answer}"),
            "row": _("Dòng {row}: {said}"), "note": _("Chữ viết trần, số viết 12,5, đúng sai viết true, false. Để trống là chưa có."),
        },
        **_panel_words(),
    }


def _panel_words() -> dict[str, Any]:
    missing = _("không có trong danh mục")
    return {
        "kind": {
            "UserTask": _("Bước có người làm"), "ReceiveTask": _("Bước chờ"), "ServiceTask": _("Việc hệ thống làm"),
            "BusinessRuleTask": _("Bảng quyết định"), "ScriptTask": _("Tính giá trị"), "CallActivity": _("Gọi quy trình khác"),
            "SubProcess": _("Quy trình con"), "ExclusiveGateway": _("Rẽ nhánh"), "ParallelGateway": _("Rẽ nhánh song song"),
            "InclusiveGateway": _("Rẽ nhánh nhiều chọn"), "StartEvent": _("Bắt đầu"), "EndEvent": _("Kết thúc"),
            "BoundaryEvent": _("Sự kiện gắn vào bước"), "IntermediateCatchEvent": _("Mốc chờ"),
            "IntermediateThrowEvent": _("Mốc đi qua"), "SequenceFlow": _("Đường đi"), "Lane": _("Làn"),
            "Participant": pgettext("one", "Quy trình"),
            "Process": pgettext("one", "Quy trình"), "TextAnnotation": _("Ghi chú"),
            "DataObjectReference": _("Dữ liệu"), "Group": _("Khung"),
            "Association": _("Đường nối ghi chú"), "Other": _("Phần tử khác"),
        },
        "field": {
            "name": _("Tên"), "text": _("Ghi chú"), "form": _("Biểu mẫu"), "candidates": _("Người thực hiện"),
            "group": _("Nhóm làm việc trong làn"), "target": _("Mục tiêu thời gian"),
            "settles": _("Ghi nhận biểu quyết, chữ ký"), "due": _("Hạn xử lý"),
            "remind": _("Nhắc trước hạn"), "escalate": _("Quá hạn thì báo"),
            "escalateAfter": _("Báo sau khi quá hạn"), "unclaimedAfter": _("Chưa ai nhận sau"),
            "unclaimedTell": _("Chưa ai nhận thì báo"), "unclaimedTo": _("Chưa ai nhận thì giao thêm cho"),
            "sameAs": _("Vẫn người đã làm bước"), "excludes": _("Không giao người đã làm bước"),
            "itemTitle": _("Tên việc theo mục"), "topic": _("Việc làm thay"),
            "letter": _("Thư báo việc mới"), "paper": _("Văn bản của bước"),
            "inputs": _("Dữ liệu đưa vào"), "result": _("Kết quả ghi vào biến"), "decision": _("Bảng quyết định"),
            "script": _("Biểu thức"), "called": _("Quy trình được gọi"), "default": _("Nhánh mặc định"), "condition": _("Điều kiện"),
            "message": _("Chờ tin"), "key": _("Tin của"), "list": _("Loại danh sách"), "values": _("Kết quả có thể nhận"),
            "timerKind": _("Cách tính thời gian"), "timer": _("Thời gian"), "error": _("Mã lỗi"), "outcome": _("Kết cục"),
            "collection": _("Làm cho từng mục của"), "item": _("Biến của từng mục"), "output": _("Danh sách kết quả"),
            "outputItem": _("Biến kết quả từng mục"), "basis": _("Căn cứ pháp lý"), "phase": _("Giai đoạn từ đây"),
            "event": _("Ghi vào lịch sử"), "documentation": _("Giải thích"), "id": _("Mã phần tử"),
        },
        "hint": {
            "expression": _("Viết như: decision = \"approve\" and score >= 50"),
            "group": _("Bước trong làn không chọn Người thực hiện thì nhóm này làm."),
            "target": _("Bước chậm hơn mục tiêu được nêu ở số liệu và trang đầu. Không ghi thì tính theo hạn xử lý."),
            "settles": _("Giá trị do biểu quyết hoặc chữ ký quyết định: không ai sửa tay, không ai cho bước này đi qua bằng tay."),
            "id": _("Hồ sơ đang chạy nhận ra bước theo mã này. Đổi mã thì phải chuyển hồ sơ."),
            "escalateAfter": _("Mỗi mốc một lần, tính từ hạn xử lý, đến khi xong việc."),
            "unclaimedAfter": _("Tính từ khi việc mở hoặc được trả lại."),
            "unclaimedTo": _("Nhóm này được nhận việc từ lúc đó, nhóm đang có vẫn được. Việc của đơn vị không giao cho nhóm ngoài đơn vị."),
            "result": _("Chữ không dấu, số, gạch dưới."),
            "sameAs": _("Người đã làm bước đó nhận luôn việc này."),
            "itemTitle": _("Cho bước làm cho từng mục của một danh sách: chữ lấy từ mục, để phân biệt các việc. Ví dụ: finding.what"),
            "letter": _("Gửi khi việc mở ra, thay cho thư Việc mới."),
            "paper": _("Người xử lý bước này soạn văn bản này từ điều các bước đã ghi."),
        },
        "none": _("Không chọn"), "missing": missing, "nobody": _("Không ai"), "anybody": _("Ai cũng được"),
        "never": _("Không nhắc"), "usualDays": _("1, 3, 5 ngày làm việc"), "notTold": _("Không báo"),
        "usualManagers": _("Trưởng phòng Văn hóa - Xã hội"), "filter": _("Tìm trong danh sách"),
        "samePhase": _("Giữ giai đoạn đang có"), "noForm": _("Chọn biểu mẫu"), "openForm": _("Mở biểu mẫu này"),
        "newForm": _("Tạo biểu mẫu mới"), "usualLetter": _("Thư Việc mới"), "openLetter": _("Mở mẫu thư này"),
        "newLetter": _("Tạo mẫu thư mới"), "noPaper": _("Không có văn bản"), "openPaper": _("Mở văn bản này"),
        "newPaper": _("Tạo văn bản mới"), "openTable": _("Mở bảng này"), "openProcess": _("Mở sơ đồ này"),
        "laneDoes": _("Theo làn {lane}: {group}"), "result": _("Kết quả"), "settlesNothing": _("Không"),
        "noTarget": _("Không đặt mục tiêu"),
        "badId": _("Mã gồm chữ không dấu, số, gạch dưới, gạch nối, bắt đầu bằng chữ, nhiều nhất 100 ký tự."),
        "reservedId": _("Mã này dành riêng cho bộ máy quy trình."), "takenId": _("Mã {id} đã có ở {where}."), "thisFile": _("sơ đồ này"),
        "isDefault": _("Đây là nhánh mặc định: đi khi không điều kiện nào đúng."),
        "unnamed": _("Chưa có tên"), "waysOut": _("Đi tiếp:"), "wrong": _("chỗ cần sửa"),
        "pairs": {"name": _("Tên"), "expression": _("Biểu thức"), "drop": _("Bỏ"), "add": _("Thêm dữ liệu")},
        "due": {"none": _("Không có hạn"), "days": _("Số ngày làm việc"), "rule": _("Theo quy định"), "date": _("Theo lịch của đợt"),
                "iso": _("Khoảng thời gian ISO 8601"), "free": _("Biểu thức khác"), "missing": missing},
        "timers": {"timeDuration": _("Sau một khoảng"), "timeDate": _("Đến một thời điểm"), "timeCycle": _("Lặp lại")},
    }
