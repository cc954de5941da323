//! What a traceback of Python says: the error itself, and in which line of the file it was.

/// Of a traceback this much is kept, from its end: the error stands there.
const KEPT: usize = 4000;
/// Letters that are kept of the error itself: some say all that they know.
const LINE: usize = 1000;

/// What stands after the last frame, in one line: `ModuleNotFoundError: No module named 'pandsa'`.
pub(super) fn error(trace: &str) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    let frame = lines.iter().rposition(|line| line.trim_start().starts_with("File \""));
    // Of a frame its code is written too, further in than the error.
    let after = lines[frame.map_or(0, |frame| frame + 1)..].iter().skip_while(|line| line.starts_with(' '));
    let said: Vec<&str> = after.map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let last = || lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty()).map(str::to_owned);
    let error = if frame.is_none() || said.is_empty() { last() } else { Some(said.join(" ")) };
    error.map_or("an error without words".to_owned(), |error| error.chars().take(LINE).collect())
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
    fn the_error_is_what_stands_after_the_frames() {
        let two = format!("{}\n**kwargs: {{'provide_context': True}}\n", IMPORT.trim_end());
        let said = "ModuleNotFoundError: No module named 'pandsa' **kwargs: {'provide_context': True}";
        assert_eq!(error(&two), said);
        assert_eq!(error("Airflow read the file\nfor 50 seconds"), "for 50 seconds");
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
