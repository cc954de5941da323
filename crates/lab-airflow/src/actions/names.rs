//! Names of DAGs and of their files.

/// Airflow's own rule for ids of DAGs, told before Airflow must.
pub(super) fn check_dag(dag: &str) -> Result<(), String> {
    let legal = |letter: char| letter.is_alphanumeric() || "-._".contains(letter);
    if dag.is_empty() || dag.chars().count() > 250 || !dag.chars().all(legal) {
        return Err(format!("`dag` must be 1 to 250 letters, digits, `-`, `.` or `_`, not `{}`", shown(dag)));
    }
    Ok(())
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
fn shown(text: &str) -> String {
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
}
