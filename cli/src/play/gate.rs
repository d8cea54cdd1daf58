//! Who may ask: only pages that came from here, opened with the link that was printed.
//!
//! | what is checked | whom it keeps out |
//! | --- | --- |
//! | the socket listens on the loopback address only | other machines |
//! | the path begins with a random token | other programs and users, and pages that guess the port |
//! | `Host` names this address | a page whose name was made to lead here (DNS rebinding) |
//! | `Origin` and `Sec-Fetch-Site`, where they are sent | other pages in the same browser |
//! | a body says that it is JSON | forms of other pages, which cannot |

use super::http::{Request, Status};

/// What a request must have to be let in.
pub struct Gate {
    token: String,
    port: u16,
}

impl Gate {
    /// A gate with a new token.
    pub fn new(port: u16) -> Result<Gate, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Gate { token: bytes.iter().map(|byte| format!("{byte:02x}")).collect(), port })
    }

    /// What to open in a browser.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// Lets a request in, and gives what of its path comes behind the token.
    pub fn admit<'a>(&self, request: &'a Request) -> Result<&'a str, Status> {
        let ours = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", self.port));
        let host = request.header("host").is_some_and(|host| ours.iter().any(|name| name == host));
        let origin = !request.has("origin")
            || request.header("origin").and_then(|origin| origin.strip_prefix("http://")) == request.header("host");
        let site =
            !request.has("sec-fetch-site") || matches!(request.header("sec-fetch-site"), Some("same-origin" | "none"));
        let inside = request.path.strip_prefix('/').and_then(|path| path.split_once('/'));
        match inside.filter(|(token, _)| same(token, &self.token)) {
            Some((_, rest)) if host && origin && site => Ok(rest),
            _ => Err(Status::FORBIDDEN),
        }
    }
}

/// Whether two texts are the same, in a time that does not tell how much of them is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
