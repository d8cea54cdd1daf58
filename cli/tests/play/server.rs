//! A running playground, and requests to it byte by byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// `falkirk play`, until this is dropped.
pub struct Server {
    process: Child,
    /// What the program prints to open.
    pub url: String,
}

impl Server {
    /// Starts it with these options, and waits for its address.
    pub fn start(options: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_falkirk"))
            .args(["play", "--no-open"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut url = String::new();
        let printed = process.stdout.as_mut().expect("a pipe");
        BufReader::new(printed).read_line(&mut url).expect("it prints its address");
        Server { process, url: url.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An answer: its status, its head, its body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> &str {
        self.url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("an address")
    }

    /// `/TOKEN/` and a path behind it.
    pub fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.url.split('/').nth(3).expect("a token"))
    }

    /// Sends bytes as they are, and reads the answer.
    pub fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.host()).expect("it listens");
        stream.write_all(request).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8(answer).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// Sends a request with these headers and nothing else.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(format!("{method} {path} HTTP/1.1\r\n{headers}\r\n").as_bytes())
    }

    /// Asks for something as our page does.
    pub fn get(&self, rest: &str) -> Answer {
        self.ask("GET", &self.path(rest), &[("Host", self.host())])
    }

    /// Sends a body as our page does.
    pub fn post(&self, rest: &str, body: &str) -> Answer {
        let (path, host, length) = (self.path(rest), self.host(), body.len());
        self.send(
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .as_bytes(),
        )
    }
}
