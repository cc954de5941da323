//! What a traceback of Python says: the error itself, and in which line of the file it was.

/// Of a traceback this much is kept, from its end: the error stands there.
const KEPT: usize = 4000;

/// The last line that is one: `ModuleNotFoundError: No module named 'pandsa'`.
pub(super) fn error(trace: &str) -> String {
    let line = trace.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or("an error without words").to_owned()
}

/// The line of `file` that is named last. Frames of libraries are no line of the file; a syntax error names its own.
pub(super) fn line(trace: &str, file: &str) -> Option<u32> {
    let frame = |line: &str| {
        let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
        let own = path == file || path.strip_suffix(file).is_some_and(|folder| folder.ends_with('/'));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if own { digits.parse().ok() } else { None }
    };
    trace.lines().filter_map(frame).next_back()
}

/// Its end.
pub(super) fn end(trace: &str) -> String {
    let skip = trace.chars().count().saturating_sub(KEPT);
    trace.chars().skip(skip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "Traceback (most recent call last):
  File \"<frozen importlib._bootstrap>\", line 241, in _call_with_frames_removed
  File \"/opt/airflow/dags/hello.py\", line 3, in <module>
    from helper import x
  File \"/opt/airflow/dags/lib/helper.py\", line 7, in <module>
    import pandsa
ModuleNotFoundError: No module named 'pandsa'
";
    const SYNTAX: &str = "  File \"/opt/airflow/dags/hello.py\", line 12
    def f(
         ^
SyntaxError: '(' was never closed";

    #[test]
    fn the_line_is_the_files_own() {
        assert_eq!((line(IMPORT, "hello.py"), line(IMPORT, "lib/helper.py")), (Some(3), Some(7)));
        assert_eq!((line(SYNTAX, "hello.py"), line(SYNTAX, "ello.py")), (Some(12), None));
        assert_eq!((line("", "hello.py"), line("File \"hello.py\", line x", "hello.py")), (None, None));
    }

    #[test]
    fn the_error_is_the_last_line() {
        assert_eq!(error(IMPORT), "ModuleNotFoundError: No module named 'pandsa'");
        assert_eq!(error(SYNTAX), "SyntaxError: '(' was never closed");
        assert_eq!(error("\n \n"), "an error without words");
    }

    #[test]
    fn a_long_one_is_kept_from_its_end() {
        let kept = end(&format!("{}\nTypeError: ü", "x".repeat(9000)));
        assert!(kept.chars().count() == KEPT && kept.ends_with("\nTypeError: ü"));
    }
}
