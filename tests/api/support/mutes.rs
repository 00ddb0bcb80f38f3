//! Muting whoever wrote something, and what a session allows.

use serde_json::{Value, json};

use super::moderation::id_of;
use super::{Answer, App, Client};

impl App {
    /// Someone by this name; `guest` is one.
    pub fn person(&self, name: &str) -> Client {
        if name == "guest" {
            self.guest()
        } else {
            self.user(name)
        }
    }
}

impl Client {
    /// Opens a session that allows this, and tells its URL.
    #[track_caller]
    pub fn opens_with(&self, settings: Value) -> String {
        let body = json!({ "title": "Lecture 7", "settings": settings });
        let session = self.post("/api/sessions", body).expect(201);
        format!("/api/sessions/{}", session.field("sessionId"))
    }

    /// Asks a question, or tries to.
    pub fn ask(&self, session: &str, body: &str, is_anonymous: bool) -> Answer {
        let question = json!({ "body": body, "anonymous": is_anonymous });
        self.post(&format!("{session}/questions"), question)
    }

    /// Replies to a question, or tries to.
    pub fn reply(&self, question: &str, body: &str, is_anonymous: bool) -> Answer {
        let reply = json!({ "body": body, "anonymous": is_anonymous });
        self.post(&format!("{question}/replies"), reply)
    }

    /// Replies without showing who does, and tells the reply's URL.
    #[track_caller]
    pub fn replies_anonymously(&self, question: &str, body: &str) -> String {
        url_of(&self.reply(question, body, true).expect(201))
    }

    /// Changes one's own words, or tries to.
    pub fn edit(&self, entry: &str, body: &str) -> Answer {
        self.patch(entry, json!({ "body": body }))
    }

    /// Asks to mute whoever wrote something.
    pub fn mute(&self, entry: &str) -> Answer {
        self.act(&format!("{entry}/author/mute"))
    }

    /// Mutes whoever wrote something.
    #[track_caller]
    pub fn mutes(&self, entry: &str) {
        self.mute(entry).expect(204);
    }

    /// Asks to remove, too, what the same person wrote in the same way.
    pub fn remove_all(&self, entry: &str) -> Answer {
        let body = json!({ "removeAll": true });
        self.post(&format!("{entry}/author/mute"), body)
    }

    /// The mutes of a session, the newest first.
    #[track_caller]
    pub fn lists_mutes(&self, session: &str) -> Vec<Value> {
        let page = self.get(&format!("{session}/mutes?limit=100"));
        page.expect(200).json()["mutes"].as_array().unwrap().clone()
    }

    /// Asks to take a mute back.
    pub fn unmute(&self, session: &str, mute: &Value) -> Answer {
        let mute_id = mute["muteId"].as_str().unwrap();
        self.delete(&format!("{session}/mutes/{mute_id}"))
    }

    /// Takes the newest mute back.
    #[track_caller]
    pub fn unmutes_last(&self, session: &str) {
        let mutes = self.lists_mutes(session);
        self.unmute(session, &mutes[0]).expect(204);
    }

    /// Whether the session says that one is muted.
    #[track_caller]
    pub fn muted_in(&self, session: &str) -> Value {
        self.get(session).expect(200).json()["muted"].clone()
    }
}

/// The URL of a question or a reply that was just written.
#[track_caller]
pub fn url_of(answer: &Answer) -> String {
    let entry = answer.json();
    match entry["replyId"].as_str() {
        Some(id) => format!("/api/replies/{id}"),
        None => format!("/api/questions/{}", entry["questionId"].as_str().unwrap()),
    }
}

/// Whether an answer to who reads a session has this entry: `None` where it has not.
pub fn find_entry(list: &Value, url: &str) -> Option<Value> {
    let id = id_of(url);
    let entries = list.as_array().into_iter().flatten();
    let mut entries = entries.filter(|it| it["questionId"] == id || it["replyId"] == id);
    entries.next().cloned()
}
