//! From one encoding to another, bytes to bytes.
//!
//! Each function says what it checks. Targets are long enough by the worst case that the caller allocated.

use crate::options::SimpleEncoding;
use crate::trap::Trap;

/// The text that bytes encode.
pub fn to_string(encoding: SimpleEncoding, bytes: &[u8]) -> Result<String, Trap> {
    if encoding == SimpleEncoding::Utf8 {
        return Ok(crate::bytes::to_string(utf8(bytes)?));
    }
    let ascii = ascii_prefix(encoding, bytes);
    let mut text = vec![0; ascii];
    narrow(encoding, bytes, &mut text);
    let mut text = String::from_utf8(text).expect("BUG: ASCII is UTF-8");
    let rest = &bytes[ascii * encoding.unit() as usize..];
    text.reserve(rest.len() / encoding.unit() as usize);
    match decode(encoding, rest, |char| text.push(char)) {
        Err(Trap::InvalidUtf16 { valid }) => Err(Trap::InvalidUtf16 { valid: valid + ascii as u64 }),
        decoded => decoded.map(|()| text),
    }
}

/// Whether bytes encode a text.
pub fn check(encoding: SimpleEncoding, bytes: &[u8]) -> Result<(), Trap> {
    match encoding {
        SimpleEncoding::Utf8 => utf8(bytes).map(|_| ()),
        SimpleEncoding::Latin1 => Ok(()),
        SimpleEncoding::Utf16 => decode_utf16(bytes, |_| {}),
    }
}

/// Calls a function with each character that bytes encode.
fn decode(encoding: SimpleEncoding, bytes: &[u8], mut each: impl FnMut(char)) -> Result<(), Trap> {
    match encoding {
        SimpleEncoding::Utf8 => utf8(bytes)?.chars().for_each(each),
        SimpleEncoding::Latin1 => bytes.iter().for_each(|byte| each(char::from(*byte))),
        SimpleEncoding::Utf16 => decode_utf16(bytes, each)?,
    }
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<&str, Trap> {
    let invalid = |_| match std::str::from_utf8(bytes) {
        Err(error) => Trap::InvalidUtf8 { valid: error.valid_up_to() as u64 },
        Ok(_) => panic!("BUG: two opinions on what UTF-8 is"),
    };
    simdutf8::basic::from_utf8(bytes).map_err(invalid)
}

fn decode_utf16(bytes: &[u8], mut each: impl FnMut(char)) -> Result<(), Trap> {
    let mut valid = 0;
    for decoded in char::decode_utf16(code_units(bytes)) {
        let char = decoded.map_err(|_| Trap::InvalidUtf16 { valid })?;
        valid += char.len_utf16() as u64;
        each(char);
    }
    Ok(())
}

/// The code units of UTF-16.
pub fn code_units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
}

/// How many of the first code units are ASCII. Whole blocks are looked at first, which the compiler does with vectors.
pub fn ascii_prefix(encoding: SimpleEncoding, bytes: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let is_ascii = |bytes: &[u8]| match encoding {
        SimpleEncoding::Utf16 => code_units(bytes).fold(0, |all, unit| all | unit) < 0x80,
        SimpleEncoding::Utf8 | SimpleEncoding::Latin1 => bytes.is_ascii(),
    };
    let blocks = BLOCK * bytes.chunks_exact(BLOCK).take_while(|block| is_ascii(block)).count();
    let unit = encoding.unit() as usize;
    blocks / unit + bytes[blocks..].chunks_exact(unit).take_while(|unit| is_ascii(unit)).count()
}

/// Copies code units that fit a byte each, as bytes.
pub fn narrow(encoding: SimpleEncoding, source: &[u8], target: &mut [u8]) {
    match encoding {
        SimpleEncoding::Utf16 => target.iter_mut().zip(source.chunks_exact(2)).for_each(|(to, from)| *to = from[0]),
        SimpleEncoding::Utf8 | SimpleEncoding::Latin1 => target.copy_from_slice(&source[..target.len()]),
    }
}

/// Copies bytes as UTF-16: Latin-1, or the ASCII part of UTF-8.
pub fn widen(source: &[u8], target: &mut [u8]) {
    for (to, from) in target.chunks_exact_mut(2).zip(source) {
        to.copy_from_slice(&[*from, 0]);
    }
}

/// Encodes as UTF-8; how many bytes that were.
pub fn to_utf8(encoding: SimpleEncoding, source: &[u8], target: &mut [u8]) -> Result<usize, Trap> {
    let mut length = 0;
    decode(encoding, source, |char| length += char.encode_utf8(&mut target[length..]).len())?;
    Ok(length)
}

/// Encodes as UTF-16; how many bytes that were.
pub fn to_utf16(encoding: SimpleEncoding, source: &[u8], target: &mut [u8]) -> Result<usize, Trap> {
    let ascii = if encoding == SimpleEncoding::Utf8 { ascii_prefix(encoding, source) } else { 0 };
    widen(&source[..ascii], &mut target[..2 * ascii]);
    let mut length = 2 * ascii;
    decode(encoding, &source[ascii..], |char| {
        for unit in char.encode_utf16(&mut [0; 2]) {
            target[length..length + 2].copy_from_slice(&unit.to_le_bytes());
            length += 2;
        }
    })?;
    Ok(length)
}

/// Encodes as Latin-1 as far as that goes: how many characters went, and how many bytes of the source they were.
pub fn to_latin1(encoding: SimpleEncoding, source: &[u8], target: &mut [u8]) -> Result<(usize, usize), Trap> {
    let (mut chars, mut bytes) = (0, 0);
    let mut put = |char: char| {
        let latin1 = u8::try_from(char).ok()?;
        target[chars] = latin1;
        chars += 1;
        Some(())
    };
    match encoding {
        SimpleEncoding::Latin1 => panic!("BUG: Latin-1 needs no conversion to Latin-1"),
        SimpleEncoding::Utf8 => {
            for char in utf8(source)?.chars() {
                if put(char).is_none() {
                    break;
                }
                bytes += char.len_utf8();
            }
        }
        SimpleEncoding::Utf16 => {
            for unit in code_units(source) {
                if char::from_u32(unit.into()).and_then(&mut put).is_none() {
                    break;
                }
                bytes += 2;
            }
        }
    }
    Ok((chars, bytes))
}

/// Makes UTF-16 of the first bytes of `memory`, which are Latin-1, in place.
pub fn inflate(memory: &mut [u8], chars: usize) {
    for i in (0..chars).rev() {
        memory[2 * i] = memory[i];
        memory[2 * i + 1] = 0;
    }
}

/// Makes Latin-1 of the first code units of `memory`, which all fit, in place.
pub fn deflate(memory: &mut [u8], chars: usize) {
    for i in 0..chars {
        memory[i] = memory[2 * i];
    }
}
