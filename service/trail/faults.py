"""The ways in which an entry may not fit, each in one sentence to people, Vietnamese and English."""

from __future__ import annotations

OK = (
    "Nhật ký còn nguyên vẹn: {count} mục, mục nào cũng khớp mục trước và khớp khóa.",
    "The trail is intact: each of its entries ({count}) fits the one before it and the key.",
)

ERASED_TOO = (
    "{erased} giá trị riêng đã xóa theo yêu cầu, có mục xóa dữ liệu làm chứng (số {entries}).",
    "Private values erased on request, each named by an entry of its erasure: {erased} (entries {entries}).",
)

FAULTS: dict[str, tuple[str, str]] = {
    "changed": (
        "Mục số {place}: nội dung đã bị sửa sau khi ghi.",
        "Entry {place}: its content was changed after it was written.",
    ),
    "unicode": (
        "Mục số {place}: chữ đã bị đổi cách mã hóa (NFC thành NFD), nhìn thì giống nhưng không còn đúng từng byte.",
        "Entry {place}: the letters were changed to another Unicode form; they look alike, the bytes differ.",
    ),
    "form": (
        "Mục số {place}: nội dung không ở dạng chuẩn (RFC 8785, NFC).",
        "Entry {place}: the content is not in canonical form (RFC 8785, NFC).",
    ),
    "column": (
        "Mục số {place}: cột dùng để tìm không khớp nội dung: {names}.",
        "Entry {place}: search columns differ from the content: {names}.",
    ),
    "swapped": (
        "Mục số {place}: đã bị đổi chỗ với mục số {other}.",
        "Entry {place}: swapped with entry {other}.",
    ),
    "duplicated": (
        "Mục số {place}: là bản chép lại của mục số {other}.",
        "Entry {place}: a copy of entry {other}.",
    ),
    "inserted": (
        "Mục số {place}: đã bị chèn vào sau, không có khóa.",
        "Entry {place}: inserted later, without the key.",
    ),
    "deleted": (
        "Mục số {place}: không còn, mất {count} mục liền nhau từ số này.",
        "Entry {place}: missing; gone in a row from this number on: {count}.",
    ),
    "link": (
        "Mục số {place}: không nối với mục liền trước, có mục ở đây đã bị thay.",
        "Entry {place}: does not follow from the entry before it, something here was replaced.",
    ),
    "forged": (
        "Mục số {place}: từ mục này chuỗi đã bị viết lại mà không có khóa.",
        "Entry {place}: from here the chain was rewritten without the key.",
    ),
    "key": (
        "Mục số {place}: không khớp khóa. Khóa đang dùng là khóa khác, hoặc cả chuỗi đã bị viết lại.",
        "Entry {place}: does not fit the key. The key is another one, or the whole chain was rewritten.",
    ),
    "stream": (
        "Mục số {place}: luồng {stream} phải đến số {expected}, ở đây ghi số {found}.",
        "Entry {place}: stream {stream} should be at {expected}, here it says {found}.",
    ),
    "time": (
        "Mục số {place}: giờ ghi sớm hơn mục liền trước.",
        "Entry {place}: its time is earlier than that of the entry before it.",
    ),
    "private-lost": (
        "Mục số {place}: giá trị riêng “{path}” đã mất mà không có mục xóa dữ liệu cá nhân.",
        "Entry {place}: the private value “{path}” is lost without an entry of its erasure.",
    ),
    "private-returned": (
        "Mục số {place}: giá trị riêng “{path}” đã xóa theo yêu cầu (mục số {entry}) lại xuất hiện.",
        "Entry {place}: the private value “{path}”, erased on request by entry {entry}, is there again.",
    ),
    "erasure-false": (
        "Mục số {place}: mục xóa dữ liệu nêu giá trị không có, của mục khác hoặc đã xóa trước đó.",
        "Entry {place}: it says to erase values that are not there, are another stream's, or were erased before.",
    ),
    "private-changed": (
        "Mục số {place}: giá trị riêng “{path}” đã bị sửa.",
        "Entry {place}: the private value “{path}” was changed.",
    ),
    "private-added": (
        "Mục số {place}: có giá trị riêng “{path}” mà mục không hề ghi.",
        "Entry {place}: there is a private value “{path}” that the entry does not know.",
    ),
    "tail": (
        "Mục số {place}: đuôi nhật ký bị cắt, thiếu {count} mục cuối.",
        "Entry {place}: the tail was cut off; gone at the end: {count}.",
    ),
    "beyond": (
        "Mục số {place}: nằm sau đầu chuỗi, được thêm mà không qua dịch vụ.",
        "Entry {place}: lies beyond the head of the chain, added past the service.",
    ),
    "key-changed": (
        "Mục số {place}: việc thay khóa không được cả khóa cũ và khóa mới xác nhận.",
        "Entry {place}: a change of keys that the old and the new key do not both vouch for.",
    ),
    "head-changed": (
        "Mục số {place}: đầu chuỗi không khớp mục cuối cùng này.",
        "Entry {place}: the head of the chain does not fit this last entry.",
    ),
    "anchor-form": (
        "Đây không phải một mốc nhật ký: văn bản thiếu dòng, sai dạng hoặc bị sửa.",
        "This is no checkpoint: a line is missing, malformed or changed.",
    ),
    "anchor-key": (
        "Mốc số {number} không do khóa của nhật ký này ký.",
        "Checkpoint {number} is not signed by a key of this trail.",
    ),
    "anchor-other": (
        "Mốc số {number} là của nhật ký khác: {origin}.",
        "Checkpoint {number} is of another trail: {origin}.",
    ),
    "anchor-tail": (
        "Mốc số {number} ghi {size} mục, nhật ký chỉ còn {left}: đuôi bị cắt từ mục số {place}.",
        "Checkpoint {number} says {size} entries, the trail has {left}: its tail was cut off from entry {place} on.",
    ),
    "anchor-root": (
        "Nhật ký không còn khớp mốc số {number}: mục số {place} đã bị thay sau khi mốc được gửi đi.",
        "The trail no longer fits checkpoint {number}: entry {place} was replaced after that went out.",
    ),
    "anchor-rewritten": (
        "Nhật ký không còn khớp mốc số {number}: có mục từ số 1 đến số {size} đã bị thay sau khi mốc được gửi đi.",
        "The trail no longer fits checkpoint {number}: one of the entries 1 to {size} was replaced after that went out.",
    ),
    "anchor-fork": (
        "Mốc số {number} thuộc nhật ký trước khi phục hồi (mục số {place}): nhật ký rẽ nhánh tại đây, "
        "các mục đã ghi sau bản sao lưu không còn.",
        "Checkpoint {number} belongs to the trail before the restore told by entry {place}: fork at {place}, what was written after the "
        "backup is not here.",
    ),
    "unsigned-changed": ("Mục số {place}: nội dung không khớp mã băm.", "Entry {place}: its content does not fit its hash."),
    "unsigned-forged": ("Mục số {place}: không khớp khóa.", "Entry {place}: does not fit the key."),
    "unsigned-deleted": ("Mục số {place}: không còn.", "Entry {place}: missing."),
    "unsigned-tail": ("Đuôi nhật ký bị cắt từ mục số {place}.", "The tail of the trail was cut off from entry {place} on."),
    "unsigned-fork": (
        "Nhật ký không nối tiếp mốc trước, mục đầu tiên không khớp: số {place}.",
        "The trail does not continue the checkpoint before; the first entry that does not fit is {place}.",
    ),
    "unsigned-signature": (
        "Mốc số {place} trong cơ sở dữ liệu không có chữ ký hợp lệ: đã bị sửa hoặc chèn vào.",
        "Checkpoint {place} in the database is not rightly signed: it was changed or put in.",
    ),
    "unsigned-lost": (
        "Mốc số {place} đã ký không còn trong cơ sở dữ liệu: mốc bị xóa, hoặc bản cũ hơn đã được đặt lại mà không ai báo.",
        "Checkpoint {place} was signed and is not in the database: it was deleted, or an older copy was put back and nobody said so.",
    ),
    "checkpoint-gone": (
        "Mốc số {place} không còn trong cơ sở dữ liệu: đã bị xóa.", "Checkpoint {place} is not in the database any more: it was deleted.",
    ),
    "checkpoint-exchanged": (
        "Mốc số {place} trong cơ sở dữ liệu không phải mốc đã ký khi đó: đã bị tráo bằng một mốc khác cũng có chữ ký của khóa.",
        "Checkpoint {place} in the database is not the one that was signed then: it was exchanged for another one that the key signed.",
    ),
    "checkpoint-column": (
        "Mốc số {place}: cột dùng để tìm không khớp văn bản đã ký.", "Checkpoint {place}: search columns differ from the signed text.",
    ),
    "checkpoint-root": (
        "Mốc số {place} có chữ ký nhưng không khớp {size} mục đầu của nhật ký.",
        "Checkpoint {place} is signed, but does not fit the first entries ({size}) of the trail.",
    ),
    "node-changed": (
        "Nút của cây băm lưu sẵn cho các mục từ số {place} đến số {last} đã bị sửa: các mục vẫn đúng, chứng minh lập từ nút này thì sai.",
        "The kept node of the tree over the entries {place} to {last} was changed: the entries are right, proofs made of it are not.",
    ),
    "node-lost": (
        "Nút của cây băm lưu sẵn cho các mục từ số {place} đến số {last} không còn: các mục vẫn đúng, không lập được chứng minh.",
        "The kept node of the tree over the entries {place} to {last} is gone: the entries are right, no proof can be made.",
    ),
    "node-added": (
        "Cây băm lưu sẵn có nút lạ ở bậc {level}, cho các mục từ số {place} đến số {last}: đã được thêm mà không qua dịch vụ.",
        "The kept tree has a strange node at level {level}, over the entries {place} to {last}: it was added past the service.",
    ),
    "kept-broken": (
        "Không đọc được hết các mốc và nút lưu sẵn của nhật ký. Xem nhật ký của tiến trình nền.",
        "The kept checkpoints and nodes of the trail cannot all be read. See the worker's log.",
    ),
    "unsigned-node": (
        "Nút của cây băm lưu sẵn, từ mục số {place}, đã bị sửa, thêm hoặc mất: các mục vẫn khớp mốc trước, nhưng không ký được mốc mới.",
        "A kept node of the tree, from entry {place} on, was changed, added or lost: the entries fit the checkpoint before, but no new one "
        "can be signed.",
    ),
    "unsigned-broken": (
        "Không ký được mốc: có dữ liệu của nhật ký không đọc được. Xem nhật ký của tiến trình nền.",
        "No checkpoint could be signed: something of the trail cannot be read. See the worker's log.",
    ),
    "unlocked": (
        "Khóa chống sửa của cơ sở dữ liệu đã bị gỡ: {names}.", "The lock of the database was opened, triggers are gone: {names}."
    ),
    "unsigned-nodes": (
        "Cây băm của nhật ký thiếu nút ở trước mục số {place}.", "The tree over the trail lacks nodes before entry {place}."
    ),
    "head-lost": (
        "Đầu chuỗi đã mất, sau mục số {place}.",
        "The head of the chain is gone, after entry {place}.",
    ),
}
