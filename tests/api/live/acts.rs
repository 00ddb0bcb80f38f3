//! People in a session who do whatever can be done there.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::room::{Entry, Person, Room, Voice};
use crate::support::*;

/// Before something is tried again at a server that is away.
const PAUSE: Duration = Duration::from_millis(20);
/// Of so many people a few go before another one comes.
const MOST_PEOPLE: usize = 9;

/// People who act one after the other.
pub struct Crowd<'a> {
    pub room: &'a Room,
    pub people: Vec<Person>,
    /// How often somebody goes whose turn it is. After a deletion everybody who was away reads
    /// everything anew: with many of them nobody would be caught up.
    pub partings: f64,
    pub random: StdRng,
}

impl Crowd<'_> {
    /// Somebody does something. Whether that may be is the server's to say.
    pub fn act(&mut self) {
        let who = self.random.gen_range(0..self.people.len());
        // Those who opened the session are most likely to be its hosts.
        let host = if self.random.gen_bool(0.8) {
            who % 2
        } else {
            who
        };
        match self.random.gen_range(0..140) {
            0..13 => self.ask(who),
            13..28 => self.reply(who),
            28..47 => self.set(who, "like", "DELETE", 4),
            47..54 => self.edit(),
            54..60 => self.remove(who),
            60..67 => self.set(host, "pin", "DELETE", 3),
            67..72 => self.set(host, "close", "DELETE", 2),
            72..77 => self.enter(who),
            77..79 => self.leave(),
            79..85 => self.grant(host),
            85..86 => self.hand_over(host),
            86..89 => self.rename(who),
            89..92 => self.change_session(host),
            92..93 => self.end_and_reopen(),
            93..97 => self.come(),
            100.. => self.moderate(host),
            _ if self.random.gen_bool(self.partings) => self.go(),
            _ => {}
        }
    }

    /// Sends something to one of the servers. `None` from one that is away.
    pub(super) fn send(
        &mut self,
        client: &Client,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Option<Answer> {
        let place = self.room.servers.choose(&mut self.random).unwrap();
        let mut client = client.clone();
        client.base.clone_from(&place.lock().unwrap());
        if body.is_some() {
            client = client.with("content-type", "application/json");
        }
        let sent = client.try_send(method, path, body.map(|it| it.to_string().into_bytes()));
        let Some(answer) = sent.ok().filter(|it| it.status != 503) else {
            thread::sleep(PAUSE);
            return None;
        };
        let is_settled = answer.status < 300 || matches!(answer.status, 401 | 403 | 404 | 409);
        assert!(
            is_settled,
            "{method} {path}: {} {}",
            answer.status, answer.text
        );
        Some(answer)
    }

    /// Lets one of the people send something; tells what succeeds.
    pub(super) fn let_send(
        &mut self,
        who: usize,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Option<Answer> {
        let client = self.people[who].client.clone();
        let answer = self.send(&client, method, path, body)?;
        let done = answer.status < 300;
        self.room
            .changes
            .fetch_add(usize::from(done), Ordering::SeqCst);
        done.then_some(answer)
    }

    pub(super) fn some_entry(&mut self) -> Option<Entry> {
        let entries = self.room.entries.lock().unwrap();
        entries.choose(&mut self.random).cloned()
    }

    /// New words, and whether they are to be anonymous. A guest need not say so.
    fn contribution(&mut self, who: usize) -> (usize, Value) {
        let number = self.room.number();
        let anonymous = match self.people[who].voice {
            Voice::Named => self.random.gen_bool(0.3),
            Voice::Quiet | Voice::Hidden => true,
            Voice::Guest => false,
        };
        let body = json!({ "body": Room::words(number), "anonymous": anonymous });
        (number, body)
    }

    fn write(&mut self, who: usize, path: &str, kind: [&str; 2], question: Option<String>) {
        let (words, body) = self.contribution(who);
        if let Some(written) = self.let_send(who, "POST", path, Some(body)) {
            if written.field("review") == "pending" {
                self.room.hold_back(words);
            }
            let entry = Entry {
                url: format!("/api/{}/{}", kind[0], written.field(kind[1])),
                words,
                revision: 0,
                author: self.people[who].user_id,
                question,
            };
            self.room.entries.lock().unwrap().push(entry);
        }
    }

    fn ask(&mut self, who: usize) {
        let path = format!("{}/questions", self.room.session);
        self.write(who, &path, ["questions", "questionId"], None);
    }

    fn reply(&mut self, who: usize) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let question = entry.question.unwrap_or(entry.url);
        let path = format!("{question}/replies");
        self.write(who, &path, ["replies", "replyId"], Some(question));
    }

    /// Sets a flag of an entry, or takes it back once in `so_many` times.
    fn set(&mut self, who: usize, flag: &str, back: &str, so_many: u32) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let url = match entry.question {
            Some(question) if flag == "close" => question,
            _ => entry.url,
        };
        let method = if self.random.gen_ratio(1, so_many) {
            back
        } else {
            "PUT"
        };
        self.let_send(who, method, &format!("{url}/{flag}"), None);
    }

    fn edit(&mut self) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let author = self.people.iter().position(|it| it.user_id == entry.author);
        let Some(who) = author else { return };
        let number = self.room.number();
        let body = json!({ "body": Room::words(number) });
        if let Some(edited) = self.let_send(who, "PATCH", &entry.url, Some(body)) {
            if edited.field("review") == "pending" {
                self.room.hold_back(number);
            }
            self.room.forget(entry.words);
            let mut entries = self.room.entries.lock().unwrap();
            let edited = entries.iter_mut().find(|it| it.url == entry.url);
            // Others may have removed it since.
            edited.into_iter().for_each(|it| {
                it.words = number;
                it.revision += 1;
            });
        }
    }

    /// Its author, or a host, or somebody who may not.
    fn remove(&mut self, who: usize) {
        let Some(entry) = self.some_entry() else {
            return;
        };
        let author = self.people.iter().position(|it| it.user_id == entry.author);
        let who = author.filter(|_| self.random.gen_bool(0.5)).unwrap_or(who);
        if self.let_send(who, "DELETE", &entry.url, None).is_some() {
            let mut entries = self.room.entries.lock().unwrap();
            let (removed, left): (Vec<_>, _) = entries
                .drain(..)
                .partition(|it| it.url == entry.url || it.question.as_ref() == Some(&entry.url));
            *entries = left;
            drop(entries);
            removed.iter().for_each(|it| self.room.forget(it.words));
        }
    }

    fn enter(&mut self, who: usize) {
        let listed = self.people[who].voice != Voice::Hidden;
        let path = format!("{}/participants/me", self.room.session);
        self.let_send(who, "PUT", &path, Some(json!({ "listed": listed })));
    }

    fn leave(&mut self) {
        let people = 0..self.people.len();
        let may_go: Vec<_> = people.filter(|who| !self.people[*who].stays).collect();
        if let Some(who) = may_go.choose(&mut self.random) {
            let path = format!("{}/participants/me", self.room.session);
            self.let_send(*who, "DELETE", &path, None);
        }
    }

    fn grant(&mut self, who: usize) {
        let users = self.room.users.lock().unwrap();
        let anybody = *users.choose(&mut self.random).unwrap();
        drop(users);
        let often = self.people[1].user_id;
        let other = if self.random.gen_bool(0.3) {
            often
        } else {
            anybody
        };
        let method = if self.random.gen_bool(0.6) {
            "PUT"
        } else {
            "DELETE"
        };
        let path = format!("{}/hosts/{other}", self.room.session);
        self.let_send(who, method, &path, None);
    }

    /// Only to one of these people, who can reopen the session.
    fn hand_over(&mut self, who: usize) {
        let other = self.people[self.random.gen_range(0..2)].user_id;
        let path = format!("{}/super-host", self.room.session);
        self.let_send(who, "PUT", &path, Some(json!({ "userId": other })));
    }

    fn rename(&mut self, who: usize) {
        let voice = self.people[who].voice;
        if voice == Voice::Guest {
            return;
        }
        let nickname = format!("{}.n{}_", self.room.name, self.room.number());
        self.room.keep_secret(voice, &nickname);
        let body = json!({ "nickname": nickname });
        self.let_send(who, "PATCH", "/api/users/me", Some(body));
    }

    fn change_session(&mut self, who: usize) {
        let number = self.room.number();
        let body = match number % 3 {
            0 => json!({ "title": format!("Lecture {number}") }),
            1 => json!({ "description": format!("The {number}th\n\nof many") }),
            _ => json!({ "expiresAt": self.room.now + TimeDelta::hours(2 + number as i64) }),
        };
        let session = self.room.session.clone();
        self.let_send(who, "PATCH", &session, Some(body));
    }

    /// The session ends for a few acts, and whoever is its super host now lets it go on.
    fn end_and_reopen(&mut self) {
        let session = self.room.session.clone();
        let ended = (0..2).any(|who| {
            let end = format!("{session}/terminate");
            self.let_send(who, "POST", &end, None).is_some()
        });
        if !ended {
            return;
        }
        for who in 0..self.people.len() {
            self.remove(who);
        }
        loop {
            let reopen = format!("{session}/reopen");
            let reopened = (0..2).any(|who| self.let_send(who, "POST", &reopen, None).is_some());
            if reopened {
                return;
            }
        }
    }

    /// Somebody new comes.
    fn come(&mut self) {
        if self.people.len() >= MOST_PEOPLE {
            return;
        }
        let voice = [Voice::Named, Voice::Quiet, Voice::Hidden, Voice::Guest];
        let voice = *voice.choose(&mut self.random).unwrap();
        let mut client = self.people[0].client.signed_out();
        if voice == Voice::Guest {
            client.nickname = "nobody".into();
        } else {
            client.nickname = format!("{}.p{}_", self.room.name, self.room.number());
            client.email = format!("{}@example.com", client.nickname);
            client.password = format!("the password of {}", client.nickname);
            let Some(_) = self.register(&client, None) else {
                return;
            };
        }
        let person = self.sign_in(client, voice);
        self.people.extend(person);
    }

    fn register(&mut self, client: &Client, guest: Option<&Client>) -> Option<Answer> {
        let mut body = json!({
            "email": client.email, "nickname": client.nickname, "password": client.password
        });
        if let Some(guest) = guest {
            body["claimGuest"] = json!(guest.access_token);
        }
        let answer = self.send(client, "POST", "/api/users", Some(body))?;
        Some(answer).filter(|it| it.status == 201)
    }

    fn sign_in(&mut self, client: Client, voice: Voice) -> Option<Person> {
        let (path, body) = match voice {
            Voice::Guest => ("/api/auth/guest", json!({ "mode": "json" })),
            _ => (
                "/api/auth/login",
                json!({ "email": client.email, "password": client.password, "mode": "json" }),
            ),
        };
        let answer = self.send(&client, "POST", path, Some(body))?;
        let user_id = answer.json()["userId"].as_i64()?;
        Some(
            self.room
                .meet(client.holding(&answer), user_id, voice, false),
        )
    }

    /// Somebody's account goes: a guest's becomes a named one that is as hidden.
    fn go(&mut self) {
        let leaving = self.people.iter().position(|it| !it.stays);
        let Some(who) = leaving else { return };
        let person = self.people.remove(who);
        let client = person.client;
        if person.voice != Voice::Guest {
            self.delete_account(&client);
            return;
        }
        let mut named = client.signed_out();
        named.nickname = format!("{}.c{}_", self.room.name, self.room.number());
        named.email = format!("{}@example.com", named.nickname);
        named.password = format!("the password of {}", named.nickname);
        if self.register(&named, Some(&client)).is_some()
            && let Some(claimer) = self.sign_in(named, Voice::Hidden)
        {
            let mut entries = self.room.entries.lock().unwrap();
            let theirs = entries.iter_mut().filter(|it| it.author == person.user_id);
            theirs.for_each(|it| it.author = claimer.user_id);
            drop(entries);
            self.people.push(claimer);
        }
    }

    fn delete_account(&mut self, client: &Client) {
        self.room.deletions.fetch_add(1, Ordering::SeqCst);
        let body = json!({ "password": client.password });
        self.send(client, "DELETE", "/api/users/me", Some(body));
    }

    /// The last act of a history, of four kinds.
    pub fn finish(&mut self, kind: u64) {
        let session = self.room.session.clone();
        match kind % 4 {
            0 => self.act(),
            1 => {
                let path = format!("{session}/participants/me");
                self.let_send(0, "DELETE", &path, None);
            }
            2 => {
                let host = self.people[0].client.clone();
                self.delete_account(&host);
            }
            _ => (0..2).for_each(|who| drop(self.let_send(who, "DELETE", &session, None))),
        }
    }
}
