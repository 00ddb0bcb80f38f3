//! What a refresh costs beside its one UPDATE on SQLite: a loop does 64 of them in a commit.

use std::time::Duration;

use anyhow::{Context, ensure};
use askit::clock::{Clock, Stopwatch, SystemClock};
use askit::db::schema::refresh_tokens::dsl::{
    generation, idle_expires_at, previous, refresh_tokens, rotated_at,
};
use askit::db::{DbConn, UtcTime};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Bench, CONNECTIONS, Comparison, Row, folder, sqlite_url};
use crate::load::{self, Request};
use crate::postgres::connect;
use crate::reference::{FIRST_LOGIN, fill};
use crate::rounds::Slice;
use crate::server::{Server, quick_sign_ins, settings};

/// What the server's writer takes into one transaction at most.
const BATCH: usize = 64;

/// Two files on one file system; askit's connections have the same settings on both sides.
pub fn measure(bench: &Bench) -> anyhow::Result<Row> {
    let name = "refresh, SQLite, 32 at once";
    let server_folder = folder()?;
    let mut settings = settings(&sqlite_url(&server_folder));
    settings.extend(quick_sign_ins());
    settings.push(("ASKIT__AUTH__REFRESH_GRACE", "0s".into()));
    let askit = Server::start(&[&bench.askit()], server_folder.path(), settings)?;
    let logins = askit.sign_in(CONNECTIONS)?;
    let mut requests: Vec<_> = logins
        .iter()
        .map(|it| Request::refresh(&it.refresh))
        .collect();

    let loop_folder = folder()?;
    let url = sqlite_url(&loop_folder);
    fill(&url, i64::try_from(CONNECTIONS)?)?;
    let mut updates = Updates {
        conn: connect(&url)?,
        done: 0,
    };
    let rounds = bench.schedule.interleave(
        name,
        &mut |duration| {
            askit.process.empty_log()?;
            load::run(askit.address, &mut requests, duration)
        },
        &mut |duration| updates.run(duration),
    )?;
    Ok(Row::Comparison(Comparison {
        name: name.into(),
        a: "POST /api/auth/token".into(),
        b: "a loop that commits 64 UPDATEs at a time".into(),
        wanted: 0.5,
        rounds,
    }))
}

struct Updates {
    conn: DbConn,
    done: usize,
}

impl Updates {
    fn run(&mut self, duration: Duration) -> anyhow::Result<Slice> {
        let before = self.done;
        let clock = Stopwatch::start();
        while clock.elapsed() < duration {
            self.conn.batch_execute("BEGIN IMMEDIATE")?;
            for _ in 0..BATCH {
                self.update()?;
            }
            self.conn.batch_execute("COMMIT")?;
        }
        let done = (self.done - before) as f64;
        Ok(Slice::rate(done / clock.elapsed().as_secs_f64()))
    }

    /// The rows take turns, so each one's generation is known.
    fn update(&mut self) -> anyhow::Result<()> {
        let login = FIRST_LOGIN + i64::try_from(self.done % CONNECTIONS)?;
        let read = i64::try_from(self.done / CONNECTIONS)?;
        let now = SystemClock.now();
        let row = refresh_tokens
            .find(login.to_string())
            .filter(generation.eq(read));
        let written: i64 = diesel::update(row)
            .set((
                generation.eq(read + 1),
                previous.eq(read),
                rotated_at.eq(UtcTime::from(now)),
                idle_expires_at.eq(UtcTime::from(now + TimeDelta::days(14))),
            ))
            .returning(generation)
            .get_result(&mut self.conn)
            .context("no row was updated")?;
        ensure!(written == read + 1, "generation {written} after {read}");
        self.done += 1;
        Ok(())
    }
}
