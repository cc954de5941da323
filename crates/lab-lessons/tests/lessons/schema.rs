//! The JSON Schema that authors' editors use is the one the code checks by.

use std::{fs, path::Path};

#[test]
fn the_schema_for_authors_is_fresh() {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../lessons/lesson.schema.json"));
    let fresh = serde_json::to_string_pretty(&lab_lessons::lesson_schema()).unwrap() + "\n";
    let written = fs::read_to_string(file).unwrap_or_default();
    if written != fresh {
        fs::write(file, &fresh).unwrap();
        panic!("{} was out of date and is written anew: look at it and commit it", file.display());
    }
}
