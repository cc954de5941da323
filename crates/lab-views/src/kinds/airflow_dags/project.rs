//! Picture, table and sentence of DAGs.

use lab_model::facts::airflow::{DagSeen, ImportErrorSeen, advice};

use super::{Dag, ImportError, LatestRun, Model, Params, State};
use crate::{
    Gaps, Projection, Table,
    parts::{
        airflows::{as_heard, awaited},
        clock::utc,
        words::{brief, cell, count, few, first, short, yes},
    },
};

/// Named one by one in a sentence.
const NAMED: usize = 6;
/// Files that cannot be imported, told one by one.
const TOLD: usize = 3;
/// Letters of an error that are said.
const SAID: usize = 120;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let of_file = |file: Option<&str>| params.file.as_deref().is_none_or(|wanted| file == Some(wanted));
    let dags = state.dags.of_people().filter(|dag| of_file(dag.relative_fileloc.as_deref()));
    let errors = state.dags.errors.as_ref();
    let model = Model {
        clock_offset: state.clock.offset,
        dags: dags.map(|dag| shown(state, dag)).collect(),
        more: state.dags.more(),
        import_errors: errors
            .map(|errors| errors.iter().filter(|error| of_file(Some(&error.filename))).map(import_error).collect()),
    };
    let known = state.dags.known();
    let summary = as_heard(&state.nodes, &state.sources, known, summary(state, &model, params));
    Projection { table: table(&model), summary, known, model }
}

pub(super) fn gaps(state: &State) -> Gaps {
    let awaits = |missing: bool, what: &str| missing.then(|| awaited(&state.nodes, &state.sources, what));
    let dags = awaits(!state.dags.known(), "the list of DAGs");
    let errors = awaits(state.dags.errors.is_none(), "which files cannot be imported");
    Gaps::default().and(dags).and(errors).and(awaits(state.dags.runs.is_none(), "the newest runs"))
}

fn shown(state: &State, dag: &DagSeen) -> Dag {
    let newest = state.dags.newest_run(&dag.dag_id);
    Dag {
        dag_id: dag.dag_id.clone(),
        is_paused: dag.is_paused,
        is_stale: dag.is_stale,
        has_import_errors: dag.has_import_errors,
        relative_fileloc: dag.relative_fileloc.clone(),
        last_parsed_time: dag.last_parsed_at,
        version_number: dag.version_number,
        timetable_summary: dag.timetable_summary.clone(),
        latest_run: newest.map(|run| LatestRun { dag_run_id: run.dag_run_id.clone(), state: run.state.clone() }),
    }
}

fn import_error(error: &ImportErrorSeen) -> ImportError {
    ImportError {
        filename: error.filename.clone(),
        line: error.line,
        error: error.error.clone(),
        advice: advice(&error.error),
        stack_trace: error.stack_trace.clone(),
        timestamp: error.found_at,
    }
}

fn summary(state: &State, model: &Model, params: &Params) -> String {
    if !state.dags.known() {
        return "Airflow told of no DAGs yet.".to_owned();
    }
    let place = params.file.as_ref().map(|file| format!(" in {}", brief(file))).unwrap_or_default();
    let mut said = vec![match model.dags.len() {
        0 => format!("No DAGs{place}."),
        n if model.more => format!("More than {}{place}: {}.", count(n, "DAG"), named(&model.dags)),
        n => format!("{}{place}: {}.", count(n, "DAG"), named(&model.dags)),
    }];
    let errors = model.import_errors.as_deref();
    match errors {
        None => said.push("Which files cannot be imported is not known yet.".to_owned()),
        Some(errors) => {
            let sentences: Vec<String> = errors.iter().map(broken).collect();
            said.extend(first(TOLD, &sentences, "files that cannot be imported"));
        }
    }
    said.join(" ")
}

fn named(dags: &[Dag]) -> String {
    few(
        NAMED,
        dags.iter().map(|dag| {
            let marks = [(dag.is_stale, "stale"), (dag.is_paused, "paused")];
            let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
            let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
            let run = dag.latest_run.as_ref().map(|run| format!(", newest run {}", run.state)).unwrap_or_default();
            format!("{}{marks}{run}", brief(&dag.dag_id))
        }),
    )
}

fn broken(error: &ImportError) -> String {
    let line = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
    let instead = error.advice.as_ref().map(|advice| format!(" {advice}")).unwrap_or_default();
    let says = short(&error.error, SAID);
    format!("{} cannot be imported{line}: {}.{instead}", brief(&error.filename), says.trim_end_matches('.'))
}

fn table(model: &Model) -> Table {
    let heads = ["DAG", "File", "#Version", "Schedule", "Paused", "Stale", "Import error", "Read (UTC)", "Newest run"];
    let mut table = Table::new(&heads);
    for dag in &model.dags {
        table.row([
            dag.dag_id.clone(),
            cell(dag.relative_fileloc.as_ref()),
            cell(dag.version_number),
            cell(dag.timetable_summary.as_ref()),
            yes(dag.is_paused).to_owned(),
            yes(dag.is_stale).to_owned(),
            yes(dag.has_import_errors).to_owned(),
            cell(dag.last_parsed_time.map(utc)),
            cell(dag.latest_run.as_ref().map(|run| format!("{} {}", run.dag_run_id, run.state))),
        ]);
    }
    for error in model.import_errors.iter().flatten() {
        let line = error.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let mut row = [const { String::new() }; 9];
        error.filename.clone_into(&mut row[1]);
        row[6] = format!("{line}{}", error.error);
        row[7] = cell(error.timestamp.map(utc));
        table.row(row);
    }
    table
}
