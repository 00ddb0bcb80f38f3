//! Somebody's page that is kept up by a stream, as a browser keeps it: it reads the session,
//! listens from there, and comes back with the last id whenever the stream ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use askit::clock::Stopwatch;
use rand::Rng;
use rand::rngs::StdRng;

use super::Client;
use super::page::{Page, Read};
use super::stream::{Event, EventStream, Next, Position};

/// Before a page tries again. A browser would wait for the seconds that `retry` says.
const PAUSE: Duration = Duration::from_millis(50);
/// How long everything may take to arrive once nothing happens any more.
const LONG: Duration = Duration::from_secs(60);

/// Where a server listens now: it has another port after a restart.
pub type Place = Arc<Mutex<String>>;

/// A page and its stream.
pub struct Follower {
    pub name: String,
    client: Client,
    place: Place,
    session: String,
    /// What it shows; nothing once the session is deleted.
    pub page: Option<Page>,
    /// It has to be read again before anything else.
    is_stale: bool,
    position: Position,
    /// Of the URL of its `EventSource`, and whether that has had an id since.
    after: Position,
    has_id: bool,
    stream: Option<EventStream>,
    chance: Chance,
    /// Counts what has happened elsewhere, where all text that comes is to be kept.
    moment: Option<Arc<AtomicUsize>>,
    /// The moment at which each stream began, and the text that came.
    pub texts: Vec<(usize, String)>,
    /// How often an event of each name came.
    pub names: BTreeMap<String, usize>,
}

impl Follower {
    /// Opens the page.
    pub fn open(name: &str, client: &Client, place: &Place, session: &str, chance: Chance) -> Self {
        let mut client = client.clone();
        client.base.clone_from(&place.lock().unwrap());
        let Read::Page(page, position) = Page::read(&client, session) else {
            panic!("{name} finds no session");
        };
        Self {
            name: name.into(),
            client,
            place: Arc::clone(place),
            session: session.into(),
            page: Some(*page),
            is_stale: false,
            after: position.clone(),
            position,
            has_id: false,
            stream: None,
            chance,
            moment: None,
            texts: Vec::new(),
            names: BTreeMap::new(),
        }
    }

    /// Keeps all text that comes, each with the moment at which its stream began.
    pub fn remembering(self, moment: &Arc<AtomicUsize>) -> Self {
        let moment = Some(Arc::clone(moment));
        Self { moment, ..self }
    }

    /// Follows until it has all that happened before `is_over`.
    pub fn follow_until(&mut self, is_over: &AtomicBool) {
        let mut goal = None;
        loop {
            if goal.is_none() && is_over.load(Ordering::SeqCst) {
                goal = self.look_ahead().map(|it| (it, Stopwatch::start()));
            }
            if let Some((goal, waiting)) = &goal {
                if self.is_at(goal.as_ref()) {
                    return;
                }
                assert!(
                    waiting.elapsed() < LONG,
                    "{} is at {:?}, and the session at {goal:?}: {}",
                    self.name,
                    self.page.as_ref().map(|_| &self.position),
                    self.stream
                        .as_ref()
                        .map_or(String::new(), EventStream::text)
                );
            }
            self.step();
        }
    }

    /// How far the session has come, as this viewer is told; `Some(None)` where it is deleted, and
    /// `None` from a server that is away.
    fn look_ahead(&mut self) -> Option<Option<Position>> {
        self.client.base.clone_from(&self.place.lock().unwrap());
        let found = self.client.try_send("GET", &self.session, None).ok()?;
        match found.status {
            404 => Some(None),
            503 => None,
            _ => {
                let change = found.expect(200).field("change");
                Some(Some(Position::parse(&change)))
            }
        }
    }

    fn is_at(&self, goal: Option<&Position>) -> bool {
        match (goal, &self.page) {
            // And the stream has ended.
            (None, page) => page.is_none() && self.stream.is_none(),
            (Some(goal), Some(_)) => {
                let is_there = self.position.is_like(goal) && self.position.number >= goal.number;
                is_there && !self.is_stale && !self.has_unread()
            }
            (Some(_), None) => panic!("{} was told that the session is deleted", self.name),
        }
    }

    fn step(&mut self) {
        if self.is_stale {
            return self.read_again();
        }
        if self.has_unread() {
            return self.read_unread();
        }
        let Some(stream) = &mut self.stream else {
            return self.connect();
        };
        match stream.next(PAUSE) {
            Next::Event(event) => self.take(&event),
            Next::Comment(comment) => assert_eq!(comment, "beat"),
            Next::Nothing => {}
            Next::End => self.disconnect(),
        }
    }

    fn connect(&mut self) {
        let Some(_) = &self.page else {
            return thread::sleep(PAUSE);
        };
        self.client.base.clone_from(&self.place.lock().unwrap());
        // As a browser does by itself, or as a page that makes a new EventSource.
        if self.has_id && self.chance.is_one_in(3) {
            (self.after, self.has_id) = (self.position.clone(), false);
        }
        let mut client = self.client.clone();
        if self.has_id {
            client = client.with("last-event-id", &self.position.text);
        }
        let path = format!("{}/events?after={}", self.session, self.after.text);
        let moment = self.moment.as_ref().map(|it| it.load(Ordering::SeqCst));
        let Ok(stream) = EventStream::open(&client, &path, self.chance.cut()) else {
            return thread::sleep(PAUSE);
        };
        match stream.answer.status {
            200 => {
                self.texts
                    .extend(moment.map(|moment| (moment, String::new())));
                self.begin(stream);
            }
            404 => self.page = None,
            204 | 429 | 503 => thread::sleep(PAUSE),
            status => panic!(
                "{} was answered {status}: {}",
                self.name, stream.answer.text
            ),
        }
    }

    /// A stream begins where the last one ended, or says that it cannot.
    fn begin(&mut self, mut stream: EventStream) {
        match stream.next(LONG) {
            Next::Event(ready) => self.check_ready(&ready, stream.retry),
            Next::End => {}
            other => panic!("{} got {other:?} first", self.name),
        }
        self.stream = Some(stream);
    }

    fn check_ready(&mut self, ready: &Event, retry: Option<u64>) {
        assert_eq!(ready.name, "ready", "comes first");
        assert!(retry.is_some(), "it does not say when to come back");
        let change = Position::parse(ready.data["change"].as_str().unwrap());
        let viewer = if change.is_host { "host" } else { "all" };
        assert_eq!(ready.data["as"], viewer);
        assert!(ready.data["listeners"].as_i64().unwrap() >= 1);
        if let Some(id) = &ready.id {
            // Whoever is cut off now comes back with it.
            assert_eq!(
                *id, self.position,
                "{} would miss what is between",
                self.name
            );
            assert!(
                !change.is_like(id) || change.number >= id.number,
                "{ready:?}"
            );
            self.has_id = true;
        }
        self.note(ready);
    }

    fn note(&mut self, event: &Event) {
        *self.names.entry(event.name.clone()).or_default() += 1;
    }

    fn take(&mut self, event: &Event) {
        self.note(event);
        match event.name.as_str() {
            "reset" => return self.begin_anew(event),
            "session_deleted" => self.page = None,
            "listeners" => {
                let is_count = event.data["count"].as_i64() >= Some(1);
                assert!(is_count && event.id.is_none(), "{event:?}");
            }
            _ => self.page.as_mut().expect("a session").apply(event),
        }
        if let Some(id) = &event.id {
            // Counts that have waited may be told again to who came meanwhile.
            let is_again = event.name == "counts" && id.number == self.position.number;
            let is_later = id.number > self.position.number || is_again;
            assert!(
                id.is_like(&self.position) && is_later,
                "{} got {id:?} after {:?}: {}",
                self.name,
                self.position,
                self.stream
                    .as_ref()
                    .map_or(String::new(), EventStream::text)
            );
            self.position = id.clone();
            self.has_id = true;
        }
    }

    /// Everything has to be read again; it goes on from where the event says.
    fn begin_anew(&mut self, event: &Event) {
        let id = event.id.as_ref().expect("an id");
        assert_eq!(event.data["change"].as_str(), Some(id.text.as_str()));
        (self.position, self.has_id) = (id.clone(), true);
        self.is_stale = true;
    }

    fn has_unread(&self) -> bool {
        self.page.as_ref().is_some_and(|it| !it.unread.is_empty())
    }

    /// Some replies have to be read again, and all else goes on.
    fn read_unread(&mut self) {
        self.client.base.clone_from(&self.place.lock().unwrap());
        let page = self.page.as_mut().expect("a session");
        if page.read_unread(&self.client).is_none() {
            thread::sleep(PAUSE);
        }
    }

    fn read_again(&mut self) {
        self.client.base.clone_from(&self.place.lock().unwrap());
        self.page = match Page::read(&self.client, &self.session) {
            Read::Page(page, _) => Some(*page),
            Read::Gone => None,
            Read::Away => return thread::sleep(PAUSE),
        };
        self.is_stale = false;
    }

    /// The connection is over; what came is kept.
    pub fn disconnect(&mut self) {
        let stream = self.stream.take();
        if let (Some(stream), Some((_, text))) = (stream, self.texts.last_mut()) {
            *text = stream.text();
        }
    }

    /// Stops the test if the page does not show what GET says.
    #[track_caller]
    pub fn expect_equal(&self, now: &Option<Page>) {
        let wrong = match (&self.page, now) {
            (Some(page), Some(now)) => page.differences(now),
            (None, None) => Vec::new(),
            (page, _) => vec![format!("the session is there: {}", page.is_some())],
        };
        assert!(
            wrong.is_empty(),
            "{} is told otherwise: {wrong:#?}",
            self.name
        );
    }

    /// What GET says now to this viewer.
    pub fn read(&self) -> Option<Page> {
        match Page::read(&self.client, &self.session) {
            Read::Page(page, _) => Some(*page),
            Read::Gone => None,
            Read::Away => panic!("the server is away"),
        }
    }
}

/// Whether and where connections break.
pub struct Chance {
    pub random: StdRng,
    /// Of how many connections one breaks by itself; 0 for none.
    pub breaks: u32,
}

impl Chance {
    /// After how many bytes the next connection breaks: in its head, within a frame, wherever.
    fn cut(&mut self) -> Option<usize> {
        let breaks = self.breaks > 0 && self.is_one_in(self.breaks);
        breaks.then(|| self.random.gen_range(0..6_000))
    }

    fn is_one_in(&mut self, count: u32) -> bool {
        self.random.gen_ratio(1, count)
    }
}
