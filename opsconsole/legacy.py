"""Vietnamese of before Unicode: TCVN3 (ABC) and VNI-Windows, as old spreadsheets and directories hold it.

Both are fonts more than encodings: the bytes are Latin-1 letters that a font draws otherwise, so that
today they stand in files as "Hßa B×nh" and "Hoøa Bình". TCVN3 after TCVN 5712:1993 (VN1 in lower case,
as the fonts of that name have it), VNI after its Windows character set.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

from opsconsole.text import nfc

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_FROM_TCVN3 = str.maketrans(_TCVN3)

# VNI: a vowel and the sign that the font puts on it, or one letter for the whole.
_SIGNS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HATS = {
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
}
_HATS |= {"â": "\u0302"}
_BREVES = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303"}
_BREVES |= {"ë": "\u0306\u0323"}
_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    pairs = dict(_SINGLE)
    for base in "aeouyôö":
        drawn = _SINGLE.get(base, base)
        for sign, mark in _SIGNS.items():
            pairs[base + sign] = nfc(drawn + mark)
    for base in "aeo":
        for sign, mark in _HATS.items():
            pairs[base + sign] = nfc(base + mark)
    for sign, mark in _BREVES.items():
        pairs["a" + sign] = nfc("a" + mark)
    small = dict(pairs)
    for written, meant in small.items():
        for cased in ("".join(each) for each in product(*((c, c.upper()) for c in written))):
            pairs[cased] = meant.upper() if cased[0].isupper() else meant
    return pairs


_VNI = _vni()
_VNI_FORM = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_tcvn3(text: str) -> str:
    """*text*, the Latin-1 letters of a TCVN3 font, as Unicode."""
    return nfc(text.translate(_FROM_TCVN3))


def from_vni(text: str) -> str:
    """*text*, the Latin-1 letters of a VNI font, as Unicode."""
    return nfc(_VNI_FORM.sub(lambda found: _VNI[found.group()], text))


# --- which of them it is ---------------------------------------------------------------------

_ONSETS_WRITTEN = "b c ch d đ gi g gh k kh h l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES_WRITTEN = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng "
    "iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo "
    "oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê "
    "uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa "
    "ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu yn ynh"
)
_ONSETS = _ONSETS_WRITTEN.split()
_RIMES = frozenset(_RIMES_WRITTEN.split())
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\s\d,.;:()/\-–_'\"]+")


@lru_cache(maxsize=65536)
def _syllable(word: str) -> bool:
    """Whether *word* is written as a Vietnamese syllable can be."""
    plain, tones = "", []
    for char in nfc(word.casefold()):
        letter = unicodedata.normalize("NFD", char)
        tones += [(len(plain), mark) for mark in letter if mark in _TONES]
        plain += nfc("".join(mark for mark in letter if mark not in _TONES))
    stopped = plain.endswith(("c", "ch", "p", "t"))
    if len(tones) > 1 or (stopped and (not tones or tones[0][1] not in "\u0301\u0323")):
        return False
    at = tones[0][0] if tones else None
    return any(
        plain[len(onset) :] in _RIMES
        and _spelt(onset, plain[len(onset)])
        and (at is None or _toned(plain[len(onset) :], at - len(onset)))
        for onset in ("", *_ONSETS)
        if plain.startswith(onset)
    )


def _spelt(onset: str, vowel: str) -> bool:
    """Whether *onset* stands before *vowel*: k, gh and ngh before e, ê, i, y, and c, g, ng before the
    others (gì and gìn are written with g)."""
    if onset in ("c", "ng"):
        return vowel not in "eêiy"
    return vowel not in "eêy" if onset == "g" else onset not in ("k", "gh", "ngh") or vowel in "eêiy"


def _toned(rime: str, at: int) -> bool:
    """Whether the letter *at* of *rime* is one that carries its tone."""
    hats = [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]
    vowels = [place for place, letter in enumerate(rime) if letter in "aăâeêioôơuưy"]
    if hats:
        return at == hats[-1]
    if rime in ("oa", "oe", "uy"):
        return at in vowels
    if len(vowels) == 2 and vowels[-1] == len(rime) - 1:
        return at == vowels[0]
    return at in (vowels[1:2] or vowels)


def _fit(text: str) -> int:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    good = sum(map(_syllable, words))
    return good - 2 * (len(words) - good)


def modern(text: str) -> str:
    """*text* as Unicode where it can only be TCVN3 or VNI, else as it is.

    Held against how Vietnamese syllables are written: what reads as well in Unicode stays, so that a
    lone word that is right in two of them ("phè") is never changed.
    """
    if text.isascii() or any(ord(char) > 0xFF for char in nfc(text)):
        return text
    best, most = text, _fit(text)
    for read in (from_tcvn3, from_vni):
        meant = read(text)
        if (fit := _fit(meant)) > max(most, 0):
            best, most = meant, fit
    return best
