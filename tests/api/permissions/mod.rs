//! Who may do what: every operation of the document, for every credential, in a header and in a
//! cookie.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde_json::Value;

use crate::commands::Operator;
use crate::support::contract::DOCUMENT;
use crate::support::*;

use table::Access::{Open, Optional, Token};
use table::{Access, TABLE};

/// Those who ask. The last three had an account and a login once; their tokens are genuine.
const CREDENTIALS: [&str; 6] = [
    "nobody",
    "guest",
    "user",
    "ended login",
    "disabled user",
    "expired token",
];

/// The refusals: nothing is done.
const REFUSALS: [&str; 8] = [
    "401 invalid_credentials",
    "401 invalid_refresh_token",
    "401 missing_token",
    "401 login_ended",
    "401 token_expired",
    "403 login_required",
    "403 forbidden",
    "404 not_found",
];

impl Access {
    fn expected(&self, credential: &str, is_cookie: bool) -> &'static str {
        let refusal = match credential {
            "ended login" | "disabled user" => "401 login_ended",
            "expired token" => "401 token_expired",
            _ => "401 missing_token",
        };
        match (self, credential) {
            (Open(answer), _) | (Optional(answer), "nobody" | "guest" | "user") => answer,
            // A bad cookie counts as none.
            (Optional(answer), _) if is_cookie => answer,
            (Token { guest, .. }, "guest") => guest,
            (Token { user, .. }, "user") => user,
            _ => refusal,
        }
    }
}

/// The operations of the document, as `METHOD path`.
pub fn operations() -> BTreeMap<String, &'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, it)| (format!("{} {path}", method.to_uppercase()), it))
    });
    operations.collect()
}

#[test]
fn every_operation_has_a_row() {
    let documented: BTreeSet<_> = operations().into_keys().collect();
    let in_table: BTreeSet<_> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let missing: Vec<_> = documented.difference(&in_table).collect();
    assert!(
        missing.is_empty(),
        "add {missing:?} to TABLE in tests/api/permissions/table.rs: who may do it, and what are others told?"
    );
    let gone: Vec<_> = in_table.difference(&documented).collect();
    assert!(
        gone.is_empty(),
        "take {gone:?} out of TABLE in tests/api/permissions/table.rs: there is no such operation"
    );
    assert_eq!(TABLE.len(), in_table.len(), "an operation has two rows");
}

/// Those who ask, and someone whose things nobody else may touch.
pub struct People {
    pub guest: Client,
    pub user: Client,
    pub ended: Client,
    disabled: Client,
    pub expired: Client,
    pub owner: Client,
    owned: BTreeMap<&'static str, String>,
}

impl People {
    pub fn of(app: &App) -> Self {
        let expired = app.user("expired");
        app.advance(TimeDelta::minutes(11));
        let (ended, disabled, owner) = (app.user("ended"), app.user("disabled"), app.user("owner"));
        ended.log_out().expect(200);
        let disable = ["users", "disable", "--email", &disabled.email];
        let operator = Operator::new().set("DATABASE_URL", &app.database.url);
        assert!(operator.run(&disable).status.success());
        eventually("the server knows who is disabled", || {
            disabled.get("/api/users/me").status == 401
        });
        let logins = owner.get("/api/users/me/logins").expect(200).json();
        let login_id = logins["logins"][0]["loginId"].as_str().unwrap().to_owned();
        let post = serde_json::json!({ "title": "Mine", "content": "All mine." });
        let post = owner.post("/api/posts", post).expect(201).json();
        let session = owner.opens("Mine");
        let session_id = session.rsplit('/').next().unwrap().to_owned();
        let join_code = owner.get(&session).expect(200).field("joinCode");
        let question = owner.asks(&session, "Mine?");
        let reply = owner.replies(&question, "Mine.");
        let others = app.guest().asks(&session, "Who owns it?");
        owner
            .send("POST", &format!("{others}/author/mute"), None)
            .expect(204);
        let mutes = owner.get(&format!("{session}/mutes")).expect(200).json();
        let mute_id = mutes["mutes"][0]["muteId"].as_str().unwrap().to_owned();
        let number = |url: &str| url.rsplit('/').next().unwrap().to_owned();
        let owned = [
            ("{sessionId}", session_id),
            ("{joinCode}", join_code),
            ("{userId}", owner.user_id().to_string()),
            ("{questionId}", number(&question)),
            ("{replyId}", number(&reply)),
            ("{muteId}", mute_id),
            ("{loginId}", login_id),
            ("{postId}", post["postId"].to_string()),
            ("{nickname}", "owner".into()),
            ("{file}", "index.html".into()),
        ];
        Self {
            guest: app.guest(),
            user: app.user("user"),
            ended,
            disabled,
            expired,
            owner,
            owned: owned.into(),
        }
    }

    /// Someone with this credential. Who may do something may be gone by it: then there is someone
    /// else.
    fn with(&mut self, app: &App, credential: &str, number: usize) -> Client {
        let is_gone = |client: &Client| client.get("/api/users/me").status == 401;
        if is_gone(&self.guest) {
            self.guest = app.guest();
        }
        if is_gone(&self.user) {
            self.user = app.user(&format!("user-{number}"));
        }
        let client = match credential {
            "nobody" => return app.stranger("nobody"),
            "guest" => &self.guest,
            "user" => &self.user,
            "ended login" => &self.ended,
            "disabled user" => &self.disabled,
            "expired token" => &self.expired,
            _ => panic!("who is {credential}?"),
        };
        client.clone()
    }

    pub fn path(&self, pattern: &str) -> String {
        let parts = pattern.split('/').map(|part| {
            if !part.starts_with('{') {
                return part;
            }
            self.owned.get(part).unwrap_or_else(|| {
                panic!("tell in People::of, tests/api/permissions/mod.rs, what stands for {part}")
            })
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The example of an operation, of use to whoever asks; `None` where it takes no body.
fn body(operation: &Value, client: &Client, name: &str) -> Option<Vec<u8>> {
    let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
    let mut body = examples["en"]["value"].clone();
    let fields = body.as_object_mut()?;
    for (field, value) in fields {
        match field.as_str() {
            "password" | "currentPassword" => *value = client.password.clone().into(),
            "email" => *value = format!("{name}@example.org").into(),
            "nickname" | "name" => *value = name.into(),
            _ => {}
        }
    }
    Some(body.to_string().into_bytes())
}

/// What an answer was, as the table has it.
fn seen(answer: &Answer) -> String {
    match answer.status {
        400.. => format!("{} {}", answer.status, answer.code()),
        status => status.to_string(),
    }
}

/// Accounts, living logins, posts, those of them that are as they were, likewise in sessions, and
/// what was recorded: except that somebody failed to sign in, which is the one trace of a refusal.
const EFFECTS: &str = "SELECT (SELECT count(*) FROM users WHERE active) || ' accounts, ' \
    || (SELECT count(*) FROM refresh_tokens WHERE ended_at IS NULL) || ' logins, ' \
    || (SELECT count(*) FROM posts) || ' posts, ' \
    || (SELECT count(*) FROM posts WHERE title = 'Mine') || ' unchanged, ' \
    || (SELECT count(*) FROM sessions WHERE title = 'Mine' AND ended_at IS NULL AND deleted_at IS NULL \
        AND labels = '[]' AND current_question IS NULL) || ' running, ' \
    || (SELECT count(*) FROM participants) || ' participations, ' \
    || (SELECT count(*) FROM questions WHERE body = 'Mine?' AND NOT pinned AND NOT closed \
        AND shown AND label_ids = '') || ' as asked, ' \
    || (SELECT count(*) FROM replies WHERE body = 'Mine.' AND NOT pinned \
        AND review = 'approved') || ' as replied, ' \
    || (SELECT count(*) FROM mutes) || ' mutes, ' \
    || (SELECT count(*) FROM question_likes) + (SELECT count(*) FROM reply_likes) || ' likes, ' \
    || (SELECT count(*) FROM audit_events WHERE action <> 'sign_in_failed') || ' entries' AS text";

/// As who has it sends it: in the header, or in the cookie of that name.
fn presenting(client: &Client, is_cookie: bool) -> Client {
    match (is_cookie, &client.access_token) {
        (true, Some(token)) => {
            let cookie = format!("Authentication={token}");
            client.signed_out().with("cookie", &cookie)
        }
        _ => client.clone(),
    }
}

#[apply(on_both_databases!)]
fn each_credential_may_do_what_the_table_says(app: &App) {
    let mut people = People::of(app);
    let operations = operations();
    let mut wrong = Vec::new();
    let mut number = 0;
    for (name, access) in TABLE {
        let (method, pattern) = name.split_once(' ').unwrap();
        let path = people.path(pattern);
        // The buckets of this one address fill again.
        app.advance(TimeDelta::seconds(2));
        for (credential, is_cookie) in CREDENTIALS
            .iter()
            .flat_map(|it| [(*it, false), (*it, true)])
        {
            if (credential, is_cookie) == ("nobody", true) {
                continue;
            }
            number += 1;
            let what = format!(
                "{name} of {credential}{}",
                if is_cookie { ", by cookie" } else { "" }
            );
            let client = people.with(app, credential, number);
            let unique = format!("new-{number}");
            let body = body(operations[*name], &client, &unique);
            let expected = access.expected(credential, is_cookie);
            let effects = || {
                REFUSALS
                    .contains(&expected)
                    .then(|| app.database.text(EFFECTS))
            };
            let before = effects();
            let client = presenting(&client, is_cookie);
            let typed = match body {
                Some(_) => client.with("content-type", "application/json"),
                None => client,
            };
            let answer = typed.send(method, &path, body);
            if seen(&answer) != expected {
                wrong.push(format!("{what} is {}, not {expected}", seen(&answer)));
            }
            if (*name, answer.status) == ("DELETE /api/users/me", 204) {
                // What the account leaves behind goes now, and not during another request.
                app.purge().unwrap();
            }
            let after = effects();
            if after != before {
                wrong.push(format!(
                    "{what} is refused, and of {before:?} there are {after:?}"
                ));
            }
        }
        people.owner.refresh().expect(200);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
