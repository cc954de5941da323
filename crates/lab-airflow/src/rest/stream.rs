//! An answer that is read line by line, on a connection of its own, and left when enough of it was read. Whoever reads it
//! keeps what it wants of it: a log may have a hundred megabytes.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response,
    body::Incoming,
    header::{ACCEPT, AUTHORIZATION, DATE, HOST},
};

use super::{
    Dated, Failure, Rest,
    http::{Http, words as why_closed},
    moment, words,
};

/// So many bytes of an answer are read before the connection is left.
pub(crate) const LONGEST: u64 = 32 << 20;
/// A line longer than this is cut.
const LINE: usize = 1 << 20;
/// A refusal is not near this size.
const REFUSAL: usize = 64 << 10;

/// Where to ask for a stream: it outlives the questions asked beside it.
#[derive(Clone)]
pub(crate) struct StreamAt {
    address: String,
    token: String,
    path: String,
}

/// How reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With the answer.
    Whole,
    /// There was more.
    Left,
}

impl Rest {
    /// Where to ask for a stream as the lab's user.
    pub(crate) async fn stream_at(&mut self, path: &str) -> Result<StreamAt, Failure> {
        let token = match &self.token {
            Some(token) => token.clone(),
            None => self.log_in().await?,
        };
        Ok(StreamAt { address: self.server.address.clone(), token, path: format!("/api/v2/{path}") })
    }

    /// The token was not taken: the next stream asks for another one.
    pub(crate) fn forget_token(&mut self) {
        self.token = None;
    }
}

impl StreamAt {
    /// Gives each line to `take`; all within `deadline`.
    pub(crate) async fn lines(
        &self,
        deadline: Duration,
        take: impl FnMut(&[u8]) + Send,
    ) -> Result<Dated<End>, Failure> {
        match tokio::time::timeout(deadline, self.read(take)).await {
            Ok(read) => read,
            Err(_) => Err(Failure::NoAnswer(format!("its answer took longer than {} s", deadline.as_secs()))),
        }
    }

    async fn read(&self, mut take: impl FnMut(&[u8]) + Send) -> Result<Dated<End>, Failure> {
        let answer = self.begin().await?;
        let at = answer.headers().get(DATE).and_then(|date| moment::of_header(date.to_str().ok()?));
        let (mut body, mut lines, mut read) = (answer.into_body(), Lines::default(), 0_u64);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|why| Failure::NoAnswer(why_closed(&why)))?;
            let Some(part) = frame.data_ref() else { continue };
            read += part.len() as u64;
            lines.add(part, &mut take);
            if read > LONGEST {
                return Ok(Dated { at, said: End::Left });
            }
        }
        lines.end(&mut take);
        Ok(Dated { at, said: End::Whole })
    }

    /// Its head; a refusal as such.
    async fn begin(&self) -> Result<Response<Incoming>, Failure> {
        let mut sender = Http::new(&self.address).connect().await?;
        let request = Request::builder()
            .method(Method::GET)
            .uri(&self.path)
            .header(HOST, &self.address)
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(ACCEPT, "application/x-ndjson")
            .body(Full::<Bytes>::default())
            .map_err(|why| Failure::NoConnection(why.to_string()))?;
        let answer = sender.send_request(request).await.map_err(|why| Failure::NoAnswer(why_closed(&why)))?;
        let status = answer.status().as_u16();
        if status < 400 {
            return Ok(answer);
        }
        let body = Limited::new(answer.into_body(), REFUSAL).collect().await;
        let body = body.map_err(|why| Failure::NoAnswer(why.to_string()))?.to_bytes();
        Err(Failure::Refused { status, words: words(&body) })
    }
}

/// Lines, of parts that end anywhere.
#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    fn add(&mut self, mut part: &[u8], take: &mut impl FnMut(&[u8])) {
        while let Some(end) = part.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = part.split_at(end);
            self.go_on(line);
            take(&self.begun);
            self.begun.clear();
            part = rest.get(1..).unwrap_or_default();
        }
        self.go_on(part);
    }

    fn go_on(&mut self, part: &[u8]) {
        let room = LINE.saturating_sub(self.begun.len());
        self.begun.extend_from_slice(part.get(..room).unwrap_or(part));
    }

    fn end(&self, take: &mut impl FnMut(&[u8])) {
        if !self.begun.is_empty() {
            take(&self.begun);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(parts: &[&str]) -> Vec<String> {
        let (mut lines, mut taken) = (Lines::default(), Vec::new());
        let mut take = |line: &[u8]| taken.push(String::from_utf8_lossy(line).into_owned());
        for part in parts {
            lines.add(part.as_bytes(), &mut take);
        }
        lines.end(&mut take);
        taken
    }

    #[test]
    fn lines_are_whole_wherever_a_part_ends() {
        assert_eq!(lines(&["one\nt", "w", "o\n\nthree"]), ["one", "two", "", "three"]);
        assert_eq!(lines(&["one\n"]), ["one"]);
        assert!(lines(&[]).is_empty());
        let long = "x".repeat(LINE + 9);
        assert_eq!(lines(&[&long, "y\nz"]), [&long[..LINE], "z"]);
    }
}
