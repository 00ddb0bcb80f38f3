//! Two servers on one PostgreSQL: changes on one, listeners on the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use askit::db::DbConn;
use diesel::connection::SimpleConnection;

use super::{Scene, changes, deliver, duration, listeners, start};
use crate::live::Hall;
use crate::live::changes::TURN;
use crate::postgres::Cluster;
use crate::rows::{Bench, Delivery, Row, folder, thousands};

const LISTENERS: usize = 500;
const PER_SECOND: u32 = 20;
/// In how many milliseconds 99 of 100 are wanted, with notices and without.
const WITH_NOTICES: f64 = 250.0;
const WITHOUT: f64 = 1_500.0;
/// How often the connections that listen are cut, where there are to be no notices.
const CUT: Duration = Duration::from_millis(10);
/// A connection that waits for notices: what it asked last is one of these.
const CUT_NOTICES: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query ~ 'LISTEN|pg_notify|pg_backend_pid' AND pid <> pg_backend_pid()";

/// As PostgreSQL tells the other at once, and as it finds what it was not told.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let cluster = Cluster::start()?;
    let url = cluster.create("askit")?;
    let duration = duration(&bench.schedule);
    let listeners = listeners(&bench.schedule, LISTENERS)?;
    let count = 2 * (changes(PER_SECOND, duration) + TURN);
    let mut one = Scene::open(bench, &url, listeners, count)?;
    let writer = &mut one.writer;
    let folder = folder()?;
    let other = start(bench, &url, &folder, listeners)?;
    let mut hall = Hall::new(other.address, writer)?;
    hall.grow(writer, listeners)?;
    let name = |what| format!("two instances, {what}, {} listeners", thousands(listeners));
    let mut deliver = |name| {
        deliver(
            name,
            &other,
            (&mut hall, &mut *writer),
            PER_SECOND,
            duration,
        )
    };
    let with = deliver(name("notices"))?;
    let mut knife = cluster.connect("askit")?;
    let without = without_notices(&mut knife, || deliver(name("no notices")))?;
    let row = |delivery, limit| {
        Row::Delivery(Delivery {
            limit: Some(limit),
            ..delivery
        })
    };
    Ok(vec![row(with, WITH_NOTICES), row(without, WITHOUT)])
}

/// Does some work while no connection gets a notice.
fn without_notices<T>(
    knife: &mut DbConn,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let is_done = AtomicBool::new(false);
    scope(|scope| {
        let cut = scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                knife.batch_execute(CUT_NOTICES)?;
                sleep(CUT);
            }
            anyhow::Ok(())
        });
        let outcome = work();
        is_done.store(true, Ordering::Relaxed);
        match cut.join() {
            Ok(cut) => cut.and(outcome),
            Err(_) => anyhow::bail!("the thread that cuts connections has panicked"),
        }
    })
}
