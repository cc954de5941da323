//! Reads the protocol's notations from the bytes of one frame.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The bytes are not what the protocol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not what the protocol says")]
pub(crate) struct Garbled;

/// What is left of a frame.
pub(crate) struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Garbled> {
        let (taken, left) = self.left.split_at_checked(count).ok_or(Garbled)?;
        self.left = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Garbled> {
        self.take(N)?.try_into().map_err(|_| Garbled)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Garbled> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn short(&mut self) -> Result<u16, Garbled> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn int(&mut self) -> Result<i32, Garbled> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// A number of things, never negative.
    pub(crate) fn count(&mut self) -> Result<usize, Garbled> {
        usize::try_from(self.int()?).map_err(|_| Garbled)
    }

    pub(crate) fn uuid(&mut self) -> Result<[u8; 16], Garbled> {
        self.array()
    }

    pub(crate) fn string(&mut self) -> Result<String, Garbled> {
        let length = usize::from(self.short()?);
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    pub(crate) fn strings(&mut self) -> Result<Vec<String>, Garbled> {
        (0..self.short()?).map(|_| self.string()).collect()
    }

    /// `[bytes]`: none where the length is negative.
    pub(crate) fn bytes(&mut self) -> Result<Option<&'a [u8]>, Garbled> {
        match usize::try_from(self.int()?) {
            Ok(length) => self.take(length).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// `[unsigned vint]`: the leading ones of the first byte tell how many more there are.
    pub(crate) fn length(&mut self) -> Result<usize, Garbled> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let begin = u64::from(first).checked_rem(1 << (8 - more)).unwrap_or_default();
        let bytes = self.take(usize::try_from(more).map_err(|_| Garbled)?)?;
        let number = bytes.iter().fold(begin, |number, byte| number << 8 | u64::from(*byte));
        usize::try_from(number).map_err(|_| Garbled)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.left.is_empty()
    }

    /// `[inet]`: an address with a port.
    pub(crate) fn inet(&mut self) -> Result<(IpAddr, i32), Garbled> {
        let length = usize::from(self.byte()?);
        let address = ip(self.take(length)?).ok_or(Garbled)?;
        Ok((address, self.int()?))
    }
}

/// An address of 4 or 16 bytes.
pub(crate) fn ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into()),
        _ => None,
    }
}
