"""Names of people: combinations of common family, middle and given names, drawn by chance.

No list of real people was used; an equal real name is a coincidence.
"""

from __future__ import annotations

from opsconsole.sample.frame import Chance
from opsconsole.text import fold

_FAMILIES = (
    ("Nguyễn", 26), ("Bùi", 22), ("Đinh", 9), ("Quách", 6), ("Trần", 7), ("Lê", 6), ("Phạm", 6),
    ("Hoàng", 4), ("Hà", 4), ("Vũ", 4), ("Đỗ", 3), ("Bạch", 3), ("Xa", 3), ("Lường", 2), ("Khà", 2),
    ("Lò", 2), ("Ngần", 1), ("Đặng", 2), ("Dương", 2), ("Ngô", 1), ("Triệu", 2), ("Lý", 1), ("Phùng", 1),
    ("Cao", 1), ("Lương", 1), ("Trịnh", 1), ("Đào", 1), ("Mai", 1), ("Sùng", 1), ("Giàng", 1),
)  # fmt: skip
_MALE_MIDDLES = (
    ("Văn", 30), ("Đức", 8), ("Quang", 6), ("Minh", 6), ("Hữu", 4), ("Xuân", 5), ("Ngọc", 5), ("Thanh", 5),
    ("Mạnh", 5), ("Công", 4), ("Anh", 3), ("Tiến", 4), ("Trung", 4), ("Đình", 4), ("Duy", 3), ("Bá", 2),
    ("Việt", 2), ("Hồng", 2),
)  # fmt: skip
_FEMALE_MIDDLES = (
    ("Thị", 26), ("Thị Thu", 8), ("Thị Thanh", 7), ("Thị Hồng", 6), ("Thị Ngọc", 5), ("Thị Bích", 4),
    ("Thị Kim", 4), ("Thị Minh", 4), ("Thị Thùy", 3), ("Thu", 3), ("Thanh", 3), ("Ngọc", 3), ("Diệu", 2),
    ("Thùy", 2), ("Thị Mai", 2), ("Thị Lan", 2),
)  # fmt: skip
_MALE_GIVEN = (
    "An", "Bình", "Chiến", "Cường", "Dũng", "Dương", "Đại", "Đạt", "Điệp", "Đông", "Giang", "Hà", "Hải",
    "Hậu", "Hiếu", "Hiển", "Hòa", "Hoàn", "Hoàng", "Hùng", "Huy", "Hưng", "Khoa", "Khôi", "Kiên", "Lâm",
    "Linh", "Long", "Lợi", "Luân", "Lực", "Minh", "Nam", "Nghĩa", "Nhân", "Phong", "Phúc", "Phương",
    "Quân", "Quyền", "Quyết", "Sáng", "Sơn", "Tài", "Tâm", "Tân", "Thái", "Thành", "Thắng", "Thiện",
    "Thịnh", "Thọ", "Thuận", "Tiến", "Tiệp", "Toàn", "Tới", "Trọng", "Trung", "Trường", "Tú", "Tuấn",
    "Tùng", "Tuyên", "Việt", "Vinh", "Vượng",
)  # fmt: skip
_FEMALE_GIVEN = (
    "An", "Anh", "Ánh", "Bình", "Chi", "Cúc", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hải", "Hạnh", "Hằng",
    "Hậu", "Hiên", "Hiền", "Hoa", "Hòa", "Hoài", "Hồng", "Huế", "Huệ", "Huyền", "Hương", "Hường", "Khuyên",
    "Kiều", "Lan", "Liên", "Linh", "Loan", "Luyến", "Lương", "Ly", "Mai", "Mơ", "Mỹ", "Nga", "Ngà", "Ngân",
    "Nguyệt", "Nhàn", "Nhung", "Oanh", "Phương", "Phượng", "Quyên", "Quỳnh", "Tâm", "Thanh", "Thảo", "Thắm",
    "Thoa", "Thơm", "Thu", "Thúy", "Thủy", "Thư", "Thương", "Trang", "Trinh", "Tuyết", "Vân", "Vui", "Xuân",
    "Yên", "Yến",
)  # fmt: skip


def full_name(chance: Chance) -> str:
    """A full name: family, middle, given."""
    family = chance.weighted(_FAMILIES)
    if chance.next() < 0.52:
        return f"{family} {chance.weighted(_MALE_MIDDLES)} {chance.pick(_MALE_GIVEN)}"
    return f"{family} {chance.weighted(_FEMALE_MIDDLES)} {chance.pick(_FEMALE_GIVEN)}"


def mail_name(name: str) -> str:
    """The local part that an office makes of *name*: ``lan.buithithu`` of Bùi Thị Thu Lan."""
    *before, given = fold(name).split(" ")
    return f"{given}.{''.join(before)}"


def joined_name(name: str) -> str:
    """*name* in one word without diacritics, the older form of address: ``buithithulan``."""
    return fold(name).replace(" ", "")
