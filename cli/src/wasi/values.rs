//! The values of options for WASI.

use std::fmt;
use std::net::ToSocketAddrs;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use falkirk::wasi::files::Access;
use falkirk::wasi::network::AddressPattern;
use falkirk::wasi::report::{Answer, Given};

/// A directory, its name for the guest, and what may be done in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    pub host: String,
    pub guest: String,
    pub access: Access,
}

impl FromStr for Directory {
    type Err = String;

    fn from_str(text: &str) -> Result<Directory, String> {
        let (names, access) = match text.strip_suffix(":ro") {
            Some(names) => (names, Access::ReadOnly),
            None => (text, Access::ReadWrite),
        };
        let (host, guest) = names.split_once("::").unwrap_or((names, names));
        if host.is_empty() || guest.is_empty() {
            return Err("write HOST, HOST::GUEST, or either with :ro behind it".into());
        }
        Ok(Directory { host: host.into(), guest: guest.into(), access })
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        if self.guest != self.host {
            write!(f, "::{}", self.guest)?;
        }
        if self.access == Access::ReadOnly { f.write_str(":ro") } else { Ok(()) }
    }
}

/// Reads `NAME=VALUE`.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("write NAME=VALUE".into()),
    }
}

/// Where a standard stream comes from or goes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Stream {
    /// Nowhere.
    Null,
    /// A file.
    File(PathBuf),
}

impl FromStr for Stream {
    type Err = String;

    fn from_str(text: &str) -> Result<Stream, String> {
        match text {
            "" => Err("write the name of a file, or null".into()),
            "null" => Ok(Stream::Null),
            file => Ok(Stream::File(file.into())),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Null => f.write_str("null"),
            Stream::File(file) => file.display().fmt(f),
        }
    }
}

/// Addresses of the network, as they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct Addresses {
    pub text: String,
    pub patterns: Vec<AddressPattern>,
}

impl FromStr for Addresses {
    type Err = String;

    /// A pattern, or a host's name and a port: then the name is looked up, now.
    fn from_str(text: &str) -> Result<Addresses, String> {
        let wrong = match text.parse() {
            Ok(pattern) => return Ok(Addresses { text: text.into(), patterns: vec![pattern] }),
            Err(error) => error,
        };
        let Some((host, port)) = text.rsplit_once(':') else { return Err(wrong.to_string()) };
        let is_name = host.chars().any(|char| char.is_ascii_alphabetic())
            && host.chars().all(|char| char.is_ascii_alphanumeric() || "-._".contains(char));
        if !is_name || (port != "*" && port.parse::<u16>().is_err()) {
            return Err(wrong.to_string());
        }
        let found = (host, 0).to_socket_addrs().map_err(|error| format!("the name `{host}` is not found: {error}"))?;
        let host = |address: std::net::SocketAddr| match address.ip() {
            std::net::IpAddr::V4(ip) => format!("{ip}:{port}"),
            std::net::IpAddr::V6(ip) => format!("[{ip}]:{port}"),
        };
        let patterns = found.map(|address| host(address).parse().map_err(|_| wrong.to_string()));
        Ok(Addresses { text: text.into(), patterns: patterns.collect::<Result<_, String>>()? })
    }
}

/// What is withheld, and how the guest is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Denied {
    pub given: Given,
    pub answer: Answer,
}

impl FromStr for Denied {
    type Err = String;

    fn from_str(text: &str) -> Result<Denied, String> {
        let (name, answer) = match text.strip_suffix(":trap") {
            Some(name) => (name, Answer::Trap),
            None => (text, Answer::Denied),
        };
        let Some(given) = Given::by_name(name) else {
            let names: Vec<_> = Given::ALL.iter().map(|given| given.name()).collect();
            return Err(format!("write one of {}, or with :trap behind it", names.join(", ")));
        };
        Ok(Denied { given, answer })
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trap = if self.answer == Answer::Trap { ":trap" } else { "" };
        write!(f, "{}{trap}", self.given.name())
    }
}

/// A clock that stands still, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedClock {
    pub text: String,
    pub time: SystemTime,
}

impl FromStr for FixedClock {
    type Err = String;

    fn from_str(text: &str) -> Result<FixedClock, String> {
        let seconds = text.strip_prefix("fixed:").and_then(seconds_since_1970);
        let time = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let wanted = "write fixed:2026-01-31, fixed:2026-01-31T12:00:00Z, or fixed: and the seconds since 1970";
        Ok(FixedClock { text: text.into(), time: time.ok_or(wanted)? })
    }
}

/// `2026-01-31`, `2026-01-31T12:00:00Z`, or a number of seconds.
fn seconds_since_1970(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.strip_suffix('Z')?, ':')?;
    let fits = year >= 1970 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    if !fits || year > 9999 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let years: u64 = (1970..year).map(|year| (1..=12).map(|month| days_in(year, month)).sum::<u64>()).sum();
    let days = years + (1..month).map(|month| days_in(year, month)).sum::<u64>() + day - 1;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// Three numbers with something between them.
fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let numbers: Option<Vec<u64>> = text.split(between).map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `seed:N`.
pub fn seed(text: &str) -> Result<u64, String> {
    let number = text.strip_prefix("seed:").and_then(|number| number.parse().ok());
    number.ok_or_else(|| "write seed: and a number, as in seed:7".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text is read, and written again as the second one; what is nothing is refused.
    fn check<T: FromStr<Err = String>>(show: impl Fn(T) -> String, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(text.parse::<T>().map_or_else(|_| String::new(), &show), *expected, "{text}");
        }
    }

    #[test]
    fn values_are_read_and_others_refused() {
        check::<Directory>(
            |it| format!("{} {} {:?}, {it}", it.host, it.guest, it.access),
            &[
                ("a/b", "a/b a/b ReadWrite, a/b"),
                ("a:b::/c", "a:b /c ReadWrite, a:b::/c"),
                (".::/:ro", ". / ReadOnly, .::/:ro"),
                ("/x:ro", "/x /x ReadOnly, /x:ro"),
                ("", ""),
                ("::/", ""),
                ("a::", ""),
                (":ro", ""),
            ],
        );
        check::<Stream>(|it| format!("{it:?}, {it}"), &[("null", "Null, null"), ("f", "File(\"f\"), f"), ("", "")]);
        check::<Denied>(
            |it| format!("{:?} {:?}, {it}", it.given, it.answer),
            &[
                ("stdout", "Stdout Denied, stdout"),
                ("random:trap", "Random Trap, random:trap"),
                ("", ""),
                ("disk", ""),
                ("stdout:no", ""),
            ],
        );
    }

    #[test]
    fn times_are_read() {
        let seconds = |it: FixedClock| it.time.duration_since(UNIX_EPOCH).expect("since 1970").as_secs().to_string();
        let cases = [
            ("fixed:0", "0"),
            ("fixed:1700000000", "1700000000"),
            ("fixed:1970-01-02", "86400"),
            ("fixed:2000-03-01", "951868800"),
            ("fixed:2024-02-29T23:59:59Z", "1709251199"),
            ("fixed:2100-03-01", "4107542400"),
            ("fixed:2026-02-29", ""),
            ("fixed:1969-12-31", ""),
            ("fixed:2026-01-01T24:00:00Z", ""),
            ("fixed:2026-01-01T00:00:00", ""),
            ("fixed:99999999999999999999", ""),
            ("fixed:", ""),
            ("2026-01-01", ""),
        ];
        check(seconds, &cases);
        assert_eq!((seed("seed:7"), seed("7").is_err(), seed("seed:x").is_err()), (Ok(7), true, true));
    }

    #[test]
    fn addresses_are_patterns_or_names() {
        let allowed = |text: &str, address: &str| {
            let address = address.parse().expect("an address");
            text.parse::<Addresses>().map(|it| it.patterns.iter().any(|pattern| pattern.matches(address))).ok()
        };
        assert_eq!(allowed("10.0.0.0/8:*", "10.1.2.3:4"), Some(true));
        assert_eq!(allowed("localhost:80", "127.0.0.1:80"), Some(true));
        assert_eq!(allowed("localhost:*", "127.0.0.1:81"), Some(true));
        assert_eq!(allowed("localhost:80", "127.0.0.1:81"), Some(false));
        for text in ["", "localhost", "localhost:x", "1.2.3:80", "a b:80", "::1:80"] {
            assert_eq!(allowed(text, "127.0.0.1:80"), None, "{text}");
        }
    }
}
