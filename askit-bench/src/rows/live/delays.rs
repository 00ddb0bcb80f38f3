//! How long it takes from a change until each of 100 to 10,000 listeners has seen it.

use std::time::Duration;

use super::{Database, Scene, changes, deliver, duration, listeners, scaled};
use crate::live::changes::TURN;
use crate::rows::memory::resident;
use crate::rows::{Bench, Delivery, Row, thousands};

/// Listeners, changes a second, and in how many milliseconds 99 of 100 are wanted.
const HALLS: [(usize, u32, Option<f64>); 4] = [
    (100, 20, None),
    (500, 20, None),
    (2_000, 20, Some(150.0)),
    (10_000, 5, Some(1_000.0)),
];

/// Each number of listeners has a server and a database of its own.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for database in Database::both()? {
        for (listeners, per_second, limit) in HALLS {
            let wanted = scaled(&bench.schedule, listeners);
            let listeners = self::listeners(&bench.schedule, listeners)?;
            // A smaller hall proves nothing about a larger one.
            let limit = limit.filter(|_| listeners == wanted);
            let url = database.create(&format!("hall{listeners}"))?;
            let delivery = measure_hall(bench, &database, &url, (listeners, per_second))?;
            rows.push(Row::Delivery(Delivery { limit, ..delivery }));
        }
    }
    Ok(rows)
}

fn measure_hall(
    bench: &Bench,
    database: &Database,
    url: &str,
    (listeners, per_second): (usize, u32),
) -> anyhow::Result<Delivery> {
    let duration = duration(&bench.schedule);
    let count = changes(per_second, duration);
    let mut scene = Scene::open(bench, url, listeners, count + 2 * TURN)?;
    let Scene {
        server,
        writer,
        hall,
        ..
    } = &mut scene;
    hall.tell(writer, TURN, Duration::ZERO)?;
    let before = resident(server.process.id)?.anonymous;
    hall.grow(writer, listeners)?;
    let name = format!("{}, {} listeners", database.name(), thousands(listeners));
    let delivery = deliver(name, server, (hall, writer), per_second, duration)?;
    let more = resident(server.process.id)?.anonymous - before;
    Ok(Delivery {
        memory: Some(more * 1024.0 / listeners as f64),
        series: Some(database.name()),
        ..delivery
    })
}
