//! What to say about bytes that are not a module Falkirk can run.

use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::error::{Error, Result};

// ANCHOR: unsupported
/// Proposals that Falkirk does not have yet: the feature (with those it builds on), and the name.
const UNSUPPORTED: &[(WasmFeatures, &str)] = &[
    (WasmFeatures::EXCEPTIONS, "exception handling"),
    (WasmFeatures::LEGACY_EXCEPTIONS.union(WasmFeatures::EXCEPTIONS), "legacy exception handling"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::GC, "garbage collection"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::MEMORY_CONTROL, "memory control"),
    (WasmFeatures::STACK_SWITCHING.union(WasmFeatures::EXCEPTIONS), "stack switching"),
    (WasmFeatures::CUSTOM_DESCRIPTORS.union(WasmFeatures::GC), "custom descriptors"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS.union(WasmFeatures::THREADS), "shared-everything threads"),
    (WasmFeatures::COMPACT_IMPORTS, "compact import section"),
];
// ANCHOR_END: unsupported

/// Proposals with a switch in the configuration.
const SWITCHED: &[(WasmFeatures, &str, &str)] = &[
    (WasmFeatures::SIMD, "vector", "wasm_simd"),
    (WasmFeatures::RELAXED_SIMD, "relaxed vector", "wasm_relaxed_simd"),
    (WasmFeatures::MULTI_MEMORY, "multiple memories", "wasm_multi_memory"),
    (WasmFeatures::MEMORY64, "64-bit memory", "wasm_memory64"),
    (WasmFeatures::TAIL_CALL, "tail call", "wasm_tail_call"),
    (WasmFeatures::FUNCTION_REFERENCES, "typed function references", "wasm_function_references"),
    (WasmFeatures::EXTENDED_CONST, "extended constant expressions", "wasm_extended_const"),
];

/// Checks that these bytes claim to be a core module.
pub(super) fn check_header(bytes: &[u8]) -> Result<()> {
    match bytes {
        [0, b'a', b's', b'm', _, _, 1, 0, ..] => Err(component()),
        [0, b'a', b's', b'm', ..] => Ok(()),
        // What begins like one was cut off, which the parser reports.
        _ if b"\0asm".starts_with(bytes) => Ok(()),
        _ => {
            let start = bytes[..bytes.len().min(8)].escape_ascii();
            let hint = match bytes.trim_ascii_start().starts_with(b"(") {
                true => "; to read the text format, turn on the cargo feature `wat`",
                false => "",
            };
            let reason =
                format!("magic header not detected: a module starts with \"\\0asm\", this with \"{start}\"{hint}");
            Err(Error::invalid(0, reason, true))
        }
    }
}

/// The error for a component.
pub(super) fn component() -> Error {
    let reason = "this is a component, not a core module: it needs an embedder of the component model";
    Error::invalid(4, reason, false)
}

/// The error for what the parser or validator found wrong. If a proposal that is off is behind it, it is named.
#[cold]
pub(super) fn explain(bytes: &[u8], features: WasmFeatures, error: wasmparser::Error) -> Error {
    let offset = error.offset() as usize;
    if let Some(reason) = proposal(bytes, features, &error) {
        return Error::invalid(offset, reason, false);
    }
    let malformed = is_malformed(bytes, &error);
    Error::invalid(offset, error.message(), malformed)
}

/// Which proposal would have made a difference: the first with which the module is valid or the error moves on.
fn proposal(bytes: &[u8], features: WasmFeatures, error: &wasmparser::Error) -> Option<String> {
    let all = SWITCHED.iter().fold(everything(features), |all, (feature, ..)| all.union(*feature));
    // Most errors stay where they are whatever is on, so nothing more is tried.
    let stays = |other: wasmparser::Error| other.offset() <= error.offset();
    if Validator::new_with_features(all).validate_all(bytes).is_err_and(stays) {
        return None;
    }
    let helps = |more: WasmFeatures| {
        !features.contains(more)
            && match Validator::new_with_features(features.union(more)).validate_all(bytes) {
                Ok(_) => true,
                Err(other) => other.offset() > error.offset() && error.missing_wasm_feature().is_some(),
            }
    };
    let switched = SWITCHED.iter().find(|(feature, ..)| helps(*feature)).map(|(_, name, switch)| {
        format!("uses the {name} proposal, which this configuration turns off: see Config::{switch}")
    });
    switched.or_else(|| {
        let (_, name) = UNSUPPORTED.iter().find(|(feature, _)| helps(*feature)).or_else(|| several(bytes, features))?;
        Some(format!("uses the {name} proposal, which Falkirk does not support yet"))
    })
}

/// For a module that needs several unsupported proposals: the first of them that it cannot do without.
fn several(bytes: &[u8], features: WasmFeatures) -> Option<&'static (WasmFeatures, &'static str)> {
    let all = everything(features);
    let valid = |features| Validator::new_with_features(features).validate_all(bytes).is_ok();
    if !valid(all) {
        return None;
    }
    UNSUPPORTED.iter().find(|(feature, _)| !valid(all.difference(feature.difference(features))))
}

/// These features, and the unsupported ones.
fn everything(features: WasmFeatures) -> WasmFeatures {
    UNSUPPORTED.iter().fold(features, |all, (feature, _)| all.union(*feature))
}

/// Whether the bytes do not even follow the grammar. The validator checks both at once, so this looks again.
fn is_malformed(bytes: &[u8], error: &wasmparser::Error) -> bool {
    // What the grammar says about whole modules, `wasmparser` checks in its validator.
    const GRAMMAR: [&str; 4] =
        ["data count section required", "data count and data section", "inconsistent lengths", "out of order"];
    GRAMMAR.iter().any(|message| error.message().contains(message)) || decode(bytes).is_err()
}

/// Decodes everything, and validates nothing.
fn decode(bytes: &[u8]) -> wasmparser::Result<()> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    for payload in parser.parse_all(bytes) {
        match payload? {
            Payload::TypeSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::ImportSection(section) => section.into_imports().try_for_each(|it| it.map(drop)),
            Payload::FunctionSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::TableSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::MemorySection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::GlobalSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::ExportSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::ElementSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::DataSection(section) => section.into_iter().try_for_each(|it| it.map(drop)),
            Payload::CodeSectionEntry(body) => {
                let mut locals = body.get_locals_reader()?;
                (0..locals.get_count()).try_for_each(|_| locals.read().map(drop))?;
                body.get_operators_reader()?.into_iter().try_for_each(|it| it.map(drop))
            }
            _ => Ok(()),
        }?;
    }
    Ok(())
}
