//! Kafka's compressions, unpacked as a stream: however much a batch swells, no more of it is held than is looked at.

use std::io::{BufRead, BufReader, Error, Read, Result};

/// No window of a compression needs more than this many bytes, as a power of two.
const LARGEST_WINDOW: u32 = 27;
/// A block of Kafka's own snappy framing is 32 kB; other clients send larger ones.
const LARGEST_BLOCK: usize = 64 << 20;

/// What is packed, as a stream of what it was.
pub(super) fn unpack(codec: i16, packed: &[u8]) -> Result<Box<dyn BufRead + '_>> {
    Ok(match codec {
        0 => Box::new(packed),
        1 => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(packed))),
        2 => Box::new(BufReader::new(Snappy::over(packed))),
        3 => Box::new(BufReader::new(lz4::Decoder::new(packed)?)),
        4 => {
            let mut unpacking = zstd::Decoder::with_buffer(packed)?;
            unpacking.window_log_max(LARGEST_WINDOW)?;
            Box::new(BufReader::new(unpacking))
        }
        other => return Err(Error::other(format!("compression {other} is not known"))),
    })
}

/// Snappy in blocks, as Java's clients write it; others write one block without a frame.
struct Snappy<'a> {
    left: &'a [u8],
    framed: bool,
    block: Vec<u8>,
    taken: usize,
}

impl<'a> Snappy<'a> {
    fn over(packed: &'a [u8]) -> Self {
        const MAGIC: &[u8] = b"\x82SNAPPY\0";
        // Magic, version and the oldest version that can read it.
        let framed = packed.starts_with(MAGIC) && packed.len() >= MAGIC.len() + 8;
        let left = if framed { &packed[MAGIC.len() + 8..] } else { packed };
        Self { left, framed, block: Vec::new(), taken: 0 }
    }

    fn next_block(&mut self) -> Result<()> {
        let packed = if self.framed {
            let broken = || Error::other("a block of snappy ends early");
            let (length, left) = self.left.split_first_chunk::<4>().ok_or_else(broken)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            let (packed, left) = left.split_at_checked(length).ok_or_else(broken)?;
            self.left = left;
            packed
        } else {
            std::mem::take(&mut self.left)
        };
        if snap::raw::decompress_len(packed).map_err(Error::other)? > LARGEST_BLOCK {
            return Err(Error::other("a block of snappy is too large"));
        }
        self.block = snap::raw::Decoder::new().decompress_vec(packed).map_err(Error::other)?;
        self.taken = 0;
        Ok(())
    }
}

impl Read for Snappy<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        while self.taken == self.block.len() {
            if self.left.is_empty() {
                return Ok(0);
            }
            self.next_block()?;
        }
        let count = (&self.block[self.taken..]).read(into)?;
        self.taken += count;
        Ok(count)
    }
}
