"""Opens exports of a server with programs that people use: URL, process and SQLite file.

No cell of a CSV file may begin with a formula, whatever a reader separates cells by. A workbook has the
texts as they were typed and cells of the right types, and takes little memory to write.
"""

import csv
import datetime
import io
import itertools
import json
import random
import sqlite3
import sys
import urllib.request
from pathlib import Path

import openpyxl
import pandas
from openpyxl.utils.escape import unescape

URL, SERVER, DATABASE = sys.argv[1:]
SEPARATORS = [",", ";", "\t", "|", ":", " "]
FORMULA = tuple("=+-@＝＋－＠")
# In MiB, for 10,000 questions and 50,000 replies.
MEMORY = 16
TEXTS = [
    "=1+1", "a;=1+1", "a\n=1+1", "a\t@SUM(A1)", 'a|"+1"', ";;;-1", "\u2028=1", "＝1+1", '";=1;"', "a , -1",
    "\r=1", "\t=1", "a\r\n=1", "\x01\x0b=1\ufffe", "_x0041_ & <b>왜?</b> 👩‍💻", " spaces \n\n ", "1e5", "TRUE", "'=1",
]


def call(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(URL + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def signed_in(name):
    account = {"email": f"{name}@example.com", "password": "a long enough one"}
    call("POST", "/api/users", account | {"nickname": name})
    answer = call("POST", "/api/auth/login", account | {"mode": "json"})
    return json.loads(answer)["accessToken"]


def opened(token, title):
    return json.loads(call("POST", "/api/sessions", {"title": title}, token))["sessionId"]


def export(session, form, token):
    return call("GET", f"/api/sessions/{session}/export?format={form}", token=token)


def fill(session, title, questions, replies):
    """Writes rows by hand: texts that earlier releases took, and more than people type."""
    database = sqlite3.connect(DATABASE, timeout=10)
    columns = "public_id, anonymous, body, pinned, likes_count, created_at, updated_at"
    values = "randomblob(16), TRUE, ?, FALSE, 7, created_at, created_at"
    for text in questions:
        database.execute(
            f"INSERT INTO questions (session_id, closed, replies_count, {columns}) "
            f"SELECT session_id, FALSE, ?, {values} FROM sessions WHERE title = ?",
            (len(replies), text, title),
        )
    for text in replies:
        database.execute(
            f"INSERT INTO replies (question_id, session_id, {columns}) "
            f"SELECT question_id, session_id, {values} FROM questions "
            "WHERE session_id = (SELECT session_id FROM sessions WHERE title = ?)",
            (text, title),
        )
    database.commit()
    database.close()


def csv_readings(text):
    """The cells of each reader, with what it assumes."""
    for separator, quoting in itertools.product(SEPARATORS, [csv.QUOTE_MINIMAL, csv.QUOTE_NONE]):
        lines = io.StringIO(text, newline="")
        yield (separator, quoting), itertools.chain(*csv.reader(lines, delimiter=separator, quoting=quoting))
        lines = text.splitlines()
        yield (separator, quoting, "lines"), itertools.chain(*csv.reader(lines, delimiter=separator, quoting=quoting))
        table = pandas.read_csv(
            io.StringIO(text), sep=separator, quoting=quoting, header=None, names=range(200), index_col=False,
            dtype=str, keep_default_na=False, engine="python", on_bad_lines="skip",
        )
        # Rows that are shorter than the widest one are filled up with numbers.
        yield (separator, quoting, "pandas"), (it for it in table.to_numpy().flatten() if isinstance(it, str))


def check_csv(bytes):
    text = bytes.decode("utf-8-sig")
    for reader, cells in csv_readings(text):
        cells = list(cells)
        assert len(cells) > 20, f"{reader} reads {len(cells)} cells"
        formulas = [cell for cell in cells if cell.lstrip(' "\n').startswith(FORMULA)]
        assert not formulas, f"{reader} reads formulas: {formulas}"
    table = pandas.read_csv(io.StringIO(text), parse_dates=["createdAt"])
    assert table["likesCount"].sum() == 7 * len(table) and table["createdAt"].dt.year.min() > 2000


def check_xlsx(bytes, texts):
    book = openpyxl.load_workbook(io.BytesIO(bytes))
    assert book.sheetnames == ["Questions and replies", "Session"], book.sheetnames
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A2"
    heading, *rows = sheet.iter_rows()
    at = {cell.value: index for index, cell in enumerate(heading)}
    # openpyxl leaves the codes of inline strings as they are.
    bodies = [unescape(row[at["body"]].value) for row in rows]
    assert bodies == texts, list(zip(bodies, texts))
    kinds = {name: {row[index].data_type for row in rows if row[index].value is not None} for name, index in at.items()}
    expected = {"likesCount": {"n"}, "isHost": {"b"}, "pinned": {"b"}, "closed": {"b"}}
    expected |= dict.fromkeys(["nickname", "labels", "mergedInto"], set())
    expected |= dict.fromkeys(["createdAt", "updatedAt"], {"d"})
    expected |= dict.fromkeys(["kind", "questionId", "replyId", "body"], {"s"})
    assert kinds == expected, kinds
    tables = pandas.read_excel(io.BytesIO(bytes), sheet_name=None)
    table, session = tables["Questions and replies"], tables["Session"]
    assert table["likesCount"].sum() == 7 * len(texts) and not table["pinned"].any()
    age = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - table["createdAt"].min()
    assert datetime.timedelta(0) < age < datetime.timedelta(hours=1), age
    assert session["title"].tolist() == ["Texts"], session


def memory(of):
    lines = Path(f"/proc/{SERVER}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(of))


def check_memory(token):
    session = opened(token, "Large")
    words = [f"word{number}" for number in range(1000)]
    text = lambda: " ".join(random.choices(words, k=20))
    fill(session, "Large", [text() for _ in range(10_000)], [text() for _ in range(5)])
    idle = memory("VmRSS")
    bytes = export(session, "xlsx", token)
    more = memory("VmHWM") - idle
    sheet = openpyxl.load_workbook(io.BytesIO(bytes), read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.iter_rows()) == 60_001
    print(f"A workbook of 60,000 rows has {len(bytes):,} bytes and took {more:.1f} MiB.")
    assert more <= MEMORY, f"more than {MEMORY} MiB"


token = signed_in("mina")
check_memory(token)
session = opened(token, "Texts")
replies = [text for text in TEXTS if text.endswith("1")]
fill(session, "Texts", TEXTS, replies)
check_csv(export(session, "csv", token))
check_xlsx(export(session, "xlsx", token), [text for question in TEXTS for text in [question, *replies]])
print("openpyxl, pandas and Python's csv read the exports.")
