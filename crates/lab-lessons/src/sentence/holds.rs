//! The expression of a sentence: CEL, compiled once, evaluated against models.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use cel::{Context, Env, Program};
use lab_model::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Truth;
use crate::Error;

/// The model at the moment a sentence began to be followed, as a variable of the expression.
pub(crate) const BEFORE: &str = "before";
/// The journal time of that moment, as a variable of the expression.
pub(crate) const BEGAN: &str = "began";

/// CEL's own functions and macros: immutable, and too costly to build for each evaluation.
static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A compiled CEL expression.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Holds {
    text: String,
    program: Arc<Program>,
    /// The variables it reads: only these are converted for an evaluation.
    reads: Vec<String>,
}

/// What an expression is evaluated against.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The view's model.
    pub model: &'a Value,
    /// The model when the sentence began to be followed: the variable `before`. None while there was none.
    pub before: Option<&'a Value>,
    /// Journal time at which it began to be followed: the variable `began`.
    pub began: Millis,
}

impl Holds {
    /// Compiles an expression.
    ///
    /// # Errors
    /// [`Error::Holds`] if it is not CEL.
    pub fn new(text: &str) -> Result<Self, Error> {
        let program = Program::compile(text).map_err(|errors| refused(text, &errors))?;
        let reads = program.references().variables().into_iter().map(str::to_owned).collect();
        Ok(Self { text: text.to_owned(), program: Arc::new(program), reads })
    }

    /// The expression as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Does it look back at the model from when it began to be followed?
    pub(crate) fn reads_before(&self) -> bool {
        self.reads.iter().any(|name| name == BEFORE)
    }

    /// Is it so? Unknown where the model does not say: a value is null or missing, or the answer is not yes or no.
    pub fn evaluate(&self, moment: Moment<'_>) -> Truth {
        let mut context = Context::with_env(Arc::clone(&STANDARD));
        for name in &self.reads {
            let value = match (moment.model.get(name), name.as_str()) {
                (Some(value), _) => cel_value(value),
                (None, BEGAN) => cel::Value::Int(i64::try_from(moment.began).unwrap_or(i64::MAX)),
                (None, BEFORE) => match moment.before {
                    Some(before) => cel_value(before),
                    None => continue,
                },
                (None, _) => continue,
            };
            context.add_variable_from_value(name.as_str(), value);
        }
        match self.program.execute(&context) {
            Ok(cel::Value::Bool(true)) => Truth::True,
            Ok(cel::Value::Bool(false)) => Truth::False,
            Ok(_) | Err(_) => Truth::Unknown,
        }
    }
}

/// Whole numbers become CEL's `int` where they fit: left to itself, the crate makes positive ones `uint`, and then
/// `log_end - 1` has no meaning.
fn cel_value(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(yes) => cel::Value::Bool(*yes),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => cel::Value::Int(int),
            (None, Some(uint)) => cel::Value::UInt(uint),
            (None, None) => cel::Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => cel::Value::String(Arc::new(text.clone())),
        Value::Array(items) => cel::Value::List(Arc::new(items.iter().map(cel_value).collect())),
        Value::Object(map) => {
            let map: std::collections::HashMap<String, cel::Value> =
                map.iter().map(|(key, value)| (key.clone(), cel_value(value))).collect();
            cel::Value::Map(map.into())
        }
    }
}

/// The first thing the parser stumbled over, in one line.
pub(crate) fn refused(text: &str, errors: &cel::ParseErrors) -> Error {
    let Some(first) = errors.errors.first() else {
        return Error::Holds { text: text.to_owned(), why: "it is empty".to_owned(), offset: 0 };
    };
    let (line, column) = (usize::try_from(first.pos.0).unwrap_or(1), usize::try_from(first.pos.1).unwrap_or(1));
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (before + column.saturating_sub(1)).min(text.len());
    Error::Holds { text: text.to_owned(), why: short(&first.msg), offset }
}

/// In an author's words, without the parser's list of every token it would have taken.
fn short(message: &str) -> String {
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let message = &message[..message.find(" expecting ").unwrap_or(message.len())];
    let openings = ["mismatched input ", "extraneous input ", "token recognition error at: "];
    let token = openings.iter().find_map(|opening| message.strip_prefix(opening));
    match token.map(|token| token.trim_matches('\'').trim().to_owned()) {
        Some(end) if end == "<EOF>" => "it ends too early".to_owned(),
        Some(token) => format!("`{token}` does not belong here"),
        None => message.to_owned(),
    }
}

impl fmt::Debug for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holds({:?})", self.text)
    }
}

impl PartialEq for Holds {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl TryFrom<String> for Holds {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(&text)
    }
}

impl From<Holds> for String {
    fn from(holds: Holds) -> Self {
        holds.text
    }
}
