//! What hosts do to keep a crowd civil, among all that people do in a session.

use rand::Rng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::acts::Crowd;
use super::room::Entry;
use crate::support::moderation::id_of;

impl Crowd<'_> {
    /// A host judges, or somebody who may not.
    pub(super) fn moderate(&mut self, who: usize) {
        match self.random.gen_range(0..40) {
            0..11 => self.approve(who),
            11..18 => self.dismiss(who),
            18..21 => self.judge_all(who),
            21..25 => self.merge(who),
            25..29 => self.label(who),
            29..31 => self.change_labels(who),
            31..34 => self.choose(who),
            _ => self.change_settings(who),
        }
    }

    fn approve(&mut self, who: usize) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let body = json!({ "revision": entry.revision });
        let path = format!("{}/approve", entry.url);
        if self.let_send(who, "POST", &path, Some(body)).is_some() {
            self.with_replies(&entry)
                .into_iter()
                .for_each(|it| self.room.show(it.words));
        }
    }

    fn dismiss(&mut self, who: usize) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let path = format!("{}/dismiss", entry.url);
        if self.let_send(who, "POST", &path, None).is_some() {
            self.with_replies(&entry)
                .into_iter()
                .for_each(|it| self.room.hide(it.words));
        }
    }

    /// An entry, and the replies to it.
    fn with_replies(&self, entry: &Entry) -> Vec<Entry> {
        let entries = self.room.entries.lock().unwrap();
        let with = entries
            .iter()
            .filter(|it| it.url == entry.url || it.question.as_ref() == Some(&entry.url));
        with.cloned().collect()
    }

    /// Of what waits, all that this host has seen.
    fn judge_all(&mut self, who: usize) {
        let session = self.room.session.clone();
        let Some(seen) = self.session_seen(who) else {
            return;
        };
        let is_approval = self.random.gen_bool(0.6);
        let verdict = if is_approval { "approve" } else { "dismiss" };
        let body = json!({ "upTo": seen["change"] });
        let path = format!("{session}/{verdict}-all");
        let judged = self.let_send(who, "POST", &path, Some(body));
        if is_approval && judged.is_some() {
            self.room.show_all();
        }
    }

    fn some_question(&mut self) -> Option<Entry> {
        let entries = self.room.entries.lock().unwrap();
        let questions: Vec<_> = entries.iter().filter(|it| it.question.is_none()).collect();
        questions.choose(&mut self.random).map(|it| (*it).clone())
    }

    /// The replies to one are the other one's from then on.
    fn merge(&mut self, who: usize) {
        let (Some(one), Some(other)) = (self.some_question(), self.some_question()) else {
            return;
        };
        let body = json!({ "into": id_of(&other.url) });
        let path = format!("{}/merge", one.url);
        if self.let_send(who, "POST", &path, Some(body)).is_none() {
            return;
        }
        self.room.hide(one.words);
        let mut entries = self.room.entries.lock().unwrap();
        let moved = entries
            .iter_mut()
            .filter(|it| it.question.as_ref() == Some(&one.url));
        moved.for_each(|it| it.question = Some(other.url.clone()));
    }

    /// What the session says of itself, to somebody.
    fn session_seen(&mut self, who: usize) -> Option<Value> {
        let (client, session) = (self.people[who].client.clone(), self.room.session.clone());
        let seen = self.send(&client, "GET", &session, None)?;
        Some(seen).filter(|it| it.status == 200).map(|it| it.json())
    }

    fn label(&mut self, who: usize) {
        let Some((question, session)) = self.some_question().zip(self.session_seen(who)) else {
            return;
        };
        let labels = session["labels"].as_array().unwrap().iter();
        let ids: Vec<_> = labels
            .filter(|_| self.random.gen_bool(0.6))
            .map(|it| it["labelId"].clone())
            .collect();
        let path = format!("{}/labels", question.url);
        self.let_send(who, "PUT", &path, Some(json!({ "labelIds": ids })));
    }

    /// Some of the labels go, and a new one comes.
    fn change_labels(&mut self, who: usize) {
        let Some(session) = self.session_seen(who) else {
            return;
        };
        let mut labels = session["labels"].as_array().unwrap().clone();
        labels.retain(|_| self.random.gen_bool(0.5));
        let name = format!("Label {}", self.room.number());
        labels.push(json!({ "name": name, "color": "teal" }));
        let path = format!("{}/labels", self.room.session);
        self.let_send(who, "PUT", &path, Some(json!({ "labels": labels })));
    }

    fn choose(&mut self, who: usize) {
        let path = format!("{}/current", self.room.session);
        match self.some_question() {
            Some(question) if self.random.gen_bool(0.8) => {
                let body = json!({ "questionId": id_of(&question.url) });
                self.let_send(who, "PUT", &path, Some(body));
            }
            _ => drop(self.let_send(who, "DELETE", &path, None)),
        }
    }

    fn change_settings(&mut self, who: usize) {
        let some = |values: &[&str], crowd: &mut Self| {
            let value = *values.choose(&mut crowd.random).unwrap();
            json!(value)
        };
        let settings = match self.random.gen_range(0..6) {
            0 | 1 => {
                let values = ["open", "review", "review_anonymous", "review", "closed"];
                json!({ "questions": some(&values, self) })
            }
            2 | 3 => {
                let values = ["open", "review", "review_anonymous", "review", "hosts"];
                json!({ "replies": some(&values, self) })
            }
            4 => json!({ "likes": self.random.gen_bool(0.7) }),
            _ => json!({ "blockedWords": [format!("words-{}1", self.room.number() % 7)] }),
        };
        let session = self.room.session.clone();
        let body = json!({ "settings": settings });
        self.let_send(who, "PATCH", &session, Some(body));
    }
}
