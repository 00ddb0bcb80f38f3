//! What hosts alone see leaves no trace in what others read: no count, and no gap in the numbers.

use std::time::Duration;

use serde_json::json;

use crate::auth::claim_room::claims;
use crate::support::moderation::Hall;
use crate::support::stream::{Event, EventStream, Next, Position};
use crate::support::*;

/// All that somebody reads of a session, and is told who comes back to it.
fn readings(reader: &Client, session: &str, questions: &[String], first: &str) -> Vec<String> {
    let code = reader.get(session).expect(200).field("joinCode");
    let mut urls = vec![
        session.to_owned(),
        format!("/api/sessions/by-code/{code}"),
        format!("{session}/participants"),
    ];
    for query in [
        "sort=top",
        "sort=new",
        "sort=old&state=closed",
        "search=words",
    ] {
        urls.push(format!("{session}/questions?{query}"));
    }
    urls.extend_from_slice(questions);
    let read = urls.iter().map(|url| {
        let answer = reader.get(url);
        match answer.status {
            200 => answer.text,
            _ => answer.code(),
        }
    });
    let mut read: Vec<_> = read.collect();
    let now = reader.change_of(session);
    let mut stream = reader.follow(&format!("{session}/events?after={first}"));
    loop {
        let event = stream.event();
        if ["ready", "listeners"].contains(&event.name.as_str()) {
            continue;
        }
        let is_last = event.id.as_ref().is_some_and(|it| it.text == now);
        read.push(format!("{event:?}"));
        if is_last {
            return read;
        }
    }
}

/// Waits until a host's stream has told all there was.
fn await_told(stream: &mut EventStream, host: &Client, session: &str) {
    let now = Position::parse(&host.change_of(session)).number;
    while stream.event().id.is_none_or(|it| it.number < now) {}
}

/// Something that is done, and how it is called.
type Act<'a> = (&'static str, Box<dyn Fn() + 'a>);

/// Things that hosts alone see, each of which changes something for them.
fn hidden_acts<'a>(app: &'a App, hall: &'a Hall, dismissed: &'a str) -> Vec<Act<'a>> {
    let Hall {
        session,
        mina,
        noah,
        zoe,
        guest,
        ..
    } = hall;
    let shown = mina.asks(session, "Shown");
    let reply = zoe.replies(dismissed, "Under it");
    let claimed = app.guest();
    let account = app.user("ella");
    let gone = app.guest();
    for person in [&claimed, &account, &gone] {
        person.likes(dismissed);
        person.likes(&shown);
    }
    gone.delete(&format!("{shown}/like")).expect(200);
    account.delete(&format!("{shown}/like")).expect(200);
    mina.dismisses(dismissed);
    let words = |body: &str| json!({ "body": body });
    let waiting = move || noah.asks(session, "Waiting");
    let label = mina.labels(session, &["Budget"]).remove(0);
    let wait_with_reply = {
        let shown = shown.clone();
        move || guest.replies(&shown, "Waiting")
    };
    vec![
        ("a question", Box::new(move || drop(waiting()))),
        (
            "an edit",
            Box::new(move || drop(noah.patch(&waiting(), words("x")).expect(200))),
        ),
        (
            "a dismissal",
            Box::new(move || drop(mina.dismisses(&waiting()))),
        ),
        (
            "a deletion",
            Box::new(move || drop(noah.delete(&waiting()).expect(204))),
        ),
        (
            "a host's deletion",
            Box::new(move || drop(mina.delete(&waiting()).expect(204))),
        ),
        (
            "a label",
            Box::new(move || drop(mina.puts_under(&waiting(), &[&label]))),
        ),
        (
            "closing",
            Box::new(move || drop(mina.put(&format!("{}/close", waiting())).expect(200))),
        ),
        ("a reply", {
            let wait = wait_with_reply.clone();
            Box::new(move || drop(wait()))
        }),
        ("a reply's edit", {
            let wait = wait_with_reply.clone();
            Box::new(move || drop(guest.patch(&wait(), words("x")).expect(200)))
        }),
        ("a reply's dismissal", {
            let wait = wait_with_reply.clone();
            Box::new(move || drop(mina.dismisses(&wait())))
        }),
        ("a reply's deletion", {
            let wait = wait_with_reply.clone();
            Box::new(move || drop(guest.delete(&wait()).expect(204)))
        }),
        (
            "a host's deletion of a reply",
            Box::new(move || drop(mina.delete(&wait_with_reply()).expect(204))),
        ),
        (
            "verdicts under what is dismissed",
            Box::new(move || {
                mina.dismisses(&reply);
                mina.approves(&reply);
                zoe.patch(&reply, words("Edited")).expect(200);
                zoe.delete(&reply).expect(204);
            }),
        ),
        (
            "blocked words",
            Box::new(move || drop(mina.sets(session, json!({ "blockedWords": ["spam"] })))),
        ),
        (
            "a mute",
            Box::new(move || {
                let path = format!("{}/author/mute", waiting());
                mina.post(&path, json!({})).expect(204);
                let mutes = mina.get(&format!("{session}/mutes")).expect(200).json();
                let mute = mutes["mutes"][0]["muteId"].as_str().unwrap().to_owned();
                mina.delete(&format!("{session}/mutes/{mute}")).expect(204);
            }),
        ),
        (
            "a claim",
            Box::new(move || drop(claims(&account, &claimed))),
        ),
        (
            "a deleted guest",
            Box::new(move || {
                gone.delete("/api/users/me").expect(204);
                app.purge().unwrap();
            }),
        ),
        (
            "all dismissed",
            Box::new(move || {
                let now = mina.change_of(session);
                mina.judge_all(session, "dismiss", &now).expect(200);
            }),
        ),
    ]
}

#[apply(on_both_databases!)]
fn what_hosts_alone_see_changes_nothing_that_others_read(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    let kim = app.user("kim");
    kim.enters(session);
    let first = hall.stranger.change_of(session);
    mina.sets(session, json!({ "questions": "open", "replies": "open" }));
    let dismissed = hall.noah.asks(session, "Dismissed");
    let acts = hidden_acts(app, &hall, &dismissed);
    mina.sets(
        session,
        json!({ "questions": "review", "replies": "review" }),
    );
    let shown = mina.asks(session, "Shown, too");
    let readers = [&hall.stranger, &kim, &app.guest()];
    let questions = [dismissed.clone(), shown.clone()];
    let read = || readers.map(|it| readings(it, session, &questions, &first));
    let before = read();
    let path = format!("{session}/events");
    let place = hall.stranger.change_of(session);
    let after = format!("{path}?after={place}");
    let mut streams: Vec<_> = readers.iter().map(|it| it.follow(&path)).collect();
    let mut hosts = mina.follow(&path);
    for stream in streams.iter_mut().chain([&mut hosts]) {
        stream.event_named("listeners");
    }
    for (what, act) in &acts {
        act();
        if !["a mute", "blocked words"].contains(what) {
            await_told(&mut hosts, mina, session);
        }
        expect_same(what, &before, &read());
    }
    assert_eq!(hall.stranger.change_of(session), place);
    mina.put(&format!("{shown}/pin")).expect(200);
    for stream in &mut streams {
        expect_next_change(stream, &place);
    }
    for reader in readers {
        expect_next_change(&mut reader.follow(&after), &place);
    }
}

/// Stops the test at the first reading that is not as it was.
#[track_caller]
fn expect_same(what: &str, before: &[Vec<String>; 3], now: &[Vec<String>; 3]) {
    for (before, now) in before.iter().zip(now) {
        for (before, now) in before.iter().zip(now) {
            assert_eq!(now, before, "{what}");
        }
        assert_eq!(now.len(), before.len(), "{what}");
    }
}

/// The next thing that is told is the next change, and nothing that has a number comes before.
#[track_caller]
fn expect_next_change(stream: &mut EventStream, place: &str) {
    let before = Position::parse(place);
    let mut told: Vec<Event> = Vec::new();
    while told.last().is_none_or(|it| it.id.is_none()) {
        match stream.next(Duration::from_secs(20)) {
            Next::Event(event) if ["listeners", "ready"].contains(&event.name.as_str()) => {}
            Next::Comment(_) => {}
            Next::Event(event) => told.push(event),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(told[0].name, "question", "{}", stream.text());
    assert_eq!(told[0].data["pinned"], true);
    let id = told.pop().and_then(|it| it.id).unwrap();
    assert_eq!(
        (id.epoch, id.number),
        (before.epoch, before.number + 1),
        "{}",
        stream.text()
    );
}
