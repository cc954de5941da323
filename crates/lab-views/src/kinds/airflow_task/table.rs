//! A task instance as rows: how it is, its tries, what it was given and left, its event log, and the log itself.

use super::{Event, Instance, Log, LogEntry, Model, Try, XCom};
use crate::{
    Table,
    parts::{
        clock::{took, utc},
        words::{cell, short},
    },
};

/// Letters of a value that stand in a cell.
const VALUE: usize = 200;
/// Letters of an error that stand there.
const ERROR: usize = 1000;

pub(super) fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Of", "When (UTC)", "What", "Says"]);
    if let Some(instance) = &model.instance {
        table.row(of_instance(instance));
    }
    for one in model.tries.iter().flatten() {
        table.row(of_try(one));
    }
    for field in model.rendered_fields.iter().flatten() {
        table.row(["rendered field".to_owned(), String::new(), field.name.clone(), short(&field.value, VALUE)]);
    }
    for (of, xcoms) in [("XCom in", &model.xcom_in), ("XCom out", &model.xcom_out)] {
        for xcom in xcoms.iter().flatten() {
            table.row(of_xcom(of, xcom));
        }
    }
    for event in model.event_log.iter().flatten() {
        table.row(of_event(event));
    }
    if let Some(log) = &model.log {
        add_log(&mut table, log, model.try_number);
    }
    table
}

fn of_instance(instance: &Instance) -> [String; 4] {
    let tries = instance.max_tries.map(|most| format!(" of {}", most.saturating_add(1))).unwrap_or_default();
    let mut says = vec![format!("try {}{tries}", instance.try_number)];
    says.extend(instance.operator.clone());
    says.extend(instance.pool.as_ref().map(|pool| format!("pool {pool}")));
    says.extend(instance.hostname.as_ref().map(|host| format!("on {host}")));
    says.extend(instance.trigger.as_ref().map(|trigger| format!("waits for {}", trigger.classpath)));
    ["task instance".to_owned(), cell(instance.start_date.map(utc)), cell(instance.state.as_ref()), says.join(", ")]
}

fn of_try(one: &Try) -> [String; 4] {
    let took = took(one.start_date, one.end_date).map(|seconds| format!("took {seconds} s")).unwrap_or_default();
    [format!("try {}", one.try_number), cell(one.start_date.map(utc)), cell(one.state.as_ref()), took]
}

fn of_xcom(of: &str, xcom: &XCom) -> [String; 4] {
    let index = if xcom.map_index < 0 { String::new() } else { format!("[{}]", xcom.map_index) };
    let says = match (&xcom.value, xcom.length) {
        (Some(value), Some(length)) if length > value.chars().count() as u64 => {
            format!("{} ({length} characters in all)", short(value, VALUE))
        }
        (Some(value), _) => short(value, VALUE),
        _ => format!("not read: {}", xcom.unread.as_deref().unwrap_or("not yet")),
    };
    [of.to_owned(), cell(xcom.timestamp.map(utc)), format!("{}{index}: {}", xcom.task_id, xcom.key), says]
}

fn of_event(event: &Event) -> [String; 4] {
    let says: Vec<&str> = [&event.owner, &event.extra].into_iter().flatten().map(String::as_str).collect();
    ["event log".to_owned(), cell(event.when.map(utc)), event.event.clone(), short(&says.join(" "), VALUE)]
}

fn add_log(table: &mut Table, log: &Log, try_number: Option<u32>) {
    let of = format!("log of try {}", cell(try_number));
    let note = |says: String| [of.clone(), String::new(), String::new(), says];
    if log.left_out > 0 {
        table.row(note(format!("({} before are left out)", log.left_out)));
    }
    for entry in &log.entries {
        table.row([of.clone(), cell(entry.timestamp.map(utc)), level(entry), says(entry)]);
    }
    if let Some(why) = &log.unread {
        table.row(note(format!("({why})")));
    }
}

fn level(entry: &LogEntry) -> String {
    let words: Vec<&str> = [&entry.level, &entry.logger].into_iter().flatten().map(String::as_str).collect();
    words.join(" ")
}

/// An error with what its traceback ends in.
fn says(entry: &LogEntry) -> String {
    match &entry.error_detail {
        Some(trace) => format!("{}: {}", entry.event, raised(trace)),
        None => entry.event.clone(),
    }
}

/// What stands after the last frame, in one line: an error may have several. Where no frame is in what is kept of a traceback,
/// its last line.
fn raised(trace: &str) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    let is_head = |line: &&str| line.starts_with("  File \"") || *line == "Traceback (most recent call last):";
    let said = match lines.iter().rposition(is_head) {
        Some(head) => lines.get(head + 1..).unwrap_or_default(),
        None => lines.get(lines.len().saturating_sub(1)..).unwrap_or_default(),
    };
    let words: Vec<&str> = said.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    short(&words.join(" "), ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_several_lines_keeps_its_type() {
        let head = "Traceback (most recent call last):\n  File \"/opt/airflow/dags/a.py\", line 9, in load\n";
        assert_eq!(raised(&format!("{head}ValueError: no\nsecond line")), "ValueError: no second line");
        assert_eq!(
            raised(&format!("{head}KeyError: 'x'\n\nDuring handling…\n\n{head}ValueError: no\n")),
            "ValueError: no"
        );
        assert_eq!(raised("Traceback (most recent call last):\nValueError: no rows"), "ValueError: no rows");
        assert_eq!((raised("cut away\nValueError: no"), raised("")), ("ValueError: no".to_owned(), String::new()));
    }
}
