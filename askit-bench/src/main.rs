//! Measures askit beside what it is compared with, in turn, and writes down what was seen.

mod accounts;
mod answer;
mod clients;
mod connection;
mod crowd;
mod curves;
mod live;
mod load;
mod machine;
mod plot;
mod pool;
mod postgres;
mod process;
mod reference;
mod report;
mod rounds;
mod rows;
mod serve;
mod server;
mod statistics;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};

use machine::Usage;
use rounds::Schedule;
use rows::{Bench, Choice, Page, Row};
use serve::Serve;

/// Measures target/release/askit beside what it is compared with.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Which rows; all of them if none is named
    rows: Vec<Choice>,
    /// Seconds of one slice
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Rounds of one slice for each side, after the warm-up
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// The folder for results.md and live.md, and their drawings
    #[arg(long, default_value = "docs/performance", value_name = "FOLDER")]
    output: PathBuf,
    #[command(subcommand)]
    serve: Option<Serve>,
}

impl Arguments {
    fn schedule(&self) -> Schedule {
        Schedule {
            slice: Duration::from_secs(self.seconds),
            rounds: self.rounds,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.serve {
        Some(serve) => serve.run(),
        None => measure(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("askit-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let this = std::env::current_exe()?;
    let askit = this.with_file_name("askit");
    ensure!(
        askit.exists(),
        "{} is missing: cargo build --release",
        askit.display()
    );
    ensure!(
        arguments.output.is_dir(),
        "{} is no folder",
        arguments.output.display()
    );
    let bench = Bench {
        askit,
        this,
        schedule: arguments.schedule(),
    };
    let choices = match arguments.rows.as_slice() {
        [] => Choice::value_variants(),
        some => some,
    };
    let start = Usage::now()?;
    let (mut results, mut live) = (Vec::new(), Vec::new());
    for choice in choices {
        let measured = choice.measure(&bench);
        let measured = measured.with_context(|| format!("{choice:?} failed"))?;
        match choice.page() {
            Page::Results => results.extend(measured),
            Page::Live => live.extend(measured),
        }
    }
    let others = start.of_others_until(&Usage::now()?);
    write(Page::Results, &results, arguments, others)?;
    write(Page::Live, &live, arguments, others)
}

/// Writes a page and its drawing, if it has rows; other programs used so much meanwhile.
fn write(page: Page, rows: &[Row], arguments: &Arguments, others: f64) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let text = report::page(
        page,
        rows,
        &arguments.schedule(),
        &machine::describe()?,
        others,
    );
    let file = arguments.output.join(page.file());
    fs::write(file.with_extension("md"), &text)?;
    fs::write(file.with_extension("svg"), plot::draw(rows))?;
    println!("{text}");
    Ok(())
}
