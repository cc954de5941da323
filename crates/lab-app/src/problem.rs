//! Errors of the crates below, as they cross to a host: code, words, cause, what to do next.

use lab_model::Problem;

/// An error of the lessons.
pub(crate) fn of_lessons(error: &lab_lessons::Error) -> Problem {
    Problem { code: error.code(), message: error.to_string(), detail: String::new(), hint: error.hint().into() }
}
