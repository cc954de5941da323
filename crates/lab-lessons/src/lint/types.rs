//! What a model's JSON Schema says the parts of a sentence are.

use std::collections::BTreeSet;

use serde_json::Value;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Type<'s> {
    /// The value may be null.
    pub(crate) nullable: bool,
    pub(crate) kind: Kind<'s>,
}

/// What it is when it is not null.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind<'s> {
    /// Only null.
    Null,
    Bool,
    Int,
    Float,
    /// With the only words there are, if it is an enumeration.
    Text(Option<BTreeSet<String>>),
    List(Box<Type<'s>>),
    /// An object with the fields of one of these schemas.
    Record(Vec<&'s Value>),
    /// An object whose keys are data.
    Map(Box<Type<'s>>),
    /// Anything: the schema does not say, or a flaw was found already.
    Any,
}

impl<'s> Type<'s> {
    pub(crate) fn of(kind: Kind<'s>) -> Self {
        Self { nullable: false, kind }
    }

    pub(crate) fn any() -> Self {
        Self::of(Kind::Any)
    }

    /// In an author's words.
    pub(crate) fn says(&self) -> String {
        let kind = match &self.kind {
            Kind::Null => return "null".to_owned(),
            Kind::Bool => "yes or no",
            Kind::Int => "a whole number",
            Kind::Float => "a number",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Record(_) | Kind::Map(_) => "an object",
            Kind::Any => "anything",
        };
        if self.nullable { format!("{kind} or null") } else { kind.to_owned() }
    }
}

/// A JSON Schema to look types up in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Types<'s> {
    root: &'s Value,
}

impl<'s> Types<'s> {
    pub(crate) fn new(root: &'s Value) -> Self {
        Self { root }
    }

    /// The type of the whole model.
    pub(crate) fn model(self) -> Type<'s> {
        self.of(self.root, 0)
    }

    /// A field of a record.
    pub(crate) fn field(self, record: &[&'s Value], name: &str) -> Option<Type<'s>> {
        let found = record.iter().filter_map(|schema| schema.get("properties")?.get(name));
        self.either(found.map(|schema| self.of(schema, 0)).collect())
    }

    /// The names of a record's fields.
    pub(crate) fn fields(record: &[&'s Value]) -> Vec<&'s str> {
        let names: BTreeSet<&str> = record
            .iter()
            .filter_map(|schema| schema.get("properties")?.as_object())
            .flat_map(|map| map.keys().map(String::as_str))
            .collect();
        names.into_iter().collect()
    }

    fn of(self, schema: &'s Value, depth: usize) -> Type<'s> {
        // A schema that only refers to itself says nothing.
        if depth > 16 {
            return Type::any();
        }
        let target = schema.get("$ref").and_then(Value::as_str);
        if let Some(target) = target.and_then(|target| self.root.pointer(target.strip_prefix('#')?)) {
            return self.of(target, depth + 1);
        }
        for choice in ["anyOf", "oneOf", "allOf"] {
            if let Some(parts) = schema.get(choice).and_then(Value::as_array) {
                let types = parts.iter().map(|part| self.of(part, depth + 1)).collect();
                return self.either(types).unwrap_or_else(Type::any);
            }
        }
        if let Some(word) = schema.get("const") {
            return words(std::slice::from_ref(word));
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            return words(choices);
        }
        match schema.get("type") {
            Some(Value::String(name)) => self.named(name, schema, depth),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                let types = names.map(|name| self.named(name, schema, depth)).collect();
                self.either(types).unwrap_or_else(Type::any)
            }
            _ => Type::any(),
        }
    }

    fn named(self, name: &str, schema: &'s Value, depth: usize) -> Type<'s> {
        let inner = |key: &str| schema.get(key).map_or_else(Type::any, |part| self.of(part, depth + 1));
        match name {
            "null" => Type { nullable: true, kind: Kind::Null },
            "boolean" => Type::of(Kind::Bool),
            "integer" => Type::of(Kind::Int),
            "number" => Type::of(Kind::Float),
            "string" => Type::of(Kind::Text(None)),
            "array" => Type::of(Kind::List(Box::new(inner("items")))),
            "object" if schema.get("properties").is_some() => Type::of(Kind::Record(vec![schema])),
            "object" => Type::of(Kind::Map(Box::new(inner("additionalProperties")))),
            _ => Type::any(),
        }
    }

    /// The common type of several types, where they have one.
    fn either(self, types: Vec<Type<'s>>) -> Option<Type<'s>> {
        types.into_iter().reduce(|one, other| {
            let nullable = one.nullable || other.nullable;
            let kind = match (one.kind, other.kind) {
                (Kind::Null, kind) | (kind, Kind::Null) => kind,
                (Kind::Text(Some(some)), Kind::Text(Some(more))) => {
                    Kind::Text(Some(some.into_iter().chain(more).collect()))
                }
                (Kind::Text(_), Kind::Text(_)) => Kind::Text(None),
                (Kind::Record(some), Kind::Record(more)) => Kind::Record(some.into_iter().chain(more).collect()),
                (one, other) if one == other => one,
                _ => Kind::Any,
            };
            Type { nullable, kind }
        })
    }
}

fn words<'s>(choices: &[Value]) -> Type<'s> {
    let nullable = choices.iter().any(Value::is_null);
    let texts: BTreeSet<String> = choices.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let only_texts = texts.len() + usize::from(nullable) == choices.len();
    let kind = if only_texts && !texts.is_empty() { Kind::Text(Some(texts)) } else { Kind::Any };
    Type { nullable, kind }
}
