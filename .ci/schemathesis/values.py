"""Good addresses and nicknames: their patterns do not say which letters, digits and emoji there are."""

import unicodedata

import schemathesis
from hypothesis import strategies as st

# Letters that show nothing are none for a nickname, and other emoji come in groups.
LETTERS = st.characters(categories=["L", "Nd"], exclude_characters="\u115f\u1160\u3164\uffa0")
OTHERS = st.sampled_from("_-.👍🏽❤🇰🇷💻")
# Lengths are counted in NFC.
NICKNAMES = st.text(LETTERS | OTHERS, min_size=3, max_size=20)
NICKNAMES = NICKNAMES.filter(lambda it: unicodedata.is_normalized("NFC", it))

schemathesis.openapi.format("nickname", NICKNAMES)
# Not "email": answers would be held against an RFC that knows fewer addresses than there are.
schemathesis.openapi.format("address", st.emails())


@schemathesis.hook
def before_load_schema(_, document):
    schemas = document["components"]["schemas"]
    schemas["Email"]["format"] = "address"
    schemas["Nickname"]["format"] = "nickname"
