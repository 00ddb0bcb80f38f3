//! Who may do what in a session, written from the rules in words: not from the code that decides.

use std::sync::LazyLock;

use askit::sessions::Action;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::support::*;

/// Those who ask: without a token; guests, the first of whom has never come in; accounts.
pub const ROLES: [&str; 6] = [
    "nobody",
    "guest outside",
    "guest",
    "named participant",
    "sub host",
    "super host",
];

/// An action, a request, its answer to those who may, who those are, and whether they are when the
/// session has ended. For each of [`ROLES`] but the first: `+` may, `-` may not, `o` may while it
/// is open, is not pinned and has no living reply, `e` may while nobody else likes it either, `h`
/// may not because it bears the nickname of a host; at first where it is another's or nobody's, then
/// where it is one's own.
const TABLE: &str = "
    Enter            | PUT {session}/participants/me            | 200 | +++++ |       | running
    ListParticipants | GET {session}/participants               | 200 | -++++ |       | always
    Export           | GET {session}/export?format=json         | 200 | ---++ |       | always
    EditSession      | PATCH {session}                          | 200 | ----+ |       | running
    EditSettings     | PATCH {session}                          | 200 | ---++ |       | running
    EditLabels       | PUT {session}/labels                     | 200 | ---++ |       | running
    ChooseCurrent    | PUT {session}/current                    | 200 | ---++ |       | running
    ChooseCurrent    | DELETE {session}/current                 | 200 | ---++ |       | running
    EndSession       | POST {session}/terminate                 | 200 | ----+ |       | always
    ReopenSession    | POST {session}/reopen                    | 200 | ----+ |       | always
    DeleteSession    | DELETE {session}                         | 204 | ----+ |       | always
    HandOver         | PUT {session}/super-host                 | 200 | ----+ |       | always
    GrantHost        | PUT {session}/hosts/{participant}        | 200 | ----+ |       | running
    RevokeHost       | DELETE {session}/hosts/{sub_host}        | 200 | ----+ |       | always
    Leave            | DELETE {session}/participants/me         | 204 | +++++ |       | always
    Ask              | POST {session}/questions                 | 201 | +++++ |       | running
    EditQuestion     | PATCH {question}                         | 200 | ----- | -eeee | running
    DeleteQuestion   | DELETE {question}                        | 204 | ---++ | -oo++ | always
    PinQuestion      | PUT {question}/pin                       | 200 | ---++ | ---++ | running
    PinQuestion      | DELETE {question}/pin                    | 200 | ---++ | ---++ | running
    CloseQuestion    | PUT {question}/close                     | 200 | ---++ | ---++ | running
    CloseQuestion    | DELETE {question}/close                  | 200 | ---++ | ---++ | running
    LabelQuestion    | PUT {question}/labels                    | 200 | ---++ | ---++ | running
    ApproveQuestion  | POST {question}/approve                  | 200 | ---++ | ---++ | running
    ApproveQuestion  | POST {session}/approve-all               | 200 | ---++ |       | running
    DismissQuestion  | POST {question}/dismiss                  | 200 | ---++ | ---++ | always
    DismissQuestion  | POST {session}/dismiss-all               | 200 | ---++ |       | always
    MergeQuestion    | POST {question}/merge                    | 200 | ---++ | ---++ | running
    LikeQuestion     | PUT {question}/like                      | 200 | +++++ | +++++ | running
    Unlike           | DELETE {question}/like                   | 200 | +++++ | +++++ | running
    Reply            | POST {question}/replies                  | 201 | +++++ | +++++ | running
    EditReply        | PATCH {reply}                            | 200 | ----- | -eeee | running
    DeleteReply      | DELETE {reply}                           | 204 | ---++ | -++++ | always
    PinReply         | PUT {reply}/pin                          | 200 | ---++ | ---++ | running
    PinReply         | DELETE {reply}/pin                       | 200 | ---++ | ---++ | running
    ApproveReply     | POST {reply}/approve                     | 200 | ---++ | ---++ | running
    DismissReply     | POST {reply}/dismiss                     | 200 | ---++ | ---++ | always
    LikeReply        | PUT {reply}/like                         | 200 | +++++ | +++++ | running
    Unlike           | DELETE {reply}/like                      | 200 | +++++ | +++++ | running
    ListReview       | GET {session}/replies                    | 200 | ---++ |       | always
    ListReview       | GET {session}/questions?review=pending   | 200 | ---++ |       | always
    ListReview       | GET {session}/questions?review=dismissed | 200 | ---++ |       | always
    Mute             | POST {question}/author/mute              | 204 | ---h+ | ---hh | always
    Mute             | POST {reply}/author/mute                 | 204 | ---h+ | ---hh | always
    RemoveAll        | POST {question}/author/mute              | 204 | ---h+ | ---hh | running
    RemoveAll        | POST {reply}/author/mute                 | 204 | ---h+ | ---hh | running
    ListMutes        | GET {session}/mutes                      | 200 | ---++ |       | always
    Unmute           | DELETE {session}/mutes/{mute}            | 204 | ---++ |       | always";

pub static ROWS: LazyLock<Vec<Row>> =
    LazyLock::new(|| TABLE.trim().lines().map(Row::parse).collect());

/// A request, and what it answers to whom.
pub struct Row {
    action: Action,
    pub request: &'static str,
    status: u16,
    others: &'static [u8],
    own: &'static [u8],
    /// Whether it cannot be done any more when the session has ended, by its super host or by
    /// time.
    pub is_write: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    Runs,
    Ended,
    Expired,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Open,
    Closed,
    Answered,
    /// It, or the reply, is pinned.
    Pinned,
    /// Somebody else likes it, or the reply, since longer than two minutes ago.
    Liked,
}

/// Where someone does something.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    pub role: usize,
    pub is_own: bool,
    pub session: Session,
    pub question: Question,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Session,
    Question,
    Reply,
}

impl Row {
    fn parse(line: &'static str) -> Self {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [name, request, status, others, own, when] = cells[..] else {
            panic!("six cells: {line}")
        };
        let is_named = |action: &&Action| format!("{action:?}") == name;
        Self {
            action: *Action::VARIANTS.iter().find(is_named).expect(name),
            request,
            status: status.parse().unwrap(),
            others: others.as_bytes(),
            own: own.as_bytes(),
            is_write: when == "running",
        }
    }

    pub fn about(&self) -> About {
        match self.request {
            request if request.contains("{question}") => About::Question,
            request if request.contains("{reply}") => About::Reply,
            _ => About::Session,
        }
    }

    /// A status, and the code of a problem.
    pub fn expected(&self, scene: Scene) -> String {
        if ROLES[scene.role] == "nobody" {
            return "401 missing_token".into();
        }
        if self.is_write && scene.session != Session::Runs {
            return "403 session_ended".into();
        }
        let cells = if scene.is_own { self.own } else { self.others };
        match cells[scene.role - 1] {
            b'-' => "403 forbidden".into(),
            b'h' => "409 conflict".into(),
            b'o' if !matches!(scene.question, Question::Open | Question::Liked) => {
                "403 question_locked".into()
            }
            b'e' if scene.question != Question::Open => "403 question_locked".into(),
            _ => self.status.to_string(),
        }
    }

    /// Sends it, with a body where it takes one.
    pub fn send(&self, client: &Client, place: &Place) -> Answer {
        let (method, pattern) = self.request.split_once(' ').unwrap();
        let path = pattern
            .replace("{session}", &place.session)
            .replace("{question}", &place.question)
            .replace("{reply}", &place.reply)
            .replace("{participant}", &place.participant.to_string())
            .replace("{sub_host}", &place.sub_host.to_string())
            .replace("{mute}", &place.mute);
        match self.body(place).filter(|_| method != "DELETE") {
            Some(body) => {
                let client = client.with("content-type", "application/json");
                client.send(method, &path, Some(body.to_string().into_bytes()))
            }
            None => client.send(method, &path, None),
        }
    }

    fn body(&self, place: &Place) -> Option<Value> {
        let body = match self.action {
            Action::EditSession => json!({ "title": "Lecture 8" }),
            Action::EditSettings => json!({ "settings": { "slowMode": 30 } }),
            Action::EditLabels => json!({ "labels": [{ "name": "Budget", "color": "teal" }] }),
            Action::ChooseCurrent => json!({ "questionId": place.other_question }),
            Action::Ask | Action::EditQuestion | Action::Reply | Action::EditReply => {
                json!({ "body": "Other words." })
            }
            Action::LabelQuestion => json!({ "labelIds": [] }),
            _ if self.request.ends_with("-all") => json!({ "upTo": place.seen }),
            Action::ApproveQuestion | Action::ApproveReply => json!({ "revision": 0 }),
            Action::MergeQuestion => json!({ "into": place.other_question }),
            Action::RemoveAll => json!({ "removeAll": true }),
            Action::HandOver => json!({ "userId": place.sub_host }),
            _ => return None,
        };
        Some(body)
    }
}

/// What the requests of the table name.
pub struct Place {
    pub session: String,
    pub question: String,
    pub reply: String,
    pub participant: i64,
    pub sub_host: i64,
    pub fan: i64,
    /// Of a question of somebody else that everybody sees.
    pub other_question: String,
    pub mute: String,
    /// Up to where hosts have seen everything.
    pub seen: String,
}

#[test]
fn every_action_has_a_row() {
    let has_row = |action: &Action| ROWS.iter().any(|row| row.action == *action);
    let missing: Vec<_> = Action::VARIANTS.iter().filter(|it| !has_row(it)).collect();
    assert!(
        missing.is_empty(),
        "add {missing:?} to TABLE in tests/api/sessions/permissions/table.rs"
    );
}
