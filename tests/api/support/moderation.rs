//! What hosts do to keep a crowd civil. Each of these must succeed; what may be refused is sent by
//! hand.

use serde_json::{Value, json};

use super::{Answer, App, Client};

/// The random id at the end of a URL.
pub fn id_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

impl Client {
    /// Posts without a body.
    pub fn act(&self, path: &str) -> Answer {
        self.send("POST", path, None)
    }

    /// Changes what a session allows, and tells the session.
    #[track_caller]
    pub fn sets(&self, session: &str, settings: Value) -> Value {
        let changed = self.patch(session, json!({ "settings": settings }));
        changed.expect(200).json()
    }

    /// Asks to let everybody see the words of a revision.
    pub fn approve(&self, entry: &str, revision: i64) -> Answer {
        self.post(&format!("{entry}/approve"), json!({ "revision": revision }))
    }

    /// Lets everybody see words that were never changed.
    #[track_caller]
    pub fn approves(&self, entry: &str) -> Value {
        self.approve(entry, 0).expect(200).json()
    }

    /// Lets hosts and its author alone see something.
    #[track_caller]
    pub fn dismisses(&self, entry: &str) -> Value {
        self.act(&format!("{entry}/dismiss")).expect(200).json()
    }

    /// Asks to judge everything that waits: `verdict` is approve or dismiss.
    pub fn judge_all(&self, session: &str, verdict: &str, up_to: &str) -> Answer {
        let path = format!("{session}/{verdict}-all");
        self.post(&path, json!({ "upTo": up_to }))
    }

    /// Has a question answered now, and tells the session.
    #[track_caller]
    pub fn chooses(&self, session: &str, question: &str) -> Value {
        self.choose(session, question).expect(200).json()
    }

    /// Asks to have a question answered now.
    pub fn choose(&self, session: &str, question: &str) -> Answer {
        let body = json!({ "questionId": id_of(question) });
        self.put_json(&format!("{session}/current"), body)
    }

    /// Merges a question into another one, and tells that.
    #[track_caller]
    pub fn merges(&self, question: &str, into: &str) -> Value {
        self.merge(question, into).expect(200).json()
    }

    /// Asks to merge a question into another one.
    pub fn merge(&self, question: &str, into: &str) -> Answer {
        let body = json!({ "into": id_of(into) });
        self.post(&format!("{question}/merge"), body)
    }

    /// Gives a session new gray labels in place of those that it had, and tells their ids.
    #[track_caller]
    pub fn labels(&self, session: &str, names: &[&str]) -> Vec<String> {
        let labels = names
            .iter()
            .map(|name| json!({ "name": name, "color": "gray" }));
        let labels: Vec<Value> = labels.collect();
        let changed = self.put_json(&format!("{session}/labels"), json!({ "labels": labels }));
        let labels = changed.expect(200).json()["labels"].take();
        let ids = labels.as_array().unwrap().iter();
        ids.map(|it| it["labelId"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Puts a question under labels, and tells the question.
    #[track_caller]
    pub fn puts_under(&self, question: &str, label_ids: &[&String]) -> Value {
        let body = json!({ "labelIds": label_ids });
        let labelled = self.put_json(&format!("{question}/labels"), body);
        labelled.expect(200).json()
    }

    /// The words of the questions of a session that are wanted, in their order.
    #[track_caller]
    pub fn lists(&self, session: &str, query: &str) -> Vec<String> {
        self.words(&format!("{session}/questions?{query}"), "questions")
    }

    /// The words of the replies of a session that are wanted.
    #[track_caller]
    pub fn lists_replies(&self, session: &str, query: &str) -> Vec<String> {
        self.words(&format!("{session}/replies?{query}"), "replies")
    }

    /// The words of the replies to a question that this one sees.
    #[track_caller]
    pub fn reads_replies(&self, question: &str) -> Vec<String> {
        self.words(&format!("{question}?limit=100"), "replies")
    }

    #[track_caller]
    fn words(&self, path: &str, list: &str) -> Vec<String> {
        let found = self.get(path).expect(200).json();
        let entries = found[list].as_array().unwrap().iter();
        entries
            .map(|it| it["body"].as_str().unwrap_or("(deleted)").to_owned())
            .collect()
    }

    /// A number that the session tells.
    #[track_caller]
    pub fn counts(&self, session: &str, count: &str) -> i64 {
        let session = self.get(session).expect(200).json();
        session[count]
            .as_i64()
            .unwrap_or_else(|| panic!("no {count} in {session}"))
    }

    /// How far the session has come.
    #[track_caller]
    pub fn change_of(&self, session: &str) -> String {
        self.get(session).expect(200).field("change")
    }
}

/// A session with everybody in it, so that nothing they write changes who takes part.
pub struct Hall {
    pub session: String,
    /// The super host.
    pub mina: Client,
    /// A sub host.
    pub subin: Client,
    pub noah: Client,
    pub zoe: Client,
    pub guest: Client,
    pub stranger: Client,
}

impl Hall {
    pub fn open(app: &App) -> Self {
        let [mina, subin, noah, zoe] = ["mina", "subin", "noah", "zoe"].map(|it| app.user(it));
        let guest = app.guest();
        let session = mina.opens("Lecture 7");
        for person in [&subin, &noah, &zoe, &guest] {
            person.enters(&session);
        }
        mina.makes_host(&session, &subin);
        Self {
            session,
            mina,
            subin,
            noah,
            zoe,
            guest,
            stranger: app.anonymous(),
        }
    }

    /// The same with review of everything.
    pub fn reviewed(app: &App) -> Self {
        let hall = Self::open(app);
        let settings = json!({ "questions": "review", "replies": "review" });
        hall.mina.sets(&hall.session, settings);
        hall
    }

    /// A question and a reply of `author`, to a question of the host that everybody sees.
    #[track_caller]
    pub fn words_of(&self, author: &Client) -> [String; 2] {
        let question = self.mina.asks(&self.session, "Another?");
        let own = author.asks(&self.session, "Why?");
        [own, author.replies(&question, "Because.")]
    }
}
