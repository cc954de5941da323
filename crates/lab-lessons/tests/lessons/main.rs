//! Lessons, sentences and progress, by tables: what goes in, what must come out.

mod flaws;
mod judge;
mod library;
mod lint;
mod progress;
mod sayable;
mod schema;
mod support;
mod truth;
