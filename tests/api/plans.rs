//! What the databases do for the statements of the running server: none looks at a table whole, and
//! no page is sorted.

use std::collections::BTreeSet;

use askit::users::repository;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};

use crate::support::crowd::LABEL;
use crate::support::database::Database;
use crate::support::statements::Logging;
use crate::support::*;

/// Tables that a crowd fills; `other` is what statements call a table that they read twice.
const LARGE: [&str; 12] = [
    "audit_events",
    "mutes",
    "other",
    "participants",
    "posts",
    "question_likes",
    "questions",
    "refresh_tokens",
    "replies",
    "reply_likes",
    "sessions",
    "users",
];

impl Database {
    /// The plan of a statement for any values, line by line. Where it is for no page, PostgreSQL
    /// may read a table of a few thousand rows whole because that is cheaper: there it does so
    /// only where it has no index.
    fn plan(&self, sql: &str, is_page: bool) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Sqlite {
            #[diesel(sql_type = Text)]
            detail: String,
        }
        #[derive(QueryableByName)]
        struct Postgres {
            #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
            line: String,
        }
        let conn = &mut self.connect();
        if !self.is_postgres() {
            let plan = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
            let lines: Vec<Sqlite> = plan.load(conn).unwrap_or_else(|e| panic!("{sql}: {e}"));
            return lines.into_iter().map(|it| it.detail).collect();
        }
        let values = (1..).take_while(|number| sql.contains(&format!("${number}")));
        let values: Vec<_> = values.map(|_| "NULL").collect();
        let values = if values.is_empty() {
            String::new()
        } else {
            format!("({})", values.join(", "))
        };
        let prepare = format!(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = {is_page}; PREPARE it AS {sql}"
        );
        conn.batch_execute(&prepare)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        let plan = diesel::sql_query(format!("EXPLAIN EXECUTE it{values}"));
        let lines: Vec<Postgres> = plan.load(conn).unwrap_or_else(|e| panic!("{sql}: {e}"));
        lines.into_iter().map(|it| it.line).collect()
    }
}

/// Whether a line of a plan looks only for rows that are pinned or not: so it reads all of these
/// until the one where the page begins.
fn is_walked(line: &str) -> bool {
    line.contains("_idx (session_id=? AND pinned<?)")
        || line.contains("(pinned <= ")
        // All participants of the session, or all likes of the reader, for one page: not the one
        // account that reads.
        || line.contains("Materialize") && !line.contains(" rows=1 ")
}

/// Whether a line of a plan reads all of a large table.
fn is_whole(line: &str) -> bool {
    let scanned = line
        .strip_prefix("SCAN ")
        .or_else(|| line.split_once("Seq Scan on ").map(|(_, table)| table));
    let table = scanned.and_then(|rest| rest.split(' ').next());
    table.is_some_and(|table| LARGE.contains(&table))
}

fn is_sorted(line: &str) -> bool {
    line.contains("USE TEMP B-TREE")
        || line
            .trim_start_matches([' ', '-', '>'])
            .starts_with("Sort ")
}

fn is_planned(sql: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE"]
        .iter()
        .any(|it| sql.starts_with(it))
}

/// Looks at the plan of everything that an answer asked of the database.
#[track_caller]
fn examine(app: &App, answer: &Answer, what: &str, is_page: bool) {
    let statements = app.statements_for(answer);
    assert!(!statements.is_empty(), "{what} asks the database nothing");
    let different: BTreeSet<_> = statements.iter().filter(|it| is_planned(it)).collect();
    for sql in different {
        let plan = app.database.plan(sql, is_page);
        let text = plan.join("\n");
        assert!(
            !plan.iter().any(|it| is_whole(it)),
            "{what} reads a table whole: {sql}\n{text}"
        );
        let is_slow = |it: &String| is_sorted(it) || is_walked(it);
        assert!(
            !is_page || !plan.iter().any(is_slow),
            "{what} sorts, or walks to its place: {sql}\n{text}"
        );
    }
}

/// Reads all pages of a list, small ones first, and sees that every entry comes once, in order.
#[track_caller]
fn walk(client: &Client, list: &str, name: &str, count: usize, place: impl Fn(&Value) -> [i64; 3]) {
    let (mut places, mut page) = (Vec::new(), list.to_owned());
    for limit in [1, 2, 3].into_iter().chain(std::iter::repeat(100)) {
        let answer = client
            .get(&format!("{page}&limit={limit}"))
            .expect(200)
            .json();
        places.extend(answer[name].as_array().unwrap().iter().map(&place));
        match answer["nextCursor"].as_str() {
            Some(next) => page = format!("{list}&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(places.len(), count, "entries of {list}");
    assert!(
        places.is_sorted_by(|a, b| a < b),
        "{list} repeats or mixes up entries"
    );
}

#[apply(on_both_databases!)]
fn a_page_is_read_from_an_index_as_it_stands_there(app: &App) {
    let _logging = Logging::begin();
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    app.database.crowd(&mina, &session, &question);
    let questions = format!("{session}/questions");
    for list in [
        format!("{questions}?sort=top"),
        format!("{questions}?sort=new"),
        format!("{questions}?sort=old"),
        format!("{questions}?sort=top&state=open"),
        format!("{questions}?sort=new&state=closed"),
        format!("{questions}?sort=old&review=pending"),
        format!("{questions}?sort=new&review=dismissed"),
        format!("{session}/replies?"),
        format!("{session}/replies?review=dismissed&sort=new"),
        format!("{session}/mutes?"),
        format!("{question}?"),
        format!("{session}/participants?"),
        "/api/sessions?".to_owned(),
        "/api/posts?".to_owned(),
    ] {
        let mut page = list.clone();
        // The first pages end in what is pinned, or among the hosts; the third one does not.
        for limit in [1, 20, 20] {
            let answer = mina.get(&format!("{page}&limit={limit}")).expect(200);
            examine(app, &answer, &page, true);
            let next = answer.json()["nextCursor"]
                .as_str()
                .expect("there is more")
                .to_owned();
            page = format!("{list}&cursor={next}");
        }
    }
}

#[apply(on_both_databases!)]
fn pages_follow_one_another_among_what_is_pinned_and_behind_it(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    app.database.crowd(&mina, &session, &question);
    let pinned = |it: &Value| -i64::from(it["pinned"] == true);
    let numbers = ["questions", "replies"].map(|it| app.database.row_numbers(it));
    let number = |it: &Value, name: &str| match it[name].as_str() {
        Some(id) => numbers.iter().find_map(|it| it.get(id).copied()).unwrap(),
        None => it[name].as_i64().unwrap(),
    };
    let of_role = |it: &Value| i64::from(it["role"] != "super_host");
    let questions = format!("{session}/questions");
    walk(
        &mina,
        &format!("{questions}?sort=top"),
        "questions",
        2_001,
        |it| {
            [
                pinned(it),
                -number(it, "likesCount"),
                -number(it, "questionId"),
            ]
        },
    );
    walk(
        &mina,
        &format!("{questions}?sort=new"),
        "questions",
        2_001,
        |it| [pinned(it), -number(it, "questionId"), 0],
    );
    walk(
        &mina,
        &format!("{questions}?sort=old"),
        "questions",
        2_001,
        |it| [pinned(it), number(it, "questionId"), 0],
    );
    walk(&mina, &format!("{question}?"), "replies", 1_000, |it| {
        [pinned(it), number(it, "replyId"), 0]
    });
    walk(
        &mina,
        &format!("{session}/participants?"),
        "participants",
        1_126,
        |it| [of_role(it), number(it, "userId"), 0],
    );
}

#[apply(on_both_databases!)]
fn one_thing_is_found_by_an_index(app: &App) {
    let _logging = Logging::begin();
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let code = mina.get(&session).json()["joinCode"]
        .as_str()
        .unwrap()
        .to_owned();
    let question = mina.asks(&session, "Why?");
    app.database.crowd(&mina, &session, &question);
    let export = mina.get(&format!("{session}/export")).expect(200);
    examine(app, &export, "export", false);
    // What is asked under one label, or by one person, is found, and then sorted.
    let questions = format!("{session}/questions");
    for url in [
        format!("{questions}?label={LABEL}"),
        format!("{questions}?mine=true"),
        session,
        format!("/api/sessions/by-code/{code}"),
        question,
    ] {
        examine(app, &mina.get(&url).expect(200), &url, false);
        if !url.contains("mine") {
            let stranger = app.anonymous();
            examine(app, &stranger.get(&url).expect(200), &url, false);
        }
    }
}

#[apply(on_both_databases!)]
fn no_write_reads_a_table_whole(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    app.database.crowd(&noah, &session, &question);
    let check = |what: &str, answer: Answer| {
        assert!(answer.status < 300, "{what}: {}", answer.text);
        examine(app, &answer, what, false);
    };
    check(
        "open",
        mina.post("/api/sessions", json!({ "title": "Lecture 8" })),
    );
    check(
        "ask",
        noah.post(&format!("{session}/questions"), json!({ "body": "Who?" })),
    );
    let other = noah.asks(&session, "Who?");
    check(
        "reply",
        noah.post(&format!("{other}/replies"), json!({ "body": "Because." })),
    );
    check("like", noah.put(&format!("{question}/like")));
    check("unlike", noah.delete(&format!("{question}/like")));
    check("pin", mina.put(&format!("{question}/pin")));
    check(
        "host",
        mina.put(&format!("{session}/hosts/{}", noah.user_id())),
    );
    check("delete", mina.delete(&question));
    check(
        "end",
        mina.send("POST", &format!("{session}/terminate"), None),
    );
}

#[apply(on_both_databases!)]
fn neither_does_a_host_who_keeps_a_crowd_civil(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    app.database.crowd(&noah, &session, &question);
    let check = |what: &str, answer: Answer| {
        assert!(answer.status < 300, "{what}: {}", answer.text);
        examine(app, &answer, what, false);
        answer
    };
    let review = json!({ "settings": { "questions": "review", "slowMode": 1 } });
    check("settings", mina.patch(&session, review));
    let asked = noah.asks(&session, "Who?");
    check("approve", mina.approve(&asked, 0));
    check("choose", mina.choose(&session, &asked));
    let label_ids = mina.labels(&session, &["Budget"]);
    let label = json!({ "labelIds": label_ids });
    check("label", mina.put_json(&format!("{asked}/labels"), label));
    let no_labels = json!({ "labels": [] });
    check(
        "labels",
        mina.put_json(&format!("{session}/labels"), no_labels),
    );
    check("merge", mina.merge(&asked, &question));
    check("dismiss", mina.act(&format!("{question}/dismiss")));
    let remove_all = json!({ "removeAll": true });
    check(
        "mute",
        mina.post(&format!("{asked}/author/mute"), remove_all),
    );
    let mutes = check("mutes", mina.get(&format!("{session}/mutes")));
    let mute_id = mutes.json()["mutes"][0]["muteId"].clone();
    let mute = format!("{session}/mutes/{}", mute_id.as_str().unwrap());
    check("unmute", mina.delete(&mute));
    let seen = mina.change_of(&session);
    check("approve all", mina.judge_all(&session, "approve", &seen));
    check("search", mina.get(&format!("{session}/questions?search=x")));
}

#[apply(on_both_databases!)]
fn neither_does_who_claims_a_guest_or_deletes_the_account(app: &App) {
    let _logging = Logging::begin();
    let (mina, noah, guest) = (app.user("mina"), app.registered("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    guest.likes(&question);
    app.database.crowd(&mina, &session, &question);
    let claim = json!({ "email": noah.email, "password": noah.password, "mode": "json",
        "claimGuest": guest.access_token });
    let claimed = noah.post("/api/auth/login", claim).expect(200);
    examine(app, &claimed, "claim", false);
    let noah = noah.holding(&claimed);
    let export = noah.get("/api/users/me/export").expect(200);
    examine(app, &export, "export", false);
    // A portion of what there may be much of is read as it stands in an index.
    let statements = app.statements_for(&export);
    let much = |sql: &&String| {
        sql.contains("_likes") || sql.contains("author_id") && !sql.contains("posts")
    };
    let much: Vec<_> = statements.iter().filter(much).collect();
    assert_eq!(much.len(), 4, "{much:#?}");
    for sql in much {
        let plan = app.database.plan(sql, false);
        assert!(!plan.iter().any(|it| is_sorted(it)), "{sql}: {plan:#?}");
    }
    examine(app, &mina.delete_account().expect(204), "erase", false);
}

/// The plan for an empty table reads it whole: an import would keep to it until it ends.
#[test]
fn an_import_on_postgres_plans_its_look_at_names_anew() {
    #[derive(QueryableByName)]
    struct Prepared {
        #[diesel(sql_type = Text)]
        statement: String,
    }
    let database = Database::new(Kind::Postgres);
    let conn = &mut database.connect();
    repository::list_names(conn, &["mina@example.com"], &["mina"]).unwrap();
    let prepared = diesel::sql_query("SELECT statement FROM pg_prepared_statements");
    let prepared: Vec<Prepared> = prepared.load(conn).unwrap();
    let mut statements = prepared.iter().map(|it| it.statement.as_str());
    assert_eq!(statements.find(|it| it.contains("nickname_folded")), None);
}
