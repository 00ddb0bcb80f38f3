//! The purge removes what is over and nothing else.

use askit::purge::Purged;
use chrono::TimeDelta;

use crate::support::*;

fn logins(app: &App) -> i64 {
    app.database.count("refresh_tokens")
}

on_both_databases! {
    fn an_expired_login_goes_and_a_living_one_stays(app: &App) {
        let mina = app.user("mina");
        app.advance(TimeDelta::days(7));
        let living = mina.signed_in();
        app.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        assert_eq!(app.purge(), Some(Purged::default()));
        app.advance(TimeDelta::seconds(1));
        assert_eq!(app.purge().unwrap().logins, 1);
        assert_eq!(logins(app), 1);
        living.refresh().expect(200);
        mina.refresh().expect_problem(401, "invalid_refresh_token");
    }

    fn an_ended_login_is_kept_as_long_as_its_access_tokens_could_live(app: &App) {
        app.user("mina").log_out().expect(200);
        app.advance(TimeDelta::minutes(12));
        assert_eq!(app.purge(), Some(Purged::default()));
        app.advance(TimeDelta::seconds(1));
        assert_eq!(app.purge().unwrap().logins, 1);
    }

    fn a_login_that_ended_just_before_it_expired_is_kept_as_long(app: &App) {
        let mina = app.user("mina");
        app.advance(TimeDelta::days(14) - TimeDelta::seconds(1));
        mina.log_out().expect(200);
        app.advance(TimeDelta::minutes(5));
        assert_eq!(app.purge().unwrap().logins, 0);
        app.advance(TimeDelta::minutes(8));
        assert_eq!(app.purge().unwrap().logins, 1);
    }

    fn the_audit_trail_goes_back_ninety_days(app: &App) {
        app.registered("mina");
        app.advance(TimeDelta::days(1));
        app.registered("noah");
        app.advance(TimeDelta::days(89));
        assert_eq!(app.purge().unwrap().audit_events, 0);
        app.advance(TimeDelta::seconds(1));
        assert_eq!(app.purge().unwrap().audit_events, 1);
        assert_eq!(app.database.count("audit_events"), 1);
        assert_eq!(app.database.count("users"), 2);
    }

    fn several_batches_and_several_instances_remove_everything_once(app: &App) {
        app.registered("mina");
        for number in 0..25 {
            let rows: Vec<_> = (0..100)
                .map(|row| format!("('{number}-{row}', (SELECT user_id FROM users), 0, \
                     '2026-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-15 00:00:00', \
                     '2026-04-01 00:00:00')"))
                .collect();
            app.database.execute(&format!("INSERT INTO refresh_tokens (login_id, user_id, \
                generation, rotated_at, created_at, idle_expires_at, expires_at) VALUES {}",
                rows.join(",")));
        }
        let living = app.stranger("mina").signed_in();
        let other = Setup::default().clock(&app.clock).start_on(&app.database);
        let removed = race(2, |number| match number {
            0 => app.purge(),
            _ => other.purge(),
        });
        // The other instance's first run, at its start, may have had its share.
        let removed: usize = removed.into_iter().map(|it| it.unwrap().logins).sum();
        assert!(removed <= 2_500, "{removed} of 2,500 were counted");
        assert_eq!(logins(app), 1);
        living.refresh().expect(200);
    }
}

#[test]
fn the_first_run_is_at_the_start() {
    let app = App::start(Kind::Sqlite);
    app.user("mina");
    app.advance(TimeDelta::days(15));
    let app = app.restart();
    // The actor takes one message after the other, so its own first run is over.
    assert_eq!(app.purge(), Some(Purged::default()));
    assert_eq!(logins(&app), 0);
}
