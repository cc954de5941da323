//! `pipewright`: the same powers as the window, in a terminal; and `serve`, for a browser.
//!
//! Parses the command line and prints. What is done and what is true is decided in `lab-app`.

mod commands;
mod output;
mod serve;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// A lab for Kafka, Cassandra and Airflow on your own machine: real engines, and every picture read from what they say.
#[derive(Parser)]
#[command(name = "pipewright", version, max_term_width = 110)]
struct Arguments {
    /// Print JSON for scripts instead of text for people.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check this machine and its container engines, and say what is missing.
    Doctor,
    /// Get the images of a stack: find them here, pull them, or build them.
    Images {
        /// The stack, e.g. kafka-1.
        stack: String,
    },
    /// Start a lab, or use the one that runs, and wait until its engines report that they are ready.
    Up {
        /// The stack, e.g. kafka-3 or cassandra-3.
        stack: String,
        /// The lab's name, for two labs of one stack side by side. By default pipewright-<stack>.
        #[arg(long)]
        lab: Option<String>,
        /// Options of the stack, e.g. tokens=16.
        options: Vec<String>,
        /// Start the lab even if memory seems too short.
        #[arg(long)]
        anyway: bool,
    },
    /// Remove a lab's containers and networks. Its data stays unless you say --volumes.
    Down {
        /// The lab. Not needed if only one runs.
        lab: Option<String>,
        /// Also remove the lab's data, and the images that were built for it.
        #[arg(long)]
        volumes: bool,
    },
    /// Show the labs that run, their nodes, images and addresses.
    Status,
    /// List the lessons and how far you are.
    Lessons,
    /// Learn a lesson in the terminal, on real engines.
    Learn {
        /// The lesson, e.g. kafka/first-topic.
        lesson: String,
        /// Do the stored solution of every step and show what the engines say.
        #[arg(long)]
        solve: bool,
        /// Start over in a fresh lab.
        #[arg(long)]
        reset: bool,
        /// Start the lesson's lab even if memory seems too short.
        #[arg(long)]
        anyway: bool,
        /// Remove what others made in the lesson's lab without a question, if the lesson cannot start otherwise.
        #[arg(long)]
        yes: bool,
    },
    /// Prove the three laws of lessons on real engines: at first a step is not done; its solution makes it done, with
    /// exactly one right answer; wrong attempts and rival causes leave it not done.
    Check {
        /// The lessons. Without a name: all lessons.
        lessons: Vec<String>,
        /// How many labs run at once. By default as many as this machine has memory for.
        #[arg(long)]
        labs: Option<u64>,
        /// Keep the labs running afterwards.
        #[arg(long)]
        keep: bool,
        /// Instead of proving the laws, play each lesson's solutions so many times and check that the verdicts are the same.
        #[arg(long)]
        times: Option<u32>,
        /// Keep one processor busy during the check.
        #[arg(long)]
        load: bool,
    },
    /// Do an action in a lab, e.g. `do kafka.create_topic topic=orders partitions=3`. Without an action: list them.
    #[command(disable_help_flag = true)]
    Do {
        /// The action.
        action: Option<String>,
        /// Arguments of the action, name=value. A text is taken as it is typed, quotes too: topic=123 is a text. Lists
        /// and sets are JSON: keys='["a","b"]'.
        arguments: Vec<String>,
        /// The lab. Not needed if only one runs.
        #[arg(long)]
        lab: Option<String>,
        /// Do the action without a question, even if it removes data.
        #[arg(long)]
        yes: bool,
        /// Print help; after an action, its arguments.
        #[arg(short, long)]
        help: bool,
    },
    /// Show a view as a table, live, e.g. `watch kafka_partitions topic=orders`. Without a view: list them.
    #[command(disable_help_flag = true)]
    Watch {
        /// The view.
        view: Option<String>,
        /// Parameters of the view, name=value. A text is taken as it is typed, quotes too: key=5 and key='["p",1]' are
        /// texts.
        parameters: Vec<String>,
        /// Show the view once, as soon as all its values are known, and end. If a value stays unknown, say which one and end
        /// with exit code 1.
        #[arg(long)]
        once: bool,
        /// The lab. Not needed if only one runs.
        #[arg(long)]
        lab: Option<String>,
        /// Show what the view showed then, picture after picture up to the moment, or with --once that of the moment: out of a journal, which is a file, a journal's name, or a lab for its newest one.
        #[arg(long, value_name = "JOURNAL", conflicts_with = "lab")]
        from: Option<String>,
        /// The moment in the journal, in seconds since its beginning, e.g. 12.5. By default its end.
        #[arg(long, value_name = "SECONDS", requires = "from", conflicts_with = "lab", value_parser = millis, allow_negative_numbers = true)]
        at: Option<u64>,
        /// Print help; after a view, its parameters.
        #[arg(short, long)]
        help: bool,
    },
    /// List the journals: what the engines of each lab said while Pipewright watched them.
    Journals,
    /// Write down what the pipeline's engines say now, of their counts and of a sample of records at every hop: a page to read
    /// and a file to check.
    Export {
        /// The lab. Not needed if only one runs.
        #[arg(long)]
        lab: Option<String>,
        /// The files' name, without its ending.
        #[arg(long, default_value = "pipeline-proof")]
        to: std::path::PathBuf,
    },
    /// Ask the engines again, and say what of an export still holds. Ends with exit code 1 if something does not, with 2 if
    /// something cannot be told now.
    Verify {
        /// The .json file of an export.
        file: std::path::PathBuf,
        /// The lab. By default the one that the export names.
        #[arg(long)]
        lab: Option<String>,
    },
    /// Try consistency levels on real nodes under faults, and work with saved runs.
    #[command(subcommand)]
    Experiment(commands::experiment::What),
    /// Serve the app to a browser on this machine.
    Serve {
        /// Port on 127.0.0.1; 0 chooses a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let out = output::Output::new(json);
    let host = match lab_app::LocalHost::new() {
        Ok(host) if command.is_brief() => host.brief(),
        Ok(host) => host,
        Err(problem) => return out.problem(&problem),
    };
    let _log = host.start_log();
    let result = match command {
        Command::Doctor => commands::doctor::run(&out, host).await,
        Command::Images { stack } => commands::images::run(&out, host, &stack).await,
        Command::Up { stack, lab, options, anyway } => {
            commands::up::run(&out, host, &stack, lab.as_deref(), &options, anyway).await
        }
        Command::Down { lab, volumes } => commands::down::run(&out, host, lab.as_deref(), volumes).await,
        Command::Status => commands::status::run(&out, host).await,
        Command::Lessons => commands::lessons::run(&out, host).await,
        Command::Learn { lesson, solve, reset, anyway, yes } => {
            commands::learn::run(&out, host, &lesson, commands::learn::Asked { solve, reset, anyway, yes }).await
        }
        Command::Check { lessons, labs, keep, times, load } => {
            commands::check::run(&out, host, commands::check::Asked { lessons, labs, keep, times, load }).await
        }
        Command::Do { action: None, help: true, .. } => Ok(help("do")),
        Command::Watch { view: None, help: true, .. } => Ok(help("watch")),
        Command::Do { action: Some(action), help: true, .. } => commands::arguments::of_action(&out, &action),
        Command::Watch { view: Some(view), help: true, .. } => commands::arguments::of_view(&out, &view),
        Command::Do { action, arguments, lab, yes, help: false } => {
            commands::act::run(&out, host, action.as_deref(), &arguments, lab.as_deref(), yes).await
        }
        Command::Watch { view: Some(view), parameters, once, from: Some(from), at, .. } => {
            commands::replay::run(&out, &host, &view, &parameters, commands::replay::Asked { from: &from, at, once })
        }
        Command::Journals => commands::journals::run(&out, host).await,
        Command::Watch { view, parameters, once, lab, .. } => {
            commands::watch::run(&out, host, view.as_deref(), &parameters, once, lab.as_deref()).await
        }
        Command::Export { lab, to } => commands::proof::export(&out, host, lab.as_deref(), &to).await,
        Command::Verify { file, lab } => commands::proof::verify(&out, host, &file, lab.as_deref()).await,
        Command::Experiment(what) => commands::experiment::run(&out, host, what).await,
        Command::Serve { port } => serve::run(&out, host, port).await,
    };
    match result {
        Ok(code) => code,
        Err(problem) => out.problem(&problem),
    }
}

impl Command {
    /// Looks at a lab for a moment, or does one thing to it.
    fn is_brief(&self) -> bool {
        matches!(
            self,
            Self::Do { .. }
                | Self::Down { .. }
                | Self::Status
                | Self::Export { .. }
                | Self::Verify { .. }
                | Self::Watch { once: true, .. }
        )
    }
}

/// Seconds as typed, as milliseconds.
fn millis(typed: &str) -> Result<u64, String> {
    match typed.parse::<f64>() {
        // Nothing lasts longer than what still is exact as a number of this kind.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just looked at")]
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok((seconds * 1000.0).round() as u64),
        _ => Err("give seconds since the journal began, e.g. 12.5".to_owned()),
    }
}

/// The help of a command whose own flag says more after a name.
fn help(command: &str) -> ExitCode {
    let mut all = Arguments::command();
    // Built, it knows the program's name.
    all.build();
    if let Some(one) = all.find_subcommand_mut(command) {
        // A reader that went away wants no help any more.
        let _ = one.print_help();
    }
    ExitCode::SUCCESS
}
