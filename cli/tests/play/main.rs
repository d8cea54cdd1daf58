//! The playground's server, without a browser: who is let in, what a request may be, what programs give.

mod programs;
mod server;

use std::process::Command;

use server::Server;

#[test]
fn the_page_and_its_parts_are_there_and_guarded() {
    let server = Server::start(&[]);
    let kinds =
        [("", "text/html"), ("play.css", "text/css"), ("play.js", "text/javascript"), ("info", "application/json")];
    for (path, kind) in kinds {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.head);
        assert!(answer.head.contains(&format!("content-type: {kind}")), "{path}: {}", answer.head);
        assert!(!answer.head.contains("access-control-"), "{}", answer.head);
        let policy = answer.head.lines().find(|line| line.starts_with("content-security-policy:")).expect("a policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for guard in ["referrer-policy: no-referrer", "x-content-type-options: nosniff", "cache-control: no-store"] {
            assert!(answer.head.contains(guard), "{guard}: {}", answer.head);
        }
    }
    // What the page asks for is there too.
    let page = server.get("").body;
    let parts: Vec<&str> = page.split(['"']).filter(|part| part.ends_with(".js") || part.ends_with(".css")).collect();
    assert_eq!(parts.len(), 4, "{parts:?}");
    assert!(parts.into_iter().all(|part| server.get(part).status == 200));
}

#[test]
fn who_has_no_token_is_not_let_in() {
    let server = Server::start(&[]);
    let host = [("Host", server.host())];
    let right = server.path("info");
    assert_eq!(server.ask("GET", &right, &host).status, 200);
    let token = right.split('/').nth(1).expect("a token");
    let wrong = if token.starts_with('0') { token.replacen('0', "1", 1) } else { format!("0{}", &token[1..]) };
    let paths = [
        "/".to_owned(),
        "/info".into(),
        "/favicon.ico".into(),
        format!("/{token}"),
        format!("/{wrong}/info"),
        format!("/{}/info", &token[1..]),
        format!("/{token}0/info"),
        format!("//{token}/info"),
        "/../info".into(),
        "*".into(),
    ];
    for path in paths {
        assert_eq!(server.ask("GET", &path, &host).status, 403, "{path}");
    }
    let other = Server::start(&[]);
    assert_ne!(other.url.split('/').nth(3), server.url.split('/').nth(3), "each has a token of its own");
    assert_eq!(token.len(), 32);
}

#[test]
fn another_name_or_another_page_is_not_let_in() {
    let server = Server::start(&[]);
    let (path, host) = (server.path("info"), server.host());
    let port = host.split(':').nth(1).expect("a port");
    let (local, rebound) = (format!("localhost:{port}"), format!("rebound.example:{port}"));
    let (origin, site) = (format!("http://{host}"), "Sec-Fetch-Site");
    let let_in: [&[(&str, &str)]; 4] = [
        &[("Host", &local)],
        &[("Host", host), ("Origin", &origin)],
        &[("Host", host), (site, "same-origin")],
        &[("Host", host), (site, "none")],
    ];
    for headers in let_in {
        assert_eq!(server.ask("GET", &path, headers).status, 200, "{headers:?}");
    }
    let kept_out: [&[(&str, &str)]; 9] = [
        &[],
        &[("Host", &rebound)],
        &[("Host", "127.0.0.1")],
        &[("Host", host), ("Host", host)],
        &[("Host", host), ("Origin", "http://elsewhere.example")],
        &[("Host", host), ("Origin", "null")],
        &[("Host", host), ("Origin", &format!("https://{host}"))],
        &[("Host", host), (site, "cross-site")],
        &[("Host", host), (site, "same-site")],
    ];
    for headers in kept_out {
        assert_eq!(server.ask("GET", &path, headers).status, 403, "{headers:?}");
    }
}

#[test]
fn what_is_not_there_or_not_asked_for_properly_is_refused() {
    let server = Server::start(&[]);
    assert_eq!(server.get("nothing").status, 404);
    assert_eq!(server.get("../info").status, 404);
    assert_eq!(server.get("run").status, 405);
    assert_eq!(server.post("info", "{}").status, 405);
    let (path, host) = (server.path("run"), ("Host", server.host()));
    let json = ("Content-Type", "application/json");
    assert_eq!(server.ask("POST", &path, &[host, ("Content-Type", "text/plain"), ("Content-Length", "0")]).status, 415);
    assert_eq!(server.ask("POST", &path, &[host, json]).status, 411);
    assert_eq!(server.ask("POST", &path, &[host, json, ("Transfer-Encoding", "chunked")]).status, 411);
    for length in ["-1", "1x", ""] {
        assert_eq!(server.ask("POST", &path, &[host, json, ("Content-Length", length)]).status, 400, "{length}");
    }
    for body in ["", "{}", "[1]", "{\"text\":1}", "\u{e9}"] {
        assert_eq!(server.post("run", body).status, 400, "{body}");
    }
    assert_eq!(server.send(b"nonsense\r\n\r\n").status, 400);
    assert_eq!(server.ask("GET", &path, &[host, ("Long", &"x".repeat(20_000))]).status, 431);
    assert_eq!(server.get("info").status, 200, "it goes on");
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let server = Server::start(&[]);
    let body = "x".repeat((256 << 10) + 1);
    assert_eq!(server.post("run", &body).status, 413);
    let huge =
        [("Host", server.host()), ("Content-Type", "application/json"), ("Content-Length", "99999999999999999999")];
    assert_eq!(server.ask("POST", &server.path("run"), &huge).status, 413);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let server = Server::start(&[]);
    let port = server.host().split(':').nth(1).expect("a port");
    let output = Command::new(env!("CARGO_BIN_EXE_falkirk"))
        .args(["play", "--no-open", "--port", port])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with(&format!("error: port {port} of 127.0.0.1 cannot be used: ")), "{said}");
    assert!(said.contains("\n  help: `--port PORT` takes another one"), "{said}");
}
