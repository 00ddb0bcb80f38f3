//! What a page shows of a Q&A session, without what is personal: read by GET, or kept up by events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::stream::{Event, Position};
use super::{Answer, Client};

/// What is told to one viewer alone, what leads on, and what stands elsewhere.
const LEFT_OUT: [&str; 9] = [
    "role",
    "muted",
    "change",
    "liked",
    "isOwner",
    "canEdit",
    "canDelete",
    "replies",
    "nextCursor",
];

/// A session as a page shows it, by ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub session: Value,
    /// None for who may not see who takes part.
    pub participants: Option<BTreeMap<i64, Value>>,
    pub questions: BTreeMap<String, Value>,
    pub replies: BTreeMap<String, Value>,
    /// Questions to which replies became visible or moved: they are to be read anew.
    pub unread: BTreeSet<String>,
    is_of_host: bool,
}

/// What reading a session by GET gives.
pub enum Read {
    /// The session, and how far it had come before.
    Page(Box<Page>, Position),
    /// There is none, or it was deleted.
    Gone,
    /// The server is away, or cannot answer now.
    Away,
}

impl Page {
    /// Reads a session as a page does when it is opened.
    pub fn read(viewer: &Client, session: &str) -> Read {
        Self::try_read(viewer, session).unwrap_or(Read::Away)
    }

    fn try_read(viewer: &Client, session: &str) -> Option<Read> {
        let found = get(viewer, session)?;
        if found.status == 404 {
            return Some(Read::Gone);
        }
        let found = found.expect(200).json();
        let position = Position::parse(found["change"].as_str().expect("a change"));
        let mut page = Self {
            is_of_host: position.is_host,
            session: without_words(shown(found)),
            ..Self::default()
        };
        let participants = list(viewer, &format!("{session}/participants"), "participants")?;
        page.participants = participants.map(|list| {
            let keyed = list.into_iter().map(|it| (number(&it["userId"]), it));
            keyed.collect()
        });
        for review in page.reviews() {
            let questions = format!("{session}/questions?sort=old&review={review}");
            for question in list(viewer, &questions, "questions")?.unwrap_or_default() {
                let id = text(&question["questionId"]);
                // Otherwise it is gone since the list was read.
                if page.read_replies(viewer, &id)? {
                    page.questions.insert(id, shown(question));
                }
            }
        }
        Some(Read::Page(Box::new(page), position))
    }

    /// What hosts see beside what everybody sees.
    fn reviews(&self) -> &'static [&'static str] {
        if self.is_of_host {
            &["approved", "pending", "dismissed"]
        } else {
            &["approved"]
        }
    }

    /// Reads the replies to a question, and tells whether it is there; `None` from a server that is
    /// away. Streams tell nobody but hosts what is not approved, also where it is one's own.
    fn read_replies(&mut self, viewer: &Client, question_id: &str) -> Option<bool> {
        let replies = list(viewer, &format!("/api/questions/{question_id}"), "replies")?;
        let is_there = replies.is_some();
        self.replies.retain(|_, it| it["questionId"] != question_id);
        let is_told = |it: &Value| self.is_of_host || it["review"] == "approved";
        let replies = replies.into_iter().flatten().filter(is_told);
        let replies: Vec<_> = replies
            .map(|it| (text(&it["replyId"]), shown(it)))
            .collect();
        self.replies.extend(replies);
        Some(is_there)
    }

    /// Reads anew what it was told to; `None` from a server that is away.
    pub fn read_unread(&mut self, viewer: &Client) -> Option<()> {
        while let Some(question_id) = self.unread.first().cloned() {
            self.read_replies(viewer, &question_id)?;
            self.unread.remove(&question_id);
        }
        Some(())
    }

    /// Does what an event about the session says.
    pub fn apply(&mut self, event: &Event) {
        let data = &event.data;
        match event.name.as_str() {
            "session" | "pending" => merge(&mut self.session, data),
            // It is in no list any more; hosts alone are told.
            "question" if !data["mergedInto"].is_null() => self.remove_question(data),
            "question" => self.put_question(data),
            "reply" => put(&mut self.replies, "replyId", data, &["likesCount"]),
            "question_removed" => self.remove_question(data),
            "reply_removed" => drop(self.replies.remove(&text(&data["replyId"]))),
            "counts" => self.count(data),
            "person" => self.introduce(data),
            "" => {}
            name => panic!("an event that nobody knows: {name}"),
        }
    }

    fn put_question(&mut self, data: &Value) {
        let mut question = data.clone();
        let changed = question.as_object_mut().unwrap().remove("repliesChanged");
        if changed.is_some_and(|it| it == true) {
            self.unread.insert(text(&data["questionId"]));
        }
        // It may have moved from one list to another while a host's page read them.
        if self.is_of_host && !self.questions.contains_key(&text(&data["questionId"])) {
            self.unread.insert(text(&data["questionId"]));
        }
        let counted = ["likesCount", "repliesCount"];
        put(&mut self.questions, "questionId", &question, &counted);
    }

    fn remove_question(&mut self, data: &Value) {
        self.questions.remove(&text(&data["questionId"]));
        self.replies
            .retain(|_, it| it["questionId"] != data["questionId"]);
    }

    fn count(&mut self, counts: &Value) {
        for (what, counts) in counts.as_object().unwrap() {
            let entries = match what.as_str() {
                "session" => {
                    merge(&mut self.session, counts);
                    continue;
                }
                "questions" => &mut self.questions,
                "replies" => &mut self.replies,
                _ => panic!("{what} are not counted"),
            };
            for (id, counts) in counts.as_object().unwrap() {
                if let Some(entry) = entries.get_mut(id) {
                    merge(entry, counts);
                }
            }
        }
    }

    /// Puts somebody into all that bears the name, and into the list.
    fn introduce(&mut self, person: &Value) {
        let author = match &person["nickname"] {
            Value::Null => json!({ "userId": null, "nickname": null, "isHost": false }),
            nickname => json!({
                "userId": person["userId"], "nickname": nickname, "isHost": person["isHost"]
            }),
        };
        for entry in self.questions.values_mut().chain(self.replies.values_mut()) {
            if entry["author"]["userId"] == person["userId"] {
                entry["author"] = author.clone();
            }
        }
        let user_id = number(&person["userId"]);
        match (&mut self.participants, &person["role"]) {
            (Some(list), Value::Null) => drop(list.remove(&user_id)),
            (Some(list), role) => {
                let listed = json!({
                    "userId": user_id, "nickname": person["nickname"], "role": role
                });
                list.insert(user_id, listed);
            }
            (None, role) => assert!(role.is_null(), "told to a stranger: {person}"),
        }
    }

    /// A question or a reply, with counts where everybody sees it alone: nobody is told the others.
    fn counted(&self, entry: &Value) -> Value {
        let mut entry = entry.clone();
        let question = self.questions.get(entry["questionId"].as_str().unwrap());
        let is_shown = question.is_some_and(|it| it["review"] == "approved");
        if !is_shown || entry["review"] != "approved" {
            uncount(&mut entry);
        }
        entry
    }

    /// Where this is not as `other`.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        compare("/session", &self.session, &other.session, &mut found);
        for (name, left, right) in [
            ("questions", &self.questions, &other.questions),
            ("replies", &self.replies, &other.replies),
        ] {
            let ids: BTreeSet<_> = left.keys().chain(right.keys()).collect();
            for id in ids.into_iter().filter(|id| left.get(*id) != right.get(*id)) {
                let counted = |page: &Self, list: &BTreeMap<String, Value>| {
                    list.get(id)
                        .map_or("(nothing)".into(), |it| page.counted(it))
                };
                let [left, right] = [counted(self, left), counted(other, right)];
                compare(&format!("/{name}/{id}"), &left, &right, &mut found);
            }
        }
        let [list, other_list] = [self, other].map(|page| {
            let list = page.participants.iter().flatten();
            let list = list.map(|(id, it)| (id.to_string(), it.clone()));
            Value::Object(list.collect())
        });
        compare("/participants", &list, &other_list, &mut found);
        found
    }
}

fn compare(path: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        _ if left == right => {}
        (Value::Object(fields), Value::Object(others)) => {
            let mut names: Vec<_> = fields.keys().chain(others.keys()).collect();
            names.sort_unstable();
            names.dedup();
            let missing = &Value::String("(nothing)".into());
            for name in names {
                let [left, right] = [fields, others].map(|it| it.get(name).unwrap_or(missing));
                compare(&format!("{path}/{name}"), left, right, found);
            }
        }
        _ => found.push(format!("{path}: {left} instead of {right}")),
    }
}

/// Keeps what an event does not tell, which is counted elsewhere.
fn put(entries: &mut BTreeMap<String, Value>, key: &str, data: &Value, counted: &[&str]) {
    let entry = entries.entry(text(&data[key])).or_insert_with(|| {
        let counts = counted.iter().map(|it| ((*it).to_owned(), 0.into()));
        Value::Object(counts.collect())
    });
    merge(entry, data);
}

fn merge(into: &mut Value, fields: &Value) {
    let fields = fields.as_object().expect("an object").clone();
    into.as_object_mut().unwrap().extend(fields);
}

/// Without what is not shown to everybody in the same way.
fn shown(mut entry: Value) -> Value {
    let fields = entry.as_object_mut().unwrap();
    fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    entry
}

fn uncount(entry: &mut Value) {
    let fields = entry.as_object_mut().unwrap();
    fields.retain(|name, _| !["likesCount", "repliesCount"].contains(&name.as_str()));
}

/// Without the words that a session holds back: no event tells them.
fn without_words(mut session: Value) -> Value {
    let settings = session["settings"].as_object_mut().expect("settings");
    settings.remove("blockedWords");
    session
}

/// All pages of a list; `Some(None)` where it is not there or not for this viewer.
fn list(viewer: &Client, path: &str, name: &str) -> Option<Option<Vec<Value>>> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = get(viewer, &format!("{path}{mark}limit=100{cursor}"))?;
        if matches!(page.status, 401 | 403 | 404) {
            return Some(None);
        }
        let mut page = page.expect(200).json();
        entries.append(page[name].as_array_mut().unwrap());
        let Some(next) = page["nextCursor"].as_str() else {
            return Some(Some(entries));
        };
        cursor = format!("&cursor={next}");
    }
}

/// `None` from a server that is away.
fn get(viewer: &Client, path: &str) -> Option<Answer> {
    let answer = viewer.try_send("GET", path, None).ok()?;
    Some(answer).filter(|it| it.status != 503)
}

fn text(id: &Value) -> String {
    id.as_str().unwrap_or_else(|| panic!("no id: {id}")).into()
}

fn number(id: &Value) -> i64 {
    id.as_i64().unwrap_or_else(|| panic!("no number: {id}"))
}
