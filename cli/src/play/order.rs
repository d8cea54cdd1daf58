//! What a request orders.

use falkirk::EngineKind;
use serde_json::Value;

/// A program and what to do with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The module's text.
    pub text: String,
    /// The exported function to call.
    pub function: String,
    /// Its arguments as text.
    pub arguments: Vec<String>,
    /// What the host writes into memory before the call: an address and a text.
    pub write: Option<(usize, String)>,
    /// The engine to call it on.
    pub engine: EngineKind,
}

impl Order {
    /// Reads an order. There is none if something in it is not as our page sends it.
    pub fn read(body: &[u8]) -> Option<Order> {
        let order: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| order.get(name)?.as_str().map(str::to_owned);
        let arguments = order.get("arguments")?.as_array()?.iter();
        let write = match order.get("write")? {
            Value::Null => None,
            write => Some((write.get("address")?.as_u64()?.try_into().ok()?, write.get("text")?.as_str()?.to_owned())),
        };
        let engine = match order.get("engine")?.as_str()? {
            "interp" => EngineKind::Interp,
            "jit" => EngineKind::Jit,
            _ => return None,
        };
        Some(Order {
            text: text("text")?,
            function: text("function")?,
            arguments: arguments.map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            write,
            engine,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_all_there_or_none() {
        let whole = r#"{"text":"(module)","function":"f","arguments":["1"],"write":null,"engine":"jit"}"#;
        let order = Order::read(whole.as_bytes()).expect("an order");
        assert_eq!((&*order.text, &*order.function, order.engine), ("(module)", "f", EngineKind::Jit));
        let written = whole.replace("null", r#"{"address":7,"text":"a"}"#);
        assert_eq!(Order::read(written.as_bytes()).expect("an order").write, Some((7, "a".to_owned())));
        for (part, other) in
            [("\"1\"", "1"), ("jit", "fast"), ("\"f\"", "null"), ("null", "7"), ("}", ""), ("text", "t")]
        {
            assert_eq!(Order::read(whole.replace(part, other).as_bytes()), None, "{part}");
        }
    }
}
