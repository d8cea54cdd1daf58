//! What an instruction does to linear memory, told from its text, its operands and its bytes (specification, sections
//! 4.4.7 and 5.4.6).

use falkirk::Val;
use wasmparser::BinaryReader;

/// An access to a memory that an instruction is about to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The memory's index.
    pub memory: u32,
    /// Whether it writes.
    pub writes: bool,
    /// The address of the first byte.
    pub address: u64,
    /// How many bytes.
    pub length: u64,
}

impl Access {
    /// The accesses of an instruction, which stands at the start of these bytes: a copy from memory to memory has two.
    pub fn of(text: &str, operands: &[Val], bytes: &[u8]) -> Vec<Access> {
        let name = text.split(' ').next().unwrap_or_default();
        let numbers: Vec<u64> = text.split(' ').skip(1).filter_map(|word| word.parse().ok()).collect();
        let operand = |position: usize| operands.get(position).map_or(0, number);
        let index = |position: usize| numbers.get(position).map_or(0, |index| *index as u32);
        let bulk = |memory, writes, address| Access { memory, writes, address, length: operand(2) };
        let all = match name {
            "memory.fill" => vec![bulk(index(0), true, operand(0))],
            "memory.init" => vec![bulk(index(1), true, operand(0))],
            "memory.copy" => vec![bulk(index(1), false, operand(1)), bulk(index(0), true, operand(0))],
            _ => match width(name) {
                Some((writes, length)) => {
                    let address = operand(0).saturating_add(offset(text));
                    vec![Access { memory: memory(bytes), writes, address, length }]
                }
                None => Vec::new(),
            },
        };
        all.into_iter().filter(|access| access.length > 0).collect()
    }

    /// The bytes of the access, of a memory's. None if it is outside, and so traps.
    pub fn bytes<'a>(&self, memory: &'a [u8]) -> Option<&'a [u8]> {
        let start = usize::try_from(self.address).ok()?;
        let end = start.checked_add(usize::try_from(self.length).ok()?)?;
        memory.get(start..end)
    }
}

/// An address or a length. Those of 32 bits are unsigned.
fn number(value: &Val) -> u64 {
    match value {
        Val::I32(value) => u64::from(*value as u32),
        Val::I64(value) => *value as u64,
        _ => 0,
    }
}

/// The index of the memory that a load or store names, which its text leaves out.
fn memory(bytes: &[u8]) -> u32 {
    /// A byte before the number of a vector instruction.
    const VECTOR: u8 = 0xfd;
    /// The bit of the alignment that says that an index follows.
    const INDEX: u32 = 1 << 6;
    let mut reader = BinaryReader::new(bytes, 0);
    let mut read = || {
        if reader.read_u8()? == VECTOR {
            reader.read_var_u32()?;
        }
        if reader.read_var_u32()? & INDEX == 0 { Ok(0) } else { reader.read_var_u32() }
    };
    let index: wasmparser::Result<u32> = read();
    index.unwrap_or(0)
}

fn offset(text: &str) -> u64 {
    text.split(' ').find_map(|word| word.strip_prefix("offset=")?.parse().ok()).unwrap_or(0)
}

/// Whether an instruction stores, and how many bytes it loads or stores; nothing if it does neither.
fn width(name: &str) -> Option<(bool, u64)> {
    let (ty, rest) = name.split_once('.')?;
    let (writes, rest) = match rest.strip_prefix("load") {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix("store")?),
    };
    let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let bits = match (rest[..digits].parse::<u64>(), ty) {
        // `load8x8_s` and its like load half a vector.
        (Ok(_), _) if rest[digits..].starts_with('x') => 64,
        (Ok(bits), _) => bits,
        (Err(_), "i32" | "f32") => 32,
        (Err(_), "i64" | "f64") => 64,
        (Err(_), "v128") => 128,
        _ => return None,
    };
    Some((writes, bits / 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, operands: &[Val], expected: &[(u32, bool, u64, u64)]) {
        check_bytes(text, &[0x28, 0, 0], operands, expected);
    }

    #[track_caller]
    fn check_bytes(text: &str, bytes: &[u8], operands: &[Val], expected: &[(u32, bool, u64, u64)]) {
        let found = Access::of(text, operands, bytes);
        let found: Vec<_> = found.iter().map(|one| (one.memory, one.writes, one.address, one.length)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn loads_and_stores() {
        let at = Val::I32(-1);
        check("i32.load", &[Val::I32(8)], &[(0, false, 8, 4)]);
        check("i32.load8_u offset=4", &[at], &[(0, false, (1 << 32) + 3, 1)]);
        check_bytes("i64.store32 offset=16", &[0x3e, 0x42, 1, 16], &[Val::I64(2), Val::I64(7)], &[(1, true, 18, 4)]);
        check("f64.store", &[Val::I32(0), Val::F64(0)], &[(0, true, 0, 8)]);
        check("v128.load", &[Val::I32(0)], &[(0, false, 0, 16)]);
        check("v128.load32x2_u", &[Val::I32(0)], &[(0, false, 0, 8)]);
        check("v128.load16_splat", &[Val::I32(0)], &[(0, false, 0, 2)]);
        check("v128.load64_zero", &[Val::I32(0)], &[(0, false, 0, 8)]);
        check("v128.store8_lane 3", &[Val::I32(5), Val::I32(0)], &[(0, true, 5, 1)]);
        let lane = [0xfd, 0x58, 0x40, 2, 0, 3];
        check_bytes("v128.store8_lane 3", &lane, &[Val::I32(5), Val::I32(0)], &[(2, true, 5, 1)]);
        for other in ["i32.add", "local.get 0", "table.fill 0", "memory.size 0", "unreachable"] {
            check(other, &[Val::I32(1), Val::I32(1), Val::I32(1)], &[]);
        }
    }

    #[test]
    fn many_bytes() {
        let operands = [7, 13, 3].map(Val::I32);
        check("memory.copy 0 1", &operands, &[(1, false, 13, 3), (0, true, 7, 3)]);
        check("memory.init 2 1", &operands, &[(1, true, 7, 3)]);
        check("memory.fill 0", &operands, &[(0, true, 7, 3)]);
        check("memory.fill 0", &[7, 13, 0].map(Val::I32), &[]);
    }

    #[test]
    fn what_is_outside_has_no_bytes() {
        let access = |address, length| Access { memory: 0, writes: false, address, length };
        assert_eq!(access(1, 2).bytes(&[1, 2, 3]), Some(&[2, 3][..]));
        assert_eq!(access(2, 2).bytes(&[1, 2, 3]), None);
        assert_eq!(access(u64::MAX, 2).bytes(&[1, 2, 3]), None);
    }
}
