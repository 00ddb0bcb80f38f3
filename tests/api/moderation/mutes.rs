//! POST /api/questions/{questionId}/author/mute and the same of replies: what a mute stops, and for
//! how long. What is removed with it, who may, and races are beside this file.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::auth::claim_room::{claims, registers_claiming};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// A session with one of each kind in it.
struct Room {
    session: String,
    /// A host's, to reply to and to like.
    question: String,
    reply: String,
    mina: Client,
    subin: Client,
    noah: Client,
}

fn room(app: &App) -> Room {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = mina.opens("Lecture 7");
    for person in [&subin, &noah] {
        person.enters(&session);
    }
    mina.makes_host(&session, &subin);
    let question = mina.asks(&session, "What?");
    Room {
        reply: mina.replies(&question, "That."),
        session,
        question,
        mina,
        subin,
        noah,
    }
}

/// How many of the four ways to contribute are open to somebody: asking, replying, and liking a
/// question and a reply. None is refused but for the mute.
#[track_caller]
fn open_ways(room: &Room, person: &Client, is_anonymous: bool) -> [bool; 4] {
    let answers = [
        person.ask(&room.session, "Why?", is_anonymous),
        person.reply(&room.question, "So.", is_anonymous),
        person.put(&format!("{}/like", room.question)),
        person.put(&format!("{}/like", room.reply)),
    ];
    answers.map(|answer| {
        let is_open = matches!(answer.status, 200 | 201);
        if !is_open {
            answer.expect_problem(403, "muted");
        }
        is_open
    })
}

const ALL: [bool; 4] = [true; 4];
const NONE: [bool; 4] = [false; 4];
/// A like bears no name.
const WORDS: [bool; 4] = [true, true, false, false];

#[apply(on_both_databases!)]
fn by_an_anonymous_item_what_is_anonymous_stops(app: &App) {
    let room = room(app);
    let noah = &room.noah;
    let named = noah.asks(&room.session, "Named?");
    let hidden = noah.asks_anonymously(&room.session, "Hidden?");
    let reply = noah.replies_anonymously(&named, "Hidden.");
    noah.likes(&room.question);
    room.subin.mutes(&hidden);
    assert_eq!(open_ways(&room, noah, true), NONE);
    assert_eq!(open_ways(&room, noah, false), WORDS);
    for entry in [&hidden, &reply] {
        noah.edit(entry, "Other words").expect_problem(403, "muted");
        let seen = noah.get(&hidden).expect(200).json();
        assert_eq!(
            (&seen["canEdit"], &seen["canDelete"]),
            (&json!(false), &json!(true))
        );
    }
    // What is taken away is no contribution.
    let like = format!("{}/like", room.question);
    assert_eq!(noah.delete(&like).expect(200).json()["likesCount"], 0);
    noah.put(&like).expect_problem(403, "muted");
    for entry in [&reply, &hidden] {
        noah.delete(entry).expect(204);
    }
    let own = noah.asks(&room.session, "Mine?");
    noah.edit(&own, "Mine!").expect(200);
    assert_eq!(
        noah.muted_in(&room.session),
        false,
        "not as one writes by default"
    );
    room.mina.sets(&room.session, json!({ "names": "hidden" }));
    assert_eq!(noah.muted_in(&room.session), true);
    assert_eq!(open_ways(&room, noah, false), NONE);
    assert_eq!(
        open_ways(&room, &app.user("zoe"), true),
        ALL,
        "somebody else"
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_guest_is_always_anonymous_and_stops_altogether(app: &App) {
    let room = room(app);
    let guest = app.guest();
    assert_eq!(guest.muted_in(&room.session), Value::Null);
    assert_eq!(open_ways(&room, &guest, false), ALL);
    assert_eq!(guest.muted_in(&room.session), false);
    let own = guest.replies(&room.question, "Mine.");
    room.mina.mutes(&own);
    for is_anonymous in [false, true] {
        assert_eq!(open_ways(&room, &guest, is_anonymous), NONE);
    }
    assert_eq!(guest.muted_in(&room.session), true);
    guest.edit(&own, "x").expect_problem(403, "muted");
    guest.delete(&own).expect(204);
    guest.enters(&room.session);
    // In another session it is somebody like all others.
    let other = room.mina.opens("Lecture 8");
    let question = guest.asks(&other, "Why?");
    guest.likes(&question);
    assert_eq!(guest.muted_in(&other), false);
}

/// A host's words too: nothing tells whose they are.
#[apply(on_both_databases!)]
fn an_anonymous_host_is_muted_like_anybody(app: &App) {
    let room = room(app);
    for host in [&room.subin, &room.mina] {
        let hidden = host.asks_anonymously(&room.session, "Who?");
        room.subin.mutes(&hidden);
        assert_eq!(open_ways(&room, host, true), NONE);
        assert_eq!(open_ways(&room, host, false), WORDS);
        assert_eq!(host.muted_in(&room.session), false);
    }
}

#[apply(on_both_databases!)]
fn by_an_item_with_a_name_everything_stops(app: &App) {
    let room = room(app);
    let noah = &room.noah;
    let named = noah.asks(&room.session, "Named?");
    let hidden = noah.asks_anonymously(&room.session, "Hidden?");
    noah.likes(&room.reply);
    room.subin.mutes(&named);
    for is_anonymous in [false, true] {
        assert_eq!(open_ways(&room, noah, is_anonymous), NONE);
    }
    for entry in [&named, &hidden] {
        noah.edit(entry, "x").expect_problem(403, "muted");
    }
    assert_eq!(noah.muted_in(&room.session), true);
    let listed = noah.get("/api/sessions").expect(200).json();
    assert_eq!(listed["sessions"][0]["muted"], true);
    noah.delete(&format!("{}/like", room.reply)).expect(200);
    noah.enters(&room.session);
    for entry in [&named, &hidden] {
        noah.delete(entry).expect(204);
    }
    assert_eq!(noah.muted_in(&room.session), true, "the item has gone");
    let other = room.mina.opens("Lecture 8");
    noah.asks(&other, "Why?");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_mute_by_name_rests_while_somebody_is_a_host(app: &App) {
    let room = room(app);
    let (mina, noah) = (&room.mina, &room.noah);
    let named = noah.asks(&room.session, "Named?");
    mina.mutes(&named);
    mina.makes_host(&room.session, noah);
    for is_anonymous in [false, true] {
        assert_eq!(open_ways(&room, noah, is_anonymous), ALL);
    }
    assert_eq!(noah.muted_in(&room.session), false);
    for host in [mina, &room.subin, noah] {
        host.mute(&named).expect_problem(409, "conflict");
    }
    // One's own, and another host's.
    mina.mute(&room.question).expect_problem(409, "conflict");
    mina.remove_all(&room.reply).expect_problem(409, "conflict");
    assert_eq!(mina.lists_mutes(&room.session).len(), 1);
    mina.get(&room.question).expect(200);
    mina.delete(&format!("{}/hosts/{}", room.session, noah.user_id()))
        .expect(200);
    assert_eq!(open_ways(&room, noah, false), NONE);
    assert_eq!(noah.muted_in(&room.session), true);
    mina.unmutes_last(&room.session);
    assert_eq!(open_ways(&room, noah, false), ALL);
}

#[apply(on_both_databases!)]
fn somebody_is_muted_while_one_mute_stands(app: &App) {
    let room = room(app);
    let (mina, noah) = (&room.mina, &room.noah);
    let named = noah.asks(&room.session, "Named?");
    let hidden = noah.asks_anonymously(&room.session, "Hidden?");
    let reply = noah.replies_anonymously(&named, "Hidden.");
    let by_another = app.guest().asks(&room.session, "Other?");
    for entry in [&named, &hidden, &reply, &by_another, &hidden, &named] {
        mina.mutes(entry);
    }
    let mutes = mina.lists_mutes(&room.session);
    assert_eq!(mutes.len(), 4, "one for each item");
    let [_, of_reply, of_hidden, of_named] = [0, 1, 2, 3].map(|it| mutes[it].clone());
    assert_eq!(open_ways(&room, noah, false), NONE);
    room.subin.unmute(&room.session, &of_named).expect(204);
    assert_eq!(open_ways(&room, noah, false), WORDS);
    room.subin.unmute(&room.session, &of_hidden).expect(204);
    assert_eq!(open_ways(&room, noah, true), NONE);
    mina.unmute(&room.session, &of_reply).expect(204);
    assert_eq!(open_ways(&room, noah, true), ALL);
    for gone in [&of_named, &of_hidden, &of_reply] {
        let again = mina.unmute(&room.session, gone);
        again.expect_problem(404, "not_found");
    }
    assert_eq!(mina.lists_mutes(&room.session).len(), 1);
    mina.mutes(&hidden);
    assert_eq!(open_ways(&room, noah, true), NONE);
    expect_true_counts(app);
}

/// What the guest was kept from, the account is: without its name. What it does under it goes on.
#[apply(on_both_databases!)]
fn a_mute_follows_a_claim(app: &App) {
    let room = room(app);
    let (noah, guests) = (&room.noah, [app.guest(), app.guest()]);
    let hidden = guests.each_ref().map(|it| it.asks(&room.session, "Who?"));
    for entry in &hidden {
        room.mina.mutes(entry);
    }
    let kim = registers_claiming(&app.stranger("kim"), &guests[0]);
    let noah = claims(noah, &guests[1]);
    for (number, person) in [&kim, &noah].into_iter().enumerate() {
        assert_eq!(open_ways(&room, person, true), NONE);
        assert_eq!(open_ways(&room, person, false), WORDS);
        assert_eq!(person.muted_in(&room.session), false);
        let own = person.edit(&hidden[number], "x");
        own.expect_problem(403, "muted");
    }
    let mutes = room.mina.lists_mutes(&room.session);
    let names: Vec<_> = mutes.iter().map(|it| &it["nickname"]).collect();
    assert_eq!(names, [&Value::Null, &Value::Null]);
    for (mute, person) in mutes.iter().zip([&noah, &kim]) {
        room.mina.unmute(&room.session, mute).expect(204);
        assert_eq!(open_ways(&room, person, true), ALL);
    }
    expect_true_counts(app);
}

/// An account that was muted stays so when it claims a guest who was not.
#[apply(on_both_databases!)]
fn a_claim_frees_nobody(app: &App) {
    let room = room(app);
    let hidden = room.noah.asks_anonymously(&room.session, "Hidden?");
    let named = room.noah.asks(&room.session, "Named?");
    for entry in [&hidden, &named] {
        room.mina.mutes(entry);
        let guest = app.guest();
        let own = guest.asks(&room.session, "Guest?");
        let noah = claims(&room.noah, &guest);
        assert_eq!(open_ways(&room, &noah, true), NONE);
        noah.edit(&own, "x").expect_problem(403, "muted");
        noah.delete(&own).expect(204);
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn leaving_and_entering_again_does_not_unmute(app: &App) {
    let room = room(app);
    let guest = app.guest();
    let hidden = guest.asks(&room.session, "Who?");
    let named = room.noah.asks(&room.session, "Named?");
    for (person, entry) in [(&guest, &hidden), (&room.noah, &named)] {
        room.mina.mutes(entry);
        let me = format!("{}/participants/me", room.session);
        person.delete(&me).expect(204);
        assert_eq!(person.muted_in(&room.session), Value::Null);
        assert_eq!(open_ways(&room, person, false), NONE);
        person.put(&me).expect(200);
        assert_eq!(person.muted_in(&room.session), true);
        assert_eq!(open_ways(&room, person, false), NONE);
    }
    // Whoever has left is muted, too.
    let zoe = app.user("zoe");
    let named = zoe.asks(&room.session, "Named?");
    zoe.delete(&format!("{}/participants/me", room.session))
        .expect(204);
    room.mina.mutes(&named);
    assert_eq!(open_ways(&room, &zoe, false), NONE);
}

#[apply(on_both_databases!)]
fn after_the_end_muting_and_unmuting_go_on(app: &App) {
    let room = room(app);
    let guest = app.guest();
    let [first, second] = ["One?", "Two?"].map(|it| guest.asks(&room.session, it));
    room.mina.mutes(&first);
    room.mina
        .act(&format!("{}/terminate", room.session))
        .expect(200);
    room.subin.mutes(&second);
    let refused = room.mina.remove_all(&second);
    refused.expect_problem(403, "session_ended");
    let mutes = room.mina.lists_mutes(&room.session);
    assert_eq!(mutes.len(), 2);
    room.mina.unmute(&room.session, &mutes[1]).expect(204);
    let asked = guest.ask(&room.session, "Why?", false);
    asked.expect_problem(403, "session_ended");
    guest.delete(&first).expect(204);
    room.mina
        .act(&format!("{}/reopen", room.session))
        .expect(200);
    assert_eq!(open_ways(&room, &guest, false), NONE);
    room.mina.unmutes_last(&room.session);
    assert_eq!(open_ways(&room, &guest, false), ALL);
}

#[apply(on_both_databases!)]
fn what_nobody_wrote_any_more_is_muted_all_the_same(app: &App) {
    let room = room(app);
    let dora = app.user("dora");
    let [named, hidden] = [false, true].map(|is_anonymous| {
        let asked = dora.ask(&room.session, "Why?", is_anonymous);
        mutes::url_of(&asked.expect(201))
    });
    room.mina.mutes(&named);
    let before = room.mina.lists_mutes(&room.session);
    assert_eq!(before[0]["nickname"], "dora");
    dora.delete_account().expect(204);
    app.purge().unwrap();
    for entry in [&named, &hidden] {
        room.mina.mutes(entry);
    }
    let mutes = room.mina.lists_mutes(&room.session);
    assert_eq!(mutes.len(), 2);
    for mute in &mutes {
        assert_eq!(mute["nickname"], Value::Null);
        assert_eq!(mute["excerpt"], "Why?");
        room.mina.unmute(&room.session, mute).expect(204);
    }
    for entry in [&named, &hidden] {
        room.mina.remove_all(entry).expect(204);
        room.mina.get(entry).expect_problem(404, "not_found");
    }
    expect_true_counts(app);
}

/// The rows of a deleted session go, those of mutes among them.
#[apply(on_both_databases!)]
fn the_purge_of_a_session_leaves_no_mutes(app: &App) {
    let room = room(app);
    let kept = room.mina.opens("Lecture 8");
    for session in [&room.session, &kept] {
        for person in [&room.noah, &app.guest()] {
            let question = person.asks(session, "Why?");
            room.mina.mutes(&question);
        }
    }
    assert_eq!(app.database.count("mutes"), 4);
    room.mina.delete(&room.session).expect(204);
    room.mina
        .get(&format!("{}/mutes", room.session))
        .expect_problem(404, "not_found");
    for _ in 0..3 {
        app.purge().unwrap();
        app.advance(TimeDelta::minutes(1));
    }
    assert_eq!(app.database.count("mutes"), 2);
    assert_eq!(room.mina.lists_mutes(&kept).len(), 2);
}
