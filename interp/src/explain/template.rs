//! Templates: the text of an instruction, with places where its words say what to write.
//!
//! Every instruction has its template as a constant, put together from those of its operands as its type is put
//! together from theirs. There are thousands of instructions, so a template is small: printable bytes stand for
//! themselves, and a [`Field`] takes two bytes, itself and its argument.

/// The most bytes that a template has.
const CAPACITY: usize = 64;

/// What a template leaves to the instruction's words. The argument is where in the instruction it stands: a halfword
/// (four to a word, the first four being the handler's address), or a word where the field's name says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// The slot that this halfword names.
    Slot = 1,
    /// As many slots as the next halfword says, from the one that this halfword names.
    Slots,
    /// Two slots, from the one that this halfword names.
    TwoSlots,
    /// Three slots, from the one that this halfword names.
    ThreeSlots,
    /// This halfword as a number.
    Number,
    /// These 16 bits as a signed number.
    Int16,
    /// These 32 bits as a signed number.
    Int32,
    /// These 32 bits as an `f32`.
    F32,
    /// This word as a signed number.
    WordInt,
    /// This word as an `f64`.
    WordF64,
    /// This word and the next as a `v128`.
    WordV128,
    /// The 16 bytes of this word and the next, as the lanes of a shuffle.
    WordLanes,
    /// The scalar operator with this number, whatever the words say.
    Operator,
    /// The vector operator with this number, whatever the words say.
    VectorOperator,
    /// The branch offset in these 32 bits, as a label.
    Target,
    /// The branch offsets from this word on, as labels; there is one more of them than halfwords 6 and 7 say.
    WordTargets,
    /// These 32 bits, unsigned, added to an address: nothing where they are zero.
    Offset,
    /// This word, unsigned, added to an address: nothing where it is zero.
    WordOffset,
    /// These 32 bits, unsigned.
    Fixed,
    /// The memory whose place in the context these 32 bits are.
    Memory,
    /// The memory whose index these 32 bits are.
    MemoryIndex,
    /// The table whose place in the context these 32 bits are.
    Table,
    /// The table whose index these 32 bits are.
    TableIndex,
    /// The global whose place in the context these 32 bits are.
    Global,
    /// The function whose number among those that the module defines these 32 bits are.
    Function,
    /// The imported function whose place in the context these 32 bits are.
    Import,
    /// The function whose reference stands in the context at these 32 bits.
    Reference,
    /// The function type whose id these 32 bits are.
    Type,
}

impl Field {
    /// All fields, by their byte less one.
    const ALL: [Field; 28] = [
        Field::Slot,
        Field::Slots,
        Field::TwoSlots,
        Field::ThreeSlots,
        Field::Number,
        Field::Int16,
        Field::Int32,
        Field::F32,
        Field::WordInt,
        Field::WordF64,
        Field::WordV128,
        Field::WordLanes,
        Field::Operator,
        Field::VectorOperator,
        Field::Target,
        Field::WordTargets,
        Field::Offset,
        Field::WordOffset,
        Field::Fixed,
        Field::Memory,
        Field::MemoryIndex,
        Field::Table,
        Field::TableIndex,
        Field::Global,
        Field::Function,
        Field::Import,
        Field::Reference,
        Field::Type,
    ];
}

/// The text of an instruction or an operand.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    len: u8,
    bytes: [u8; CAPACITY],
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A character that stands for itself.
    Char(char),
    /// A field with its argument.
    Field(Field, u8),
}

impl Template {
    /// The empty template.
    pub const EMPTY: Template = Template { len: 0, bytes: [0; CAPACITY] };

    /// This text, which is printable ASCII.
    pub const fn of(text: &str) -> Template {
        Template::EMPTY.text(text)
    }

    /// A field alone.
    pub const fn of_field(field: Field, argument: usize) -> Template {
        Template::EMPTY.field(field, argument)
    }

    const fn byte(mut self, byte: u8) -> Template {
        self.bytes[self.len as usize] = byte;
        self.len += 1;
        self
    }

    /// Adds text.
    pub const fn text(mut self, text: &str) -> Template {
        let mut at = 0;
        while at < text.len() {
            self = self.byte(text.as_bytes()[at]);
            at += 1;
        }
        self
    }

    /// Adds a field.
    pub const fn field(self, field: Field, argument: usize) -> Template {
        self.byte(field as u8).byte(argument as u8)
    }

    /// Adds another template.
    pub const fn then(mut self, other: Template) -> Template {
        let mut at = 0;
        while at < other.len as usize {
            self = self.byte(other.bytes[at]);
            at += 1;
        }
        self
    }

    /// Its parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let mut bytes = self.bytes[..usize::from(self.len)].iter().copied();
        std::iter::from_fn(move || {
            let byte = bytes.next()?;
            match Field::ALL.get(usize::from(byte).wrapping_sub(1)) {
                Some(field) => Some(Part::Field(*field, bytes.next().unwrap_or_default())),
                None => Some(Part::Char(char::from(byte))),
            }
        })
    }

    /// The arguments of all fields of this kind.
    pub fn arguments(&self, field: Field) -> impl Iterator<Item = usize> {
        self.parts().filter_map(move |part| match part {
            Part::Field(found, argument) if found == field => Some(usize::from(argument)),
            _ => None,
        })
    }
}

/// A template with the length of its instruction.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The instruction's length in words; what [`Field::WordTargets`] counts comes on top.
    pub words: usize,
    /// Its text.
    pub text: Template,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_the_order_of_their_bytes() {
        for (position, field) in Field::ALL.iter().enumerate() {
            assert_eq!(*field as usize, position + 1);
        }
    }

    #[test]
    fn parts_are_what_was_put_in() {
        let template = Template::of("a ").field(Field::Slot, 4).then(Template::of("b"));
        let parts: Vec<Part> = template.parts().collect();
        assert_eq!(parts, [Part::Char('a'), Part::Char(' '), Part::Field(Field::Slot, 4), Part::Char('b')]);
        assert_eq!(template.arguments(Field::Slot).collect::<Vec<_>>(), [4]);
    }
}
