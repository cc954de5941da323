//! Runs labs in containers: the only crate that names bollard.
