//! A catalog like the application's: the real schemas of the views, a few actions, two stacks.

use std::{fs, path::Path};

use lab_lessons::{ActionShape, Catalog, StackShape, ViewShape};
use serde_json::json;

/// The folder of fixtures.
pub(crate) fn content() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/content"))
}

pub(crate) fn catalog() -> Catalog {
    let views = lab_views::kinds().iter().map(|kind| {
        let shape = ViewShape { params: (kind.params_schema)().to_value(), model: (kind.model_schema)().to_value() };
        (kind.name.to_owned(), shape)
    });
    let create = json!({
        "type": "object",
        "properties": {
            "topic": { "type": "string", "pattern": "^[a-zA-Z0-9._-]+$" },
            "partitions": { "type": "integer", "minimum": 1, "maximum": 1000 },
            "cleanup": { "enum": ["delete", "compact"] },
        },
        "required": ["topic"],
    });
    let node = json!({
        "type": "object",
        "properties": { "node": { "type": "string" } },
        "required": ["node"],
        "additionalProperties": false,
    });
    let fault = |name: &str| ActionShape { params: node.clone(), fault: Some(name.to_owned()) };
    let stack = |nodes: &[&str], faults: &[&str]| StackShape {
        nodes: nodes.iter().map(ToString::to_string).collect(),
        faults: faults.iter().map(ToString::to_string).collect(),
    };
    Catalog {
        views: views.collect(),
        actions: [
            ("kafka.create_topic".to_owned(), ActionShape { params: create, fault: None }),
            ("node.pause".to_owned(), fault("pause")),
            ("node.cut".to_owned(), fault("cut")),
        ]
        .into(),
        stacks: [
            ("kafka-1".to_owned(), stack(&["kafka-1"], &["stop", "kill", "pause"])),
            ("kafka-3".to_owned(), stack(&["kafka-1", "kafka-2", "kafka-3"], &["stop", "kill", "pause"])),
        ]
        .into(),
    }
}

/// Copies a folder of fixtures into an empty one.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
