//! What others notice of listeners: GET `/api/users/me` while they are told changes, and while they
//! are told nothing.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::thread::scope;
use std::time::Duration;

use anyhow::{bail, ensure};

use super::{Database, LISTENERS, PER_SECOND, Scene, changes, listeners};
use crate::clients::{self, Group, Home, Pace};
use crate::load::Request;
use crate::rounds::{Round, Slice};
use crate::rows::{Bench, Limit, Row, Timed, thousands};

/// Those who ask, each on a connection of its own, and how often each does.
const OTHERS: usize = 8;
const EVERY: Duration = Duration::from_millis(10);
/// How many times as long 99 of 100 may take.
const LIMIT: f64 = 2.0;

/// In turn, on both databases.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for database in Database::both()? {
        rows.extend(measure_on(bench, &database)?);
    }
    Ok(rows)
}

fn measure_on(bench: &Bench, database: &Database) -> anyhow::Result<[Row; 3]> {
    let schedule = &bench.schedule;
    let listeners = listeners(schedule, LISTENERS)?;
    let count = changes(PER_SECOND, schedule.slice);
    let all = (schedule.rounds as usize + 1) * count;
    let url = database.create("requests")?;
    let mut scene = Scene::open(bench, &url, listeners, all)?;
    scene.hall.grow(&scene.writer, listeners)?;
    let tokens = scene.server.guests(OTHERS)?;
    let me = |token: &String| Request::get("/api/users/me", Some(token));
    let requests: Vec<_> = tokens.iter().map(me).collect();
    let address = scene.server.address;
    let requests = RefCell::new(requests);
    let ask = |duration| ask(address, &mut requests.borrow_mut(), duration);
    let name = format!("{}, requests", database.name());
    let rounds = schedule.interleave(
        &name,
        &mut |duration| {
            scene.server.process.empty_log()?;
            beside(&mut scene, count, || ask(duration))
        },
        &mut |duration| ask(duration),
    )?;
    Ok(rows_of(&name, &thousands(listeners), &rounds))
}

fn rows_of(name: &str, listeners: &str, rounds: &[Round]) -> [Row; 3] {
    let p99 = |slice: Slice| slice.p99.unwrap_or_default();
    let ratios = rounds.iter().map(|it| p99(it.a) / p99(it.b));
    let timed = |told: &str, slices| {
        Row::Timed(Timed {
            name: name.to_owned(),
            what: format!("GET /api/users/me, while {listeners} listeners are told {told}"),
            slices,
            limit: None,
        })
    };
    [
        Row::Limit(Limit {
            name: name.to_owned(),
            what: "p99 while changes are told, as a multiple of that while none are",
            values: ratios.collect(),
            unit: "×",
            limit: LIMIT,
        }),
        timed(
            &format!("{PER_SECOND} changes a second"),
            rounds.iter().map(|it| it.a).collect(),
        ),
        timed("nothing", rounds.iter().map(|it| it.b).collect()),
    ]
}

/// Does some work while the listeners are told so many changes.
fn beside<T>(
    scene: &mut Scene,
    count: usize,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let Scene { writer, hall, .. } = scene;
    scope(|scope| {
        let every = Duration::from_secs(1) / PER_SECOND;
        let telling = scope.spawn(move || hall.tell(writer, count, every));
        let outcome = work();
        match telling.join() {
            Ok(told) => {
                let told = told?;
                let missed = told.missed() + told.behind;
                ensure!(missed == 0, "{missed} changes were not seen");
                outcome
            }
            Err(_) => bail!("the thread of the listeners has panicked"),
        }
    })
}

fn ask(address: SocketAddr, requests: &mut [Request], duration: Duration) -> anyhow::Result<Slice> {
    let group = Group {
        requests,
        pace: Pace::Every(EVERY),
        home: Home::Shared,
    };
    let seen = clients::run(address, [group], duration)?;
    let [answers] = seen.groups;
    let slice = Slice::timed(answers.latencies, seen.seconds, seen.generator);
    eprintln!(
        "requests: p99 {:.2} ms",
        slice.p99.unwrap_or_default() / 1e3
    );
    Ok(slice)
}
