//! One machine instruction as text.

/// An instruction.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// How many bytes it has.
    pub len: u32,
    /// Its text.
    pub text: String,
    /// Whether the next instruction is not reached from it.
    pub ends: bool,
    /// Whether it does nothing but trap.
    pub is_trap: bool,
}

/// The instruction that these bytes start with; it stands at `at`. Places in the code are shown as such, by their
/// offset in hexadecimal; all other numbers are decimal, as they are in wasm's text.
#[cfg(target_arch = "x86_64")]
pub fn decode(bytes: &[u8], at: u32) -> Decoded {
    use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter, Mnemonic, NumberBase};

    let mut decoder = Decoder::with_ip(64, bytes, u64::from(at), DecoderOptions::NONE);
    let instruction = decoder.decode();
    let mut formatter = IntelFormatter::with_options(Some(Box::new(Places)), None);
    let options = formatter.options_mut();
    options.set_number_base(NumberBase::Decimal);
    options.set_space_after_operand_separator(true);
    options.set_show_branch_size(false);
    options.set_rip_relative_addresses(false);
    let mut text = String::new();
    formatter.format(&instruction, &mut text);
    let mnemonic = instruction.mnemonic();
    Decoded {
        len: instruction.len().max(1) as u32,
        text,
        ends: matches!(mnemonic, Mnemonic::Jmp | Mnemonic::Ret | Mnemonic::Ud2),
        is_trap: mnemonic == Mnemonic::Ud2,
    }
}

/// Names the places that instructions go to or read beside the code.
#[cfg(target_arch = "x86_64")]
struct Places;

#[cfg(target_arch = "x86_64")]
impl iced_x86::SymbolResolver for Places {
    fn symbol(
        &mut self,
        instruction: &iced_x86::Instruction,
        _: u32,
        _: Option<u32>,
        address: u64,
        _: u32,
    ) -> Option<iced_x86::SymbolResult<'_>> {
        let is_branch = instruction.op0_kind() == iced_x86::OpKind::NearBranch64;
        (is_branch || instruction.is_ip_rel_memory_operand())
            .then(|| iced_x86::SymbolResult::with_string(address, format!("{address:#x}")))
    }
}

/// The instruction that these bytes start with; it stands at `at`.
#[cfg(target_arch = "aarch64")]
pub fn decode(bytes: &[u8], at: u32) -> Decoded {
    use yaxpeax_arch::{Decoder, U8Reader};
    use yaxpeax_arm::armv8::a64::{InstDecoder, Opcode, Operand};

    let Ok(instruction) = InstDecoder::default().decode(&mut U8Reader::new(bytes)) else {
        let word = bytes.iter().take(4).rev().fold(String::from(".word 0x"), |text, byte| format!("{text}{byte:02x}"));
        return Decoded { len: 4.min(bytes.len() as u32), text: word, ends: false, is_trap: false };
    };
    let mut text = instruction.to_string();
    // Places in the code are shown as such, and not by how far they are.
    for operand in instruction.operands {
        if let Operand::PCOffset(offset) = operand {
            let there = i64::from(at) + offset;
            let shown = match offset {
                0.. => format!("$+{offset:#x}"),
                _ => format!("$-{:#x}", offset.unsigned_abs()),
            };
            text = text.replace(&shown, &format!("{there:#x}"));
        }
    }
    let is_trap = matches!(instruction.opcode, Opcode::UDF);
    let ends = is_trap || matches!(instruction.opcode, Opcode::B | Opcode::BR | Opcode::RET);
    Decoded { len: 4, text, ends, is_trap }
}
