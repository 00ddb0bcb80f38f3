//! What the bearer check costs: one handler, behind it and without it, on one server.

use super::{Bench, CONNECTIONS, Comparison, Row, folder, sqlite_url};
use crate::load::{self, Request};
use crate::serve::TOKENS;
use crate::server::{Server, quick_sign_ins, settings};

/// Both routes get the same requests, token and all.
pub fn measure(bench: &Bench) -> anyhow::Result<Row> {
    let name = "bearer";
    let folder = folder()?;
    let mut settings = settings(&sqlite_url(&folder));
    settings.extend(quick_sign_ins());
    let server = Server::start(&[&bench.this(), "serve-bearer"], folder.path(), settings)?;
    let tokens = std::fs::read_to_string(folder.path().join(TOKENS))?;
    let requests = |path| -> Vec<_> {
        let tokens = tokens.lines().take(CONNECTIONS);
        tokens
            .map(|token| Request::get(path, Some(token)))
            .collect()
    };
    let (mut guarded, mut open) = (requests("/guarded"), requests("/open"));
    load::call(server.address, &Request::get("/guarded", None), 401)?;
    let rounds = bench.schedule.interleave(
        name,
        &mut |duration| {
            server.process.empty_log()?;
            load::run(server.address, &mut guarded, duration)
        },
        &mut |duration| {
            server.process.empty_log()?;
            load::run(server.address, &mut open, duration)
        },
    )?;
    Ok(Row::Comparison(Comparison {
        name: name.into(),
        a: "a fixed JSON behind the bearer check".into(),
        b: "the same without it".into(),
        wanted: 0.75,
        rounds,
    }))
}
