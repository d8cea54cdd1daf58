//! A cache in this process: a redb database, in a file or in memory.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redb::{Database, ReadableDatabase, StorageBackend, TableDefinition};

use super::contract::{Cache, Failure, check_key, check_payload};

/// What tells the time. The tests have one that they can set.
pub type Clock = Box<dyn Fn() -> SystemTime>;

/// Payloads by key, each with the time when it is over: milliseconds since 1970, or [`NEVER`].
const PAYLOADS: TableDefinition<'_, &str, (u64, &[u8])> = TableDefinition::new("payloads");

/// The time when what has no time to live is over.
const NEVER: u64 = u64::MAX;

/// A cache in this process.
pub struct Embedded {
    database: Database,
    clock: Clock,
}

impl Embedded {
    /// A cache in a file, which is made if it is not there.
    pub fn in_file(path: &Path, clock: Clock) -> Result<Embedded, Failure> {
        Embedded::new(Database::create(path).map_err(unavailable)?, clock)
    }

    /// A cache in memory, or wherever the storage is.
    pub fn stored_in(storage: impl StorageBackend, clock: Clock) -> Result<Embedded, Failure> {
        Embedded::new(Database::builder().create_with_backend(storage).map_err(unavailable)?, clock)
    }

    /// Takes away what is over, so that a file does not keep for ever what nobody asks for again.
    fn new(database: Database, clock: Clock) -> Result<Embedded, Failure> {
        let embedded = Embedded { database, clock };
        let now = embedded.now();
        embedded.change(|payloads| payloads.retain(|_, (until, _)| until > now)).map_err(unavailable)?;
        Ok(embedded)
    }

    /// Milliseconds since 1970.
    fn now(&self) -> u64 {
        let since = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        since.as_millis().try_into().unwrap_or(NEVER)
    }

    /// Changes the table, all or nothing.
    fn change(
        &self,
        change: impl FnOnce(&mut Payloads<'_>) -> Result<(), redb::StorageError>,
    ) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        change(&mut transaction.open_table(PAYLOADS)?)?;
        Ok(transaction.commit()?)
    }

    /// What is kept, over or not.
    fn find(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, redb::Error> {
        let found = self.database.begin_read()?.open_table(PAYLOADS)?.get(key)?;
        Ok(found.map(|entry| {
            let (until, payload) = entry.value();
            (until, payload.to_vec())
        }))
    }
}

type Payloads<'t> = redb::Table<'t, &'static str, (u64, &'static [u8])>;

impl Cache for Embedded {
    fn set(&mut self, key: &str, payload: &[u8], time_to_live: Option<u32>) -> Result<(), Failure> {
        check_key(key)?;
        check_payload(payload)?;
        let until = time_to_live.map_or(NEVER, |seconds| self.now().saturating_add(u64::from(seconds) * 1000));
        self.change(|payloads| payloads.insert(key, (until, payload)).map(drop)).map_err(unavailable)
    }

    fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        check_key(key)?;
        match self.find(key).map_err(unavailable)? {
            Some((until, payload)) if until > self.now() => Ok(Some(payload)),
            Some(_) => self.delete(key).map(|()| None),
            None => Ok(None),
        }
    }

    fn delete(&mut self, key: &str) -> Result<(), Failure> {
        check_key(key)?;
        self.change(|payloads| payloads.remove(key).map(drop)).map_err(unavailable)
    }
}

fn unavailable(error: impl Into<redb::Error>) -> Failure {
    Failure::Unavailable { wanted: "a redb database".to_owned(), found: error.into().to_string() }
}

#[cfg(test)]
pub mod tests {
    //! The cases of all caches, and what is special about this one: its clock and its file.

    use std::cell::Cell;
    use std::io;
    use std::rc::Rc;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use redb::backends::InMemoryBackend;

    use super::super::tests::{Subject, check_cases, check_refusals};
    use super::*;

    /// A cache in memory, and what its clock says.
    pub struct Setting {
        cache: Embedded,
        time: Rc<Cell<SystemTime>>,
    }

    fn clock(time: &Rc<Cell<SystemTime>>) -> Clock {
        let time = time.clone();
        Box::new(move || time.get())
    }

    fn some_time() -> Rc<Cell<SystemTime>> {
        Rc::new(Cell::new(UNIX_EPOCH + Duration::from_secs(1_000_000_000)))
    }

    impl Setting {
        pub fn in_memory() -> Setting {
            let time = some_time();
            let cache = Embedded::stored_in(InMemoryBackend::new(), clock(&time)).expect("a database");
            Setting { cache, time }
        }

        pub fn into_subject(self) -> Subject {
            let Setting { cache, time } = self;
            let pass = move |seconds| time.set(time.get() + Duration::from_secs(u64::from(seconds)));
            Subject { cache: Box::new(cache), pass: Box::new(pass) }
        }
    }

    #[test]
    fn does_what_every_cache_does() {
        check_cases(|| Setting::in_memory().into_subject());
        check_refusals(Setting::in_memory().into_subject());
    }

    /// Milliseconds that have passed since something was kept for a second, and whether it is there.
    const AGES: &[(i64, bool)] = &[(0, true), (1, true), (999, true), (1000, false), (1001, false), (-5000, true)];

    #[test]
    fn is_over_on_time() {
        for (milliseconds, there) in AGES {
            let Setting { mut cache, time } = Setting::in_memory();
            cache.set("a", b"1", Some(1)).expect("it is kept");
            let passed = Duration::from_millis(milliseconds.unsigned_abs());
            time.set(if *milliseconds < 0 { time.get() - passed } else { time.get() + passed });
            assert_eq!(cache.get("a").map(|found| found.is_some()), Ok(*there), "after {milliseconds} ms");
        }
    }

    #[test]
    fn a_file_is_there_next_time_without_what_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cache.redb");
        let time = some_time();
        {
            let mut cache = Embedded::in_file(&file, clock(&time)).expect("a new file");
            cache.set("short", b"1", Some(60)).expect("it is kept");
            cache.set("long", b"2", Some(600)).expect("it is kept");
            cache.set("for good", b"3", None).expect("it is kept");
        }
        time.set(time.get() + Duration::from_secs(60));
        let mut cache = Embedded::in_file(&file, clock(&time)).expect("the same file");
        assert_eq!(cache.find("short").expect("a database"), None, "it is not only over, but gone");
        assert_eq!(cache.get("long"), Ok(Some(b"2".to_vec())));
        assert_eq!(cache.get("for good"), Ok(Some(b"3".to_vec())));
    }

    #[test]
    fn what_is_over_goes_when_it_is_asked_for() {
        let Setting { mut cache, time } = Setting::in_memory();
        cache.set("a", b"1", Some(60)).expect("it is kept");
        time.set(time.get() + Duration::from_secs(60));
        assert!(cache.find("a").expect("a database").is_some());
        assert_eq!(cache.get("a"), Ok(None));
        assert_eq!(cache.find("a").expect("a database"), None);
    }

    fn message(result: Result<Embedded, Failure>) -> String {
        result.map(|_| ()).expect_err("it fails").to_string()
    }

    #[test]
    fn what_is_no_database_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("letter.txt");
        std::fs::write(&file, "Dear all, this is no database.").expect("it is written");
        let refusal = message(Embedded::in_file(&file, Box::new(SystemTime::now)));
        assert!(refusal.starts_with("the cache is unavailable: found "), "{refusal}");
        assert!(refusal.ends_with(", wanted a redb database"), "{refusal}");
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "Dear all, this is no database.");
    }

    #[test]
    fn a_file_has_one_cache() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cache.redb");
        let _first = Embedded::in_file(&file, Box::new(SystemTime::now)).expect("a new file");
        assert_eq!(
            message(Embedded::in_file(&file, Box::new(SystemTime::now))),
            "the cache is unavailable: found Database already open. Cannot acquire lock., wanted a redb database"
        );
    }

    /// Memory that fails when it is told to.
    #[derive(Debug)]
    struct Failing {
        memory: InMemoryBackend,
        broken: Arc<AtomicBool>,
    }

    impl Failing {
        fn check(&self) -> io::Result<()> {
            match self.broken.load(Ordering::Relaxed) {
                true => Err(io::Error::other("the disk is full")),
                false => Ok(()),
            }
        }
    }

    impl StorageBackend for Failing {
        fn len(&self) -> io::Result<u64> {
            self.memory.len()
        }

        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.check().and_then(|()| self.memory.read(offset, out))
        }

        fn set_len(&self, length: u64) -> io::Result<()> {
            self.check().and_then(|()| self.memory.set_len(length))
        }

        fn sync_data(&self) -> io::Result<()> {
            self.check().and_then(|()| self.memory.sync_data())
        }

        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.check().and_then(|()| self.memory.write(offset, data))
        }
    }

    #[test]
    fn a_failure_of_the_storage_is_said() {
        let broken = Arc::new(AtomicBool::new(false));
        let storage = Failing { memory: InMemoryBackend::new(), broken: broken.clone() };
        let mut cache = Embedded::stored_in(storage, Box::new(SystemTime::now)).expect("a database");
        cache.set("a", b"1", None).expect("it is kept");
        broken.store(true, Ordering::Relaxed);
        let failure = cache.set("a", b"2", None).expect_err("it fails").to_string();
        assert_eq!(failure, "the cache is unavailable: found I/O error: the disk is full, wanted a redb database");
        assert!(matches!(cache.delete("a"), Err(Failure::Unavailable { .. })));
    }
}
