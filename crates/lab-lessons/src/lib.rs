//! Lessons as data: load, validate, sentences, predictions, progress.
