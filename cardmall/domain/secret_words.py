"""Does a shop ask its buyers for what no shop may: a password, an identity document, a verification code (R86)?"""

import re
from unicodedata import category, normalize

from cardmall.domain.codes import is_invisible

_CHINESE = re.compile(
    "密[码碼]|口令|密保|[验驗][证証證][码碼]|[认認][证証證][码碼]|校[验驗][码碼]|[动動][态態][码碼]|短信[码碼]|[简簡][讯訊][码碼]|"
    "安全[码碼]|登[录錄陆陸入][码碼]|(?:恢[复復]|[备備][用份])[码碼]|令牌[码碼]|(?:安全|手[机機]|[动動][态態])令牌|"
    "[密私][钥鑰匙]|助[记記][词詞]|身[份分][证證証]|身份[号號][码碼]|[证證証]件|[护護]照|[驾駕](?:照|[驶駛][证證証])|"
    "(?:港澳通行|居住|[军軍]官)[证證証]|[户戶]口[本簿]|社保[号號卡]"
)
_STEM = re.compile("passwor|passwd|passport|yanzhengma|shenfenzheng")  # found inside a longer word, too
# Phrases are found between words only: no "id card" in "Android card". Spelt p-a-s-s c-o-d-e, one has no gap.
_PHRASE = re.compile(
    "(?<![a-z])(?:"
    "pass ?(?:word|code|phrase|key)s?|"
    "(?:verification|verify|security|sms|one ?time|login|pin|auth|authenticator|authentication|guard|backup|recovery|"
    "two ?(?:factor|step)) ?codes?|"
    "(?:private|secret|recovery) ?keys?|(?:seed|secret|recovery) ?(?:phrase|word)s?|mnemonics?|"
    "(?:sms|phone|e ?mail) ?verification|(?:identity|identification|id) ?(?:cards?|documents?|papers)|"
    "(?:national|citizen|personal|government|resident) ?id|social ?security|(?:secret|security) ?questions?"
    ")(?![a-z])"
)
_NUMBER = "(?:numbers?|num|no)(?![a-z])|[号號][码碼]"
_IDENTITY = re.compile(f"(?<![a-z])(?:your ?)?(?:id|identity|identification) ?(?:{_NUMBER})")
# The number of something else than a person; without such a word an ID number is one of an identity document.
_OF_A_THING = re.compile(
    "(?:(?<![a-z])(?:player|user|game|account|order|role|character|member|customer|server|device|app|zone|channel|"
    "apple|icloud|google|microsoft|xbox|psn|playstation|nintendo|steam|epic|riot|origin|ea|uplay|ubisoft|battle ?net|"
    "blizzard|garena|roblox|minecraft|discord|telegram|line|qq|wechat|weibo|douyin|tiktok|bilibili|facebook|instagram|"
    "twitter|amazon|netflix|spotify|adobe|huawei|xiaomi|samsung)(?: ?s)?|"
    "玩家|用[户戶]|游[戏戲]|遊戲|[账帳帐賬][号號户戶]|[订訂][单單]|角色|[会會][员員]|[苹蘋]果|微信|微博|抖音|快手|支付[宝寶]|"
    f"[战戰][网網]|[华華][为為]|小米|三星|[谷穀]歌|微[软軟]|任天堂|[设設][备備]|[区區]服) ?id ?(?:{_NUMBER})"
)
_ALONE = frozenset({"pin", "pwd", "psw", "pw", "otp", "cvv", "cvc", "cvv2", "ssn", "mima", "yzm", "sfz", "2fa"})
# Signs of other alphabets, and digits, that are read as these letters.
_LOOKS = str.maketrans("аеорсухіѕԁοαερν0@$13", "aeopcyxisdoaepvoasle")
_GAP = re.compile(r"[\W_]+")
_SPELT = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[\W_]+[a-z0-9](?![a-z0-9]))+")  # p.i.n


def asks_for_secret(text: str) -> bool:
    """Whether the words, however they are spelt or spaced, ask for one."""
    plain = "".join(c for c in normalize("NFKD", text).casefold() if not _unseen(c))
    return any(_asks(way) for way in (plain, plain.translate(_LOOKS)))


def _unseen(sign: str) -> bool:
    return is_invisible(sign) or category(sign) in ("Mn", "Me")


def _asks(text: str) -> bool:
    words = _GAP.sub(" ", _SPELT.sub(lambda found: _GAP.sub("", found[0]), text))
    persons = _OF_A_THING.sub(" ", words)
    found = _STEM.search(words) or _PHRASE.search(words) or _IDENTITY.search(persons)
    alone = any({word, word.removesuffix("s")} & _ALONE for word in _latin(words))  # PINs, too
    return bool(_CHINESE.search(words.replace(" ", "")) or found or alone)


def _latin(text: str) -> list[str]:
    """Latin words, though they stand between Chinese signs."""
    return re.findall(r"[a-z0-9]+", text)
