//! Names of DAGs, of their files, runs and tasks, and of what Airflow keeps for them.

/// Airflow's own rule for ids of DAGs, told before Airflow must.
pub(super) fn check_dag(dag: &str) -> Result<(), String> {
    check_id("dag", dag, 250)
}

/// The same rule is that for tasks.
pub(super) fn check_task(task: &str) -> Result<(), String> {
    check_id("task", task, 250)
}

/// Airflow's own rule for ids, as the argument `what`.
pub(super) fn check_id(what: &str, id: &str, most: usize) -> Result<(), String> {
    let legal = |letter: char| letter.is_alphanumeric() || "-._".contains(letter);
    if id.is_empty() || id.chars().count() > most || !id.chars().all(legal) {
        return Err(format!("`{what}` must be 1 to {most} letters, digits, `-`, `.` or `_`, not `{}`", shown(id)));
    }
    Ok(())
}

/// A run's id. Runs that Airflow makes by itself have signs in theirs that it takes from nobody; `~` is every run.
pub(super) fn check_run(run: &str) -> Result<(), String> {
    if run == "~" {
        return Err("`run` must be the id of one run, not `~`".into());
    }
    check_words("run", run, 250)?;
    if run.contains('/') { Err(format!("`run` must be without `/`, not `{}`", shown(run))) } else { Ok(()) }
}

/// An instance of a mapped task.
pub(super) fn check_map_index(index: Option<i32>) -> Result<(), String> {
    index.map_or(Ok(()), |index| lab_probe::action::check_range("map_index", index, 0, i32::MAX))
}

/// A name with more freedom, as the argument `what`: anything that can be read on one line.
pub(super) fn check_words(what: &str, name: &str, most: usize) -> Result<(), String> {
    let long = name.chars().count() > most;
    if name.trim().is_empty() || long || name.chars().any(char::is_control) {
        return Err(format!("`{what}` must be 1 to {most} printable characters, not `{}`", shown(name)));
    }
    Ok(())
}

/// A text, as the argument `what`: the database takes every letter but one.
pub(super) fn check_long(what: &str, text: &str, most: usize) -> Result<(), String> {
    if text.contains('\0') {
        return Err(format!("`{what}` must be without the letter NUL"));
    }
    if text.len() > most { Err(format!("`{what}` must be at most {most} bytes")) } else { Ok(()) }
}

/// A file in the DAGs folder itself: its name is a Python module's, so that other files can import it.
pub(super) fn check_file(file: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let stem = file.strip_suffix(".py").unwrap_or_default();
    if stem.is_empty() || file.len() > 100 || !stem.chars().all(legal) || stem.starts_with('-') {
        let rule = "`file` must be a name of letters, digits, `_` or `-` that ends with `.py`, without a folder";
        return Err(format!("{rule}, not `{}`", shown(file)));
    }
    Ok(())
}

/// The beginning of what somebody wrote, on one line.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_in_the_folder() {
        assert_eq!((check_file("hello.py"), check_file("täglich.py").is_err()), (Ok(()), true));
        for file in ["", ".py", "hello", "../x.py", "a/b.py", "-rf.py", "a b.py", "x.py\n", "x.pyc", ".hidden.py"] {
            assert!(check_file(file).is_err(), "{file}");
        }
    }

    #[test]
    fn an_id_is_one_that_airflow_takes() {
        assert_eq!((check_dag("größe.täglich-1"), check_dag(&"d".repeat(250))), (Ok(()), Ok(())));
        for dag in ["", "a b", "a/b", "~", &"d".repeat(251), "a\n"] {
            assert!(check_dag(dag).is_err(), "{dag}");
        }
    }
    #[test]
    fn a_run_is_one_run() {
        for run in ["manual__2026-11-30T18:51:27.123456+00:00", "my run", "größe", &"r".repeat(250)] {
            assert_eq!(check_run(run), Ok(()), "{run}");
        }
        for run in ["", " ", "~", "a/b", "a\n", &"r".repeat(251)] {
            assert!(check_run(run).is_err(), "{run}");
        }
    }

    #[test]
    fn a_task_in_a_group_and_one_of_a_mapped_task_have_names() {
        assert_eq!(
            (check_task("clean.größe"), check_map_index(Some(0)), check_map_index(None)),
            (Ok(()), Ok(()), Ok(()))
        );
        assert!(check_task("a b").is_err() && check_map_index(Some(-1)).is_err());
        assert!(check_words("name", "a/b c", 256).is_ok() && check_words("name", &"n".repeat(257), 256).is_err());
        assert!(
            check_long("value", "", 3).is_ok()
                && check_long("value", "a\0", 3).is_err()
                && check_long("value", "four", 3).is_err()
        );
    }
}
