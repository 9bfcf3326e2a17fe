"""No shop asks for a password, an identity document or a verification code, however it spells the word (R86)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardmall.domain.secret_words import asks_for_secret

SECRETS = (
    *("密码", "登录密码", "口令", "短信验证码", "动态码", "身份证号", "證件號碼", "护照号码"),
    *(
        "支付密码",
        "密钥",
        "私鑰",
        "密匙",
        "助记词",
        "登录码",
        "恢复码",
        "備用碼",
        "安全令牌",
        "令牌码",
        "驾驶证",
        "居住證",
    ),
    *("证件", "证件编号", "身份 号码", "動態碼", "校驗碼", "安全碼", "驗証碼", "簡訊碼"),
    *(
        "password",
        "Account Password",
        "passcode",
        "verification code",
        "ID number",
        "ID No.",
        "identity card",
        "passport",
        "SMS verification",
        "One-time code",
    ),
)


@pytest.mark.parametrize("words", SECRETS)
@given(gap=st.sampled_from(["", " ", "  ", "-", "_", ".", "\u200b", "·", "\u3000"]))
def test_the_word_is_found_with_anything_between_its_signs(words: str, gap: str) -> None:
    assert asks_for_secret(gap.join(words)) and asks_for_secret(f"请填{words.upper()}，谢谢")


@pytest.mark.parametrize(
    "words",
    [
        *("P.I.N", "请填PIN", "ＰＩＮ码", "c v v", "OTP", "pwd:", "mima", "2FA"),
        *("登录PW", "ID 号码", "ID號碼", "Resident ID number", "Enter the ID number", "Real name and ID number"),
        *("Chinese ID number", "Legal ID no", "Your ID numbers", "Player ID number, national ID", "id card photo"),
        *("Player ID number and ID number", "loginpassword", "I D number"),
        *("pins", "Your PINs", "OTPs", "passcodes", "pass keys", "passphrases", "backup codes", "two-factor code"),
        *(
            "private key",
            "seed phrase",
            "Recovery words",
            "Apple ID 密码",
            "Apple ID 号码和 ID 号码",
            "Steam Guard code",
        ),
        *("passw0rd", "p\u0430ssword", "pa$$word", "密\ufe0f码", "p\u0301assword"),
    ],
)
def test_so_is_a_short_one_that_stands_alone_and_one_in_disguise(words: str) -> None:
    assert asks_for_secret(words)


@pytest.mark.parametrize(
    "words",
    [
        *("", "游戏账号", "区服", "角色名", "QQ号", "手机号", "邮箱", "支付宝账号", "Player ID number", "User ID"),
        *("shipping", "spinning", "Opinion", "passenger", "Battle pass with skins", "Account no.", "编码", "证书编号"),
        *("Android card", "Valid card number", "Prepaid card no", "Rapid card", "International ID", "Spin code"),
        *(
            "Apple ID 号码",
            "Apple ID number",
            "苹果ID号码",
            "Steam ID 號碼",
            "微信 ID 号码",
            "Garena ID No.",
            "Riot ID",
        ),
        *(
            "Pinned server",
            "spins",
            "Keyboard",
            "英雄令牌数量",
            "密室等级",
            "战斗通行证",
            "用户口味",
            "登录区服",
            "恢复时间",
            "Guardian level",
        ),
        *("Player's ID number", "玩家ID号码", "游戏 ID 號碼", "身份", "Card ID", "Paid number", "Grid no 5"),
        *(
            f"{thing} {name}"
            for thing in ("Player", "user", "Game", "account", "ORDER")
            for name in ("ID", "id number", "ID No.")
        ),
    ],
)
def test_what_a_shop_needs_to_deliver_is_no_secret(words: str) -> None:
    assert not asks_for_secret(words)
