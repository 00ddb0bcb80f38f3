//! PUT …/labels of sessions and of questions, and the list of what is under a label.

use serde_json::{Value, json};

use crate::support::moderation::Hall;
use crate::support::*;

fn put(host: &Client, session: &str, labels: Value) -> Answer {
    host.put_json(&format!("{session}/labels"), json!({ "labels": labels }))
}

fn named(name: &str) -> Value {
    json!({ "name": name, "color": "teal" })
}

#[apply(on_both_databases!)]
fn labels_are_named_and_ordered_as_hosts_say(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let colors = [
        "gray", "red", "orange", "yellow", "green", "teal", "blue", "purple",
    ];
    let wanted = colors.map(|it| json!({ "name": format!("In {it}"), "color": it }));
    let changed = put(mina, session, json!(wanted)).expect(200).json();
    let labels = changed["labels"].as_array().unwrap();
    for (color, label) in colors.iter().zip(labels) {
        assert_eq!(label["color"], *color);
        assert_eq!(label["name"], format!("In {color}"));
        assert_eq!(label["labelId"].as_str().unwrap().len(), 22);
    }
    assert_eq!(
        &hall.stranger.get(session).expect(200).json()["labels"],
        &changed["labels"]
    );
    // One is renamed, the order is another, the others go.
    let (first, last) = (&labels[0]["labelId"], &labels[7]["labelId"]);
    let wanted = json!([
        { "labelId": last, "name": "Last", "color": "red" }, named("New"),
        { "labelId": first, "name": "  In gray ", "color": "gray" },
    ]);
    let changed = put(subin, session, wanted).expect(200).json();
    let told = changed["labels"].as_array().unwrap();
    let names: Vec<_> = told
        .iter()
        .map(|it| it["name"].as_str().unwrap().trim())
        .collect();
    assert_eq!(names, ["Last", "New", "In gray"]);
    assert_eq!([&told[0]["labelId"], &told[2]["labelId"]], [last, first]);
    assert_eq!(
        put(mina, session, json!([])).expect(200).json()["labels"],
        json!([])
    );
}

#[apply(on_both_databases!)]
fn names_of_labels_are_unique_as_nicknames_are(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    for (one, same) in [
        ("Budget", "Budget"),
        ("Budget", "bUDGET"),
        ("Budget", "Ｂｕｄｇｅｔ"),
        ("Café", "CAFE\u{301}"),
        ("Straße", "STRASSE"),
        ("예산", "\u{110b}\u{1168}\u{1109}\u{1161}\u{11ab}"),
    ] {
        let refused = put(
            mina,
            session,
            json!([named(one), named("Else"), named(same)]),
        );
        let refused = refused.expect_problem(400, "validation_failed").json();
        assert_eq!(
            refused["errors"][0]["code"], "not_unique",
            "{one} and {same}"
        );
    }
    put(
        mina,
        session,
        json!([named("Budget"), named("Budget 2"), named("Café")]),
    )
    .expect(200);
    // Two change places.
    let labels = mina.get(session).expect(200).json()["labels"].take();
    let swapped = json!([
        { "labelId": labels[0]["labelId"], "name": "Budget 2", "color": "red" },
        { "labelId": labels[1]["labelId"], "name": "budget", "color": "red" },
    ]);
    put(mina, session, swapped).expect(200);
}

#[apply(on_both_databases!)]
fn a_session_has_fifteen_labels_of_thirty_characters(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let many = |count: usize| -> Vec<Value> {
        (0..count).map(|it| named(&format!("Label {it}"))).collect()
    };
    put(mina, session, json!(many(15))).expect(200);
    put(mina, session, json!([named(&"왜".repeat(30))])).expect(200);
    put(mina, session, json!([named(&"e\u{301}".repeat(30))])).expect(200);
    let before = mina.get(session).expect(200).json();
    let path = format!("{session}/labels");
    for bad in [
        json!({ "labels": many(16) }),
        json!({ "labels": [named(&"왜".repeat(31))] }),
        json!({ "labels": [named("")] }),
        json!({ "labels": [named(" \u{200b}")] }),
        json!({ "labels": [named("a\u{0}")] }),
        json!({ "labels": [{ "name": "x", "color": "pink" }] }),
        json!({ "labels": [{ "name": "x", "color": "Red" }] }),
        json!({ "labels": [{ "name": "x" }] }),
        json!({ "labels": [{ "color": "red" }] }),
        json!({ "labels": [{ "labelId": "x", "name": "x", "color": "red" }] }),
        json!({ "labels": ["x"] }),
        json!({ "labels": { "name": "x", "color": "red" } }),
        json!({ "labels": null }),
        json!({}),
    ] {
        mina.put_json(&path, bad)
            .expect_problem(400, "validation_failed");
    }
    assert_eq!(mina.get(session).expect(200).json(), before);
}

#[apply(on_both_databases!)]
fn a_label_that_is_gone_is_off_the_questions(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let ids = mina.labels(session, &["One", "Two"]);
    let words = ["Shown", "Dismissed", "Merged", "Beside"];
    let [shown, dismissed, merged, beside] = words.map(|it| noah.asks(session, it));
    for question in [&shown, &dismissed, &merged] {
        let told = mina.puts_under(question, &[&ids[1], &ids[0], &ids[1]]);
        assert_eq!(told["labelIds"].as_array().unwrap().len(), 2);
    }
    mina.puts_under(&beside, &[&ids[1]]);
    mina.dismisses(&dismissed);
    mina.merges(&merged, &shown);
    let left = json!([{ "labelId": ids[1], "name": "Two", "color": "red" }]);
    put(mina, session, left).expect(200);
    for question in [&shown, &dismissed, &merged, &beside] {
        let told = mina.get(question).expect(200).json();
        assert_eq!(told["labelIds"], json!([ids[1]]), "{}", told["body"]);
    }
    assert!(
        hall.stranger
            .lists(session, &format!("label={}", ids[0]))
            .is_empty()
    );
    let refused = mina.put_json(&format!("{shown}/labels"), json!({ "labelIds": [ids[0]] }));
    refused.expect_problem(409, "conflict");
    let gone = json!([{ "labelId": ids[0], "name": "One", "color": "red" }]);
    put(mina, session, gone).expect_problem(409, "conflict");
}

#[apply(on_both_databases!)]
fn labels_change_as_long_as_the_session_is_as_it_was_seen(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let path = format!("{session}/labels");
    let change = |seen: &Value| {
        let body = json!({ "labels": [named("Seen")], "change": seen });
        mina.put_json(&path, body)
    };
    let question = hall.noah.asks(session, "Why?");
    let acts: [&dyn Fn(); 5] = [
        &|| drop(subin.labels(session, &["Meanwhile"])),
        &|| {
            drop(
                mina.patch(session, json!({ "title": "Another" }))
                    .expect(200),
            )
        },
        &|| drop(subin.sets(session, json!({ "slowMode": 5 }))),
        &|| drop(subin.chooses(session, &question)),
        &|| drop(subin.delete(&format!("{session}/current")).expect(200)),
    ];
    for act in acts {
        let seen = mina.change_of(session);
        act();
        change(&json!(seen)).expect_problem(409, "conflict");
    }
    // What is asked and liked meanwhile is not the session itself.
    let seen = mina.change_of(session);
    hall.noah.asks(session, "Why not?");
    hall.zoe.likes(&question);
    subin.put(&format!("{question}/pin")).expect(200);
    change(&json!(seen)).expect(200);
    change(&json!(seen)).expect_problem(409, "conflict");
    change(&Value::Null).expect(200);
    change(&json!(hall.noah.change_of(session))).expect_problem(409, "conflict");
    for bad in [json!("x"), json!(1), json!("abc-h-1")] {
        change(&bad).expect_problem(400, "validation_failed");
    }
}

#[apply(on_both_databases!)]
fn what_is_under_a_label_is_listed_in_every_order(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        ..
    } = &hall;
    let ids = mina.labels(session, &["One", "Two"]);
    let words = ["a", "b", "c", "d", "e"];
    let questions = words.map(|it| noah.asks(session, it));
    for number in [0, 2, 4] {
        mina.puts_under(&questions[number], &[&ids[0]]);
    }
    mina.puts_under(&questions[1], &[&ids[1]]);
    mina.put(&format!("{}/close", questions[4])).expect(200);
    zoe.likes(&questions[2]);
    let label = |rest: &str| format!("label={}&{rest}", ids[0]);
    for one in [zoe, mina, &hall.stranger] {
        assert_eq!(one.lists(session, &label("sort=old")), ["a", "c", "e"]);
        assert_eq!(one.lists(session, &label("sort=new")), ["e", "c", "a"]);
        assert_eq!(one.lists(session, &label("sort=top")), ["c", "e", "a"]);
        assert_eq!(
            one.lists(session, &label("state=open&sort=old")),
            ["a", "c"]
        );
        assert_eq!(one.lists(session, &label("state=closed")), ["e"]);
        assert_eq!(one.lists(session, &format!("label={}", ids[1])), ["b"]);
        assert!(
            one.lists(session, &format!("label={}", "A".repeat(22)))
                .is_empty()
        );
    }
    assert_eq!(noah.lists(session, &label("mine=true")), ["e", "c", "a"]);
    let page = zoe.get(&format!(
        "{session}/questions?{}",
        label("limit=2&sort=old")
    ));
    let cursor = page.expect(200).field("nextCursor");
    let next = format!("limit=2&sort=old&cursor={cursor}");
    assert_eq!(zoe.lists(session, &label(&next)), ["e"]);
    let other = format!("{session}/questions?label={}&{next}", ids[1]);
    zoe.get(&other).expect_problem(400, "invalid_cursor");
    for bad in ["x", "%", ""] {
        let refused = zoe.get(&format!("{session}/questions?label={bad}"));
        refused.expect_problem(400, "validation_failed");
    }
    mina.dismisses(&questions[0]);
    assert_eq!(mina.lists(session, &label("review=dismissed")), ["a"]);
}

#[apply(on_both_databases!)]
fn hosts_label_with_what_the_session_has(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let own = mina.labels(session, &["One"]).remove(0);
    let elsewhere = mina.opens("Lecture 8");
    let other = mina.labels(&elsewhere, &["Other"]).remove(0);
    let question = noah.asks(session, "Why?");
    let path = format!("{question}/labels");
    let label = |who: &Client, ids: Value| who.put_json(&path, json!({ "labelIds": ids }));
    for one in [noah, &hall.guest] {
        label(one, json!([own])).expect_problem(403, "forbidden");
        put(one, session, json!([])).expect_problem(403, "forbidden");
    }
    label(&hall.stranger, json!([own])).expect_problem(401, "missing_token");
    for unknown in [&other, &"A".repeat(22)] {
        label(mina, json!([own, unknown])).expect_problem(409, "conflict");
    }
    let many = vec![own.clone(); 16];
    for bad in [
        json!(null),
        json!("x"),
        json!(["x"]),
        json!([1]),
        json!(many),
    ] {
        label(mina, bad).expect_problem(400, "validation_failed");
    }
    assert_eq!(
        noah.get(&question).expect(200).json()["labelIds"],
        json!([])
    );
    for _ in 0..2 {
        let told = label(&hall.subin, json!([own])).expect(200).json();
        assert_eq!(told["labelIds"], json!([own]), "repeatable");
    }
    let edited = noah
        .patch(&question, json!({ "body": "Why so?" }))
        .expect(200);
    assert_eq!(
        edited.json()["labelIds"],
        json!([own]),
        "a label locks nothing"
    );
    assert_eq!(
        label(mina, json!([])).expect(200).json()["labelIds"],
        json!([])
    );
}
