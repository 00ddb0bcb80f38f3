//! Nobody, hosts included, learns through the API who said or likes what is anonymous: not by what
//! is shown, not by what is counted, and not by what changes when a guest becomes somebody.

use serde_json::{Value, json};

use crate::auth::claim_room::{claims, registers_claiming};
use crate::support::*;

/// A room in which everybody has said something, some of it anonymously.
struct Room {
    session: String,
    join_code: String,
    questions: Vec<String>,
    /// Whoever looks on, and changes nothing.
    viewers: Vec<(&'static str, Client)>,
    /// Named, and listed.
    noah: Client,
    /// Named, and never under the name.
    ella: Client,
    lena: Client,
    guests: Vec<Client>,
    /// What nobody else may ever see.
    secrets: Vec<(String, String)>,
}

/// Every URL with which someone could read what was said in a room.
fn readable(room: &Room) -> Vec<String> {
    let session = &room.session;
    let mut urls = vec![
        session.clone(),
        format!("/api/sessions/by-code/{}", room.join_code),
        format!("{session}/participants?limit=100"),
        format!("{session}/export?format=json"),
        format!("{session}/export?format=csv"),
    ];
    for sort in ["top", "new", "old"] {
        urls.push(format!("{session}/questions?sort={sort}&limit=100"));
        urls.push(format!(
            "{session}/questions?sort={sort}&limit=2&state=open"
        ));
    }
    urls.extend(room.questions.iter().map(|it| format!("{it}?limit=100")));
    urls
}

/// What a viewer gets of each URL. Of a refusal, its code.
fn everything(room: &Room, viewer: &Client) -> Vec<(String, String)> {
    let answers = readable(room).into_iter().map(|url| {
        let answer = viewer.get(&url);
        let text = match answer.status {
            200 => answer.text,
            _ => answer.code(),
        };
        (url, text)
    });
    answers.collect()
}

fn secrets_of(name: &str, person: &Client) -> Vec<(String, String)> {
    let mut secrets = vec![
        (format!("the id of {name}"), person.user_id().to_string()),
        (
            format!("an access token of {name}"),
            person.access_token.clone().unwrap(),
        ),
        (
            format!("a refresh token of {name}"),
            person.refresh_token.clone().unwrap(),
        ),
    ];
    if person.nickname != "nobody" {
        secrets.push((format!("the nickname of {name}"), person.nickname.clone()));
        secrets.push((format!("the address of {name}"), person.email.clone()));
    }
    secrets
}

/// Asks, replies to every question so far, and likes. What is anonymous begins with "anonymous".
fn take_part(person: &Client, session: &str, questions: &mut Vec<String>, is_anonymous: bool) {
    let words = if is_anonymous {
        "anonymous words"
    } else {
        "words under a name"
    };
    // Guests are anonymous without saying so.
    let flag = is_anonymous && person.nickname != "nobody";
    let body = json!({ "body": words, "anonymous": flag });
    for question in questions.iter() {
        person
            .post(&format!("{question}/replies"), body.clone())
            .expect(201);
    }
    let asked = person
        .post(&format!("{session}/questions"), body)
        .expect(201)
        .json();
    questions.push(format!(
        "/api/questions/{}",
        asked["questionId"].as_str().unwrap()
    ));
}

fn room(app: &App) -> Room {
    let [mina, sub, noah, kim] = ["mina-host", "subin", "noah", "kim"].map(|it| app.user(it));
    let [ella, lena, dora] = ["ella-hidden", "lena-hidden", "dora-gone"].map(|it| app.user(it));
    let guests: Vec<_> = (0..3).map(|_| app.guest()).collect();
    let opened = mina
        .post("/api/sessions", json!({ "title": "Lecture 7" }))
        .expect(201);
    let session = format!("/api/sessions/{}", opened.field("sessionId"));
    for person in [&sub, &noah, &kim] {
        person.enters(&session);
    }
    mina.makes_host(&session, &sub);
    let mut questions = Vec::new();
    for (person, is_anonymous) in [
        (&mina, false),
        (&mina, true),
        (&sub, true),
        (&sub, false),
        (&noah, false),
        (&noah, true),
        (&ella, true),
        (&dora, false),
        (&dora, true),
    ] {
        take_part(person, &session, &mut questions, is_anonymous);
    }
    for guest in &guests {
        take_part(guest, &session, &mut questions, true);
    }
    for (number, person) in [&ella, &lena, &dora, &guests[0]].into_iter().enumerate() {
        for question in &questions[number..] {
            person.likes(question);
        }
    }
    // Not what the guest likes who signs in as noah: that would be counted once instead of twice.
    noah.likes(&questions[0]);
    guests[1].likes(&questions[1]);
    let mut secrets = Vec::new();
    for (name, person) in [("ella", &ella), ("lena", &lena), ("dora", &dora)] {
        secrets.extend(secrets_of(name, person));
    }
    for (number, guest) in guests.iter().enumerate() {
        secrets.extend(secrets_of(&format!("guest {number}"), guest));
    }
    dora.delete_account().expect(204);
    app.purge().unwrap();
    Room {
        join_code: opened.field("joinCode"),
        viewers: vec![
            ("nobody", app.anonymous()),
            ("a guest from elsewhere", app.guest()),
            ("a guest in the room", guests[2].clone()),
            ("a participant", kim),
            ("the sub host", sub),
            ("the super host", mina),
        ],
        session,
        questions,
        noah,
        ella,
        lena,
        guests,
        secrets,
    }
}

/// Every object in a value that is a question or a reply.
fn entries(value: &Value, found: &mut Vec<Value>) {
    if value.get("author").is_some() && value.get("body").is_some() {
        let mut entry = value.clone();
        entry.as_object_mut().unwrap().remove("replies");
        found.push(entry);
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|it| entries(it, found)),
        Value::Array(items) => items.iter().for_each(|it| entries(it, found)),
        _ => {}
    }
}

#[track_caller]
fn expect_no_secret(room: &Room, viewer: &str, seen: &[(String, String)]) {
    for (url, text) in seen {
        for (what, secret) in &room.secrets {
            assert!(
                !text.contains(secret.as_str()),
                "{viewer} sees {what} at {url}: {text}"
            );
        }
    }
}

/// Anonymous entries have no name, and differ in nothing by which one could tell their authors
/// apart.
#[track_caller]
fn expect_all_alike(viewer: &str, seen: &[(String, String)]) {
    let mut anonymous = 0;
    let mut kinds: Vec<([bool; 3], Value)> = Vec::new();
    for (url, text) in seen {
        let mut found = Vec::new();
        entries(&serde_json::from_str(text).unwrap_or_default(), &mut found);
        for mut entry in found {
            let is_anonymous = entry["author"]["userId"].is_null();
            if entry["body"] == "anonymous words" {
                assert!(is_anonymous, "{viewer} sees a name at {url}: {entry}");
                anonymous += 1;
            }
            if is_anonymous {
                let is_reply = entry.get("replyId").is_some();
                let kind = [url.contains("/export"), is_reply, entry["isOwner"] == true];
                // What is about the entry and the viewer, or the page.
                for name in [
                    "body",
                    "createdAt",
                    "updatedAt",
                    "likesCount",
                    "repliesCount",
                    "questionId",
                    "replyId",
                    "liked",
                    "nextCursor",
                ] {
                    entry.as_object_mut().unwrap().remove(name);
                }
                kinds.push((kind, entry));
            }
        }
    }
    assert!(anonymous > 50, "there was nothing to look at for {viewer}");
    for (kind, entry) in &kinds {
        let (_, first) = kinds.iter().find(|it| it.0 == *kind).unwrap();
        assert_eq!(
            entry, first,
            "{viewer} can tell two anonymous authors apart"
        );
    }
}

fn look(room: &Room) -> Vec<Vec<(String, String)>> {
    let seen = room.viewers.iter().map(|(name, viewer)| {
        let seen = everything(room, viewer);
        expect_no_secret(room, name, &seen);
        expect_all_alike(name, &seen);
        let files = seen.iter().filter(|(url, _)| url.contains("/export"));
        for (url, file) in files.filter(|_| name.ends_with(" host")) {
            assert!(file.contains("anonymous words"), "{name} gets no {url}");
        }
        seen
    });
    seen.collect()
}

#[track_caller]
fn expect_same(room: &Room, before: &[Vec<(String, String)>], when: &str) {
    let after = look(room);
    for ((name, _), (before, after)) in room.viewers.iter().zip(before.iter().zip(&after)) {
        for (before, after) in before.iter().zip(after) {
            assert_eq!(before, after, "{name} sees something else {when}");
        }
    }
}

#[apply(on_both_databases!)]
fn nobody_learns_who_is_anonymous_before_or_after_a_claim(app: &App) {
    let mut room = room(app);
    let before = look(&room);
    let hidden = room.secrets.len();

    let gabi = registers_claiming(&app.stranger("gabi-new"), &room.guests[0]);
    room.secrets.extend(secrets_of("gabi", &gabi));
    expect_same(&room, &before, "after a guest has registered");

    let noah = claims(&room.noah, &room.guests[1]);
    expect_same(
        &room,
        &before,
        "after a guest has signed in to an account of the room",
    );

    // Of what lena does not like yet.
    let ghost = app.guest();
    ghost.likes(&room.questions[0]);
    let before = look(&room);
    let lena = claims(&room.lena, &ghost);
    expect_same(
        &room,
        &before,
        "after a guest has signed in to an account that nobody sees",
    );
    assert!(room.secrets.len() > hidden);

    // Its owner may do everything, and is not named to itself either.
    for (person, number) in [(&gabi, 9), (&noah, 10), (&room.ella, 6)] {
        let own = person.get(&room.questions[number]).expect(200).json();
        assert_eq!(
            (&own["isOwner"], &own["author"]["userId"]),
            (&json!(true), &Value::Null)
        );
    }
    assert_eq!(
        lena.get(&room.questions[0]).expect(200).json()["liked"],
        true
    );
}

/// A like that was counted twice is counted once: of what the claim changes, this alone is seen.
#[apply(on_both_databases!)]
fn a_like_that_was_counted_twice_tells_nothing_but_that(app: &App) {
    let room = room(app);
    let both = &room.questions[1];
    room.noah.likes(both);
    let before = look(&room);
    claims(&room.noah, &room.guests[1]);
    let after = look(&room);
    for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        entries(
            &serde_json::from_str(&before.1).unwrap_or_default(),
            &mut old,
        );
        entries(
            &serde_json::from_str(&after.1).unwrap_or_default(),
            &mut new,
        );
        let in_order = |list: &mut Vec<Value>| list.sort_by_key(Value::to_string);
        for entries in [&mut old, &mut new] {
            for entry in entries.iter_mut() {
                if both.ends_with(entry["questionId"].as_str().unwrap_or("none"))
                    && entry["replyId"].is_null()
                {
                    entry["likesCount"].take();
                }
            }
            in_order(entries);
        }
        if !before.0.contains("limit=2") {
            assert_eq!(old, new, "{}", before.0);
        }
    }
}

/// What is refused does not tell who has come in, either.
#[apply(on_both_databases!)]
fn a_host_cannot_tell_an_anonymous_participant_from_a_stranger(app: &App) {
    let room = room(app);
    let (_, mina) = room.viewers.last().unwrap();
    let stranger = app.user("stranger");
    let answers = [&room.ella, &room.lena, &room.guests[0], &stranger].map(|person| {
        let url = format!("{}/hosts/{}", room.session, person.user_id());
        let answers = [mina.put(&url), mina.delete(&url)];
        answers.map(|it| {
            let mut problem = it.expect_problem(404, "not_found").json();
            problem["requestId"].take();
            problem
        })
    });
    assert!(answers.iter().all(|it| *it == answers[0]));
}
