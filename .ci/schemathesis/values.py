"""Good addresses, nicknames and passwords: their schemas do not say which letters there are, or what is
too easy to guess."""

import unicodedata

import schemathesis
from hypothesis import strategies as st

# Letters that show nothing are none for a nickname, and other emoji come in groups.
LETTERS = st.characters(categories=["L", "Nd"], exclude_characters="\u115f\u1160\u3164\uffa0")
OTHERS = st.sampled_from("_-.👍🏽❤🇰🇷💻")
# Lengths are counted in NFC.
NICKNAMES = st.text(LETTERS | OTHERS, min_size=3, max_size=20)
NICKNAMES = NICKNAMES.filter(lambda it: unicodedata.is_normalized("NFC", it))

# Enough that is nobody's word, and then anything.
PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=100)
PASSWORDS = PASSWORDS.map(lambda it: unicodedata.normalize("NFC", "quail " + it))
PASSWORDS = PASSWORDS.filter(lambda it: 8 <= len(it) <= 128)

schemathesis.openapi.format("nickname", NICKNAMES)
schemathesis.openapi.format("new-password", PASSWORDS)
# Not "email": answers would be held against an RFC that knows fewer addresses than there are.
schemathesis.openapi.format("address", st.emails())


@schemathesis.hook
def before_load_schema(_, document):
    schemas = document["components"]["schemas"]
    schemas["Email"]["format"] = "address"
    schemas["Nickname"]["format"] = "nickname"
    schemas["NewPassword"]["format"] = "new-password"
