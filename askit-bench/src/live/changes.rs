//! What is changed in a session, and how a listener's events tell which changes they show.
//!
//! Changes are numbered from 0 on, five in turn: a question is asked, a reply is written to another
//! question, the first is edited, then pinned, and the other question is liked. Every body begins
//! with the numbers of the changes that it shows, so an event that stands for several changes shows
//! all of them.

use std::net::SocketAddr;

use anyhow::Context;
use serde_json::Value;

use super::stream::Event;
use crate::answer::{Answer, find, leading_number};
use crate::load::{Request, call};
use crate::server::{Server, text};

/// Changes of all kinds in turn.
pub const TURN: usize = 5;
/// The place of a pin in its turn, and of a like.
const PIN: usize = 3;
const LIKE: usize = 4;

const BODY: &[u8] = br#""body":""#;
const PINNED: &[u8] = br#""pinned":true"#;
const LIKES: &[u8] = br#""likesCount":"#;
const WORDS: &str =
    "What does the proof on this slide need the second condition for, and when does it fail?";

/// A session in which somebody writes.
pub struct Writer {
    /// Of the server that is asked.
    pub address: SocketAddr,
    /// The session.
    pub session_id: String,
    /// The number of the next change.
    pub next: usize,
    host: String,
    likers: Vec<String>,
    /// What is replied to and liked.
    liked: String,
    /// What was asked last.
    asked: String,
}

/// What an event shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    /// Changes with these numbers.
    Changes(Vec<usize>),
    /// So many likes.
    Likes(usize),
}

impl Writer {
    /// Makes a session, its host and a guest for each like among so many changes.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn enter(server: &Server, changes: usize) -> anyhow::Result<Self> {
        let (host, session_id) = server.open_session()?;
        let ask = Request::post_as(&questions(&session_id), r#"{"body": "Why?"}"#, &host);
        let question: Value = serde_json::from_str(&call(server.address, &ask, 201)?)?;
        Ok(Self {
            address: server.address,
            liked: text(&question, "questionId")?,
            likers: server.guests(changes.div_ceil(TURN))?,
            asked: String::new(),
            next: 0,
            session_id,
            host,
        })
    }

    /// The next change, and what it is answered if it is made.
    ///
    /// # Errors
    /// When there are too few guests to like.
    pub fn request(&self) -> anyhow::Result<(Request, u16)> {
        let (number, asked, liked) = (self.next, &self.asked, &self.liked);
        let first = number - number % TURN;
        let body = |numbers: &str| format!(r#"{{"body": "{numbers} {WORDS}"}}"#);
        Ok(match number - first {
            0 => {
                let path = questions(&self.session_id);
                let body = body(&format!("m{number}"));
                (Request::post_as(&path, &body, &self.host), 201)
            }
            1 => {
                let path = format!("/api/questions/{liked}/replies");
                let body = body(&format!("m{number}"));
                (Request::post_as(&path, &body, &self.host), 201)
            }
            2 => {
                let path = format!("/api/questions/{asked}");
                let body = body(&format!("m{first} m{number}"));
                (Request::patch_as(&path, &body, &self.host), 200)
            }
            PIN => {
                let path = format!("/api/questions/{asked}/pin");
                (Request::put_and_delete(&path, &self.host), 200)
            }
            _ => {
                let path = format!("/api/questions/{liked}/like");
                let liker = self.likers.get(number / TURN).context("too few likers")?;
                (Request::put_and_delete(&path, liker), 200)
            }
        })
    }

    /// Goes on to the next change.
    ///
    /// # Errors
    /// When a new question has no id.
    pub fn learn(&mut self, answer: &Answer) -> anyhow::Result<()> {
        if self.next.is_multiple_of(TURN) {
            let id = answer.text_field("questionId")?;
            self.asked = String::from_utf8(id.to_vec())?;
        }
        self.next += 1;
        Ok(())
    }

    /// The number of the session's last change, as listeners are told it.
    ///
    /// # Errors
    /// When the server does not tell.
    pub fn last_number(&self) -> anyhow::Result<u64> {
        let path = format!("/api/sessions/{}", self.session_id);
        let session: Value =
            serde_json::from_str(&call(self.address, &Request::get(&path, None), 200)?)?;
        let change = text(&session, "change")?;
        let (_, number) = change.rsplit_once('-').context("no number")?;
        Ok(number.parse()?)
    }

    /// What an event shows of the changes of this writer.
    pub fn shown(&self, event: &Event) -> Shown {
        match event.name {
            b"question" | b"reply" => Shown::Changes(changes_in(event.data)),
            b"counts" => Shown::Likes(likes_in(event.data, &self.liked).unwrap_or_default()),
            _ => Shown::Changes(Vec::new()),
        }
    }
}

/// Whether this change is seen in counts, which are told once a second.
pub fn is_count(number: usize) -> bool {
    number % TURN == LIKE
}

/// The number of the change that made so many likes.
pub fn number_of_like(likes: usize) -> Option<usize> {
    Some(likes.checked_sub(1)? * TURN + LIKE)
}

fn questions(session_id: &str) -> String {
    format!("/api/sessions/{session_id}/questions")
}

fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    text.get(find(text, mark)? + mark.len()..)
}

fn changes_in(data: &[u8]) -> Vec<usize> {
    let mut numbers = Vec::new();
    let body = after(data, BODY).unwrap_or_default();
    for word in body.split(|byte| *byte == b' ') {
        match word.strip_prefix(b"m").and_then(leading_number) {
            Some(number) => numbers.push(number),
            None => break,
        }
    }
    if let Some(asked) = numbers.first()
        && find(data, PINNED).is_some()
    {
        numbers.push(asked + PIN);
    }
    numbers
}

fn likes_in(data: &[u8], question_id: &str) -> Option<usize> {
    let question = after(data, question_id.as_bytes())?;
    let of_question = question.split(|byte| *byte == b'}').next()?;
    leading_number(after(of_question, LIKES)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_shows_all_changes_that_it_stands_for() {
        let asked = br#"{"questionId":"q","body":"m10 What m3","pinned":false}"#;
        assert_eq!(changes_in(asked), [10]);
        let edited_and_pinned = br#"{"body":"m10 m12 What","pinned":true}"#;
        assert_eq!(changes_in(edited_and_pinned), [10, 12, 13]);
        assert_eq!(changes_in(br#"{"body":"Why?","pinned":false}"#), [0; 0]);
        assert_eq!(changes_in(br#"{"replyId":"r"}"#), [0; 0]);
    }

    #[test]
    fn likes_are_those_of_the_question_that_is_liked() {
        let data =
            br#"{"questions":{"a":{"likesCount":7},"b":{"repliesCount":2,"likesCount":31}}}"#;
        assert_eq!(likes_in(data, r#""b""#), Some(31));
        assert_eq!(likes_in(data, r#""c""#), None);
        let without = br#"{"questions":{"b":{"repliesCount":2},"a":{"likesCount":7}}}"#;
        assert_eq!(likes_in(without, r#""b""#), None);
    }

    #[test]
    fn a_like_has_its_place_in_the_turn() {
        assert_eq!(number_of_like(0), None);
        assert_eq!(number_of_like(3), Some(14));
        assert!(is_count(14) && !is_count(13));
    }
}
