//! Live streams: people who follow one session while somebody changes it, on both databases.

mod delays;
mod instances;
mod memory;
mod requests;
mod restart;

use std::time::Duration;

use tempfile::TempDir;

use super::{Bench, Delivery, Times, folder};
use crate::live::changes::TURN;
use crate::live::{Hall, Told, Writer, allow_descriptors};
use crate::postgres::Cluster;
use crate::rounds::Schedule;
use crate::server::{Server, quick_sign_ins, settings};

pub use delays::measure as delays;
pub use instances::measure as instances;
pub use memory::measure as memory;
pub use requests::measure as requests;
pub use restart::measure as restart;

/// How long changes are made, where there is time.
const LONGEST: Duration = Duration::from_secs(20);
/// Listeners, where a row says nothing else, and changes a second.
const LISTENERS: usize = 2_000;
const PER_SECOND: u32 = 20;
/// A server gives listeners three of four connections, each of which takes two descriptors.
const DEFAULT_CONNECTIONS: usize = 4_096;
const DESCRIPTORS: usize = 2;
/// Descriptors for everything else.
const OTHER_DESCRIPTORS: usize = 300;
/// Streams beyond those that are measured.
const OTHERS: usize = 30;

/// A server, and a session on it.
struct Scene {
    server: Server,
    writer: Writer,
    hall: Hall,
    _folder: TempDir,
}

impl Scene {
    /// With a host who can make so many changes; nobody listens yet.
    fn open(bench: &Bench, url: &str, listeners: usize, changes: usize) -> anyhow::Result<Self> {
        let folder = folder()?;
        let server = start(bench, url, &folder, listeners)?;
        let writer = Writer::enter(&server, changes)?;
        let hall = Hall::new(server.address, &writer)?;
        Ok(Self {
            server,
            writer,
            hall,
            _folder: folder,
        })
    }
}

/// A server that takes so many listeners, and all requests of the writer.
fn start(bench: &Bench, url: &str, folder: &TempDir, listeners: usize) -> anyhow::Result<Server> {
    let mut settings = settings(url);
    settings.extend(quick_sign_ins());
    let connections = connections_for(listeners).max(DEFAULT_CONNECTIONS);
    settings.push(("ASKIT__SERVER__MAX_CONNECTIONS", connections.to_string()));
    Server::start(&[&bench.askit()], folder.path(), settings)
}

/// How many connections a server needs for so many listeners.
fn connections_for(listeners: usize) -> usize {
    (listeners + OTHERS) * 4 / 3
}

/// So many listeners, fewer where there is less time, or as many as the system's limit of
/// descriptors allows.
fn listeners(schedule: &Schedule, wanted: usize) -> anyhow::Result<usize> {
    let listeners = scaled(schedule, wanted);
    let needed = DESCRIPTORS * connections_for(listeners) + OTHER_DESCRIPTORS;
    let allowed = usize::try_from(allow_descriptors(u64::try_from(needed)?)?)?;
    if allowed >= needed {
        return Ok(listeners);
    }
    let connections = allowed.saturating_sub(OTHER_DESCRIPTORS) / DESCRIPTORS;
    let fewer = (connections * 3 / 4).saturating_sub(OTHERS);
    eprintln!(
        "{allowed} descriptors allow {fewer} listeners; {needed} were needed for {listeners}"
    );
    Ok(fewer)
}

/// Where the databases of a row are.
enum Database {
    Sqlite(TempDir),
    Postgres(Cluster),
}

impl Database {
    fn both() -> anyhow::Result<[Self; 2]> {
        Ok([Self::Sqlite(folder()?), Self::Postgres(Cluster::start()?)])
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The URL of an empty one.
    fn create(&self, name: &str) -> anyhow::Result<String> {
        match self {
            Self::Sqlite(folder) => {
                let path = folder.path().join(name);
                Ok(format!("sqlite://{}.db", path.display()))
            }
            Self::Postgres(cluster) => cluster.create(name),
        }
    }
}

/// How long changes are made.
fn duration(schedule: &Schedule) -> Duration {
    (schedule.slice * schedule.rounds).min(LONGEST)
}

/// Fewer listeners where there is less time.
fn scaled(schedule: &Schedule, listeners: usize) -> usize {
    let part = duration(schedule).as_secs_f64() / LONGEST.as_secs_f64();
    (listeners as f64 * part) as usize
}

/// How many changes there are in so long a time: whole turns.
fn changes(per_second: u32, duration: Duration) -> usize {
    let changes = (f64::from(per_second) * duration.as_secs_f64()) as usize;
    changes.next_multiple_of(TURN)
}

/// Lets the listeners of `server` be told changes for `duration`, after a turn that warms up.
fn deliver(
    name: String,
    server: &Server,
    (hall, writer): (&mut Hall, &mut Writer),
    per_second: u32,
    duration: Duration,
) -> anyhow::Result<Delivery> {
    let every = Duration::from_secs(1) / per_second;
    hall.tell(writer, TURN, every)?;
    server.process.empty_log()?;
    let before = server.process.cpu_time()?;
    let told = hall.tell(writer, changes(per_second, duration), every)?;
    let server_time = server.process.cpu_time()? - before;
    let of_one = |time: Duration| time.as_secs_f64() * 1e6 / told.events.max(1) as f64;
    let delivery = Delivery {
        name,
        listeners: hall.len(),
        per_second,
        events: Times::of(told.delays(false)),
        counts: Times::of(told.delays(true)),
        writes: Times::of(told.writes()),
        missed: told.missed() + told.behind,
        again: told.ended + told.resets,
        server: of_one(server_time),
        generator: of_one(told.generator),
        memory: None,
        limit: None,
        series: None,
    };
    note(&delivery, &told);
    Ok(delivery)
}

fn note(delivery: &Delivery, told: &Told) {
    let Delivery {
        name,
        events,
        counts,
        ..
    } = delivery;
    eprintln!(
        "{name}: p50 {:.1}, p99 {:.1}, max {:.1} ms; counts p99 {:.0} ms; {} events, {:.1} µs of the server for each; \
         {} not seen, {} behind, {} streams ended, {} were reset",
        events.p50,
        events.p99,
        events.max,
        counts.p99,
        told.events,
        delivery.server,
        told.missed(),
        told.behind,
        told.ended,
        told.resets
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_has_fewer_listeners_and_changes() {
        let schedule = |slice, rounds| Schedule {
            slice: Duration::from_secs(slice),
            rounds,
        };
        assert_eq!(scaled(&schedule(2, 10), 2_000), 2_000);
        assert_eq!(scaled(&schedule(1, 1), 2_000), 100);
        assert_eq!(duration(&schedule(60, 10)), LONGEST);
        assert_eq!(changes(20, Duration::from_secs(1)), 20);
        assert_eq!(changes(1, Duration::from_secs(1)), TURN);
    }
}
