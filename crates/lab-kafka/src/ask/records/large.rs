//! The beginning of an answer to Fetch that is too large to be taken: enough to know which batch it is that is so large.

use super::batch::Head;

/// Cuts pieces off the beginning, none where it ends.
struct Cutter<'a>(&'a [u8]);

impl<'a> Cutter<'a> {
    fn cut(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (cut, left) = self.0.split_at_checked(bytes)?;
        self.0 = left;
        Some(cut)
    }

    /// A length of Kafka's compact types, which is one more than it is; 0 for null, and as nothing here.
    fn length(&mut self) -> Option<usize> {
        Some(self.number()?.saturating_sub(1))
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = usize::from(*self.cut(1)?.first()?);
            number |= (byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn tagged(&mut self) -> Option<()> {
        for _ in 0..self.number()? {
            self.number()?;
            let length = self.number()?;
            self.cut(length)?;
        }
        Some(())
    }
}

/// The head of the first batch, if the answer is about one partition and version 12 of it, and its beginning reaches so far.
pub(super) fn first_batch(version: i16, beginning: &[u8]) -> Option<Head> {
    if version != 12 {
        return None;
    }
    let mut answer = Cutter(beginning);
    // Throttled for (4), error (2), session (4); then topics, each with its name and partitions.
    answer.cut(10)?;
    if answer.length()? != 1 {
        return None;
    }
    let name = answer.length()?;
    answer.cut(name)?;
    if answer.length()? != 1 {
        return None;
    }
    // Index (4), error (2), high watermark, last stable offset and log start (8 each).
    answer.cut(30)?;
    for _ in 0..answer.length()? {
        answer.cut(16)?;
        answer.tagged()?;
    }
    // The replica to ask instead (4), and how long the records are.
    answer.cut(4)?;
    answer.length()?;
    Head::read(answer.0)
}
