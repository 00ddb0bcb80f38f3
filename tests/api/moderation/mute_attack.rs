//! A host who wants to know who wrote something grants, mutes, unmutes, revokes and removes, over
//! every anonymous item of a room: nothing that it is told differs by who the author is.

use std::sync::LazyLock;

use chrono::TimeDelta;
use regex_lite::Regex;
use serde_json::json;

use crate::auth::claim_room::registers_claiming;
use crate::questions::counts::expect_true_counts;
use crate::support::mutes::find_entry;
use crate::support::statements::Logging;
use crate::support::stream::{EventStream, Position};
use crate::support::*;

/// What differs from one item to the next: ids, times and the id of a request.
pub static ITS_OWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#""[A-Za-z0-9_-]{22}"|"\d{4}-\d\d-\d\dT[0-9:.]+Z"|"[0-9a-f-]{36}"|"[0-9a-z]{6}-h?\d+""#,
    )
    .unwrap()
});

/// Somebody's anonymous question and reply.
struct Items {
    whose: &'static str,
    question: String,
    reply: String,
}

/// A room of anonymous authors of every kind, each with one question and one reply.
struct Room {
    session: String,
    /// A host's, to which all reply.
    question: String,
    items: Vec<Items>,
    mina: Client,
    subin: Client,
    /// Whom the host suspects: listed participants, who wrote some of it.
    suspects: Vec<Client>,
}

/// Everybody who writes in the room.
struct People {
    mina: Client,
    subin: Client,
    noah: Client,
    otto: Client,
    kim: Client,
    dora: Client,
    guest: Client,
    muted: Client,
}

fn people(app: &App, session: &str, mina: &Client) -> People {
    let [subin, noah, otto, dora] = ["subin", "noah", "otto", "dora"].map(|it| app.user(it));
    let [guest, muted, claimed] = [0; 3].map(|_| app.guest());
    claimed.asks(session, "before the claim");
    let kim = registers_claiming(&app.stranger("kim"), &claimed);
    for person in [&subin, &noah, &otto, &kim] {
        person.enters(session);
    }
    mina.makes_host(session, &subin);
    People {
        mina: mina.clone(),
        subin,
        noah,
        otto,
        kim,
        dora,
        guest,
        muted,
    }
}

fn write(people: &People, session: &str, question: &str) -> Vec<Items> {
    let authors = [
        ("a guest", &people.guest),
        ("a participant", &people.noah),
        ("a claimed guest", &people.kim),
        ("the sub host", &people.subin),
        ("the super host", &people.mina),
        ("nobody any more", &people.dora),
        ("a guest who is muted", &people.muted),
        ("somebody who is muted by name", &people.otto),
    ];
    let wrote = authors.map(|(whose, author)| Items {
        whose,
        question: author.asks_anonymously(session, "anonymous words"),
        reply: author.replies_anonymously(question, "anonymous words"),
    });
    wrote.into()
}

fn room(app: &App) -> Room {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let people = people(app, &session, &mina);
    let items = write(&people, &session, &question);
    for known in [&people.muted, &people.otto] {
        mina.mutes(&known.asks(&session, "spam"));
    }
    people.dora.delete_account().expect(204);
    app.purge().unwrap();
    // What was written before goes with nothing that is removed.
    app.advance(TimeDelta::minutes(61));
    Room {
        session,
        question,
        items,
        mina: people.mina.signed_in(),
        subin: people.subin.signed_in(),
        suspects: vec![people.noah.signed_in(), people.kim.signed_in()],
    }
}

/// Everything that an answer tells, but for what is its own.
pub fn told(what: &str, answer: &Answer) -> String {
    let mut headers: Vec<_> = answer.headers.keys().map(|it| it.as_str()).collect();
    headers.retain(|name| !["connection", "date", "x-request-id"].contains(name));
    headers.sort_unstable();
    let headers = headers.iter().map(|name| {
        // Lists come in any order.
        let mut values: Vec<_> = answer.header(name).unwrap().split(", ").collect();
        values.sort_unstable();
        format!("\n{name}: {}", values.join(", "))
    });
    let headers: String = headers.collect();
    let body = ITS_OWN.replace_all(&answer.text, "…");
    format!("{what}: {}{headers}\n{body}", answer.status)
}

/// What a host is told of an item. That it is the host's own, the host knows.
fn seen(host: &Client, question: &str, item: &str) -> String {
    let thread = host.get(&format!("{question}?limit=100")).expect(200);
    let mut entry = thread.json();
    if item != question {
        entry = find_entry(&entry["replies"], item).unwrap();
    }
    let fields = entry.as_object_mut().unwrap();
    fields.remove("replies");
    if fields["isOwner"] == true {
        fields.insert("isOwner".into(), json!(false));
        fields.insert("canEdit".into(), json!(false));
    }
    ITS_OWN.replace_all(&entry.to_string(), "…").into_owned()
}

impl Room {
    /// How far the session has come for a host and for all others.
    fn changes(&self, app: &App) -> [u64; 2] {
        [self.mina.clone(), app.anonymous()]
            .map(|it| Position::parse(&it.change_of(&self.session)).number)
    }

    /// Grants, mutes, revokes, mutes again and unmutes, and tells everything that was told.
    fn attack(&self, app: &App, question: &str, item: &str) -> Vec<String> {
        let mut story = Vec::new();
        let before = self.changes(app);
        for host in [&self.mina, &self.subin] {
            story.push(seen(host, question, item));
        }
        for suspect in &self.suspects {
            let role = format!("{}/hosts/{}", self.session, suspect.user_id());
            story.push(told("grant", &self.mina.put(&role)));
            let answers = self.mute_and_unmute(app, item, &mut story);
            story.push(Self::statements(app, &answers));
            story.push(told("revoke", &self.mina.delete(&role)));
            self.mute_and_unmute(app, item, &mut story);
        }
        for act in ["dismiss", "approve"] {
            let judged = match act {
                "dismiss" => self.subin.act(&format!("{item}/dismiss")),
                _ => self.subin.approve(item, 0),
            };
            assert_eq!(judged.status, 200, "{}", judged.text);
            self.mute_and_unmute(app, item, &mut story);
            for host in [&self.mina, &self.subin] {
                story.push(seen(host, question, item));
            }
        }
        let after = self.changes(app);
        story.push(format!(
            "{} and {}",
            after[0] - before[0],
            after[1] - before[1]
        ));
        story
    }

    fn mute_and_unmute(&self, app: &App, item: &str, story: &mut Vec<String>) -> Vec<Answer> {
        let list = || self.mina.get(&format!("{}/mutes?limit=100", self.session));
        let before = self.changes(app);
        let mut answers: Vec<_> = [&self.mina, &self.subin].map(|host| host.mute(item)).into();
        let listed = list();
        let mute = listed.json()["mutes"][0].clone();
        answers.extend([&self.subin, &self.mina].map(|host| host.unmute(&self.session, &mute)));
        story.extend(answers.iter().map(|it| told("mute or unmute", it)));
        story.extend([&listed, &list()].map(|it| told("list", it)));
        assert_eq!(self.changes(app), before, "a mute is told to nobody");
        answers
    }

    /// How many statements it takes: so much longer a host waits.
    fn statements(app: &App, answers: &[Answer]) -> String {
        let counts = answers.iter().map(|it| app.statements_for(it).len());
        format!("statements: {:?}", counts.collect::<Vec<_>>())
    }

    /// The story of each item, which must be the same.
    #[track_caller]
    fn expect_same(&self, stories: Vec<(String, Vec<String>)>) {
        for (whose, story) in &stories {
            for (line, first) in story.iter().zip(&stories[0].1) {
                assert_eq!(line, first, "{whose}, and {}", stories[0].0);
            }
            assert_eq!(story.len(), stories[0].1.len());
        }
    }
}

#[apply(on_both_databases!)]
fn no_answer_to_a_host_differs_by_who_the_author_is(app: &App) {
    let _logging = Logging::begin();
    let room = room(app);
    let asked = room.items.iter().map(|it| {
        let story = room.attack(app, &it.question, &it.question);
        (format!("a question of {}", it.whose), story)
    });
    room.expect_same(asked.collect());
    let replied = room.items.iter().map(|it| {
        let story = room.attack(app, &room.question, &it.reply);
        (format!("a reply of {}", it.whose), story)
    });
    room.expect_same(replied.collect());
    expect_true_counts(app);
}

/// What a stream brings until the host says that it is over, without the numbers.
fn events(stream: &mut EventStream, end: &str) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let event = stream.event();
        if event.data["body"] == end {
            return seen;
        }
        // Counts come once in a second, and a marker is counted, too.
        if !["counts", "session", "", "ready", "pending", "listeners"]
            .contains(&event.name.as_str())
        {
            let data = event.data.to_string();
            seen.push(format!(
                "{} {}",
                event.name,
                ITS_OWN.replace_all(&data, "…")
            ));
        }
    }
}

#[apply(on_both_databases!)]
fn no_event_and_no_removal_differs_by_who_the_author_is(app: &App) {
    let room = room(app);
    let stranger = app.anonymous();
    let mut streams =
        [&stranger, &room.subin].map(|it| it.follow(&format!("{}/events", room.session)));
    let mut stories = Vec::new();
    for (number, items) in room.items.iter().enumerate() {
        let mut story = Vec::new();
        for (kind, item) in [("question", &items.question), ("reply", &items.reply)] {
            room.mute_and_unmute(app, item, &mut story);
            let end = format!("muted {kind} {number}");
            room.mina.asks(&room.session, &end);
            for stream in &mut streams {
                let seen = events(stream, &end);
                assert_eq!(seen, Vec::<String>::new(), "{}", items.whose);
            }
            let before = room.changes(app);
            let removed = room.mina.remove_all(item);
            // How many statements it takes tells nothing that is not seen: it removes this one.
            story.push(format!("{} {}", removed.status, removed.text));
            let after = room.changes(app);
            story.push(format!(
                "{} and {}",
                after[0] - before[0],
                after[1] - before[1]
            ));
            room.mina.unmutes_last(&room.session);
            let end = format!("removed {kind} {number}");
            room.mina.asks(&room.session, &end);
            story.extend(streams.iter_mut().flat_map(|it| events(it, &end)));
        }
        stories.push((items.whose.to_owned(), story));
    }
    room.expect_same(stories);
    assert!(
        room.mina
            .lists(&room.session, "search=anonymous")
            .is_empty()
    );
    expect_true_counts(app);
}
