//! Frames: a header of nine bytes, then a body. Reads answers, writes questions.

use bytes::{BufMut, Bytes, BytesMut};

use lab_model::Datum;
use scylla::frame::response::result::{CollectionType, ColumnType};

use super::{
    CqlType, Event, Failure, Question, Refusal, datum, literal,
    reader::{Garbled, Reader},
    render, types, uuid_text,
};

pub(super) const HEADER: usize = 9;
/// Larger answers than this are taken for garbage.
const LARGEST_ANSWER: usize = 64 << 20;
/// Rows of an answer; more would stay at the node.
const PAGE: i32 = 5000;

const VERSION: u8 = 4;
const ANSWERS: u8 = 0x80;

const WITH_TRACE: u8 = 0x02;
const WITH_PAYLOAD: u8 = 0x04;
const WITH_WARNINGS: u8 = 0x08;

/// What a frame is.
pub(super) mod opcode {
    pub(crate) const ERROR: u8 = 0x00;
    pub(crate) const STARTUP: u8 = 0x01;
    pub(crate) const READY: u8 = 0x02;
    pub(crate) const AUTHENTICATE: u8 = 0x03;
    pub(crate) const OPTIONS: u8 = 0x05;
    pub(crate) const SUPPORTED: u8 = 0x06;
    pub(crate) const QUERY: u8 = 0x07;
    pub(crate) const RESULT: u8 = 0x08;
    pub(crate) const REGISTER: u8 = 0x0B;
    pub(crate) const EVENT: u8 = 0x0C;
}

/// A frame a node sent.
pub(super) struct Frame {
    flags: u8,
    pub(super) stream: i16,
    pub(super) opcode: u8,
    body: Bytes,
}

/// An answer to a question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// The trace's id, if it was traced.
    pub(crate) trace: Option<String>,
    /// The coordinator's warnings.
    pub(crate) warnings: Vec<String>,
    /// Rows; none if the question has none.
    pub(crate) table: Option<Table>,
}

/// Rows with their columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    rows: Vec<Vec<Option<Bytes>>>,
    /// There are more than were read.
    pub(crate) more: bool,
    /// How to ask for them.
    pub(crate) next: Option<Bytes>,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: CqlType,
}

/// A row, read by the names of its columns. A value that is not there, or of another type, reads as none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    columns: &'a [Column],
    values: &'a [Option<Bytes>],
}

impl Frame {
    /// Takes the first frame out of what was read, if it is complete.
    pub(super) fn split(buffer: &mut BytesMut) -> Result<Option<Self>, Garbled> {
        let Some(header) = buffer.get(..HEADER) else { return Ok(None) };
        let mut reader = Reader::of(header);
        let (version, flags) = (reader.byte()?, reader.byte()?);
        let (stream, opcode, length) = (reader.short()?.cast_signed(), reader.byte()?, reader.count()?);
        if version != VERSION | ANSWERS || length > LARGEST_ANSWER {
            return Err(Garbled);
        }
        if buffer.len() < HEADER + length {
            return Ok(None);
        }
        let mut frame = buffer.split_to(HEADER + length).freeze();
        let body = frame.split_off(HEADER);
        Ok(Some(Self { flags, stream, opcode, body }))
    }

    /// The push it carries.
    pub(super) fn event(&self) -> Result<Event, Garbled> {
        Event::read(&mut Reader::of(&self.body))
    }

    /// The answer it carries, or the refusal.
    pub(super) fn answer(&self) -> Result<Answer, Failure> {
        let garbled = |why: Garbled| Failure::NoAnswer(format!("its answer cannot be read: {why}"));
        let mut reader = Reader::of(&self.body);
        let (trace, warnings) = self.extras(&mut reader).map_err(garbled)?;
        match self.opcode {
            opcode::ERROR => {
                let refusal = Refusal::read(&mut reader, trace, warnings).map_err(garbled)?;
                Err(Failure::Refused(Box::new(refusal)))
            }
            opcode::RESULT => {
                let table = self.table(&mut reader).map_err(garbled)?;
                Ok(Answer { trace, warnings, table })
            }
            opcode::READY | opcode::SUPPORTED => Ok(Answer::default()),
            opcode::AUTHENTICATE => Err(Failure::NoConnection("it wants a user and a password".into())),
            _ => Err(garbled(Garbled)),
        }
    }

    fn extras(&self, reader: &mut Reader<'_>) -> Result<(Option<String>, Vec<String>), Garbled> {
        let trace = if self.flags & WITH_TRACE == 0 { None } else { Some(uuid_text(reader.uuid()?)) };
        let warnings = if self.flags & WITH_WARNINGS == 0 { Vec::new() } else { reader.strings()? };
        if self.flags & WITH_PAYLOAD != 0 {
            for _ in 0..reader.short()? {
                reader.string()?;
                reader.bytes()?;
            }
        }
        Ok((trace, warnings))
    }

    fn table(&self, reader: &mut Reader<'_>) -> Result<Option<Table>, Garbled> {
        const ROWS: i32 = 2;
        if reader.int()? != ROWS {
            return Ok(None);
        }
        let flags = reader.int()?;
        let (shared_table, has_more, no_columns) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
        let count = reader.count()?;
        let next = if has_more { reader.bytes()?.map(|state| self.body.slice_ref(state)) } else { None };
        if no_columns {
            return Err(Garbled);
        }
        if shared_table {
            let (_keyspace, _table) = (reader.string()?, reader.string()?);
        }
        let column = |reader: &mut Reader<'_>| {
            if !shared_table {
                let (_keyspace, _table) = (reader.string()?, reader.string()?);
            }
            Ok(Column { name: reader.string()?, kind: types::read(reader)? })
        };
        let columns: Vec<Column> = (0..count).map(|_| column(reader)).collect::<Result<_, _>>()?;
        let value = |reader: &mut Reader<'_>| Ok(reader.bytes()?.map(|bytes| self.body.slice_ref(bytes)));
        let row = |reader: &mut Reader<'_>| (0..columns.len()).map(|_| value(reader)).collect();
        let rows = (0..reader.count()?).map(|_| row(reader)).collect::<Result<_, _>>()?;
        Ok(Some(Table { columns, rows, more: has_more, next }))
    }
}

impl Table {
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { columns: &self.columns, values })
    }

    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }
}

impl<'a> Row<'a> {
    fn bytes(self, column: &str) -> Option<(&'a CqlType, &'a [u8])> {
        let place = self.columns.iter().position(|known| known.name == column)?;
        Some((&self.columns[place].kind, self.values.get(place)?.as_deref()?))
    }

    /// A value as text.
    pub(crate) fn text(self, column: &str) -> Option<String> {
        self.bytes(column).map(|(kind, bytes)| render(kind, bytes))
    }

    /// A value as CQL would write it.
    pub(crate) fn literal(self, column: &str) -> Option<String> {
        self.bytes(column).map(|(kind, bytes)| literal(kind, bytes))
    }

    /// The same as text, empty where there is none.
    pub(crate) fn word(self, column: &str) -> String {
        self.text(column).unwrap_or_default()
    }

    /// A whole number of any width, a timestamp in Unix milliseconds.
    pub(crate) fn number(self, column: &str) -> Option<i64> {
        let (_, bytes) = self.bytes(column)?;
        match bytes.len() {
            1 => Some(i64::from(bytes[0].cast_signed())),
            2 => Some(i64::from(i16::from_be_bytes(bytes.try_into().ok()?))),
            4 => Some(i64::from(i32::from_be_bytes(bytes.try_into().ok()?))),
            8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
            _ => None,
        }
    }

    /// The elements of a list or set as text.
    pub(crate) fn texts(self, column: &str) -> Vec<String> {
        let read = || {
            let (kind, bytes) = self.bytes(column)?;
            let ColumnType::Collection { typ: CollectionType::Set(of) | CollectionType::List(of), .. } = kind else {
                return None;
            };
            let mut reader = Reader::of(bytes);
            let count = reader.count().ok()?;
            (0..count).map(|_| Some(render(of, reader.bytes().ok()??))).collect()
        };
        read().unwrap_or_default()
    }

    /// A map's entries as text.
    pub(crate) fn entries(self, column: &str) -> Vec<(String, String)> {
        let read = || {
            let (kind, bytes) = self.bytes(column)?;
            let ColumnType::Collection { typ: CollectionType::Map(key, value), .. } = kind else { return None };
            let mut reader = Reader::of(bytes);
            let count = reader.count().ok()?;
            let entry = |reader: &mut Reader<'_>| {
                let key = render(key, reader.bytes().ok()??);
                Some((key, render(value, reader.bytes().ok()??)))
            };
            (0..count).map(|_| entry(&mut reader)).collect()
        };
        read().unwrap_or_default()
    }

    /// The raw bytes of a value.
    pub(crate) fn raw(self, column: &str) -> Option<&'a [u8]> {
        self.bytes(column).map(|(_, bytes)| bytes)
    }

    /// A value as it is shown; null where there is none.
    pub(crate) fn datum(self, column: &str) -> Datum {
        self.bytes(column).map(|(kind, bytes)| datum(kind, Some(bytes))).unwrap_or_default()
    }

    /// All values, in the order of the columns.
    pub(crate) fn all(self) -> Vec<Datum> {
        let values = self.columns.iter().zip(self.values);
        values.map(|(column, value)| datum(&column.kind, value.as_deref())).collect()
    }
}

/// A frame to a node.
pub(super) fn write(opcode: u8, stream: i16, trace: bool, body: &[u8]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(HEADER + body.len());
    bytes.put_u8(VERSION);
    bytes.put_u8(if trace { WITH_TRACE } else { 0 });
    bytes.put_i16(stream);
    bytes.put_u8(opcode);
    bytes.put_u32(u32::try_from(body.len()).unwrap_or(u32::MAX));
    bytes.put_slice(body);
    bytes.freeze()
}

/// `[string map]`.
pub(super) fn string_map(entries: &[(&str, &str)]) -> BytesMut {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(entries.len()).unwrap_or(u16::MAX));
    for (key, value) in entries {
        put_string(&mut body, key);
        put_string(&mut body, value);
    }
    body
}

/// `[string list]`.
pub(super) fn string_list(words: &[&str]) -> BytesMut {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(words.len()).unwrap_or(u16::MAX));
    for word in words {
        put_string(&mut body, word);
    }
    body
}

fn put_string(body: &mut BytesMut, text: &str) {
    body.put_u16(u16::try_from(text.len()).unwrap_or(u16::MAX));
    body.put_slice(text.as_bytes());
}

/// The body of a QUERY.
pub(super) fn query(question: &Question<'_>) -> BytesMut {
    const WITH_PAGE: u8 = 0x04;
    const GOES_ON: u8 = 0x08;
    const WITH_SERIAL: u8 = 0x10;
    let mut body = BytesMut::with_capacity(question.cql.len() + 16);
    body.put_u32(u32::try_from(question.cql.len()).unwrap_or(u32::MAX));
    body.put_slice(question.cql.as_bytes());
    body.put_u16(question.level.code());
    let flag = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
    body.put_u8(WITH_PAGE | flag(GOES_ON, question.from.is_some()) | flag(WITH_SERIAL, question.serial.is_some()));
    body.put_i32(PAGE);
    if let Some(state) = question.from {
        body.put_u32(u32::try_from(state.len()).unwrap_or(u32::MAX));
        body.put_slice(state);
    }
    if let Some(serial) = question.serial {
        body.put_u16(serial.code());
    }
    body
}

#[cfg(test)]
#[path = "frame_test.rs"]
mod tests;
