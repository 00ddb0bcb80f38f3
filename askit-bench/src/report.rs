//! The results as Markdown.

use std::fmt::Write;

use crate::rounds::{Round, Schedule, Slice};
use crate::rows::{Comparison, Delivery, Limit, Page, Row, Timed, Times};
use crate::statistics::Spread;

/// The whole page.
pub fn page(
    page: Page,
    rows: &[Row],
    schedule: &Schedule,
    machine: &[(&str, String)],
    others: f64,
) -> String {
    let title = if cfg!(debug_assertions) {
        "Results of a debug build, which say nothing"
    } else {
        page.title()
    };
    let file = page.file();
    let mut page = format!(
        "# {title}\n\nWritten by `askit-bench`; [README.md](README.md) says how to read it. \
         {} rounds of {} s for each side. Meanwhile other programs used {:.0} % of the processor.\n\n![Where the values lie]({file}.svg)\n\n",
        schedule.rounds,
        schedule.slice.as_secs(),
        others * 100.0
    );
    page += &comparisons(rows);
    page += &limits(rows);
    page += &all_timed(rows);
    page += &deliveries(rows);
    page += "\n## The machine\n\n| | |\n|---|---|\n";
    for (what, value) in machine {
        page += &format!("| {what} | {value} |\n");
    }
    page
}

fn comparisons(rows: &[Row]) -> String {
    let mut text = "## A beside B\n\n\
        | row | A | B | A/B: median (quartiles; min–max) | wanted | reached |\n\
        |---|---|---|---|---|---|\n"
        .to_owned();
    let mut generator = String::new();
    for row in rows {
        let Row::Comparison(row) = row else { continue };
        text += &comparison(row);
        if let Some(microseconds) = median(&row.rounds, |it| it.a.generator) {
            write!(
                generator,
                "{}{}: {microseconds:.0} µs",
                separator(&generator),
                row.name
            )
            .ok();
        }
    }
    if generator.is_empty() {
        return String::new();
    }
    text + "\nProcessor time of the load generator for a request of A: " + &generator + ".\n\n"
}

fn separator(before: &str) -> &'static str {
    if before.is_empty() { "" } else { "; " }
}

fn comparison(row: &Comparison) -> String {
    let ratio = Spread::of(row.rounds.iter().map(Round::ratio));
    let side = |of: fn(&Round) -> Slice| {
        let rate = median(&row.rounds, |round| Some(of(round).per_second));
        let mut text = format!("{:.0}/s", rate.unwrap_or_default());
        let p50 = median(&row.rounds, |round| of(round).p50);
        let p99 = median(&row.rounds, |round| of(round).p99);
        if let Some((p50, p99)) = p50.zip(p99) {
            text += &format!(", p50 {:.2} ms, p99 {:.2} ms", p50 / 1e3, p99 / 1e3);
        }
        text
    };
    let reached = if ratio.median >= row.wanted {
        "yes"
    } else {
        "**no**"
    };
    format!(
        "| {} | {}: {} | {}: {} | **{:.2}** ({:.2}–{:.2}; {:.2}–{:.2}) | ≥ {:.2} | {reached} |\n",
        row.name,
        row.a,
        side(|round| round.a),
        row.b,
        side(|round| round.b),
        ratio.median,
        ratio.lower,
        ratio.upper,
        ratio.min,
        ratio.max,
        row.wanted
    )
}

fn limits(rows: &[Row]) -> String {
    const HEAD: &str = "## Limits\n\n\
        | row | what | max | median (min) | times | wanted | reached |\n\
        |---|---|---|---|---|---|---|\n";
    let limits: String = rows
        .iter()
        .filter_map(|row| match row {
            Row::Limit(row) => Some(limit(row)),
            _ => None,
        })
        .collect();
    if limits.is_empty() {
        limits
    } else {
        HEAD.to_owned() + &limits
    }
}

fn limit(row: &Limit) -> String {
    let Spread {
        min, median, max, ..
    } = Spread::of(row.values.iter().copied());
    let reached = if max <= row.limit { "yes" } else { "**no**" };
    format!(
        "| {} | {} | **{max:.1} {unit}** | {median:.1} ({min:.1}) | {} | ≤ {:.0} {unit} | {reached} |\n",
        row.name,
        row.what,
        row.values.len(),
        row.limit,
        unit = row.unit,
    )
}

fn all_timed(rows: &[Row]) -> String {
    const HEAD: &str = "\n## Requests\n\n\
        | row | what | p99: max | p99: median (min) | p50: median | requests/s: median (min–max) | wanted | reached |\n\
        |---|---|---|---|---|---|---|---|\n";
    let rows = rows.iter().filter_map(|row| match row {
        Row::Timed(row) => Some(timed(row)),
        _ => None,
    });
    let text: String = rows.collect();
    if text.is_empty() {
        text
    } else {
        HEAD.to_owned() + &text
    }
}

fn timed(row: &Timed) -> String {
    let slices = row.slices.iter();
    let rate = Spread::of(slices.clone().map(|it| it.per_second));
    let p50 = Spread::of(slices.clone().filter_map(|it| Some(it.p50? / 1e3)));
    let p99 = Spread::of(slices.filter_map(|it| Some(it.p99? / 1e3)));
    let verdict = match row.limit {
        None => "– | –".to_owned(),
        Some(limit) if p99.max <= limit => format!("≤ {limit:.0} ms | yes"),
        Some(limit) => format!("≤ {limit:.0} ms | **no**"),
    };
    format!(
        "| {} | {} | **{:.1} ms** | {:.1} ms ({:.1}) | {:.1} ms | {:.0} ({:.0}–{:.0}) | {verdict} |\n",
        row.name,
        row.what,
        p99.max,
        p99.median,
        p99.min,
        p50.median,
        rate.median,
        rate.min,
        rate.max
    )
}

fn deliveries(rows: &[Row]) -> String {
    const HEAD: &str = "\n## From a change until a listener has it\n\n\
        | row | changes/s | events: p50, p99, max | counts: p50, p99, max | the write itself: p50, p99 | not seen | again \
        | server, generator: µs for an event | KiB for a listener | wanted | reached |\n\
        |---|---|---|---|---|---|---|---|---|---|---|\n";
    let rows = rows.iter().filter_map(|row| match row {
        Row::Delivery(row) => Some(delivery(row)),
        _ => None,
    });
    let text: String = rows.collect();
    if text.is_empty() {
        text
    } else {
        HEAD.to_owned() + &text
    }
}

fn delivery(row: &Delivery) -> String {
    let times = |it: &Times| format!("{:.0}, **{:.0}**, {:.0} ms", it.p50, it.p99, it.max);
    let verdict = match row.limit {
        None => "– | –".to_owned(),
        Some(limit) => {
            let in_time = row.events.p99 <= limit && row.counts.p99 <= limit + 1_000.0;
            let reached = if in_time && row.missed == 0 {
                "yes"
            } else {
                "**no**"
            };
            format!("≤ {limit:.0} ms | {reached}")
        }
    };
    let memory = row
        .memory
        .map_or_else(|| "–".to_owned(), |it| format!("{it:.1}"));
    format!(
        "| {} | {} | {} | {} | {:.1}, {:.1} ms | {} | {} | {:.1}, {:.1} | {memory} | {verdict} |\n",
        row.name,
        row.per_second,
        times(&row.events),
        times(&row.counts),
        row.writes.p50,
        row.writes.p99,
        row.missed,
        row.again,
        row.server,
        row.generator,
    )
}

/// Over the rounds that have the value.
fn median(rounds: &[Round], value: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = rounds.iter().filter_map(value).collect();
    (!values.is_empty()).then(|| Spread::of(values).median)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rows::samples;

    #[test]
    fn a_row_says_whether_it_reached_what_is_wanted() {
        let schedule = Schedule {
            slice: Duration::from_secs(2),
            rounds: 2,
        };
        let machine = [("cores", "2".into())];
        let page = page(Page::Results, &samples(), &schedule, &machine, 0.3);
        let line = |name: &str| page.lines().find(|line| line.starts_with(name)).unwrap();
        let fast = line("| fast |");
        assert!(
            fast.contains("fast A: 8/s, p50 1.00 ms, p99 2.00 ms | slow B: 10/s |"),
            "{fast}"
        );
        assert!(
            fast.ends_with("**0.80** (0.75–0.85; 0.70–0.90) | ≥ 0.75 | yes |"),
            "{fast}"
        );
        assert!(line("| large |").ends_with("| ≤ 20 MiB | **no** |"));
        assert!(
            line("| page |").ends_with("| **2.0 ms** | 2.0 ms (2.0) | 1.0 ms | 6 (5–7) | – | – |")
        );
        let hall = line("| hall |");
        assert!(
            hall.contains("| 50, **60**, 60 ms | 900, **900**, 900 ms |"),
            "{hall}"
        );
        assert!(hall.ends_with("| 12.0 | ≤ 100 ms | yes |"), "{hall}");
        assert!(page.contains("| cores | 2 |"));
        assert!(page.contains("used 30 % of"));
        assert!(page.contains("fast: 5 µs."));
    }

    #[test]
    fn a_table_without_rows_is_left_out() {
        let (comparison, limit) = (&samples()[..1], &samples()[1..]);
        assert!(!comparisons(comparison).is_empty() && limits(comparison).is_empty());
        assert!(comparisons(limit).is_empty() && !limits(limit).is_empty());
        assert!(all_timed(comparison).is_empty() && !all_timed(limit).is_empty());
    }
}
