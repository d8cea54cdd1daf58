//! A cache in another process: a Redis server, or one that speaks its protocol.

use std::time::Duration;

use redis::{Client, Cmd, Connection, FromRedisValue, RedisResult, cmd};

use super::contract::{Cache, Failure, check_key, check_payload};

/// How long the server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A cache on a server. The server's clock says what is over.
pub struct Server {
    client: Client,
    /// None where there was none yet, and after one that broke.
    connection: Option<Connection>,
}

impl Server {
    /// The server at an address: `redis://127.0.0.1:6379`, or `unix:///run/redis.sock`. It need not be there yet.
    pub fn at(address: &str) -> Result<Server, Failure> {
        match Client::open(address) {
            Ok(client) => Ok(Server { client, connection: None }),
            Err(error) => Err(Failure::Unavailable {
                wanted: "an address like redis://127.0.0.1:6379 or unix:///run/redis.sock".to_owned(),
                found: format!("`{address}`: {error}"),
            }),
        }
    }

    // ANCHOR: ask
    fn ask<T: FromRedisValue>(&mut self, question: &Cmd) -> Result<T, Failure> {
        let answer = self.connected().and_then(|connection| question.query(connection));
        answer.map_err(|error| {
            // The next call tries again, with another connection.
            self.connection = None;
            let wanted = format!("an answer from {}", self.client.get_connection_info().addr());
            Failure::Unavailable { wanted, found: error.to_string() }
        })
    }
    // ANCHOR_END: ask

    fn connected(&mut self) -> RedisResult<&mut Connection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let connection = self.client.get_connection_with_timeout(TIMEOUT)?;
                connection.set_read_timeout(Some(TIMEOUT))?;
                connection.set_write_timeout(Some(TIMEOUT))?;
                connection
            }
        };
        Ok(self.connection.insert(connection))
    }
}

// ANCHOR: server
impl Cache for Server {
    fn set(&mut self, key: &str, payload: &[u8], time_to_live: Option<u32>) -> Result<(), Failure> {
        check_key(key)?;
        check_payload(payload)?;
        let mut set = cmd("SET");
        set.arg(key).arg(payload);
        match time_to_live {
            // Redis refuses to keep anything for no time.
            Some(0) => return self.delete(key),
            Some(seconds) => _ = set.arg("EX").arg(seconds),
            None => {}
        }
        self.ask(&set)
    }

    fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        check_key(key)?;
        self.ask(cmd("GET").arg(key))
    }

    fn delete(&mut self, key: &str) -> Result<(), Failure> {
        check_key(key)?;
        self.ask(cmd("DEL").arg(key))
    }
}
// ANCHOR_END: server

#[cfg(test)]
pub mod tests {
    //! The cases of all caches, against a server that is started for each, and what is special about it.

    use std::io::{self, BufRead, BufReader, Write};
    use std::process::{Child, Command, Stdio};

    use tempfile::TempDir;

    use super::super::tests::{Subject, check_cases, check_refusals};
    use super::*;

    /// A Redis server on a socket in a folder of its own. It ends with this.
    pub struct RedisServer {
        folder: TempDir,
        process: Child,
    }

    impl RedisServer {
        /// An empty server that answers; none where Redis is not installed, and then this says so.
        pub fn start() -> Option<RedisServer> {
            let folder = tempfile::tempdir().expect("a folder");
            let process = match RedisServer::spawn(&folder) {
                Ok(process) => process,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    // Not by `eprintln!`, which tests keep to themselves.
                    let _ = writeln!(
                        io::stderr(),
                        "SKIPPED with Redis: `redis-server` is not there; to have it, type: apt-get install redis-server"
                    );
                    return None;
                }
                Err(error) => panic!("redis-server does not start: {error}"),
            };
            Some(RedisServer { folder, process })
        }

        fn spawn(folder: &TempDir) -> io::Result<Child> {
            let mut process = Command::new("redis-server")
                .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket", "redis.sock", "--dir"])
                .arg(folder.path())
                .stdout(Stdio::piped())
                .spawn()?;
            let mut log = BufReader::new(process.stdout.as_mut().expect("its output is a pipe")).lines();
            let mut said = String::new();
            while !said.contains("ready to accept connections") {
                match log.next() {
                    Some(line) => said += &line?,
                    None => panic!("redis-server ended: {said}"),
                }
            }
            Ok(process)
        }

        fn stop(&mut self) {
            self.process.kill().expect("it is ended");
            self.process.wait().expect("it has ended");
        }

        fn start_again(&mut self) {
            self.process = RedisServer::spawn(&self.folder).expect("a server");
        }

        fn address(&self) -> String {
            format!("unix://{}", self.folder.path().join("redis.sock").display())
        }

        fn cache(&self) -> Server {
            Server::at(&self.address()).expect("an address")
        }

        /// Puts a question of the tests' own.
        fn ask<T: FromRedisValue>(&self, question: &[&str]) -> T {
            let mut connection =
                Client::open(self.address()).expect("an address").get_connection().expect("a connection");
            let (name, arguments) = question.split_first().expect("a command");
            cmd(name).arg(arguments).query(&mut connection).expect("an answer")
        }

        /// What the server keeps for a while is kept for so many seconds less.
        fn pass(&self, seconds: u32) {
            let passed = i64::from(seconds) * 1000;
            for key in self.ask::<Vec<String>>(&["KEYS", "*"]) {
                match self.ask::<i64>(&["PTTL", &key]) {
                    -1 => {}
                    left if left > passed => self.ask(&["PEXPIRE", &key, &(left - passed).to_string()]),
                    _ => self.ask(&["PEXPIREAT", &key, "1"]),
                }
            }
        }

        pub fn into_subject(self) -> Subject {
            Subject { cache: Box::new(self.cache()), pass: Box::new(move |seconds| self.pass(seconds)) }
        }
    }

    impl Drop for RedisServer {
        fn drop(&mut self) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    #[test]
    fn does_what_every_cache_does() {
        let Some(server) = RedisServer::start() else { return };
        check_refusals(server.into_subject());
        check_cases(|| RedisServer::start().expect("a server").into_subject());
    }

    /// Times to live one after the other, and what the server makes of the last; -1 is for good, -2 is gone.
    const TIMES: &[(&[Option<u32>], i64)] = &[
        (&[None], -1),
        (&[Some(600)], 600),
        (&[Some(600), None], -1),
        (&[None, Some(600)], 600),
        (&[Some(u32::MAX)], u32::MAX as i64),
        (&[None, Some(0)], -2),
    ];

    #[test]
    fn the_server_knows_how_long() {
        let Some(server) = RedisServer::start() else { return };
        for (times, seconds) in TIMES {
            let mut cache = server.cache();
            times.iter().for_each(|time| cache.set("a", b"1", *time).expect("it is kept"));
            let left: i64 = server.ask(&["TTL", "a"]);
            // A slow machine may take some of the time.
            let slack = if *seconds > 0 { 100 } else { 0 };
            assert!((seconds - slack..=*seconds).contains(&left), "{times:?}: {left}");
        }
    }

    #[test]
    fn a_server_may_go_and_come_back() {
        let Some(mut server) = RedisServer::start() else { return };
        let mut cache = server.cache();
        cache.set("a", b"1", None).expect("it is kept");
        server.stop();
        for _ in 0..2 {
            let failure = cache.get("a").expect_err("nobody is there").to_string();
            assert!(failure.starts_with("the cache is unavailable: found "), "{failure}");
            assert!(failure.contains(", wanted an answer from ") && failure.ends_with("redis.sock"), "{failure}");
        }
        server.start_again();
        assert_eq!(cache.get("a"), Ok(None), "it had only memory");
        cache.set("a", b"2", None).expect("it is kept");
        assert_eq!(cache.get("a"), Ok(Some(b"2".to_vec())));
    }

    #[test]
    fn what_others_keep_there_is_no_payload() {
        let Some(server) = RedisServer::start() else { return };
        server.ask::<()>(&["RPUSH", "a", "1"]);
        let mut cache = server.cache();
        let failure = cache.get("a").expect_err("it is a list").to_string();
        assert!(failure.contains("Operation against a key holding the wrong kind of value"), "{failure}");
        cache.set("a", b"1", None).expect("it is kept");
        assert_eq!(cache.get("a"), Ok(Some(b"1".to_vec())));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let refusal = Server::at("file:///tmp").map(|_| ()).expect_err("it is no address").to_string();
        assert!(refusal.starts_with("the cache is unavailable: found `file:///tmp`: "), "{refusal}");
        assert!(
            refusal.ends_with(", wanted an address like redis://127.0.0.1:6379 or unix:///run/redis.sock"),
            "{refusal}"
        );
    }
}
