//! `claimGuest`, where the guest or the account has left the session.

use serde_json::Value;

use super::claim_room::{claims, expect_all_moved};
use crate::support::*;

fn present(person: &Client, session: &str) -> bool {
    person.get(session).expect(200).json()["role"] != Value::Null
}

fn counts(app: &App, session: &str) -> [i64; 2] {
    let session = app.anonymous().get(session).expect(200).json();
    ["listedCount", "anonymousCount"].map(|it| session[it].as_i64().unwrap())
}

#[apply(on_both_databases!)]
fn an_account_takes_part_if_one_of_the_two_has_not_left(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    // Whether the account came in, and left; whether the guest left.
    for (came, left, guest_left) in [
        (false, false, false),
        (false, false, true),
        (true, false, true),
        (true, true, false),
        (true, true, true),
    ] {
        let what = format!("came: {came}, left: {left}, the guest left: {guest_left}");
        let session = mina.opens("Lecture 7");
        let (noah, guest) = (noah.signed_in(), app.guest());
        let guest_id = guest.user_id();
        guest.asks(&session, "Why?");
        if came {
            noah.enters(&session);
        }
        if left {
            noah.leave(&session).expect(204);
        }
        if guest_left {
            guest.leave(&session).expect(204);
        }
        let before = counts(app, &session);
        let noah = claims(&noah, &guest);
        expect_all_moved(app, guest_id);
        assert_eq!(counts(app, &session), before, "{what}");
        let is_present = came && !left || !guest_left;
        assert_eq!(present(&noah, &session), is_present, "{what}");
        let mine = noah.get("/api/sessions").expect(200).json();
        assert_eq!(
            mine["sessions"][0]["sessionId"] == session[14..],
            is_present,
            "{what}"
        );
        noah.enters(&session);
        assert_eq!(counts(app, &session), [2, 1], "{what}, and then came in");
        mina.delete(&session).expect(204);
        app.purge().unwrap();
    }
}
