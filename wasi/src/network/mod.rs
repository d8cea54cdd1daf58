//! What a guest may do with the network: nothing, unless it is granted address by address.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use crate::streams::HostHandle;

/// What is granted of the network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Where TCP connections may be made to.
    pub tcp_connect: AddressSet,
    /// Where TCP connections may be waited for.
    pub tcp_listen: AddressSet,
    /// Where UDP sockets may be bound, and with whom they may speak.
    pub udp: AddressSet,
    /// Which names may be looked up.
    pub names: NameSet,
    /// Sockets that listen already, which preview 1 finds among its descriptors.
    pub(crate) listeners: Vec<HostHandle>,
}

/// Addresses that are granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressSet(Vec<AddressPattern>);

impl AddressSet {
    /// Adds what a pattern describes.
    pub fn allow(&mut self, pattern: AddressPattern) {
        self.0.push(pattern);
    }

    /// Whether an address is granted.
    pub fn allows(&self, address: SocketAddr) -> bool {
        self.0.iter().any(|pattern| pattern.matches(address))
    }

    /// Whether no address is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A set of addresses: a network and a port, each of which may be any. In text: `127.0.0.1:8080`, `10.0.0.0/8:443`,
/// `[::1]:*`, `*:80`, `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressPattern {
    /// A network's address, and how many leading bits of it count.
    network: Option<(IpAddr, u8)>,
    port: Option<u16>,
}

impl AddressPattern {
    /// Every address.
    pub const ANY: AddressPattern = AddressPattern { network: None, port: None };

    /// Whether the address is one of these. An IPv4 address that is written as an IPv6 one is an IPv4 address.
    pub fn matches(&self, address: SocketAddr) -> bool {
        let host = address.ip().to_canonical();
        self.port.is_none_or(|port| port == address.port())
            && self.network.is_none_or(|(network, bits)| same_network(network, host, bits))
    }
}

/// Whether the leading bits of two addresses are the same.
fn same_network(one: IpAddr, two: IpAddr, bits: u8) -> bool {
    let differ = match (one, two) {
        (IpAddr::V4(one), IpAddr::V4(two)) => u128::from(one.to_bits() ^ two.to_bits()) << 96,
        (IpAddr::V6(one), IpAddr::V6(two)) => one.to_bits() ^ two.to_bits(),
        _ => return false,
    };
    differ.leading_zeros() >= u32::from(bits)
}

impl From<SocketAddr> for AddressPattern {
    fn from(address: SocketAddr) -> AddressPattern {
        let host = address.ip().to_canonical();
        AddressPattern { network: Some((host, all_bits(host))), port: Some(address.port()) }
    }
}

fn all_bits(host: IpAddr) -> u8 {
    if host.is_ipv4() { 32 } else { 128 }
}

impl FromStr for AddressPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<AddressPattern, PatternError> {
        let wrong = || PatternError(text.into());
        if text == "*" {
            return Ok(AddressPattern::ANY);
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = if port == "*" { None } else { Some(port.parse().map_err(|_| wrong())?) };
        if host == "*" {
            return Ok(AddressPattern { network: None, port });
        }
        let (host, bits) = match host.split_once('/') {
            Some((host, bits)) => (host, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (host, None),
        };
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        // Without the brackets, nobody knows which colon is before the port.
        let host: IpAddr = match inner {
            Some(inner) => IpAddr::V6(inner.parse().map_err(|_| wrong())?),
            None => IpAddr::V4(host.parse().map_err(|_| wrong())?),
        };
        let bits = bits.unwrap_or(all_bits(host));
        if bits > all_bits(host) {
            return Err(wrong());
        }
        Ok(AddressPattern { network: Some((host, bits)), port })
    }
}

/// Text that is no [`AddressPattern`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PatternError(text) = self;
        write!(f, "`{text}` is no address: write 127.0.0.1:8080, 10.0.0.0/8:443, [::1]:*, *:80 or *")
    }
}

impl std::error::Error for PatternError {}

/// Names that may be looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NameSet {
    /// None.
    #[default]
    None,
    /// These.
    Some(Vec<String>),
    /// All.
    All,
}

impl NameSet {
    /// Whether a name is one of these. Names of the network are the same in upper and lower case, and in the letters of
    /// an alphabet and those that the network has for them.
    pub fn allows(&self, name: &str) -> bool {
        match self {
            NameSet::None => false,
            NameSet::Some(names) => {
                let wanted = ascii_name(name);
                wanted.is_some() && names.iter().any(|allowed| ascii_name(allowed) == wanted)
            }
            NameSet::All => true,
        }
    }
}

/// A name as the network knows it: in lower case, and in ASCII (by the rules of IDNA). Nothing, if it is no name: labels
/// of letters, digits, hyphens and underscores, with dots between them, and maybe one at the end.
pub fn ascii_name(name: &str) -> Option<String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let ascii = idna::domain_to_ascii(name).ok()?;
    let labels = ascii.strip_suffix('.').unwrap_or(&ascii);
    (labels.len() <= 253 && labels.split('.').all(is_label)).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::{AddressPattern, NameSet, ascii_name};

    #[test]
    fn patterns_match_what_they_say() {
        let cases = [
            ("127.0.0.1:80", "127.0.0.1:80", true),
            ("127.0.0.1:80", "127.0.0.1:81", false),
            ("127.0.0.1:80", "127.0.0.2:80", false),
            ("127.0.0.1:80", "[::ffff:127.0.0.1]:80", true),
            ("10.0.0.0/8:*", "10.200.3.4:5", true),
            ("10.0.0.0/8:*", "11.0.0.0:5", false),
            ("0.0.0.0/0:53", "8.8.8.8:53", true),
            ("0.0.0.0/0:53", "[::1]:53", false),
            ("[::1]:*", "[::1]:9", true),
            ("[fe80::]/10:1", "[febf::2]:1", true),
            ("[fe80::]/10:1", "[fec0::2]:1", false),
            ("*:443", "[2001:db8::1]:443", true),
            ("*:443", "1.2.3.4:80", false),
            ("*", "1.2.3.4:80", true),
        ];
        for (pattern, address, expected) in cases {
            let pattern_read: AddressPattern = pattern.parse().unwrap_or_else(|error| panic!("{error}"));
            let address = address.parse().expect("an address");
            assert_eq!(pattern_read.matches(address), expected, "{pattern} and {address}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "80", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4/33:1", "::1:80", "*:x"]
        {
            assert!(text.parse::<AddressPattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_match_in_any_case() {
        let names = NameSet::Some(vec!["example.org".into()]);
        assert!(names.allows("Example.ORG") && !names.allows("www.example.org"));
        assert!(!NameSet::None.allows("example.org") && NameSet::All.allows("x"));
        let names = NameSet::Some(vec!["B\u{fc}cher.example".into(), "xn--4gbrim.example".into(), "".into()]);
        assert!(names.allows("b\u{fc}cher.EXAMPLE") && names.allows("xn--bcher-kva.example"));
        assert!(names.allows("\u{645}\u{648}\u{642}\u{639}.example") && !names.allows("bucher.example"));
        assert!(!names.allows("") && !names.allows("a b"));
    }

    #[test]
    fn names_are_ascii_on_the_network() {
        let long = "x".repeat(63);
        let cases = [
            ("localhost", Some("localhost")),
            ("Example.ORG.", Some("example.org.")),
            ("_dmarc.a-b.example", Some("_dmarc.a-b.example")),
            ("stra\u{df}e.example", Some("xn--strae-oqa.example")),
            ("B\u{dc}CHER.example", Some("xn--bcher-kva.example")),
            ("bu\u{308}cher.example", Some("xn--bcher-kva.example")),
            ("\u{ff45}xample\u{3002}org", Some("example.org")),
            (&*long, Some(&*long)),
            ("", None),
            (".", None),
            ("a..b", None),
            (".a", None),
            ("a b", None),
            ("a/b", None),
            ("a:80", None),
            ("a\0b", None),
            ("a%2eb", None),
            ("user@host", None),
            ("\u{ff0f}etc", None),
            ("xn--\u{fc}", None),
            ("xn--0", None),
            (&*"x".repeat(64), None),
            (&*"x.".repeat(128), None),
        ];
        for (name, expected) in cases {
            assert_eq!(ascii_name(name).as_deref(), expected, "{name:?}");
        }
    }
}
