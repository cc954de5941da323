//! Reads a proof from its file's text: what is none says where.

use super::{FORMAT, Proof};

/// Why a text is no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub says: String,
}

/// The proof in a text.
///
/// # Errors
/// With the line.
pub fn read(text: &str) -> Result<Proof, Unreadable> {
    let wrong = |error: &serde_json::Error| {
        let whole = error.to_string();
        let says = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(says, _)| says).to_owned();
        Unreadable { line: error.line().max(1), says }
    };
    // Another format may have other fields: it is asked for first.
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    if format != FORMAT {
        let line = text.lines().position(|line| line.contains("\"format\"")).map_or(1, |at| at + 1);
        let says = format!("its format is {format}, and this Pipewright reads format {FORMAT}");
        return Err(Unreadable { line, says });
    }
    let proof: Proof = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    if proof.records.is_empty() {
        let line = text.lines().position(|line| line.contains("\"records\"")).map_or(1, |at| at + 1);
        return Err(Unreadable { line, says: "it has no record, so it proves nothing of any".to_owned() });
    }
    Ok(proof)
}
