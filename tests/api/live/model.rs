//! Random histories of a session, followed by people whose connections break wherever they may.

use std::collections::BTreeMap;
use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use askit::random::Random;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::acts::Crowd;
use super::room::{Room, Voice};
use crate::support::follower::{Chance, Follower};
use crate::support::*;

const HISTORIES: u64 = 12;
const AT_ONCE: u64 = 4;
/// After each leg everybody is compared with GET.
const LEGS: usize = 3;
const ACTS: usize = 34;

/// What somebody was told at least once.
const TOLD: [&str; 11] = [
    "ready",
    "question",
    "question_removed",
    "reply",
    "reply_removed",
    "counts",
    "session",
    "person",
    "pending",
    "session_deleted",
    "reset",
];

/// Ends what waits for the end, also when a test fails.
pub struct Over<'a>(pub &'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Tells how to run a history again that has failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("SEED={} begins with the history that has failed", self.0);
        }
    }
}

/// Lets everybody follow while something is done, and until they know of it.
fn follow_while(followers: &mut [Follower], act: impl FnOnce()) {
    let is_over = &AtomicBool::new(false);
    thread::scope(|scope| {
        let over = Over(is_over);
        for follower in followers {
            scope.spawn(|| follower.follow_until(is_over));
        }
        act();
        drop(over);
    });
}

fn followers(app: &App, room: &Room, viewers: [(&str, &Client); 3], seed: u64) -> Vec<Follower> {
    let place = Arc::new(Mutex::new(format!("http://{}", app.address)));
    let opened = viewers
        .into_iter()
        .zip(seed..)
        .map(|((name, client), seed)| {
            let chance = Chance {
                random: StdRng::seed_from_u64(seed),
                breaks: 2,
            };
            let follower = Follower::open(name, client, &place, &room.session, chance);
            follower.remembering(&room.moment)
        });
    opened.collect()
}

/// What chance may leave out: things that hosts remove.
fn remove_both_kinds(host: &Client, guest: &Client, session: &str) {
    let question = host.asks(session, "Why?");
    let reply = guest.replies(&question, "Because.");
    for entry in [reply, question] {
        host.delete(&entry).expect(204);
    }
}

fn history(app: &App, seed: u64) -> BTreeMap<String, usize> {
    let _seed = Seed(seed);
    let user = |name: &str| app.user(&format!("{name}{seed}"));
    let [mina, subin, noah, kim, ella] = ["mina", "subin", "noah", "kim", "ella"].map(user);
    let guest = app.guest();
    let place = Arc::new(Mutex::new(mina.base.clone()));
    let room = Room::open(&format!("h{seed}"), &mina, vec![place], app.now());
    for person in [&subin, &guest] {
        person.enters(&room.session);
    }
    mina.makes_host(&room.session, &subin);
    let viewers = [
        ("a stranger", &app.anonymous()),
        ("a guest", &guest),
        ("a host", &subin),
    ];
    let mut followers = followers(app, &room, viewers, seed);
    let host = mina.clone();
    let subin_as_host = format!("{}/hosts/{}", room.session, subin.user_id());
    let mut crowd = Crowd {
        room: &room,
        people: vec![
            room.person(mina, Voice::Named, true),
            room.person(subin.clone(), Voice::Named, true),
            room.person(guest.clone(), Voice::Guest, true),
            room.person(noah, Voice::Named, false),
            room.person(kim, Voice::Quiet, false),
            room.person(ella, Voice::Hidden, false),
        ],
        partings: 0.5,
        random: StdRng::seed_from_u64(seed),
    };
    for leg in 0..=LEGS {
        follow_while(&mut followers, || {
            if leg == 0 {
                remove_both_kinds(&host, &guest, &room.session);
                // Another chance may make a host of him again, or nobody.
                host.delete(&subin_as_host).expect(200);
            }
            if leg < LEGS {
                (0..ACTS).for_each(|_| crowd.act());
            } else {
                crowd.finish(seed);
            }
            app.purge().unwrap();
        });
        for follower in &followers {
            follower.expect_equal(&follower.read());
        }
    }
    let mut told = BTreeMap::new();
    for follower in &mut followers {
        follower.disconnect();
        expect_nothing_hidden(&room, follower);
        for (name, count) in &follower.names {
            *told.entry(name.clone()).or_default() += count;
        }
    }
    told
}

/// Nobody was told what was gone, who is anonymous, and how many rows there are.
fn expect_nothing_hidden(room: &Room, follower: &Follower) {
    let is_stranger = follower.name == "a stranger";
    let (hidden, unseen) = (room.hidden.lock().unwrap(), room.unseen.lock().unwrap());
    let unseen = unseen.iter().filter(|_| is_stranger);
    let secrets: Vec<_> = hidden.iter().chain(unseen).collect();
    for (moment, text) in &follower.texts {
        let may_be_host = follower.name == "a host";
        room.expect_none_gone(&follower.name, may_be_host, *moment, text);
        numbers::expect_none(&follower.name, text);
        numbers::expect_none_hidden(&follower.name, text);
        for secret in &secrets {
            let is_told = text.contains(secret.as_str());
            assert!(!is_told, "{} is told {secret}: {text}", follower.name);
        }
    }
    let resets = follower.names.get("reset").copied().unwrap_or_default();
    assert!(
        resets <= room.resets() || follower.name == "a host",
        "{resets} of {}",
        follower.name
    );
}

#[apply(on_both_databases!)]
fn after_every_history_listeners_hold_what_get_says(app: &App) {
    let seed = env::var("SEED").ok().map(|it| it.parse().unwrap());
    let random = u64::from(u32::from_le_bytes(Random::from_system().bytes()));
    let first = seed.unwrap_or(random);
    let told = race(AT_ONCE as usize, |lane| {
        let seeds = (first + lane as u64..first + HISTORIES).step_by(AT_ONCE as usize);
        let told: Vec<_> = seeds.map(|seed| history(app, seed)).collect();
        told
    });
    for name in TOLD {
        let count: usize = told.iter().flatten().filter_map(|it| it.get(name)).sum();
        assert!(count > 0, "nobody was told {name}");
    }
}
