//! What the audit trail holds of what hosts remove: which item, and never whose.

use crate::support::*;

/// Each removal that was recorded: what, who did it, which item, and everything else that the row has
/// but for its number, its time and its login.
fn removals(app: &App) -> Vec<String> {
    let sql = "SELECT coalesce(string_agg(action || ' by ' || coalesce(CAST(user_id AS TEXT), '-') \
        || ' of ' || coalesce(item_id, '-') || ' in ' || coalesce(session_id, '-') || ' from ' \
        || coalesce(ip, '-') || ' to ' || coalesce(CAST(subject_id AS TEXT), '-') || ' at ' \
        || coalesce(address_hash, '-'), '\n' ORDER BY audit_event_id), '') AS text \
        FROM audit_events WHERE action LIKE '%_removed'";
    app.database.text(sql).lines().map(str::to_owned).collect()
}

fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

#[apply(on_both_databases!)]
fn what_a_host_removes_of_others_is_recorded_by_its_id(app: &App) {
    let (mina, noah, zoe, guest) = (
        app.user("mina"),
        app.user("noah"),
        app.user("zoe"),
        app.guest(),
    );
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    let question = zoe.asks(&session, "Why?");
    let replies = [
        zoe.replies(&question, "So."),
        guest.replies(&question, "So."),
        mina.replies(&question, "So."),
    ];
    let hidden = guest.asks(&session, "Who?");
    let mut expected = Vec::new();
    for (host, item) in [
        (&noah, &replies[0]),
        (&mina, &replies[1]),
        (&noah, &replies[2]),
        (&mina, &hidden),
        (&noah, &question),
    ] {
        host.delete(item).expect(204);
        host.delete(item).expect_problem(404, "not_found");
        let kind = if item.contains("/replies/") {
            "reply"
        } else {
            "question"
        };
        let (user_id, item, session) = (host.user_id(), id(item), id(&session));
        expected.push(format!(
            "{kind}_removed by {user_id} of {item} in {session} from 127.0.0.1 to - at -"
        ));
        assert_eq!(removals(app), expected);
    }
    let export = noah.get("/api/users/me/export").expect(200).json();
    let events = export["auditEvents"].as_array().unwrap();
    let items = events.iter().filter_map(|it| it["itemId"].as_str());
    let own = [&replies[0], &replies[2], &question].map(|it| id(it));
    assert_eq!(items.collect::<Vec<_>>(), own);
    for other in [&zoe, &guest] {
        let export = other.get("/api/users/me/export").expect(200);
        assert!(!export.text.contains("_removed"), "{}", export.text);
    }
}

#[apply(on_both_databases!)]
fn what_people_delete_of_their_own_is_not_recorded(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let other = noah.asks(&session, "Why?");
    for person in [&mina, &noah, &guest] {
        let question = person.asks(&session, "Why?");
        person.delete(&question).expect(204);
        let reply = person.replies(&other, "So.");
        person.delete(&reply).expect(204);
    }
    let hidden = mina.asks_anonymously(&session, "Who?");
    mina.delete(&hidden).expect(204);
    for stranger in [&app.user("zoe"), &guest] {
        stranger.delete(&other).expect_problem(403, "forbidden");
    }
    assert_eq!(removals(app), Vec::<String>::new());
}
