//! A page whose content comes from a store that the host provides: the site's name, and a count of visits.

wit_bindgen::generate!({ world: "content" });

use falkirk::content::kvstore;

struct Component;

impl Guest for Component {
    fn run() -> String {
        let site = kvstore::get("site").unwrap_or_else(|| "this site".into());
        let before = kvstore::get("visits").and_then(|visits| visits.parse::<u32>().ok()).unwrap_or(0);
        let visits = before.saturating_add(1).to_string();
        kvstore::set("visits", &visits);
        ["Welcome to ", &site, ", visitor ", &visits].concat()
    }
}

export!(Component);
