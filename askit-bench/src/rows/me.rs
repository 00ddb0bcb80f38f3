//! What askit adds to one SELECT: GET `/api/users/me` beside a bare route that asks the same.

use anyhow::ensure;
use tempfile::TempDir;

use super::{Bench, CONNECTIONS, Comparison, Row, folder, sqlite_url};
use crate::load::{self, Request};
use crate::postgres::Cluster;
use crate::server::{Server, quick_sign_ins, settings};

/// On SQLite.
pub fn on_sqlite(bench: &Bench) -> anyhow::Result<Row> {
    let folder = folder()?;
    measure(bench, "me, SQLite", &folder, &sqlite_url(&folder))
}

/// On PostgreSQL.
pub fn on_postgres(bench: &Bench) -> anyhow::Result<Row> {
    let cluster = Cluster::start()?;
    let folder = folder()?;
    measure(bench, "me, PostgreSQL", &folder, &cluster.create("askit")?)
}

/// Both servers read the same row of the same database, with the same settings.
fn measure(bench: &Bench, name: &str, folder: &TempDir, url: &str) -> anyhow::Result<Row> {
    let mut settings = settings(url);
    settings.extend(quick_sign_ins());
    let askit = Server::start(&[&bench.askit()], folder.path(), settings.clone())?;
    let logins = askit.sign_in(CONNECTIONS)?;

    let bare_folder = super::folder()?;
    let bare = Server::start(&[&bench.this(), "serve-bare"], bare_folder.path(), settings)?;
    let ask_askit = |access: &str| Request::get("/api/users/me", Some(access));
    let ask_bare = |number: i64| Request::get(&format!("/users/{number}"), None);
    let mut a: Vec<_> = logins.iter().map(|it| ask_askit(&it.access)).collect();
    let mut b: Vec<_> = logins.iter().map(|it| ask_bare(it.user_id)).collect();
    for (a, b) in a.iter().zip(&b) {
        let same = load::call(askit.address, a, 200)? == load::call(bare.address, b, 200)?;
        ensure!(same, "the two servers give different answers");
    }
    let rounds = bench.schedule.interleave(
        name,
        &mut |duration| {
            askit.process.empty_log()?;
            load::run(askit.address, &mut a, duration)
        },
        &mut |duration| load::run(bare.address, &mut b, duration),
    )?;
    Ok(Row::Comparison(Comparison {
        name: name.into(),
        a: "GET /api/users/me".into(),
        b: "a bare route with the same SELECT".into(),
        wanted: 0.75,
        rounds,
    }))
}
