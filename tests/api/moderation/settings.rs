//! What each value of each setting allows whom: the rules in words, walked through. How settings
//! are changed and told is beside this file.

use serde_json::{Value, json};

use crate::support::mutes::{find_entry, url_of};
use crate::support::*;

const QUESTIONS: [&str; 4] = ["open", "review", "review_anonymous", "closed"];
const REPLIES: [&str; 5] = ["open", "review", "review_anonymous", "hosts", "closed"];
const NAMES: [&str; 3] = ["optional", "required", "hidden"];

/// What becomes of words.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    Refused(&'static str),
    Written {
        review: &'static str,
        bears_name: bool,
    },
}

/// Somebody who writes, and how.
struct Writer<'a> {
    name: &'static str,
    client: &'a Client,
    is_anonymous: bool,
}

impl Writer<'_> {
    fn is_host(&self) -> bool {
        matches!(self.name, "subin" | "mina")
    }

    /// Whether what was written while names were optional bears one.
    fn bore_name(&self) -> bool {
        self.name != "guest" && !self.is_anonymous
    }

    /// Whether what is written now bears a name: where they are hidden, a host's alone.
    fn bears_name(&self, names: &str) -> bool {
        self.bore_name() && (names != "hidden" || self.is_host())
    }

    /// Hosts are exempt under their nicknames; all else follows the settings like anybody's.
    fn outcome(&self, bears_name: bool, setting: &str, names: &str) -> Outcome {
        let written = |review| Outcome::Written { review, bears_name };
        if self.is_host() && bears_name {
            return written("approved");
        }
        match setting {
            "closed" | "hosts" => Outcome::Refused("not_open"),
            _ if names == "required" && !bears_name => Outcome::Refused("names_required"),
            "review" => written("pending"),
            "review_anonymous" if !bears_name => written("pending"),
            _ => written("approved"),
        }
    }
}

/// A session with one of each role, and somebody who only reads.
struct Room {
    session: String,
    people: Vec<(&'static str, Client)>,
    stranger: Client,
}

fn room(app: &App) -> Room {
    let people = ["guest", "noah", "subin", "mina"].map(|name| (name, app.person(name)));
    let [_, (_, noah), (_, subin), (_, mina)] = &people;
    let session = mina.opens("Lecture 7");
    for person in [noah, subin] {
        person.enters(&session);
    }
    mina.makes_host(&session, subin);
    Room {
        session,
        people: people.into(),
        stranger: app.anonymous(),
    }
}

impl Room {
    fn mina(&self) -> &Client {
        &self.people[3].1
    }

    fn sets(&self, settings: Value) {
        self.mina().sets(&self.session, settings);
    }

    /// Each one under the nickname and without it.
    fn writers(&self) -> impl Iterator<Item = Writer<'_>> {
        self.people.iter().flat_map(|(name, client)| {
            [false, true].map(|is_anonymous| Writer {
                name,
                client,
                is_anonymous,
            })
        })
    }

    /// What somebody who only reads sees of something.
    fn seen(&self, url: &str, question: &str) -> Option<Value> {
        let found = self.stranger.get(&format!("{question}?limit=100"));
        if url == question {
            return (found.status == 200).then(|| found.json());
        }
        find_entry(&found.expect(200).json()["replies"], url)
    }

    /// An answer is the outcome that the rules give, and who only reads sees what was approved.
    #[track_caller]
    fn expect(&self, what: &str, answer: Answer, question: Option<&str>, expected: Outcome) {
        let (review, bears_name) = match expected {
            Outcome::Refused(code) => {
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (403, code),
                    "{what}"
                );
                return;
            }
            Outcome::Written { review, bears_name } => (review, bears_name),
        };
        assert!(
            matches!(answer.status, 200 | 201),
            "{what}: {}",
            answer.text
        );
        let (entry, url) = (answer.json(), url_of(&answer));
        let seen = (entry["review"].clone(), entry["author"]["userId"].is_null());
        assert_eq!(seen, (json!(review), !bears_name), "{what}");
        let shown = self.seen(&url, question.unwrap_or(&url));
        assert_eq!(shown.is_some(), review == "approved", "{what} is shown");
        if let Some(shown) = shown {
            assert_eq!(shown["author"], entry["author"], "{what}");
        }
    }
}

#[apply(on_both_databases!)]
fn questions_follow_each_value_of_the_settings(app: &App) {
    let room = room(app);
    for (questions, names) in QUESTIONS
        .iter()
        .flat_map(|it| NAMES.map(|names| (*it, names)))
    {
        room.sets(json!({ "questions": "open", "names": "optional" }));
        let before = room.writers().map(|it| {
            let asked = it.client.ask(&room.session, "Before?", it.is_anonymous);
            url_of(&asked.expect(201))
        });
        let before: Vec<_> = before.collect();
        room.sets(json!({ "questions": questions, "names": names }));
        for (writer, before) in room.writers().zip(&before) {
            let what = format!(
                "{}, anonymous: {}, questions {questions}, names {names}",
                writer.name, writer.is_anonymous
            );
            let asked = writer
                .client
                .ask(&room.session, "Now?", writer.is_anonymous);
            let expected = writer.outcome(writer.bears_name(names), questions, names);
            room.expect(&format!("{what}: a question"), asked, None, expected);
            let edited = writer.client.edit(before, "Edited?");
            let expected = writer.outcome(writer.bore_name(), questions, names);
            room.expect(&format!("{what}: an edit"), edited, None, expected);
            let words = writer.client.get(before).expect(200).json()["body"].clone();
            let is_refused = matches!(expected, Outcome::Refused(_));
            assert_eq!(words == "Before?", is_refused, "{what}: {words}");
        }
    }
}

#[apply(on_both_databases!)]
fn replies_follow_each_value_of_the_settings(app: &App) {
    let room = room(app);
    for (replies, names) in REPLIES
        .iter()
        .flat_map(|it| NAMES.map(|names| (*it, names)))
    {
        room.sets(json!({ "replies": "open", "names": "optional" }));
        let question = room.mina().asks(&room.session, "Why?");
        let before = room.writers().map(|it| {
            let replied = it.client.reply(&question, "Before.", it.is_anonymous);
            url_of(&replied.expect(201))
        });
        let before: Vec<_> = before.collect();
        room.sets(json!({ "replies": replies, "names": names }));
        for (writer, before) in room.writers().zip(&before) {
            let what = format!(
                "{}, anonymous: {}, replies {replies}, names {names}",
                writer.name, writer.is_anonymous
            );
            let replied = writer.client.reply(&question, "Now.", writer.is_anonymous);
            let expected = writer.outcome(writer.bears_name(names), replies, names);
            let a_reply = format!("{what}: a reply");
            room.expect(&a_reply, replied, Some(&question), expected);
            let edited = writer.client.edit(before, "Edited.");
            let expected = writer.outcome(writer.bore_name(), replies, names);
            let an_edit = format!("{what}: an edit");
            room.expect(&an_edit, edited, Some(&question), expected);
        }
    }
}

/// Nobody is exempt: a like bears no name. Of those without an account likes are refused where
/// names are required, and may be taken back.
#[apply(on_both_databases!)]
fn likes_follow_each_value_of_the_settings(app: &App) {
    let room = room(app);
    let question = room.mina().asks(&room.session, "Why?");
    let reply = room.mina().replies(&question, "So.");
    for (likes, names) in [true, false]
        .iter()
        .flat_map(|it| NAMES.map(|names| (*it, names)))
    {
        for ((name, person), entry) in room
            .people
            .iter()
            .flat_map(|it| [(it, &question), (it, &reply)])
        {
            let what = format!("{name}, likes {likes}, names {names}: {entry}");
            room.sets(json!({ "likes": true, "names": "optional" }));
            let count = person.likes(entry);
            room.sets(json!({ "likes": likes, "names": names }));
            let like = format!("{entry}/like");
            let unliked = person.delete(&like);
            if likes {
                let unliked = unliked.expect(200).json();
                assert_eq!(unliked["likesCount"], count - 1, "{what}");
            } else {
                unliked.expect_problem(403, "not_open");
            }
            let liked = person.put(&like);
            match (likes, names, *name) {
                (false, _, _) => drop(liked.expect_problem(403, "not_open")),
                (_, "required", "guest") => drop(liked.expect_problem(403, "names_required")),
                _ => assert_eq!(liked.expect(200).json()["likesCount"], count, "{what}"),
            }
            room.sets(json!({ "likes": true, "names": "optional" }));
            person.delete(&like).expect(200);
        }
    }
}

#[apply(on_both_databases!)]
fn entering_lists_nobody_while_names_are_hidden(app: &App) {
    let room = room(app);
    let mut number = 0;
    for settings in [
        json!({}),
        json!({ "questions": "closed", "replies": "closed", "likes": false, "slowMode": 60 }),
    ] {
        for names in NAMES {
            room.sets(settings.clone());
            room.sets(json!({ "names": names }));
            number += 1;
            let before = room.mina().counts(&room.session, "listedCount");
            let new = app.user(&format!("new-{number}")).enters(&room.session);
            let is_listed = names != "hidden";
            assert_eq!(new["userId"].is_null(), !is_listed, "{names}: {new}");
            let guest = app.guest().enters(&room.session);
            assert_eq!(guest["userId"], Value::Null);
            let after = room.mina().counts(&room.session, "listedCount");
            assert_eq!(after - before, i64::from(is_listed), "{names}");
            // Whose names are known already.
            for (name, person) in &room.people[1..] {
                assert_eq!(person.enters(&room.session)["nickname"], *name, "{names}");
            }
        }
    }
}

#[apply(on_both_databases!)]
fn what_was_hidden_stays_so_whatever_comes_later(app: &App) {
    let room = room(app);
    let (mina, noah) = (room.mina(), &room.people[1].1);
    let named = noah.asks(&room.session, "Named?");
    room.sets(json!({ "names": "hidden" }));
    let hidden = noah.asks(&room.session, "Hidden?");
    let zoe = app.user("zoe");
    let unlisted = zoe.asks(&room.session, "Who is zoe?");
    let is_named = |url: &str| !mina.get(url).expect(200).json()["author"]["userId"].is_null();
    let expect = |when: &str| {
        let seen = [&named, &hidden, &unlisted].map(|it| is_named(it));
        assert_eq!(seen, [true, false, false], "{when}");
        let export = mina.get(&format!("{}/export", room.session)).expect(200);
        assert!(!export.text.contains("zoe\""), "{when}: {}", export.text);
    };
    expect("while names are hidden");
    for names in ["required", "optional", "hidden", "optional"] {
        room.sets(json!({ "names": names }));
        expect(names);
    }
    mina.makes_host(&room.session, noah);
    expect("once noah is a host");
    noah.edit(&hidden, "Hidden, still?").expect(200);
    expect("once the words were changed");
    // Whoever was hidden is no participant with a name.
    let host = format!("{}/hosts/{}", room.session, zoe.user_id());
    mina.put(&host).expect_problem(404, "not_found");
}
