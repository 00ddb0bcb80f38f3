//! Three who follow a session while something happens: what they see and are told.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::page::{Page, Read};
use crate::support::stream::{Event, EventStream, Position};
use crate::support::*;

/// A session, those in it, and three who follow it.
pub struct Walk<'a> {
    pub app: &'a App,
    pub session: String,
    pub viewers: [Client; 3],
    /// The operations that were seen.
    pub walked: BTreeSet<&'static str>,
}

impl<'a> Walk<'a> {
    pub fn new(app: &'a App, host: &Client, session: &str) -> Self {
        let guest = app.guest();
        guest.enters(session);
        Self {
            app,
            session: session.into(),
            viewers: [app.anonymous(), guest, host.clone()],
            walked: BTreeSet::new(),
        }
    }

    fn pages(&self) -> Vec<(Page, Position)> {
        let read = |viewer: &Client| match Page::read(viewer, &self.session) {
            Read::Page(page, position) => (*page, position),
            Read::Gone | Read::Away => panic!("the session cannot be read"),
        };
        self.viewers.iter().map(read).collect()
    }

    /// What a viewer is told who was away from one place to another.
    fn missed(&self, viewer: &Client, from: &Position, to: &Position) -> Vec<Event> {
        let path = format!("{}/events?after={}", self.session, from.text);
        let mut stream = viewer.follow(&path);
        assert_eq!(stream.event().name, "ready");
        if from == to {
            return Vec::new();
        }
        events_until(&mut stream, to)
    }

    /// The streams of the viewers, once they are where the session is.
    fn streams(&self) -> Vec<EventStream> {
        let path = format!("{}/events", self.session);
        let mut streams: Vec<_> = self.viewers.iter().map(|it| it.follow(&path)).collect();
        for stream in &mut streams {
            while stream.event_named("listeners").data["count"] != self.viewers.len() {}
        }
        streams
    }

    /// Does something. Tells what each viewer saw before and after, and what those are told who were
    /// away meanwhile; where that is to read everything anew, what those are told who were there.
    pub fn around<T>(&self, what: &str, act: impl FnOnce() -> T) -> (T, Vec<Seen>) {
        let is_of_one_person = OF_ONE_PERSON.contains(&what);
        let streams = if is_of_one_person {
            self.streams()
        } else {
            Vec::new()
        };
        let before = self.pages();
        let outcome = act();
        let after = self.pages();
        let mut streams = streams.into_iter();
        let viewers = self.viewers.iter().zip(before.into_iter().zip(after));
        let see = |(viewer, ((before, from), (after, to))): (&Client, ((Page, _), (Page, _)))| {
            let stream = streams.next();
            let events = self.missed(viewer, &from, &to);
            let is_reset = events.iter().any(|it| it.name == "reset");
            assert!(is_of_one_person || !is_reset, "{what}: {events:?}");
            let events = match stream {
                Some(mut stream) if is_reset => events_until(&mut stream, &to),
                _ => events,
            };
            Seen {
                before,
                after,
                events,
                has_older_counts: is_of_one_person,
            }
        };
        (outcome, viewers.map(see).collect())
    }

    /// Does something, and compares what each viewer is told with what GET says before and after.
    #[track_caller]
    pub fn step<T>(&mut self, operation: &'static str, act: impl FnOnce() -> T) -> T {
        self.walked.insert(operation);
        let (outcome, seen) = self.around(operation, act);
        let viewers = self.viewers.iter().zip(&seen);
        for (viewer, it) in viewers {
            let Seen {
                before,
                after,
                events,
                has_older_counts,
            } = it;
            let mut told = before.clone();
            events.iter().for_each(|event| told.apply(event));
            told.read_unread(viewer).expect("an answer");
            let missing = told.differences(after);
            assert!(
                missing.is_empty(),
                "{operation}: {missing:#?} after {events:#?}"
            );
            for event in events {
                let may_be_old = *has_older_counts && event.name == "counts";
                assert!(
                    may_be_old || is_news(before, event, events),
                    "{operation}: nothing of this has changed: {event:?}"
                );
            }
        }
        outcome
    }
}

/// What may change things because they were one person's: whoever was away reads everything anew.
const OF_ONE_PERSON: [&str; 5] = [
    "delete_account",
    "sign_in",
    "register_account",
    "removal of the guest",
    "deletion",
];

/// What one viewer saw before and after something, and was told of it.
pub struct Seen {
    pub before: Page,
    pub after: Page,
    pub events: Vec<Event>,
    /// Whether counts of before may be among them: somebody followed the session all the time.
    pub has_older_counts: bool,
}

/// What a stream tells up to some place.
fn events_until(stream: &mut EventStream, to: &Position) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = stream.event();
        let is_last = event.id.as_ref() == Some(to);
        if !["ready", "listeners", ""].contains(&event.name.as_str()) {
            events.push(event);
        }
        if is_last {
            return events;
        }
    }
}

/// Whether an event tells something that the page did not know. The counts of what has changed are
/// told with it, whatever they are, and so is who has written it.
fn is_news(before: &Page, event: &Event, events: &[Event]) -> bool {
    let is_changed = |page: &Page| !before.differences(page).is_empty();
    if event.name != "counts" {
        let mut page = before.clone();
        page.apply(event);
        let user_id = &event.data["userId"];
        let mut authors = events.iter().map(|it| &it.data["author"]["userId"]);
        let is_author = !user_id.is_null() && authors.any(|it| it == user_id);
        let has_replies = event.data["repliesChanged"] == true;
        // What was merged is in no list, and goes with the question that is.
        let is_listed = |it: &Event| {
            let id = it.data["questionId"].as_str().unwrap_or_default();
            it.name == "question_removed" && before.questions.contains_key(id)
        };
        let goes_along = event.name == "question_removed" && events.iter().any(is_listed);
        return is_author || has_replies || goes_along || is_changed(&page);
    }
    let parts = event.data.as_object().unwrap();
    parts.iter().all(|(kind, entries)| {
        let one = |counts: Value| {
            let mut page = before.clone();
            page.apply(&Event {
                data: counts,
                ..event.clone()
            });
            is_changed(&page)
        };
        if kind == "session" {
            return one(json!({ "session": entries }));
        }
        let (name, key) = match kind.as_str() {
            "questions" => ("question", "questionId"),
            _ => ("reply", "replyId"),
        };
        entries.as_object().unwrap().iter().all(|(id, counts)| {
            let mut is_told = events.iter().filter(|it| it.name == name);
            is_told.any(|it| it.data[key] == id.as_str()) || one(json!({ kind: { id: counts } }))
        })
    })
}
