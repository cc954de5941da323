//! A TOML file as JSON that remembers where everything was written.
//!
//! A tree feeds the schema check, the names and the typed reading, so that a flaw found by any of them has a line.

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Map, Number, Value};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::flaw::{Flaw, Slip, Spot};

/// A text and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    file: String,
    text: String,
    pub(crate) value: Value,
    spans: BTreeMap<String, Spans>,
}

#[derive(Debug, Clone)]
struct Spans {
    key: Range<usize>,
    value: Range<usize>,
}

impl Source {
    /// Reads TOML.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Flaw> {
        let mut source =
            Self { file: file.to_owned(), text: text.to_owned(), value: Value::Null, spans: BTreeMap::new() };
        let table = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            source.flaw_at(start, format!("this is not TOML: {}", error.message()), String::new())
        })?;
        let span = table.span();
        source.spans.insert(String::new(), Spans { key: span.clone(), value: span });
        source.value = Value::Object(source.table("", table.get_ref()));
        Ok(source)
    }

    fn table(&mut self, pointer: &str, table: &DeTable<'_>) -> Map<String, Value> {
        let mut map = Map::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let inner = format!("{pointer}/{}", escape(name));
            let value = self.value(&inner, key.span(), value);
            map.insert(name.to_owned(), value);
        }
        map
    }

    fn value(&mut self, pointer: &str, key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Value {
        self.spans.insert(pointer.to_owned(), Spans { key, value: value.span() });
        match value.get_ref() {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Value::String(number.to_string()), Value::from),
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .ok()
                .and_then(Number::from_f64)
                .map_or_else(|| Value::String(number.to_string()), Value::Number),
            DeValue::Boolean(yes) => Value::Bool(*yes),
            DeValue::Datetime(time) => Value::String(time.to_string()),
            DeValue::Array(items) => {
                let items = items.iter().enumerate();
                Value::Array(items.map(|(i, item)| self.value(&format!("{pointer}/{i}"), item.span(), item)).collect())
            }
            DeValue::Table(table) => Value::Object(self.table(pointer, table)),
        }
    }

    /// Gives a slip its line.
    pub(crate) fn flaw(&self, slip: Slip) -> Flaw {
        let spans = self.nearest_spans(&slip.pointer);
        let start = match (slip.spot, spans) {
            (_, None) => 0,
            (Spot::Key, Some(spans)) => spans.key.start,
            (Spot::Value, Some(spans)) => spans.value.start,
            (Spot::Inside(offset), Some(spans)) => self.inside(&spans.value, offset),
        };
        self.flaw_at(start, slip.says, slip.hint)
    }

    /// The text's byte in the file: exact where it is written without escapes, else the text's start.
    fn inside(&self, span: &Range<usize>, offset: usize) -> usize {
        let written = self.text.get(span.clone()).unwrap_or_default();
        let quotes = ["'''\n", "\"\"\"\n", "'''", "\"\"\"", "'", "\""];
        let quote = quotes.into_iter().find(|quote| written.starts_with(quote));
        match quote {
            Some(quote) if !(quote.starts_with('"') && written.contains('\\')) => span.start + quote.len() + offset,
            _ => span.start,
        }
    }

    fn nearest_spans(&self, pointer: &str) -> Option<&Spans> {
        let mut pointer = pointer;
        loop {
            if let Some(spans) = self.spans.get(pointer) {
                return Some(spans);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    fn flaw_at(&self, start: usize, says: String, hint: String) -> Flaw {
        let (line, column) = place(&self.text, start);
        Flaw { file: self.file.clone(), line, column, says, hint }
    }
}

/// Line and column, from 1, of a byte in a text.
pub(crate) fn place(text: &str, byte: usize) -> (u32, u32) {
    let end = (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// A key as a part of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
