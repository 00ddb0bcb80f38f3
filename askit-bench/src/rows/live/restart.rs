//! All listeners come back at once, to a server that was killed and started again.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::{DEFAULT_CONNECTIONS, Database, LISTENERS, listeners};
use crate::live::changes::TURN;
use crate::live::{Hall, Told, Writer};
use crate::rows::{Bench, Limit, Row, folder, thousands};
use crate::server::{Server, settings};

const LIMIT_SECONDS: f64 = 10.0;
/// How often, at most.
const RESTARTS: u32 = 5;
/// Changes before each restart, and those that the listeners miss.
const BEFORE: usize = TURN;
const MISSED: usize = 4 * TURN;

/// The limits are on, except that of the one who writes everything.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let listeners = listeners(&bench.schedule, LISTENERS)?;
    let mut rows = Vec::new();
    for database in Database::both()? {
        let url = database.create("restart")?;
        let name = format!("{}, {} come back", database.name(), thousands(listeners));
        let mut seconds = Vec::new();
        let folder = folder()?;
        let start = || Server::start(&[&bench.askit()], folder.path(), limits(&url));
        let mut server = start()?;
        let restarts = RESTARTS.min(bench.schedule.rounds);
        let mut writer = Writer::enter(&server, restarts as usize * (BEFORE + MISSED))?;
        let mut hall = Hall::new(server.address, &writer)?;
        hall.grow(&writer, listeners)?;
        for _ in 0..restarts {
            hall.tell(&mut writer, BEFORE, Duration::from_millis(50))?;
            drop(server);
            std::fs::remove_file(folder.path().join("log")).context("no log")?;
            server = start()?;
            writer.address = server.address;
            let mut told = Told::new(writer.next, MISSED, hall.len());
            Hall::new(server.address, &writer)?.tell(&mut writer, MISSED, Duration::ZERO)?;
            let time = hall.come_back(&writer, &mut told)?;
            let missed = told.missed() + told.behind + told.resets;
            eprintln!(
                "{name}: {time:.1?}, {missed} not seen, {} ended",
                told.ended
            );
            ensure!(missed == 0, "{missed} changes were not seen");
            seconds.push(time.as_secs_f64());
        }
        rows.push(Row::Limit(Limit {
            name,
            what: "until all have what they missed",
            values: seconds,
            unit: "s",
            limit: LIMIT_SECONDS,
        }));
    }
    Ok(rows)
}

fn limits(url: &str) -> Vec<(&'static str, String)> {
    let mut settings = settings(url);
    settings.extend([
        (
            "ASKIT__SERVER__MAX_CONNECTIONS",
            DEFAULT_CONNECTIONS.to_string(),
        ),
        ("ASKIT__AUTH__ACCESS_TOKEN_LIFETIME", "1h".into()),
        ("ASKIT__LIMITS__ACCOUNT_EVERYTHING_BURST", "100000".into()),
        (
            "ASKIT__LIMITS__ACCOUNT_CONTRIBUTIONS_BURST",
            "100000".into(),
        ),
    ]);
    settings
}
