//! Measures askit beside what it is compared with, in turn, and writes down what was seen.

mod accounts;
mod answer;
mod clients;
mod connection;
mod crowd;
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
use rows::{Bench, Choice};
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
    /// The folder for results.md and results.svg
    #[arg(long, default_value = "docs/performance", value_name = "FOLDER")]
    output: PathBuf,
    #[command(subcommand)]
    serve: Option<Serve>,
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
        schedule: Schedule {
            slice: Duration::from_secs(arguments.seconds),
            rounds: arguments.rounds,
        },
    };
    let choices = match arguments.rows.as_slice() {
        [] => Choice::value_variants(),
        some => some,
    };
    let start = Usage::now()?;
    let mut rows = Vec::new();
    for choice in choices {
        let measured = choice.measure(&bench);
        rows.extend(measured.with_context(|| format!("{choice:?} failed"))?);
    }
    let others = start.of_others_until(&Usage::now()?);
    let page = report::page(&rows, &bench.schedule, &machine::describe()?, others);
    fs::write(arguments.output.join("results.md"), &page)?;
    fs::write(arguments.output.join("results.svg"), plot::draw(&rows))?;
    println!("{page}");
    Ok(())
}
