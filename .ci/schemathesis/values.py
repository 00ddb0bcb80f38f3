"""Good addresses, nicknames, texts, passwords and ends of sessions: their schemas do not say which letters there are,
what can be seen, what is too easy to guess, or what time it is."""

import datetime
import unicodedata

import schemathesis
from hypothesis import strategies as st

# Letters that show nothing are none for a nickname, and other emoji come in groups.
LETTERS = st.characters(categories=["L", "Nd"], exclude_characters="\u115f\u1160\u3164\uffa0\U00013441\U00013442")
OTHERS = st.sampled_from("_-.👍🏽❤🇰🇷💻")
# Lengths are counted in NFC.
NICKNAMES = st.text(LETTERS | OTHERS, min_size=3, max_size=20)
NICKNAMES = NICKNAMES.filter(lambda it: unicodedata.is_normalized("NFC", it))

# Something to see, and then anything that controls nothing.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=30)
TEXTS = TEXTS.map(lambda it: "x" + it)

# A word that is held back stands on one line.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda it: "x" + it)

# Enough that is nobody's word, and then anything.
PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=100)
PASSWORDS = PASSWORDS.map(lambda it: unicodedata.normalize("NFC", "quail " + it))
PASSWORDS = PASSWORDS.filter(lambda it: 8 <= len(it) <= 128)

# Later than now, and at most a year from now.
NOW = datetime.datetime.now()
SOON = st.datetimes(NOW + datetime.timedelta(days=1), NOW + datetime.timedelta(days=300))
SOON = SOON.map(lambda it: it.isoformat() + "Z")

schemathesis.openapi.format("nickname", NICKNAMES)
schemathesis.openapi.format("new-password", PASSWORDS)
schemathesis.openapi.format("text", TEXTS)
schemathesis.openapi.format("word", WORDS)
# Not "email": answers would be held against an RFC that knows fewer addresses than there are.
schemathesis.openapi.format("soon", SOON)
schemathesis.openapi.format("address", st.emails())


@schemathesis.hook
def before_load_schema(_, document):
    schemas = document["components"]["schemas"]
    schemas["Email"]["format"] = "address"
    schemas["Nickname"]["format"] = "nickname"
    schemas["NewPassword"]["format"] = "new-password"
    schemas["BlockedWord"]["format"] = "word"
    for text in ["Title", "Content", "SessionTitle", "SessionDescription", "Body", "LabelName"]:
        schemas[text]["format"] = "text"
    for request in ["SessionRequest", "SessionChangeRequest", "ReopenRequest"]:
        schemas[request]["properties"]["expiresAt"]["format"] = "soon"
    # One label: of several, no two have one name.
    schemas["LabelsRequest"]["properties"]["labels"]["maxItems"] = 1
    for parameter in document["paths"]["/api/sessions/{sessionId}/questions"]["get"]["parameters"]:
        if parameter.get("name") == "search":
            parameter["schema"]["format"] = "text"
    # What a server writes for itself is not sent.
    for item in document["paths"].values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            parameters[:] = [it for it in parameters if not is_cursor(it)]


def is_cursor(parameter):
    return parameter.get("name") == "cursor" or parameter.get("$ref", "").endswith("/cursor")
