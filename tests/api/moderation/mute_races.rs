//! Muting at the same time as something else: whichever comes second sees the other.

use serde_json::Value;

use crate::auth::claim_room::log_in_claiming;
use crate::questions::counts::expect_true_counts;
use crate::support::mutes::url_of;
use crate::support::*;

const ROUNDS: usize = 8;

/// Refused for the mute, or done.
#[track_caller]
fn was_done(answer: &Answer) -> bool {
    let is_done = matches!(answer.status, 200 | 201);
    let is_muted = (answer.status, answer.code().as_str()) == (403, "muted");
    assert!(is_done || is_muted, "{}", answer.text);
    is_done
}

#[track_caller]
fn expect_muted(person: &Client, session: &str) {
    person
        .ask(session, "Later?", true)
        .expect_problem(403, "muted");
}

/// What came before the removal is gone, and what came after it was refused: nothing stays.
#[apply(on_both_databases!)]
fn of_what_is_written_at_once_with_a_removal_nothing_stays(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let mut done = 0;
    for _ in 0..ROUNDS {
        let guest = app.guest();
        let item = guest.asks(&session, "Why?");
        let answers = race(4, |number| match number {
            0 => mina.remove_all(&item),
            1 => guest.ask(&session, "At once?", false),
            2 => guest.reply(&question, "At once.", false),
            _ => guest.put(&format!("{question}/like")),
        });
        assert_eq!(answers[0].status, 204, "{}", answers[0].text);
        done += answers[1..].iter().filter(|it| was_done(it)).count();
        assert_eq!(mina.lists(&session, "limit=100"), ["What?"]);
        assert_eq!(mina.reads_replies(&question), Vec::<String>::new());
        expect_muted(&guest, &session);
        expect_true_counts(app);
    }
    let likes = mina.get(&question).expect(200).json()["likesCount"].clone();
    assert!(likes.as_i64().unwrap() <= done as i64, "likes stay");
}

#[apply(on_both_databases!)]
fn an_edit_at_once_with_a_mute_is_done_or_refused(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..ROUNDS {
        let noah = app.user(&format!("noah-{round}"));
        let item = noah.asks(&session, "Why?");
        let answers = race(2, |number| match number {
            0 => mina.mute(&item),
            _ => noah.edit(&item, "Edited?"),
        });
        assert_eq!(answers[0].status, 204);
        let seen = mina.get(&item).expect(200).field("body");
        assert_eq!(seen == "Edited?", was_done(&answers[1]));
        noah.edit(&item, "Later?").expect_problem(403, "muted");
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_claim_at_once_with_a_mute_carries_it_along(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    for round in 0..ROUNDS {
        let session = mina.opens("Lecture 7");
        let guest = app.guest();
        let item = guest.asks(&session, "Why?");
        if round % 2 == 0 {
            noah.signed_in().enters(&session);
        }
        let answers = race(2, |number| match number {
            0 => mina.mute(&item),
            _ => log_in_claiming(&noah, &guest),
        });
        assert_eq!(answers[0].status, 204, "{}", answers[0].text);
        let noah = noah.holding(&answers[1].clone().expect(200));
        expect_muted(&noah, &session);
        noah.asks(&session, "Under my name?");
        expect_true_counts(app);
        mina.unmutes_last(&session);
        noah.asks_anonymously(&session, "Free?");
    }
    let nobodys = "mutes WHERE user_id IS NULL OR user_id NOT IN (SELECT user_id FROM users)";
    assert_eq!(app.database.count(nobodys), 0);
}

#[apply(on_both_databases!)]
fn hosts_who_mute_one_item_at_once_make_one_mute(app: &App) {
    let [mina, subin] = ["mina", "subin"].map(|it| app.user(it));
    let session = mina.opens("Lecture 7");
    subin.enters(&session);
    mina.makes_host(&session, &subin);
    for round in 1..=ROUNDS {
        let item = app.guest().asks(&session, "Why?");
        let answers = race(4, |number| [&mina, &subin][number % 2].mute(&item));
        for answer in answers {
            answer.expect(204);
        }
        assert_eq!(mina.lists_mutes(&session).len(), round);
    }
    expect_true_counts(app);
}

/// Somebody is muted while one mute of theirs stands, whatever is taken back at the same time.
#[apply(on_both_databases!)]
fn taking_one_mute_back_at_once_with_another_mute(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for _ in 0..ROUNDS {
        let guest = app.guest();
        let [one, two] = ["One?", "Two?"].map(|it| guest.asks(&session, it));
        mina.mutes(&one);
        let mute = mina.lists_mutes(&session).remove(0);
        let answers = race(2, |number| match number {
            0 => mina.unmute(&session, &mute),
            _ => mina.mute(&two),
        });
        for answer in answers {
            answer.expect(204);
        }
        expect_muted(&guest, &session);
        expect_true_counts(app);
        mina.mutes(&one);
        let mutes: Vec<Value> = mina.lists_mutes(&session);
        let answers = race(2, |number| mina.unmute(&session, &mutes[number]));
        for answer in answers {
            answer.expect(204);
        }
        guest.asks(&session, "Free?");
        expect_true_counts(app);
    }
}

#[apply(on_both_databases!)]
fn an_item_that_goes_at_once_with_a_mute(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..ROUNDS {
        let guest = app.guest();
        let item = guest.asks(&session, "Why?");
        let reply = guest.replies(&item, "So.");
        let answers = race(3, |number| match (number, round % 2) {
            (0, _) => mina.mute(&reply),
            (1, 0) => mina.delete(&item),
            (1, _) => mina.remove_all(&item),
            _ => guest.delete(&reply),
        });
        for answer in answers {
            assert!(matches!(answer.status, 204 | 404), "{}", answer.text);
        }
        expect_true_counts(app);
    }
}

#[apply(on_both_databases!)]
fn an_account_that_goes_at_once_with_a_mute(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..ROUNDS {
        let dora = app.user(&format!("dora-{round}"));
        let asked = dora.ask(&session, "Why?", round % 2 == 0).expect(201);
        let item = url_of(&asked);
        let answers = race(2, |number| match number {
            0 => mina.mute(&item),
            _ => dora.delete_account(),
        });
        for answer in answers {
            answer.expect(204);
        }
        app.purge().unwrap();
        let mutes = mina.lists_mutes(&session);
        assert_eq!(mutes.len(), round + 1);
        assert_eq!(
            (&mutes[0]["nickname"], &mutes[0]["excerpt"]),
            (&Value::Null, &"Why?".into())
        );
        mina.mutes(&item);
        expect_true_counts(app);
    }
}
