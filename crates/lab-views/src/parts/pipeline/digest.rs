//! Whether a value is what its hash says.

use lab_model::{Datum, DatumKind};
use sha2::{Digest, Sha256};

/// Hexadecimal digits of a content hash.
const DIGITS: usize = 16;

/// The content hash of bytes: the first 16 hexadecimal digits of their SHA-256.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a value has this content hash; none where it was not read. Of a long one the lab keeps the beginning and the first
/// digits of the same SHA-256, which are compared.
pub(crate) fn has_hash(value: &Datum, hash: &str) -> Option<bool> {
    match (&value.digest, value.kind) {
        (Some(digest), _) if digest.is_empty() => None,
        (Some(digest), _) => Some(hash.starts_with(digest.as_str()) || digest.starts_with(hash)),
        (None, DatumKind::Text | DatumKind::Empty) => Some(content_hash(value.text.as_bytes()) == hash),
        (None, DatumKind::Null) => Some(false),
        (None, _) => None,
    }
}

/// The content hash of a value, or as much of it as the lab keeps of a long one; none where it was not read.
pub(crate) fn content(value: &Datum) -> Option<String> {
    match (&value.digest, value.kind) {
        (Some(digest), _) => Some(digest.clone()).filter(|digest| !digest.is_empty()),
        (None, DatumKind::Text | DatumKind::Empty) => Some(content_hash(value.text.as_bytes())),
        (None, _) => None,
    }
}

/// A text by which something is named, told apart from others also where only its beginning is kept.
pub(crate) fn name_of(value: &Datum) -> String {
    match &value.digest {
        // Engines keep more or fewer digits of it.
        Some(digest) => format!("{}… ({} bytes, {})", value.text, value.bytes, &digest[..digest.len().min(12)]),
        None => value.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_compared_by_what_is_kept_of_their_digest() {
        let all = |bytes: &[u8]| Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let long = "ü".repeat(5000);
        let (hash, short) = (content_hash(long.as_bytes()), content_hash(b"{}"));
        let datum = |text: &str| Datum::of_bytes(Some(text.as_bytes()), all);
        assert_eq!((has_hash(&datum(&long), &hash), has_hash(&datum(&long), &short)), (Some(true), Some(false)));
        assert_eq!((has_hash(&datum("{}"), &short), has_hash(&datum("[]"), &short)), (Some(true), Some(false)));
        assert_eq!(has_hash(&Datum::default(), &short), Some(false));
        assert_eq!(has_hash(&Datum::too_large(7), &short), None);
        assert_eq!(content_hash(b""), "e3b0c44298fc1c14");
    }
}
