//! Runs a program: results, what it printed, what became of its memory.

use falkirk::crossing::Value as Shown;
use falkirk::{Memory, Store, StoreLimits, Val};
use serde_json::{Value, json};

use super::guest::{Guests, engine, module};
use super::order::Order;
use super::problem::Problem;
use super::text::Program;

/// How many rows of memory are shown.
const ROWS: usize = 64;
/// How many bytes stand in a row.
pub const ROW: usize = 16;

/// Calls the function once.
pub fn run(order: &Order, guests: &Guests) -> Result<Value, Problem> {
    let program = Program::read(&order.text)?;
    guests.run(|turn| {
        let module = module(&engine(order.engine, true, false)?, &program)?;
        let mut guest = turn.guest(&module, &program, order)?;
        let before = bytes(guest.memory, &guest.store);
        let outcome = guest.call();
        let fuel = guest.store.get_fuel().ok().map(|left| turn.limits().fuel - left);
        let mut answer = match &outcome {
            Ok(results) => json!({ "results": values(results) }),
            Err(error) => Problem::of(error, &program).json(),
        };
        answer["printed"] = json!(guest.printed());
        answer["fuel"] = json!(fuel);
        answer["engine"] = json!(module.engine().backend_name());
        answer["memory"] = changes(&before, &bytes(guest.memory, &guest.store));
        Ok(answer)
    })
}

/// Values as the page takes them.
pub fn values(values: &[Val]) -> Value {
    values.iter().map(value).collect()
}

/// A value as the page takes it: type, text, and bits where they say more.
pub fn value(value: &Val) -> Value {
    let Shown { ty, text, bits, .. } = Shown::from(value);
    match bits {
        Some(bits) => json!([ty, text, bits]),
        None => json!([ty, text]),
    }
}

/// Bytes as digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(memory: Option<Memory>, store: &Store<StoreLimits>) -> Vec<u8> {
    memory.map_or_else(Vec::new, |memory| memory.data(store).to_vec())
}

/// The rows in which something has changed, before and after, and how many bytes have.
fn changes(before: &[u8], after: &[u8]) -> Value {
    let old = |at: usize| before.get(at).copied().unwrap_or(0);
    let changed = after.iter().enumerate().filter(|(at, byte)| old(*at) != **byte);
    let mut rows: Vec<Value> = Vec::new();
    let (mut count, mut last) = (0, None);
    for (at, _) in changed {
        count += 1;
        let row = at / ROW;
        if last == Some(row) || rows.len() == ROWS {
            continue;
        }
        last = Some(row);
        let places = row * ROW..(row * ROW + ROW).min(after.len());
        let was: Vec<u8> = places.clone().map(old).collect();
        rows.push(json!({ "at": row * ROW, "before": hex(&was), "after": hex(&after[places]) }));
    }
    json!({ "bytes": after.len(), "changed": count, "rows": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_rows_are_shown_and_changed_bytes_counted() {
        let (before, mut after) = (vec![0; 64], vec![0; 96]);
        after[17] = 1;
        after[18] = 2;
        after[90] = 3;
        let changes = changes(&before, &after);
        assert_eq!((&changes["bytes"], &changes["changed"]), (&json!(96), &json!(3)));
        let row = &changes["rows"][0];
        assert_eq!((&row["at"], &row["before"]), (&json!(16), &json!("0".repeat(32))));
        assert_eq!(row["after"], json!(format!("000102{}", "0".repeat(26))));
        assert_eq!(changes["rows"][1]["at"], 80);
    }
}
