//! Lessons, sentences and progress, by tables: what goes in, what must come out.

#![allow(clippy::unwrap_used, reason = "a test may end where something is missing")]

mod beside;
mod flaws;
mod judge;
mod library;
mod lint;
mod progress;
mod sayable;
mod schema;
mod support;
mod truth;
mod verdict;
