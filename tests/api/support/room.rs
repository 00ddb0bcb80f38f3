//! What people do in a Q&A session. Each of these must succeed; what may be refused is sent by
//! hand.

use serde_json::{Value, json};

use super::{Answer, Client};

impl Client {
    pub fn put(&self, path: &str) -> Answer {
        self.send("PUT", path, None)
    }

    pub fn put_json(&self, path: &str, body: Value) -> Answer {
        let client = self.with("content-type", "application/json");
        client.send("PUT", path, Some(body.to_string().into_bytes()))
    }

    /// Opens a session and tells its URL.
    #[track_caller]
    pub fn opens(&self, title: &str) -> String {
        let session = self.post("/api/sessions", json!({ "title": title }));
        format!("/api/sessions/{}", session.expect(201).field("sessionId"))
    }

    /// Enters a session on purpose.
    #[track_caller]
    pub fn enters(&self, session: &str) -> Value {
        let entered = self.put(&format!("{session}/participants/me"));
        entered.expect(200).json()
    }

    /// Asks a question and tells its URL.
    #[track_caller]
    pub fn asks(&self, session: &str, body: &str) -> String {
        self.contributes(session, json!({ "body": body }))
    }

    /// The same without showing who asks.
    #[track_caller]
    pub fn asks_anonymously(&self, session: &str, body: &str) -> String {
        self.contributes(session, json!({ "body": body, "anonymous": true }))
    }

    #[track_caller]
    fn contributes(&self, session: &str, question: Value) -> String {
        let asked = self.post(&format!("{session}/questions"), question);
        format!(
            "/api/questions/{}",
            asked.expect(201).json()["questionId"].as_str().unwrap()
        )
    }

    /// Replies to a question and tells the reply's URL.
    #[track_caller]
    pub fn replies(&self, question: &str, body: &str) -> String {
        let replied = self.post(&format!("{question}/replies"), json!({ "body": body }));
        format!(
            "/api/replies/{}",
            replied.expect(201).json()["replyId"].as_str().unwrap()
        )
    }

    /// Likes a question or a reply, and tells how many do.
    #[track_caller]
    pub fn likes(&self, entry: &str) -> i64 {
        let liked = self.put(&format!("{entry}/like")).expect(200).json();
        liked["likesCount"].as_i64().unwrap()
    }

    /// Makes a named participant a sub host of one's own session.
    #[track_caller]
    pub fn makes_host(&self, session: &str, participant: &Client) {
        let user_id = participant.user_id();
        self.put(&format!("{session}/hosts/{user_id}")).expect(200);
    }

    /// The number of the account.
    #[track_caller]
    pub fn user_id(&self) -> i64 {
        let me = self.get("/api/users/me").expect(200).json();
        me["userId"].as_i64().unwrap()
    }
}
