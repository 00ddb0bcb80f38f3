//! `slowMode`: so long somebody waits between two contributions. Questions and replies are
//! contributions; edits and likes are none.

use chrono::TimeDelta;
use serde_json::json;

use crate::auth::claim_room::{claims, registers_claiming};
use crate::retries::created;
use crate::support::mutes::url_of;
use crate::support::*;

/// Refused for so many seconds.
#[track_caller]
fn expect_wait(answer: Answer, seconds: i64) {
    let answer = answer.expect_problem(429, "slow_down");
    let seconds = seconds.to_string();
    assert_eq!(answer.header("retry-after"), Some(seconds.as_str()));
}

fn slow(seconds: i64) -> serde_json::Value {
    json!({ "slowMode": seconds })
}

#[apply(on_both_databases!)]
fn the_wait_is_told_to_the_second_and_ends_exactly(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens_with(slow(30));
    for person in [app.user("noah"), app.guest()] {
        let question = person.asks(&session, "Why?");
        for (step, left) in [(0, 30), (1, 30), (11_999, 18), (17_999, 1)] {
            app.advance(TimeDelta::milliseconds(step));
            // A refusal is no contribution: nobody waits longer for it.
            expect_wait(person.ask(&session, "Why?", false), left);
            expect_wait(person.reply(&question, "So.", false), left);
        }
        app.advance(TimeDelta::milliseconds(1));
        person.replies(&question, "So.");
        expect_wait(person.ask(&session, "Why?", true), 30);
    }
}

#[apply(on_both_databases!)]
fn edits_and_likes_are_no_contributions(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens_with(slow(30));
    let other = mina.asks(&session, "What?");
    let question = noah.asks(&session, "Why?");
    app.advance(TimeDelta::seconds(29));
    for number in 0..3 {
        noah.edit(&question, &number.to_string()).expect(200);
        noah.likes(&other);
        noah.delete(&format!("{other}/like")).expect(200);
    }
    noah.enters(&session);
    expect_wait(noah.ask(&session, "Why?", false), 1);
    app.advance(TimeDelta::seconds(1));
    noah.asks(&session, "Why?");
}

#[apply(on_both_databases!)]
fn each_participant_waits_alone_and_in_each_session(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    let sessions = [mina.opens_with(slow(30)), mina.opens_with(slow(30))];
    for session in &sessions {
        for person in [&noah, &zoe, &app.guest()] {
            let question = person.asks(session, "Why?");
            expect_wait(person.reply(&question, "So.", false), 30);
        }
    }
}

/// What hosts do under their nickname is not counted either.
#[apply(on_both_databases!)]
fn hosts_wait_with_what_they_write_without_their_name(app: &App) {
    let (mina, subin) = (app.user("mina"), app.user("subin"));
    let session = mina.opens_with(slow(30));
    subin.enters(&session);
    mina.makes_host(&session, &subin);
    for host in [&mina, &subin] {
        for _ in 0..3 {
            let question = host.asks(&session, "Why?");
            host.replies(&question, "So.");
        }
        let question = host.asks_anonymously(&session, "Who?");
        for _ in 0..3 {
            expect_wait(host.ask(&session, "Who?", true), 30);
            expect_wait(host.reply(&question, "I.", true), 30);
            host.replies(&question, "So.");
        }
    }
    mina.delete(&format!("{session}/hosts/{}", subin.user_id()))
        .expect(200);
    expect_wait(subin.ask(&session, "Why?", false), 30);
    mina.makes_host(&session, &subin);
    subin.asks(&session, "Why?");
}

#[apply(on_both_databases!)]
fn hidden_names_exempt_hosts_as_before(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens_with(json!({ "slowMode": 30, "names": "hidden" }));
    for _ in 0..2 {
        mina.asks(&session, "Why?");
    }
    noah.asks(&session, "Why?");
    expect_wait(noah.ask(&session, "Why?", false), 30);
}

#[apply(on_both_databases!)]
fn a_change_of_the_setting_holds_for_who_waits(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens_with(slow(3_600));
    noah.asks(&session, "Why?");
    app.advance(TimeDelta::seconds(7));
    expect_wait(noah.ask(&session, "Why?", false), 3_593);
    mina.sets(&session, slow(10));
    expect_wait(noah.ask(&session, "Why?", false), 3);
    mina.sets(&session, slow(7));
    noah.asks(&session, "Why?");
    mina.sets(&session, slow(0));
    noah.asks(&session, "Why?");
}

#[apply(on_both_databases!)]
fn leaving_and_entering_again_changes_nothing(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens_with(slow(30));
    for person in [app.user("noah"), app.guest()] {
        person.asks(&session, "Why?");
        person
            .delete(&format!("{session}/participants/me"))
            .expect(204);
        expect_wait(person.ask(&session, "Why?", false), 30);
        person.enters(&session);
        expect_wait(person.ask(&session, "Why?", false), 30);
    }
}

/// Guest and account are one participant, who contributed when the last of them did.
#[apply(on_both_databases!)]
fn a_claim_shortens_no_wait(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    let session = mina.opens_with(slow(60));
    let guest = app.guest();
    guest.asks(&session, "Why?");
    app.advance(TimeDelta::seconds(10));
    let kim = registers_claiming(&app.stranger("kim"), &guest);
    expect_wait(kim.ask(&session, "Why?", false), 50);
    expect_wait(kim.ask(&session, "Why?", true), 50);

    // The account took part before: without, with an earlier and with a later contribution.
    for (before, after, left) in [(false, false, 50), (true, false, 50), (false, true, 60)] {
        app.advance(TimeDelta::seconds(60));
        let (noah, guest) = (noah.signed_in(), app.guest());
        noah.enters(&session);
        if before {
            noah.asks(&session, "Before?");
        }
        app.advance(TimeDelta::seconds(5));
        guest.asks(&session, "Why?");
        app.advance(TimeDelta::seconds(10));
        if after {
            noah.asks(&session, "After?");
        }
        let noah = claims(&noah, &guest);
        expect_wait(noah.ask(&session, "Why?", false), left);
    }
}

#[apply(on_both_databases!)]
fn a_replay_is_answered_and_costs_nothing(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens_with(slow(30));
    let question = mina.asks(&session, "What?");
    let asked = |client: &Client| client.ask(&session, "Why?", false);
    let replied = |client: &Client| client.reply(&question, "So.", false);
    let sends: [&dyn Fn(&Client) -> Answer; 2] = [&asked, &replied];
    for (number, send) in sends.iter().enumerate() {
        let (one, other) = (format!("one-{number}"), format!("other-{number}"));
        let (keyed, another) = (noah.keyed(&one), noah.keyed(&other));
        let (first, _) = created(send(&keyed));
        app.advance(TimeDelta::seconds(20));
        assert_eq!(created(send(&keyed)), (first.clone(), true));
        expect_wait(send(&another), 10);
        app.advance(TimeDelta::seconds(10));
        assert_eq!(created(send(&keyed)), (first.clone(), true));
        // What was refused is no answer that would be given again.
        assert!(!created(send(&another)).1);
        assert_eq!(created(send(&keyed)), (first, true));
        app.advance(TimeDelta::seconds(30));
    }
}

/// Somebody who sent an answer that was lost gets it, whatever was set meanwhile.
#[apply(on_both_databases!)]
fn a_replay_is_answered_before_settings_and_mutes(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens_with(json!({}));
    let keyed = guest.keyed("k");
    let asked = keyed.ask(&session, "Why?", false);
    let question = url_of(&asked);
    let (first, _) = created(asked);
    mina.mutes(&question);
    let settings = json!({ "questions": "closed", "names": "required", "slowMode": 60 });
    mina.sets(&session, settings);
    let (again, is_replayed) = created(keyed.ask(&session, "Why?", false));
    assert_eq!((&again["body"], is_replayed), (&first["body"], true));
    guest
        .ask(&session, "Why?", false)
        .expect_problem(403, "muted");
}

#[apply(on_both_databases!)]
fn a_clock_that_was_set_back_holds_nobody_up(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens_with(slow(60));
    let noah = app.user("noah");
    noah.asks(&session, "Why?");
    // Another instance may be a little behind.
    app.advance(TimeDelta::seconds(-4));
    expect_wait(noah.ask(&session, "Why?", false), 60);
    app.advance(TimeDelta::seconds(-300));
    let noah = noah.signed_in();
    noah.asks(&session, "Why?");
    expect_wait(noah.ask(&session, "Why?", false), 60);
    app.advance(TimeDelta::seconds(60));
    noah.asks(&session, "Why?");
}

#[apply(on_both_databases!)]
fn of_two_contributions_at_once_one_is_refused(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens_with(slow(3_600));
    let question = mina.asks(&session, "What?");
    for round in 0..6 {
        let person = if round % 2 == 0 {
            app.guest()
        } else {
            app.user(&format!("noah-{round}"))
        };
        let answers = race(3, |number| match number {
            0 => person.ask(&session, "Why?", false),
            1 => person.ask(&session, "Why?", true),
            _ => person.reply(&question, "So.", false),
        });
        let mut statuses = answers.iter().map(|it| it.status).collect::<Vec<_>>();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 429, 429]);
        for refused in answers.into_iter().filter(|it| it.status == 429) {
            expect_wait(refused, 3_600);
        }
    }
}

/// With the limits that a server has by default: ten contributions at once, edits too.
fn usual(kind: Kind) -> App {
    Setup::default().usual_limits().start(kind)
}

#[apply(on_both_databases!)]
fn a_refusal_gives_its_turn_back(kind: Kind) {
    let app = usual(kind);
    let mina = app.user("mina");
    let session = mina.opens_with(slow(3_600));
    for person in [app.user("noah"), app.guest()] {
        let question = person.asks(&session, "Why?");
        for _ in 0..15 {
            expect_wait(person.ask(&session, "Why?", false), 3_600);
            expect_wait(person.reply(&question, "So.", false), 3_600);
        }
        for number in 0..9 {
            person.edit(&question, &number.to_string()).expect(200);
        }
        person
            .edit(&question, "one more")
            .expect_problem(429, "too_many_requests");
    }
}

#[apply(on_both_databases!)]
fn of_two_waits_the_longer_one_is_told(kind: Kind) {
    let app = usual(kind);
    let mina = app.user("mina");
    let session = mina.opens_with(slow(3_600));
    for person in [app.user("noah"), app.guest()] {
        let question = person.asks(&session, "Why?");
        for number in 0..9 {
            person.edit(&question, &number.to_string()).expect(200);
        }
        expect_wait(person.ask(&session, "Why?", false), 3_600);
        expect_wait(person.reply(&question, "So.", false), 3_600);
        mina.sets(&session, slow(1));
        for _ in 0..5 {
            let refused = person.ask(&session, "Why?", false);
            let refused = refused.expect_problem(429, "too_many_requests");
            let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((2..=12).contains(&wait), "{wait} s");
        }
        mina.sets(&session, slow(3_600));
    }
}

#[apply(on_both_databases!)]
fn of_an_anonymous_host_the_longer_wait_is_told_too(kind: Kind) {
    let app = usual(kind);
    let mina = app.user("mina");
    let session = mina.opens_with(slow(3_600));
    let question = mina.asks_anonymously(&session, "Why?");
    for number in 0..9 {
        mina.edit(&question, &number.to_string()).expect(200);
    }
    expect_wait(mina.ask(&session, "Why?", true), 3_600);
    mina.ask(&session, "Why?", false)
        .expect_problem(429, "too_many_requests");
}
