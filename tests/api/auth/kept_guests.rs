//! Guests that have contributed are kept, and may be away for longer than those that have not.

use chrono::TimeDelta;

use crate::support::*;

#[apply(on_both_databases!)]
fn a_guest_that_contributed_may_be_away_for_two_weeks(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let [asking, replying, liking, entering, idle] = [(); 5].map(|()| app.guest());
    asking.asks(&session, "Why not?");
    replying.replies(&question, "So.");
    liking.likes(&question);
    entering.enters(&session);
    app.advance(TimeDelta::days(3));
    let contributed = [asking, replying, liking].map(|it| it.refreshed());
    for guest in [&entering, &idle] {
        guest.refresh().expect_problem(401, "invalid_refresh_token");
    }
    app.advance(TimeDelta::days(14) - TimeDelta::seconds(1));
    let contributed = contributed.map(|it| it.refreshed());
    app.advance(TimeDelta::days(14));
    for guest in &contributed {
        guest.refresh().expect_problem(401, "invalid_refresh_token");
    }
}

#[apply(on_both_databases!)]
fn a_guest_that_only_entered_has_a_day(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let guest = app.guest();
    guest.enters(&session);
    app.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let guest = guest.refreshed();
    app.advance(TimeDelta::hours(24));
    guest.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn the_purge_spares_guests_that_contributed(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let [asking, replying, liking, entering] = [(); 4].map(|()| app.guest());
    app.guest();
    let asked = asking.asks(&session, "Why not?");
    replying.replies(&question, "So.");
    liking.likes(&question);
    entering.enters(&session);
    let before = mina.get(&session).expect(200).json();
    app.advance(TimeDelta::days(2));
    assert_eq!(
        app.purge().unwrap().removed["guests"],
        2,
        "who entered, and who did nothing"
    );
    assert_eq!(app.database.count("participants"), 4);
    app.advance(TimeDelta::days(20));
    assert_eq!(
        app.purge().unwrap().removed["guests"],
        0,
        "they are kept when nobody can be them any more"
    );
    assert_eq!(app.database.count("users"), 4);
    let mina = mina.signed_in();
    assert_eq!(
        mina.get(&asked).expect(200).json()["author"]["isHost"],
        false
    );
    assert_eq!(mina.get(&question).expect(200).json()["likesCount"], 1);
    let mut after = mina.get(&session).expect(200).json();
    after["expired"] = before["expired"].clone();
    assert_eq!(after, before, "who was counted stays counted");
}
