//! A hundred listeners, two thousand changes, and everything that can go away in between.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use askit::clock::{Clock, SystemClock};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use super::acts::Crowd;
use super::model::Over;
use super::room::{Room, Voice};
use crate::failures::Process;
use crate::support::database::Database;
use crate::support::follower::{Chance, Follower, Place};
use crate::support::page::Page;
use crate::support::postgres::Cluster;
use crate::support::*;

/// At each instance.
const LISTENERS: usize = 50;
const WRITERS: u64 = 8;
const CHANGES: usize = 2_000;

/// A process that is killed and started again, with another port each time.
struct Instance {
    process: Option<Process>,
    place: Place,
}

impl Instance {
    fn start(database: &Database) -> Self {
        let process = Process::start(database);
        Self {
            place: Arc::new(Mutex::new(process.base.clone())),
            process: Some(process),
        }
    }

    /// Kills it, and starts another one while so many changes more are made, if they can be.
    fn restart(&mut self, database: &Database, meanwhile: impl FnOnce()) {
        self.process.take().unwrap().kill();
        meanwhile();
        let process = Process::start(database);
        self.place.lock().unwrap().clone_from(&process.base);
        self.process = Some(process);
    }
}

fn signed_up(base: &str, name: &str) -> Client {
    let client = Client::new(base, name, Arc::default());
    client.register().expect(201);
    client.signed_in()
}

fn guest(base: &str) -> Client {
    let client = Client::new(base, "nobody", Arc::default());
    let answer = client.post("/api/auth/guest", json!({ "mode": "json" }));
    client.holding(&answer.expect(201))
}

/// Of ten listeners at an instance one is a host, and two are guests who take part.
fn listeners(room: &Room, places: &[Place], viewers: &[(&str, Client); 4]) -> Vec<Follower> {
    let numbers = 0..LISTENERS * places.len();
    race(numbers.len(), |number| {
        let (name, client) = &viewers[(number / places.len() % 10).min(3)];
        let chance = Chance {
            random: StdRng::seed_from_u64(number as u64),
            breaks: 0,
        };
        let place = &places[number % places.len()];
        Follower::open(
            &format!("{name} {number}"),
            client,
            place,
            &room.session,
            chance,
        )
    })
}

/// Lets everybody write and listen until there are enough changes, while `disturb` does its worst.
fn follow_through(database: &Database, places: &[Place], disturb: impl FnOnce(&Room)) {
    let base = places[0].lock().unwrap().clone();
    let [mina, subin] = ["mina", "subin"].map(|name| signed_up(&base, name));
    let guests = [guest(&base), guest(&base)];
    let room = Room::open("race", &mina, places.to_vec(), SystemClock.now());
    let room = &room;
    let [first, second] = &guests;
    for person in [&subin, first, second] {
        person.enters(&room.session);
    }
    mina.makes_host(&room.session, &subin);
    let stranger = Client::new(&base, "nobody", Arc::default());
    let viewers = [
        ("the host", mina.clone()),
        ("the first guest", first.clone()),
        ("the second guest", second.clone()),
        ("the stranger", stranger.clone()),
    ];
    let mut listeners = listeners(room, places, &viewers);
    let crowd = |seed| Crowd {
        room,
        people: vec![
            room.person(mina.clone(), Voice::Named, true),
            room.person(subin.clone(), Voice::Named, true),
            room.person(first.clone(), Voice::Guest, true),
        ],
        partings: 0.1,
        random: StdRng::seed_from_u64(seed),
    };
    let crowds: Vec<_> = (0..WRITERS).map(crowd).collect();
    let is_over = &AtomicBool::new(false);
    thread::scope(|scope| {
        let over = Over(is_over);
        for listener in &mut listeners {
            scope.spawn(|| listener.follow_until(is_over));
        }
        let write = |mut crowd: Crowd<'_>| {
            let is_enough = || room.changes.load(Ordering::SeqCst) >= CHANGES;
            while !is_enough() && !is_over.load(Ordering::SeqCst) {
                crowd.act();
            }
        };
        let writers = crowds.into_iter().map(|it| scope.spawn(move || write(it)));
        let writers: Vec<_> = writers.collect();
        disturb(room);
        writers.into_iter().for_each(|it| it.join().unwrap());
        eventually("deleted accounts are gone", || {
            database.count("account_deletions") == 0
        });
        drop(over);
    });
    expect_all_equal(&listeners, &[&stranger, &mina, first], &places[0], room);
}

/// Strangers hold what a stranger reads, the host what she does, and the guests what a guest does.
fn expect_all_equal(listeners: &[Follower], viewers: &[&Client; 3], place: &Place, room: &Room) {
    let [stranger, host, guest] = viewers.map(|viewer| {
        let base = place.lock().unwrap().clone();
        let viewer = Client {
            base,
            ..viewer.clone()
        };
        match Page::read(&viewer, &room.session) {
            page::Read::Page(page, _) => Some(*page),
            _ => panic!("it cannot be read"),
        }
    });
    for listener in listeners {
        let is_host = listener.name.starts_with("the host");
        let page = match listener.name.split(' ').nth(1) {
            Some("stranger") => &stranger,
            Some("host") => &host,
            _ => &guest,
        };
        listener.expect_equal(page);
        let resets = listener.names.get("reset").copied().unwrap_or_default();
        assert!(
            is_host || resets <= room.resets(),
            "{}: {resets}",
            listener.name
        );
    }
}

/// Each fifty of changes have as long as anything else.
fn wait_for(room: &Room, changes: usize) {
    let begin = room.changes.load(Ordering::SeqCst);
    for goal in (begin..changes).step_by(50).chain([changes]) {
        eventually(&format!("{goal} changes"), || {
            room.changes.load(Ordering::SeqCst) >= goal
        });
    }
}

/// Ends the connections on which instances hear of each other.
fn cut_notices(database: &Database) {
    let cut = "SELECT count(pg_terminate_backend(pid)) AS number FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'askit notices'";
    assert!(database.number(cut) > 0, "nobody listens");
}

#[test]
fn a_hundred_listeners_miss_nothing_whatever_is_killed_with_own_postgres() {
    let mut cluster = Cluster::own();
    let database = Database::at(cluster.url("postgres"), tempfile::tempdir().unwrap());
    let mut instances = [(); 2].map(|()| Instance::start(&database));
    let places = instances.each_ref().map(|it| Arc::clone(&it.place));
    follow_through(&database, &places, |room| {
        wait_for(room, 400);
        cut_notices(&database);
        wait_for(room, 700);
        instances[1].restart(&database, || wait_for(room, 850));
        wait_for(room, 1_200);
        cluster.stop();
        cluster.resume();
        wait_for(room, 1_600);
        cut_notices(&database);
        instances[0].restart(&database, || wait_for(room, 1_700));
    });
}

#[test]
fn fifty_listeners_miss_nothing_when_the_server_is_killed_on_sqlite() {
    let database = Database::new(Kind::Sqlite);
    let mut instance = Instance::start(&database);
    let places = [Arc::clone(&instance.place)];
    follow_through(&database, &places, |room| {
        for changes in [500, 1_200] {
            wait_for(room, changes);
            instance.restart(&database, || {});
        }
    });
}
