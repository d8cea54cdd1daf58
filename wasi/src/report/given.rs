//! What every guest is given, and what may be withheld from one all the same.

use std::fmt;

/// Makes the enumeration and its names.
macro_rules! given {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// Something that guests are given without being granted it, one by one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Given {
            $(#[doc = concat!("The ", $doc, ".")] $variant,)*
        }

        impl Given {
            /// All there are.
            pub const ALL: &[Given] = &[$(Given::$variant),*];

            /// Its name on a command line.
            pub fn name(self) -> &'static str {
                match self { $(Given::$variant => $name,)* }
            }
        }

        impl fmt::Display for Given {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Given::$variant => $doc,)* })
            }
        }
    };
}

given! {
    Stdin "stdin" "standard input";
    Stdout "stdout" "standard output";
    Stderr "stderr" "standard error";
    Args "args" "arguments";
    Env "env" "environment variables";
    Clocks "clocks" "clocks";
    Random "random" "random bytes";
}

impl Given {
    /// The one with this name on a command line.
    pub fn by_name(name: &str) -> Option<Given> {
        Given::ALL.iter().copied().find(|given| given.name() == name)
    }
}

/// How a guest is told that something is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With an error code. Preview 2 has none for arguments and variables, of which there are none then, and for clocks
    /// and random bytes, where the guest stops.
    Denied,
    /// It stops.
    Trap,
}

/// What is withheld from a guest.
#[derive(Clone, Debug, Default)]
pub struct Withheld {
    answers: [Option<Answer>; Given::ALL.len()],
    /// What the guest has just asked for, if it is to stop for that.
    pub(crate) trap: Option<Given>,
}

impl Withheld {
    /// Withholds something.
    pub(crate) fn withhold(&mut self, given: Given, answer: Answer) {
        self.answers[given as usize] = Some(answer);
    }

    /// How a guest is answered that asks for this, if it is withheld.
    #[inline]
    pub fn answer(&self, given: Given) -> Option<Answer> {
        self.answers[given as usize]
    }

    /// What the guest is to stop for, if it has just asked for something for which it should.
    pub fn take_trap(&mut self) -> Option<Given> {
        self.trap.take()
    }
}
