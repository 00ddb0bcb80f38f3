//! GET /api/sessions/{sessionId}/events: what a connection that breaks anywhere comes back to.

use serde_json::json;

use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::stream::Position;
use crate::support::*;

/// Ids with which nobody can go on from `now`.
fn unusable(now: &Position) -> [String; 5] {
    let Position { epoch, number, .. } = now;
    [
        "nothing of ours".into(),
        format!("{epoch}-h{number}"),
        format!("{epoch}-{}", number + 1),
        format!("{epoch}-99999999999999999999"),
        format!("zzzzzz-{number}"),
    ]
}

/// A browser comes back with the last id that it was given, or with the one that it had.
#[apply(on_both_databases!)]
fn cut_off_before_a_reset_one_is_reset_the_next_time(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.asks(&session, "Why?");
    let events = format!("{session}/events");
    let stranger = app.anonymous();
    let now = stranger.get(&session).expect(200).field("change");
    for mut id in unusable(&Position::parse(&now)) {
        for _ in 0..2 {
            let mut stream = stranger.with("last-event-id", &id).follow(&events);
            let ready = stream.event();
            assert_eq!(ready.name, "ready");
            id = ready.id.map_or(id, |it| it.text);
        }
        let mut stream = stranger.with("last-event-id", &id).follow(&events);
        assert_eq!(stream.event().name, "ready");
        let reset = stream.event();
        assert_eq!(reset.name, "reset", "with {id}: {}", stream.text());
        assert_eq!(reset.id.map(|it| it.text), Some(now.clone()));
        assert_eq!(reset.data["change"], now.as_str());
    }
}

/// They are read for who comes back, when the like is on its way to all the others.
#[apply(on_both_databases!)]
fn who_comes_back_is_told_words_that_somebody_likes_meanwhile(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let events = format!("{session}/events");
    let stranger = app.anonymous();
    let mut stays = stranger.follow(&events);
    for _ in 0..5 {
        let before = stranger.get(&session).expect(200).field("change");
        let question = mina.asks(&session, "Why?");
        stays.event_named("question");
        mina.likes(&question);
        let mut comes = stranger.follow(&format!("{events}?after={before}"));
        let told = comes.event_named("question").data;
        assert_eq!(told["questionId"], question.rsplit('/').next().unwrap());
    }
}

/// Somebody else, who stays, was told them while they stood there.
#[apply(on_both_databases!)]
fn words_that_were_taken_away_are_told_to_nobody_who_comes_back(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let events = format!("{session}/events");
    let stranger = app.anonymous();
    let mut stays = stranger.follow(&events);
    let before = stranger.get(&session).expect(200).field("change");
    let again = format!("{events}?after={before}");
    let question = mina.asks(&session, "the first words");
    stays.event_named("question");
    let edited = json!({ "body": "the second words" });
    mina.patch(&question, edited).expect(200);
    stays.event_named("question");
    let mut comes = stranger.follow(&again);
    let told = comes.event_named("question").data;
    assert_eq!(told["body"], "the second words");
    mina.delete(&question).expect(204);
    stays.event_named("question_removed");
    let mut comes_later = stranger.follow(&again);
    comes_later.event_named("question_removed");
    let told = comes_later.text();
    assert!(!told.contains("words"), "{told}");
}

/// Things that one person wrote, or liked, bear one number once the account is deleted. Who asks from
/// each number in turn would find it.
#[apply(on_both_databases!)]
fn after_a_deletion_whoever_was_not_there_reads_everything_anew(app: &App) {
    let (mina, noah, kim) = (app.user("mina"), app.user("noah"), app.user("kim"));
    let session = mina.opens("Lecture 7");
    let events = format!("{session}/events");
    let stranger = app.anonymous();
    let change = || stranger.get(&session).expect(200).field("change");
    let first = change();
    let liked: Vec<String> = ["one", "two"].map(|it| noah.asks(&session, it)).into();
    mina.asks(&session, "three");
    for question in &liked {
        kim.likes(question);
    }
    for (deleted, told) in [(&kim, "counts"), (&noah, "question")] {
        let before = change();
        let mut stays = stranger.follow(&events);
        deleted.delete_account().expect(204);
        app.purge().unwrap();
        stays.event_named(told);
        for after in [&first, &before] {
            let mut comes = stranger.follow(&format!("{events}?after={after}"));
            assert_eq!(comes.event().name, "ready");
            assert_eq!(
                comes.event().name,
                "reset",
                "after {after}: {}",
                comes.text()
            );
        }
    }
    let now = change();
    mina.asks(&session, "four");
    let mut comes = stranger.follow(&format!("{events}?after={now}"));
    assert_eq!(comes.event_named("question").data["body"], "four");
}

/// More than a connection keeps that is not read: so all that comes after it is told at once.
fn fill(host: &Client, session: &str) {
    let body = "왜 ".repeat(240);
    race(8, |_| (0..24).for_each(|_| drop(host.asks(session, &body))));
}

#[apply(on_both_databases!)]
fn who_was_no_host_for_a_while_is_told_as_a_host_again(app: &App) {
    let (mina, subin) = (app.user("mina"), app.user("subin"));
    let session = mina.opens("Lecture 7");
    subin.enters(&session);
    mina.makes_host(&session, &subin);
    let events = format!("{session}/events");
    let mut slow = subin.follow(&events);
    let mut stays = mina.follow(&events);
    fill(&mina, &session);
    let hosts = format!("{session}/hosts/{}", subin.user_id());
    mina.delete(&hosts).expect(200);
    stays.event_named("person");
    mina.makes_host(&session, &subin);
    stays.event_named("person");
    let now = subin.get(&session).expect(200).field("change");
    while slow.event().id.is_none_or(|it| it.text != now) {}
}

/// It may lack commits, and give their numbers to others.
#[test]
fn once_a_standby_has_taken_over_everybody_reads_everything_anew_with_own_postgres() {
    let mut cluster = Cluster::own();
    let database = Database::at(cluster.url("postgres"), tempfile::tempdir().unwrap());
    let app = App::start_at(database, Setup::default());
    let session = app.user("mina").opens("Lecture 7");
    let stranger = app.anonymous();
    let mut stays = stranger.follow(&format!("{session}/events"));
    let before = stranger.get(&session).expect(200).field("change");
    cluster.fail_over();
    stays.event_named("reset");
    let now = stranger.get(&session).expect(200).field("change");
    let epoch = |change: &str| Position::parse(change).epoch;
    assert_ne!(epoch(&now), epoch(&before));
    let mut comes = stranger.follow(&format!("{session}/events?after={before}"));
    let reset = comes.event_named("reset");
    assert_eq!(reset.data["change"], now.as_str());
}
