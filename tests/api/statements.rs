//! How many SQL statements a request takes: of a list the same number whatever it holds, of a write
//! one that is written down here.

use serde_json::json;

use crate::support::crowd::LABEL;
use crate::support::statements::Logging;
use crate::support::*;

/// Posts are long, and are read a few at a time.
const POSTS_OF_A_STATEMENT: usize = 8;

/// Writes and their statements on SQLite and on PostgreSQL, where the lock of a session is a
/// statement of its own.
const WRITES: [(&str, usize, usize); 23] = [
    ("open a session", 5, 5),
    ("change it", 4, 5),
    ("enter", 6, 7),
    ("enter again", 2, 3),
    ("make a host", 7, 8),
    ("make no host", 7, 8),
    ("ask", 7, 8),
    ("ask as a guest for the first time", 12, 13),
    ("ask as a guest", 9, 10),
    ("edit a question", 7, 8),
    ("like a question", 7, 8),
    ("like it again", 5, 6),
    ("unlike it", 7, 8),
    ("pin a question", 6, 7),
    ("close a question", 6, 7),
    ("reply", 10, 11),
    ("edit a reply", 7, 8),
    ("like a reply", 7, 8),
    ("unlike a reply", 7, 8),
    ("pin a reply", 6, 7),
    ("delete a reply", 9, 10),
    ("delete a question", 10, 11),
    ("end a session", 5, 6),
];

/// The same of what hosts do to keep a crowd civil.
const MODERATION: [(&str, usize, usize); 12] = [
    ("change settings", 4, 5),
    ("change labels", 4, 5),
    ("ask where there is review", 7, 8),
    ("approve a question", 7, 8),
    ("choose a question", 6, 7),
    ("label a question", 6, 7),
    ("merge a question", 20, 21),
    ("dismiss a question", 9, 10),
    ("approve all", 10, 11),
    ("mute", 9, 10),
    ("mute and remove all", 34, 35),
    ("unmute", 6, 7),
];

/// Reads a page in so many statements and returns the cursor of the next one.
#[track_caller]
fn list(app: &App, client: &Client, url: &str, count: usize) -> Option<String> {
    let answer = client.get(url).expect(200);
    let statements = app.statements_for(&answer);
    assert_eq!(statements.len(), count, "GET {url} takes {statements:#?}");
    answer.json()["nextCursor"].as_str().map(str::to_owned)
}

#[apply(on_both_databases!)]
fn a_list_takes_as_many_statements_whatever_it_holds(app: &App) {
    let _logging = Logging::begin();
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let lists = [
        // The URL, its statements, and whether it needs no token.
        ("/api/sessions".to_owned(), 1, false),
        (format!("{session}/participants"), 2, false),
        // The session tells whether it is there, and what the reader may do.
        (format!("{session}/questions"), 2, true),
        (format!("{session}/questions?sort=new"), 2, true),
        (format!("{session}/questions?sort=old"), 2, true),
        (format!("{session}/questions?state=open"), 2, true),
        (format!("{session}/questions?label={LABEL}"), 2, true),
        (format!("{session}/questions?review=pending"), 2, false),
        (format!("{session}/questions?mine=true"), 2, false),
        (format!("{session}/replies"), 2, false),
        (format!("{session}/mutes"), 2, false),
        (question.clone(), 3, true),
    ];
    for (url, count, _) in &lists {
        list(app, &mina, url, *count);
    }
    app.database.crowd(&mina, &session, &question);
    for (url, count, is_open) in lists {
        let separator = if url.contains('?') { '&' } else { '?' };
        for limit in [1, 20, 100] {
            let page = format!("{url}{separator}limit={limit}");
            for client in [Some(&mina), is_open.then_some(&app.anonymous())]
                .into_iter()
                .flatten()
            {
                let cursor = list(app, client, &page, count).expect("there is more");
                list(app, client, &format!("{page}&cursor={cursor}"), count);
            }
        }
    }
    list(
        app,
        &mina,
        &format!("{}/questions", mina.opens("Lecture 8")),
        2,
    );
    for limit in [1, 20, 100] {
        let url = format!("/api/posts?limit={limit}");
        list(app, &mina, &url, limit / POSTS_OF_A_STATEMENT + 1);
    }
}

#[apply(on_both_databases!)]
fn a_write_takes_these_statements(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let mut seen = Vec::new();
    let mut note = |what: &'static str, answer: Answer| {
        assert!(answer.status < 300, "{what}: {}", answer.text);
        let statements = app.statements_for(&answer);
        seen.push((what, statements.len()));
    };
    let (one, asked) = (json!({ "title": "Lecture 7" }), json!({ "body": "Why?" }));
    note("open a session", mina.post("/api/sessions", one.clone()));
    let session = mina.opens("Lecture 8");
    note("change it", mina.patch(&session, one));
    note("enter", noah.put(&format!("{session}/participants/me")));
    note(
        "enter again",
        noah.put(&format!("{session}/participants/me")),
    );
    let host = format!("{session}/hosts/{}", noah.user_id());
    note("make a host", mina.put(&host));
    note("make no host", mina.delete(&host));
    let questions = format!("{session}/questions");
    note("ask", noah.post(&questions, asked.clone()));
    note(
        "ask as a guest for the first time",
        guest.post(&questions, asked.clone()),
    );
    note("ask as a guest", guest.post(&questions, asked.clone()));
    let question = noah.asks(&session, "Why?");
    let other = json!({ "body": "Why so?" });
    note("edit a question", noah.patch(&question, other.clone()));
    note("like a question", mina.put(&format!("{question}/like")));
    note("like it again", mina.put(&format!("{question}/like")));
    note("unlike it", mina.delete(&format!("{question}/like")));
    note("pin a question", mina.put(&format!("{question}/pin")));
    note("close a question", mina.put(&format!("{question}/close")));
    note(
        "reply",
        noah.post(&format!("{question}/replies"), asked.clone()),
    );
    let reply = noah.replies(&question, "Because.");
    note("edit a reply", noah.patch(&reply, other));
    note("like a reply", mina.put(&format!("{reply}/like")));
    note("unlike a reply", mina.delete(&format!("{reply}/like")));
    note("pin a reply", mina.put(&format!("{reply}/pin")));
    note("delete a reply", mina.delete(&reply));
    note("delete a question", mina.delete(&question));
    note(
        "end a session",
        mina.send("POST", &format!("{session}/terminate"), None),
    );
    assert_eq!(seen, expected(app, &WRITES));
}

fn expected(app: &App, table: &[(&'static str, usize, usize)]) -> Vec<(&'static str, usize)> {
    let rows = table.iter().map(|&(what, sqlite, postgres)| {
        if app.database.is_postgres() {
            (what, postgres)
        } else {
            (what, sqlite)
        }
    });
    rows.collect()
}

#[apply(on_both_databases!)]
fn what_a_host_does_takes_these_statements(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let mut seen = Vec::new();
    let mut note = |what: &'static str, answer: Answer| {
        assert!(answer.status < 300, "{what}: {}", answer.text);
        let statements = app.statements_for(&answer);
        seen.push((what, statements.len()));
        answer
    };
    let review = json!({ "settings": { "questions": "review" } });
    note("change settings", mina.patch(&session, review));
    let labels = json!({ "labels": [{ "name": "Budget", "color": "teal" }] });
    let labelled = note(
        "change labels",
        mina.put_json(&format!("{session}/labels"), labels),
    );
    let label_id = labelled.json()["labels"][0]["labelId"].clone();
    note(
        "ask where there is review",
        noah.post(&format!("{session}/questions"), json!({ "body": "Why?" })),
    );
    let [asked, other, muted] = ["Who?", "Where?", "When?"].map(|it| noah.asks(&session, it));
    note("approve a question", mina.approve(&asked, 0));
    mina.approves(&other);
    note("choose a question", mina.choose(&session, &asked));
    let label = json!({ "labelIds": [label_id] });
    note(
        "label a question",
        mina.put_json(&format!("{asked}/labels"), label),
    );
    note("merge a question", mina.merge(&asked, &other));
    note("dismiss a question", mina.act(&format!("{other}/dismiss")));
    let upto = mina.change_of(&session);
    note("approve all", mina.judge_all(&session, "approve", &upto));
    note("mute", mina.act(&format!("{muted}/author/mute")));
    let remove_all = json!({ "removeAll": true });
    let mute = format!("{other}/author/mute");
    note("mute and remove all", mina.post(&mute, remove_all));
    let mutes = mina.get(&format!("{session}/mutes")).expect(200).json();
    let mute_id = mutes["mutes"][0]["muteId"].as_str().unwrap();
    note("unmute", mina.delete(&format!("{session}/mutes/{mute_id}")));
    assert_eq!(seen, expected(app, &MODERATION));
}
