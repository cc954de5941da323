//! A broker made of answers: for what a real one cannot be brought to say at will. Speaks only what a test gives it.

use std::sync::Arc;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{
        ApiKey, ApiVersionsResponse, RequestHeader, RequestKind, ResponseHeader, ResponseKind,
        api_versions_response::ApiVersion,
    },
    protocol::{Encodable, decode_request_header_from_buffer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What it answers; none means silence.
pub(crate) type Answers = Arc<dyn Fn(&RequestKind) -> Option<ResponseKind> + Send + Sync>;

/// Listens on a free port until the test ends; gives the address.
pub(crate) async fn broker(answers: Answers) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&answers)));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, answers: Answers) -> Option<()> {
    loop {
        let size = stream.read_i32().await.ok()?;
        let mut bytes = BytesMut::zeroed(usize::try_from(size).ok()?);
        stream.read_exact(&mut bytes).await.ok()?;
        let mut bytes = bytes.freeze();
        let header = decode_request_header_from_buffer(&mut bytes).ok()?;
        let key = ApiKey::try_from(header.request_api_key).ok()?;
        let request = RequestKind::decode(key, &mut bytes, header.request_api_version).ok()?;
        let answer = match request {
            RequestKind::ApiVersions(_) => Some(ResponseKind::ApiVersions(versions())),
            request => answers(&request),
        };
        if let Some(answer) = answer {
            stream.write_all(&frame(&header, key, &answer)).await.ok()?;
        }
    }
}

/// Every question in every version this crate knows.
fn versions() -> ApiVersionsResponse {
    let keys = (0..=93).filter_map(|key| ApiKey::try_from(key).ok());
    let spoken = keys.map(|key| {
        let range = key.valid_versions();
        ApiVersion::default().with_api_key(key as i16).with_min_version(range.min).with_max_version(range.max)
    });
    ApiVersionsResponse::default().with_api_keys(spoken.collect())
}

fn frame(asked: &RequestHeader, key: ApiKey, answer: &ResponseKind) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i32(0);
    let header = ResponseHeader::default().with_correlation_id(asked.correlation_id);
    header.encode(&mut bytes, key.response_header_version(asked.request_api_version)).unwrap();
    answer.encode(&mut bytes, asked.request_api_version).unwrap();
    let length = u32::try_from(bytes.remaining() - 4).unwrap();
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes.freeze()
}
