//! Uses a key-value store through a resource of the host. Every call opens a connection, and closes it at its end.

wit_bindgen::generate!({ world: "client" });

use falkirk::kv::store::Connection;

struct Component;

impl Guest for Component {
    fn replace(key: String, value: String) -> Option<String> {
        let connection = Connection::new();
        let before = connection.get(&key);
        match &before {
            Some(before) => log(&["replacing ", &key, ": ", before, " becomes ", &value].concat()),
            None => log(&["adding ", &key, ": ", &value].concat()),
        }
        connection.set(&key, &value);
        before
    }

    fn forget(key: String) -> bool {
        let removed = Connection::new().remove(&key);
        if let Some(value) = &removed {
            log(&["forgetting ", &key, ": ", value].concat());
        }
        removed.is_some()
    }

    fn reset() {
        log("forgetting everything");
        Connection::new().clear();
    }
}

export!(Component);
