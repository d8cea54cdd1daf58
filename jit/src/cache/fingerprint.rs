//! What the machine code of a module depends on, as hashes: code is used again only where all of them are the same.

use cranelift_codegen::isa::TargetIsa;
use falkirk_runtime::engine::Settings;

use crate::translate::ModuleEnv;

/// The format of what is kept: raise it when the same sources would not do.
const FORMAT: &str = "1";

/// The two hashes that are the same for all modules of an engine.
#[derive(Clone, Copy, Debug)]
pub struct Maker {
    /// As [`Fingerprint::build`].
    pub build: [u8; 32],
    /// As [`Fingerprint::machine`].
    pub machine: [u8; 32],
}

impl Maker {
    /// Of this version, on the machine that code is made for.
    pub fn new(isa: &dyn TargetIsa) -> Maker {
        let sources = env!("FALKIRK_SOURCES");
        let build = [env!("CARGO_PKG_VERSION"), sources, cranelift_codegen::VERSION, FORMAT];
        let mut machine = vec![isa.name().to_owned(), isa.triple().to_string(), isa.flags().to_string()];
        machine.extend(isa.isa_flags().iter().map(ToString::to_string));
        Maker { build: hash(&build), machine: hash(&machine) }
    }
}

/// What the code of one module depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of our version, and Cranelift's.
    pub build: [u8; 32],
    /// Of the instruction set with all its flags.
    pub machine: [u8; 32],
    /// Of the settings that shape code.
    pub settings: [u8; 32],
    /// Of the module's bytes.
    pub module: [u8; 32],
}

impl Fingerprint {
    /// How many bytes it is written in.
    pub const BYTES: usize = 128;

    /// Of a module that this maker compiles.
    pub fn new(maker: Maker, env: &ModuleEnv) -> Fingerprint {
        let Maker { build, machine } = maker;
        let module = *blake3::hash(&env.info.bytes).as_bytes();
        Fingerprint { build, machine, settings: settings(env), module }
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; Fingerprint::BYTES] {
        let mut bytes = [0; Fingerprint::BYTES];
        let parts = [self.build, self.machine, self.settings, self.module];
        bytes.as_chunks_mut().0.copy_from_slice(&parts);
        bytes
    }

    /// The name of the entry for this code.
    pub fn name(self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// Why code of this fingerprint is not what `found` is of, as the end of a sentence; `None` if it is.
    pub fn difference(self, found: &[u8; Fingerprint::BYTES]) -> Option<&'static str> {
        const REASONS: [&str; 4] = [
            "it was made by another version of Falkirk",
            "it was made for another kind of machine",
            "it was made with other settings",
            "it was made for another module",
        ];
        let mine = self.to_bytes();
        let mut parts = mine.as_chunks::<32>().0.iter().zip(found.as_chunks::<32>().0);
        parts.position(|(mine, found)| mine != found).map(|part| REASONS[part])
    }
}

/// Of the settings that shape code. Those that do not are named too, so that a new one must be put to one side.
fn settings(env: &ModuleEnv) -> [u8; 32] {
    let Settings {
        fuel,
        tracing,
        lazy_above: _,
        interruptible,
        guarded_memories,
        compile_threads: _,
        // These say which function bodies were found valid.
        features,
    } = env.settings;
    let switches = format!("{fuel} {tracing} {interruptible} {guarded_memories}");
    hash(&[switches, format!("{:?}", env.compiled), features.bits().to_string()])
}

/// The hash of a list of words: of their lengths too, so that equal hashes mean equal words.
fn hash(words: &[impl AsRef<str>]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for word in words.iter().map(AsRef::as_ref) {
        hasher.update(&(word.len() as u64).to_le_bytes());
        hasher.update(word.as_bytes());
    }
    *hasher.finalize().as_bytes()
}
