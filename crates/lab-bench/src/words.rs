//! Words that every experiment says alike.

use lab_model::{Code, Problem};

/// `n1, n2 and n3`.
pub fn list(names: &[&str]) -> String {
    match names {
        [] => "nobody".into(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Something of that name is not there.
pub fn unknown(message: String, hint: String) -> Problem {
    Problem { code: Code::Unknown, message, detail: String::new(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_is_joined_by_and() {
        assert_eq!(list(&[]), "nobody");
        assert_eq!(list(&["n1"]), "n1");
        assert_eq!(list(&["n1", "n2", "n3"]), "n1, n2 and n3");
    }
}
