//! Variables and connections as sentences.

use super::{Model, Params, Variable};
use crate::parts::words::{brief, count, few, first, seconds, short};

/// Named one by one.
const NAMED: usize = 6;
/// Changes told one by one.
const TOLD: usize = 3;
/// Letters of a value that are said.
const SAID: usize = 60;

pub(super) fn summary(model: &Model, params: &Params) -> String {
    let Some(variables) = &model.variables else {
        return "Airflow told of no Variables yet.".to_owned();
    };
    if let Some(key) = &params.key {
        return match variables.first() {
            Some(variable) => format!("Variable {}.{}", named(variable), noted(variable)),
            None => format!("Airflow has no Variable {}.", brief(key)),
        };
    }
    let all = model.variable_count.unwrap_or(variables.len() as u64);
    let mut said = vec![match variables.len() {
        0 => "No Variables.".to_owned(),
        _ => format!("{}: {}.", count(all, "Variable"), few(NAMED, variables.iter().map(named))),
    }];
    if let Some(connections) = &model.connections {
        let all = model.connection_count.unwrap_or(connections.len() as u64);
        let each = connections.iter().map(|one| format!("{} ({})", brief(&one.connection_id), brief(&one.conn_type)));
        said.push(match connections.len() {
            0 => "No connections.".to_owned(),
            _ => format!("{}: {}.", count(all, "connection"), few(NAMED, each)),
        });
    }
    let changed = variables.iter().filter(|variable| variable.changed_at.is_some());
    let sentences: Vec<String> =
        changed.map(|variable| format!("{}{}", brief(&variable.key), noted(variable))).collect();
    said.extend(first(TOLD, &sentences, "Variables that changed"));
    said.join(" ")
}

/// `region is eu`.
fn named(variable: &Variable) -> String {
    match &variable.value {
        Some(value) => format!("{} is {}", brief(&variable.key), short(value, SAID)),
        None => format!("{}, whose value Airflow does not tell", brief(&variable.key)),
    }
}

fn noted(variable: &Variable) -> String {
    let Some(at) = variable.changed_at else { return String::new() };
    let who = match variable.noted {
        Some(true) => "; the event log notes a call about it then",
        Some(false) => "; the event log notes no call about it: a task set it, or another program of Airflow's",
        None => "",
    };
    format!(" changed at {} s{who}.", seconds(at))
}
