//! What a listener takes of the server's memory.

use std::time::Duration;

use super::{Database, LISTENERS, Scene, listeners};
use crate::live::changes::TURN;
use crate::rows::memory::resident;
use crate::rows::{Bench, Limit, Row, thousands};

const LIMIT_KIB: f64 = 16.0;
/// Turns of changes that are told before the memory is read.
const TURNS: usize = 4;

/// With nobody, with some, and with twice as many listeners, each time after as many changes.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let listeners = listeners(&bench.schedule, 2 * LISTENERS)? / 2;
    let mut rows = Vec::new();
    for database in Database::both()? {
        let url = database.create("memory")?;
        let mut scene = Scene::open(bench, &url, 2 * listeners, 3 * TURNS * TURN)?;
        let Scene {
            server,
            writer,
            hall,
            ..
        } = &mut scene;
        let mut seen = Vec::new();
        for more in [0, listeners, listeners] {
            hall.grow(writer, more)?;
            hall.tell(writer, TURNS * TURN, Duration::from_millis(50))?;
            seen.push(resident(server.process.id)?.anonymous);
        }
        eprintln!("{}: RssAnon {seen:.1?} MiB", database.name());
        let more = seen
            .iter()
            .zip(seen.iter().skip(1))
            .map(|(less, more)| more - less);
        rows.push(Row::Limit(Limit {
            name: format!("{}, memory of {}", database.name(), thousands(listeners)),
            what: "RssAnon more for each of these listeners, and for each of as many more",
            values: more.map(|it| it * 1024.0 / listeners as f64).collect(),
            unit: "KiB",
            limit: LIMIT_KIB,
        }));
    }
    Ok(rows)
}
