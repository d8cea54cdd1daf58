//! The components of `guests/components`.

use std::collections::BTreeMap;

use falkirk::component::{Component, Linker, Resource, ResourceTable};
use falkirk::{Engine, Store};

/// A component that is checked in.
fn built(engine: &Engine, name: &str) -> Component {
    let path = format!("{}/guests/built/components/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    Component::from_file(engine, path).expect("a valid component")
}

mod greet {
    falkirk::bindgen!("greeter" in "guests/components/greet/wit");
}

#[test]
fn a_greeting() {
    for engine in crate::engines() {
        let mut store = Store::new(&engine, ());
        let greeter = greet::Greeter::instantiate(&mut store, &built(&engine, "greet"), &Linker::new(&engine));
        let greeter = greeter.expect("an instance");
        let name = String::from("Zoë");
        assert_eq!(greeter.call_greet(&mut store, &name).expect("a greeting"), "Hello, Zoë");
    }
}

mod adder {
    ::falkirk::bindgen!({ path: "guests/components/adder/wit" });
}

mod calculator {
    ::falkirk::bindgen!("calculator" in "guests/components/calculator/wit");
}

/// Adds as the host likes.
#[derive(Default)]
struct Adder {
    sums: Vec<u32>,
}

impl calculator::falkirk::adder::add::Host for Adder {
    fn add(&mut self, a: u32, b: u32) -> u32 {
        self.sums.push(a + b);
        a + b
    }
}

#[test]
fn a_sum() {
    for engine in crate::engines() {
        let mut store = Store::new(&engine, ());
        let adder = adder::Adder::instantiate(&mut store, &built(&engine, "adder"), &Linker::new(&engine));
        let adder = adder.expect("an instance");
        assert_eq!(adder.call_add_directly(&mut store, 3, u32::MAX).expect("a sum"), 2);
        assert_eq!(adder.falkirk_adder_add().call_add(&mut store, 3, 4).expect("a sum"), 7);

        let mut linker = Linker::<Adder>::new(&engine);
        calculator::Calculator::add_to_linker(&mut linker, |adder| adder).expect("definitions");
        let mut store = Store::new(&engine, Adder::default());
        let calculator = calculator::Calculator::instantiate(&mut store, &built(&engine, "calculator"), &linker);
        assert_eq!(calculator.expect("an instance").call_add_three(&mut store, 1, 2, 3).expect("a sum"), 6);
        assert_eq!(store.data().sums, [3, 6]);
    }
}

mod kv {
    ::falkirk::bindgen!({
        world: "client",
        path: "guests/components/kv-client/wit",
        with: { "falkirk:kv/store/connection": super::Connection },
    });
}

/// A connection, and how often it was used.
pub struct Connection {
    uses: u32,
}

/// A store, its connections, and what its guest said.
#[derive(Default)]
struct Host {
    values: BTreeMap<String, String>,
    connections: ResourceTable,
    log: Vec<String>,
}

impl Host {
    fn using(&mut self, connection: &Resource<Connection>) -> &mut BTreeMap<String, String> {
        self.connections.get_mut(connection).expect("a connection").uses += 1;
        &mut self.values
    }
}

impl kv::ClientImports for Host {
    fn log(&mut self, message: String) {
        self.log.push(message);
    }
}

impl kv::falkirk::kv::store::Host for Host {}

impl kv::falkirk::kv::store::HostConnection for Host {
    fn new(&mut self) -> Resource<Connection> {
        self.connections.push(Connection { uses: 0 }).expect("room")
    }

    fn get(&mut self, self_: Resource<Connection>, key: String) -> Option<String> {
        self.using(&self_).get(&key).cloned()
    }

    fn set(&mut self, self_: Resource<Connection>, key: String, value: String) {
        self.using(&self_).insert(key, value);
    }

    fn remove(&mut self, self_: Resource<Connection>, key: String) -> Option<String> {
        self.using(&self_).remove(&key)
    }

    fn clear(&mut self, self_: Resource<Connection>) {
        self.using(&self_).clear();
    }

    fn drop(&mut self, resource: Resource<Connection>) -> falkirk::Result<()> {
        let Connection { uses } = self.connections.delete(resource)?;
        self.log.push(format!("closed after {uses}"));
        Ok(())
    }
}

#[test]
fn a_resource_of_the_host() {
    for engine in crate::engines() {
        let mut linker = Linker::<(u8, Host)>::new(&engine);
        kv::Client::add_to_linker(&mut linker, |(_, host)| host).expect("definitions");
        let mut store = Store::new(&engine, (0, Host::default()));
        let client = kv::Client::instantiate(&mut store, &built(&engine, "kv-client"), &linker).expect("an instance");
        assert_eq!(client.call_replace(&mut store, "a", "1").expect("no trap"), None);
        assert_eq!(client.call_replace(&mut store, "a", "2").expect("no trap").as_deref(), Some("1"));
        assert!(client.call_forget(&mut store, "a").expect("no trap"));
        client.call_reset(&mut store).expect("no trap");
        let (_, host) = store.into_data();
        assert_eq!(
            host.log,
            [
                "adding a: 1",
                "closed after 2",
                "replacing a: 1 becomes 2",
                "closed after 2",
                "closed after 1",
                "forgetting a: 2",
                "forgetting everything",
                "closed after 1",
            ]
        );
        assert!(host.connections.is_empty());
    }
}
