//! What a refresh costs beside its one UPDATE: pgbench sends that to the same PostgreSQL.

use std::time::Duration;

use anyhow::Context;
use diesel::connection::SimpleConnection;

use super::{Bench, CONNECTIONS, Comparison, Row, folder};
use crate::load::{self, Request};
use crate::postgres::{Cluster, succeeded};
use crate::reference::{FIRST_LOGIN, fill};
use crate::rounds::Slice;
use crate::server::{Server, quick_sign_ins, settings};

const CLIENTS: [usize; 3] = [1, 8, 32];

/// Each client updates a row of its own. `\gset` fails unless exactly one row comes back.
const SCRIPT: &str = r"\set login :first + :client_id
UPDATE refresh_tokens SET previous = generation, generation = generation + 1, rotated_at = now() AT TIME ZONE 'utc', idle_expires_at = now() AT TIME ZONE 'utc' + INTERVAL '14 days' WHERE login_id = :login AND generation = :generation RETURNING generation \gset
";

/// One cluster, one server and one reference table for every number of clients.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let cluster = Cluster::start()?;
    let folder = folder()?;
    let mut settings = settings(&cluster.create("askit")?);
    settings.extend(quick_sign_ins());
    settings.push(("ASKIT__AUTH__REFRESH_GRACE", "0s".into()));
    let askit = Server::start(&[&bench.askit()], folder.path(), settings)?;
    let logins = askit.sign_in(CONNECTIONS)?;
    let mut requests: Vec<_> = logins
        .iter()
        .map(|it| Request::refresh(&it.refresh))
        .collect();

    fill(&cluster.create("reference")?, i64::try_from(CONNECTIONS)?)?;
    cluster.keep("script", SCRIPT)?;
    let mut rows = Vec::new();
    for clients in CLIENTS {
        let name = format!("refresh, PostgreSQL, {clients} at once");
        let requests = requests.get_mut(..clients).context("too few logins")?;
        let rounds = bench.schedule.interleave(
            &name,
            &mut |duration| {
                askit.process.empty_log()?;
                load::run(askit.address, requests, duration)
            },
            &mut |duration| pgbench(&cluster, clients, duration),
        )?;
        rows.push(Row::Comparison(Comparison {
            name,
            a: "POST /api/auth/token".into(),
            b: "pgbench with one UPDATE of the same row".into(),
            wanted: 0.7,
            rounds,
        }));
    }
    Ok(rows)
}

fn pgbench(cluster: &Cluster, clients: usize, duration: Duration) -> anyhow::Result<Slice> {
    let reset = "UPDATE refresh_tokens SET generation = 0, previous = NULL";
    cluster.connect("reference")?.batch_execute(reset)?;
    let script = cluster.keep("script", SCRIPT)?;
    let threads = clients.min(std::thread::available_parallelism()?.get());
    let mut pgbench = cluster.pgbench("reference");
    pgbench
        .arg("--file")
        .arg(script)
        .arg("--protocol=prepared")
        .arg(format!("--client={clients}"))
        .arg(format!("--jobs={threads}"))
        .arg(format!("--time={}", duration.as_secs().max(1)))
        .arg(format!("--define=first={FIRST_LOGIN}"))
        .arg("--define=generation=0");
    let output = succeeded(pgbench.output().context("pgbench does not run")?)?;
    let rate = rate_in(&output).with_context(|| format!("no rate in {output}"))?;
    Ok(Slice::rate(rate))
}

fn rate_in(output: &str) -> Option<f64> {
    let mut lines = output.lines();
    let rate = lines.find_map(|line| line.strip_prefix("tps = "))?;
    rate.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read() {
        let output = "latency average = 1.2 ms\ntps = 812.5 (without initial connection time)\n";
        assert_eq!(rate_in(output), Some(812.5));
        assert_eq!(rate_in("nothing"), None);
    }
}
