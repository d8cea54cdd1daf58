//! As much of HTTP/1.1 as a page on the same machine needs: one request per connection, a body of a known length.
//!
//! `httparse` reads the head of a request. What is left out is what goes wrong in servers: bodies in chunks,
//! connections that are used again, headers made of what a client sent.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How long a client may take to send a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the head of a request may be.
const HEAD: usize = 16 << 10;
/// How many headers it may have.
const HEADERS: usize = 64;
/// How long the body of a request may be.
pub const BODY: usize = 256 << 10;
/// How much of a body that nobody wants is still taken from the client, so that it reads the answer.
const UNWANTED: usize = 4 << 20;

/// A request.
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path, without what comes behind a question mark.
    pub path: String,
    headers: Vec<(String, String)>,
    /// The body; none until it was asked for with [`Connection::body`].
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header (the name in lower case), if it is there just once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }

    /// Whether a header is there.
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other == name)
    }
}

/// An answer.
pub struct Response {
    /// The status.
    pub status: Status,
    /// The type of the body.
    pub kind: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// A status with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16, pub &'static str);

impl Status {
    /// It went well.
    pub const OK: Status = Status(200, "OK");
    /// The request is not one.
    pub const BAD: Status = Status(400, "Bad Request");
    /// Who asks has no right to.
    pub const FORBIDDEN: Status = Status(403, "Forbidden");
    /// There is nothing here.
    pub const NOT_FOUND: Status = Status(404, "Not Found");
    /// There is something here, but not for this method.
    pub const METHOD: Status = Status(405, "Method Not Allowed");
    /// The client was too slow.
    pub const TIMEOUT: Status = Status(408, "Request Timeout");
    /// The body's length is not known.
    pub const LENGTH: Status = Status(411, "Length Required");
    /// The body is too large.
    pub const TOO_LARGE: Status = Status(413, "Content Too Large");
    /// The body is not JSON.
    pub const TYPE: Status = Status(415, "Unsupported Media Type");
    /// The head is too large.
    pub const HEAD: Status = Status(431, "Request Header Fields Too Large");

    /// An answer that says no more than this.
    pub fn alone(self) -> Response {
        let body = format!("{} {}\n", self.0, self.1).into_bytes();
        Response { status: self, kind: "text/plain; charset=utf-8", body }
    }
}

/// Nothing is loaded from elsewhere, nothing is kept, and no other page may embed, open or read this one.
const GUARDS: &str = "\
Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r
Cross-Origin-Opener-Policy: same-origin\r
Cross-Origin-Resource-Policy: same-origin\r
Referrer-Policy: no-referrer\r
X-Content-Type-Options: nosniff\r
X-Frame-Options: DENY\r
Cache-Control: no-store\r
Connection: close\r
";

/// A connection of a client, for one request.
pub struct Connection {
    stream: TcpStream,
    end: Instant,
    /// What was read behind the head.
    rest: Vec<u8>,
}

impl Connection {
    /// The client has so long from now on.
    pub fn new(stream: TcpStream) -> Connection {
        Connection { stream, end: Instant::now() + PATIENCE, rest: Vec::new() }
    }

    /// Reads the head of the request.
    pub fn head(&mut self) -> Result<Request, Status> {
        let mut bytes = Vec::new();
        loop {
            if let Some((request, length)) = parse(&bytes)? {
                self.rest = bytes.split_off(length);
                return Ok(request);
            }
            if bytes.len() >= HEAD {
                return Err(Status::HEAD);
            }
            self.read(&mut bytes, HEAD)?;
        }
    }

    /// Reads the body of the request.
    pub fn body(&mut self, request: &mut Request) -> Result<(), Status> {
        if request.has("transfer-encoding") || !request.has("content-length") {
            return Err(Status::LENGTH);
        }
        let digits = request.header("content-length").unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Status::BAD);
        }
        let length = digits.parse().ok().filter(|length| *length <= BODY).ok_or(Status::TOO_LARGE)?;
        request.body = std::mem::take(&mut self.rest);
        while request.body.len() < length {
            self.read(&mut request.body, length)?;
        }
        request.body.truncate(length);
        Ok(())
    }

    /// Reads what is there, until there are at most so many bytes.
    fn read(&mut self, bytes: &mut Vec<u8>, most: usize) -> Result<(), Status> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() || self.stream.set_read_timeout(Some(left)).is_err() {
            return Err(Status::TIMEOUT);
        }
        let before = bytes.len();
        bytes.resize((before + 4096).min(most), 0);
        let read = self.stream.read(&mut bytes[before..]).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Status::TIMEOUT,
            _ => Status::BAD,
        })?;
        bytes.truncate(before + read);
        if read == 0 { Err(Status::BAD) } else { Ok(()) }
    }

    /// Sends the answer and ends the connection. A client that does not listen is no concern of ours.
    pub fn answer(mut self, response: &Response) {
        let Response { status: Status(number, reason), kind, body } = response;
        let head = format!(
            "HTTP/1.1 {number} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{GUARDS}\r\n",
            body.len()
        );
        let _ = self.stream.set_write_timeout(Some(PATIENCE));
        let sent = self.stream.write_all(head.as_bytes()).and_then(|()| self.stream.write_all(body));
        if sent.is_ok() {
            self.finish();
        }
    }

    /// Closing while the client still sends would take the answer from it.
    fn finish(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let _ = self.stream.set_read_timeout(Some(Duration::from_secs(1)));
        let (mut taken, mut buffer) = (0, [0; 16 << 10]);
        while let Ok(read @ 1..) = self.stream.read(&mut buffer) {
            taken += read;
            if taken > UNWANTED {
                return;
            }
        }
    }
}

/// The head of a request and its length, once it is all there.
fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, Status> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Status::HEAD),
        Err(_) => return Err(Status::BAD),
    };
    let path = parsed.path.unwrap_or_default();
    let path = path.split_once('?').map_or(path, |(path, _)| path).to_owned();
    let header = |header: &httparse::Header<'_>| {
        (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
    };
    let headers = parsed.headers.iter().map(header).collect();
    let method = parsed.method.unwrap_or_default().to_owned();
    Ok(Some((Request { method, path, headers, body: Vec::new() }, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_there() {
        let text = b"POST /a/b?c HTTP/1.1\r\nHost: x\r\nAccept: one\r\naccept: two\r\n\r\nbody";
        for length in 0..text.len() - 4 {
            assert!(parse(&text[..length]).expect("so far it is right").is_none());
        }
        let (request, length) = parse(text).ok().flatten().expect("a request");
        assert_eq!((&*request.method, &*request.path, &text[length..]), ("POST", "/a/b", &b"body"[..]));
        assert_eq!((request.header("host"), request.header("accept")), (Some("x"), None));
        assert!(request.has("accept"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let status = |text: &str| parse(text.as_bytes()).err();
        assert_eq!(status("\u{0}\r\n\r\n"), Some(Status::BAD));
        assert_eq!(status("GET / HTTP/1.1\r\nno colon\r\n\r\n"), Some(Status::BAD));
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65))), Some(Status::HEAD));
    }
}
