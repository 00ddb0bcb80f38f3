//! What the demonstration consists of: `talk.json`.

use serde::Deserialize;

/// Compiled in.
const TALK: &str = include_str!("talk.json");

/// A session, who takes part in it, and what they do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The session's.
    pub title: String,
    /// The session's.
    pub description: String,
    /// The super host, then sub hosts.
    pub hosts: Vec<Person>,
    /// Others who have an account.
    pub people: Vec<Person>,
    /// How many come in without one.
    pub guests: usize,
    /// In the order of their times.
    pub questions: Vec<Asked>,
}

/// Who has an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Under which others see it.
    pub nickname: String,
    /// Under which it signs in.
    pub email: String,
}

/// A question. Minutes are those since the session was opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// When it is asked.
    pub minute: u32,
    /// The nickname of whoever asks; without one a guest.
    pub by: Option<String>,
    /// Whether nobody is to see who asks.
    #[serde(default)]
    pub anonymous: bool,
    /// Its words.
    pub body: String,
    /// How many like it, sooner or later.
    pub likes: usize,
    /// When it is pinned, if it is.
    pub pinned: Option<u32>,
    /// When it is closed, if it is.
    pub closed: Option<u32>,
    /// In the order of their times.
    #[serde(default)]
    pub replies: Vec<Answered>,
}

/// A reply, with the same fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// When it is written.
    pub minute: u32,
    /// The nickname of whoever writes; without one a guest.
    pub by: Option<String>,
    /// Its words.
    pub body: String,
    /// How many like it, sooner or later.
    #[serde(default)]
    pub likes: usize,
    /// When it is pinned, if it is.
    pub pinned: Option<u32>,
}

impl Script {
    /// The one that is compiled in.
    ///
    /// # Errors
    /// When it is no script, which a test rules out.
    pub fn read() -> serde_json::Result<Self> {
        serde_json::from_str(TALK)
    }
}
