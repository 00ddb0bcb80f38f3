//! Sessions whose super host has deleted the account.

use chrono::TimeDelta;

use super::sessions_of_the_only_account;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

#[apply(on_both_databases!)]
fn all_sessions_of_a_deleted_account_end_and_go(app: &App) {
    const SESSIONS: u32 = 130;
    let mina = app.user("mina");
    let session = mina.opens("kept");
    app.database
        .execute(&sessions_of_the_only_account(1, SESSIONS));
    let noah = app.user("noah");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    mina.delete_account().expect(204);
    app.purge().unwrap();
    let of_nobody = |condition: &str| {
        let sessions = "sessions WHERE opened_by IS NULL AND title <> 'kept' AND";
        app.database.count(&format!("{sessions} {condition}"))
    };
    let all = i64::from(SESSIONS);
    assert_eq!(of_nobody("ended_at IS NOT NULL AND listed_count = 0"), all);
    let entries = "audit_events WHERE action = 'session_ended'";
    assert_eq!(app.database.count(entries), all);
    assert_eq!(app.database.count("participants"), 1);
    expect_true_counts(app);
    app.advance(TimeDelta::days(30));
    app.purge().unwrap();
    assert_eq!(of_nobody("deleted_at IS NOT NULL AND title = ''"), all);
    app.advance(TimeDelta::days(1));
    app.purge().unwrap();
    assert_eq!(of_nobody("delete_at IS NULL"), all, "nothing is left to do");
    let noah = noah.signed_in();
    let kept = noah.get(&session).expect(200).json();
    assert_eq!(kept["role"], "super_host");
    assert_eq!(app.database.count("sessions"), all + 1);
}
