//! Computes Fibonacci numbers, and keeps them in a cache that the host provides: eight bytes each, little-endian.

wit_bindgen::generate!({ world: "client" });

use falkirk::cache::cache;

struct Component;

impl Guest for Component {
    fn fibonacci(n: u8, time_to_live: Option<u32>) -> Result<Answer, Error> {
        let key = key(n);
        let kept = cache::get(&key)?.and_then(|payload| payload.try_into().ok());
        if let Some(bytes) = kept {
            return Ok(Answer { value: u64::from_le_bytes(bytes), cached: true });
        }
        let value = compute(n);
        cache::set(&key, &value.to_le_bytes(), time_to_live)?;
        Ok(Answer { value, cached: false })
    }

    fn forget(n: u8) -> Result<(), Error> {
        cache::delete(&key(n))
    }

    fn peek(key: String) -> Result<Option<Vec<u8>>, Error> {
        cache::get(&key)
    }
}

fn key(n: u8) -> String {
    ["fibonacci/", &n.to_string()].concat()
}

/// The 94th number and what follows wrap around.
fn compute(n: u8) -> u64 {
    let (mut value, mut next) = (0_u64, 1_u64);
    for _ in 0..n {
        (value, next) = (next, value.wrapping_add(next));
    }
    value
}

export!(Component);
