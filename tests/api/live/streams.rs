//! GET /api/sessions/{sessionId}/events: what a connection that breaks anywhere comes back to.

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
