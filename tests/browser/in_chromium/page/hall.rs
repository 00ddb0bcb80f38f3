//! A room with thousands of questions.

use serde_json::Value;

use super::visit;
use crate::page::{Person, guest};
use crate::support::*;

const COUNT: u32 = 5_000;

/// As many questions as a hall asks, each later than the one before.
fn fill(app: &App, session: &str) {
    let id = session.rsplit('/').next().unwrap();
    let author = app
        .database
        .number("SELECT min(user_id) AS number FROM users");
    let time = app.now().format("%Y-%m-%d");
    app.database.execute(&format!(
        "INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed,
            likes_count, replies_count, created_at, updated_at)
        WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {COUNT})
        SELECT NEW_ID, '{id}', {author}, TRUE, 'Question ' || i || '?', FALSE, FALSE, {COUNT} - i, 0,
            '{time} 00:00:00', '{time} 00:00:00' FROM number;
        UPDATE sessions SET question_count = {COUNT}, shown_count = {COUNT} WHERE session_id = '{id}'"
    ));
}

/// How many articles there are, and the positions of those on the screen.
async fn shown(person: &Person<'_>) -> (i64, Vec<i64>) {
    let script = "const all = [...document.querySelectorAll('[role=feed] > article')];
        const onScreen = all.filter((it) => {
            const { top, bottom } = it.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
        });
        return [all.length, onScreen.map((it) => Number(it.ariaPosInSet))]";
    let found: Value = person.run(script, &[]).await;
    serde_json::from_value(found).unwrap()
}

#[apply(on_both_databases!)]
fn few_of_many_questions_are_in_the_document_and_none_of_them_moves(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        fill(&scene.app, &session);
        let jun = guest(scene, browser, &mina, &session).await;
        jun.sees_of("Question 1?", "Anonymous").await;
        let all = format!("question('Question 1?')?.ariaSetSize === '{COUNT}'");
        jun.expects("be told how many there are", &all).await;
        let is_read = "document.getElementById('list').ariaBusy === 'false'";
        jun.expects("have all questions", is_read).await;
        let (count, positions) = shown(&jun).await;
        assert!(count < 60, "{count} articles at the top");
        assert_eq!(positions[0], 1, "the first one is at the top");
        scrolls_anywhere(&jun).await;
        nothing_moves(&jun, &mina, &session).await;
        the_focus_stays(&jun).await;
    });
}

async fn scrolls_anywhere(jun: &Person<'_>) {
    for part in [0.5, 1.0, 0.25] {
        let scroll =
            "scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * arguments[0])";
        jun.tab.run(scroll, &[part.into()]).await;
        let right = format!(
            "(all => {{
                const at = all.map((it) => Number(it.ariaPosInSet));
                const seen = all.filter((it) => it.getBoundingClientRect().top < innerHeight / 2).at(-1);
                return seen?.getBoundingClientRect().bottom > 0
                    && Math.abs(Number(seen.ariaPosInSet) - {part} * {COUNT}) < {COUNT} / 20;
            }})([...document.querySelectorAll('[role=feed] > article')])"
        );
        jun.expects(&format!("see what is at {part} of the list"), &right)
            .await;
        let (count, positions) = shown(jun).await;
        assert!(count < 60, "{count} articles at {part}");
        let expected: Vec<_> = (positions[0]..).take(positions.len()).collect();
        assert_eq!(positions, expected, "none is missing at {part}");
        let words = format!(
            "question('Question {}?')?.ariaPosInSet === '{}'",
            positions[0], positions[0]
        );
        jun.expects("see the question of this place", &words).await;
    }
}

async fn nothing_moves(jun: &Person<'_>, mina: &Client, session: &str) {
    let (_, before) = shown(jun).await;
    let place = "return [scrollY, document.documentElement.scrollHeight]";
    let stood = jun.tab.run(place, &[]).await;
    mina.asks(session, "Something new?");
    jun.finds("1 new").await;
    let (_, after) = shown(jun).await;
    assert_eq!(
        (after, jun.tab.run(place, &[]).await),
        (before, stood),
        "nothing has moved"
    );
    jun.clicks("1 new").await;
    jun.sees_of("Something new?", "mina").await;
    let has_focus = "question('Something new?') === document.activeElement";
    jun.expects("have the focus on what is new", has_focus)
        .await;
}

async fn the_focus_stays(jun: &Person<'_>) {
    jun.tab.run("scrollTo(0, 0)", &[]).await;
    let at_top = "question('Question 1?')";
    jun.expects("see the top again", at_top).await;
    let is_there = "document.activeElement === question('Something new?')";
    jun.expects("keep the focus, however far it is scrolled", is_there)
        .await;
    let (count, _) = shown(jun).await;
    assert!(count < 60, "{count} articles with the focus far away");
}
