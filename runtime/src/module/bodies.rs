//! Validation of function bodies: on one thread, or for large modules on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use wasmparser::{
    BinaryReader, FuncToValidate, FuncValidatorAllocations, FunctionBody, ValidatorResources, WasmFeatures,
};

use super::info::ModuleInfo;

/// Code of more than this many bytes is validated by more than one thread: starting one takes about as long as
/// validating ten kilobytes.
const PARALLEL_BYTES: usize = 256 << 10;

/// How many functions a thread takes at a time.
const BATCH: usize = 64;

/// How many threads this machine runs at once. Asking the operating system takes longer than parsing a small module.
fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// The bodies that wait for their validation.
#[derive(Debug)]
pub(super) struct Bodies {
    features: WasmFeatures,
    /// What the validator knows of the module, since the first body.
    resources: Option<ValidatorResources>,
}

impl Bodies {
    pub fn new(features: WasmFeatures) -> Bodies {
        Bodies { features, resources: None }
    }

    /// What they may use.
    pub fn features(&self) -> WasmFeatures {
        self.features
    }

    /// Adds the next body.
    pub fn add(&mut self, function: FuncToValidate<ValidatorResources>) {
        self.resources.get_or_insert(function.resources);
    }

    /// Validates them all, in the module's bytes.
    ///
    /// # Errors
    ///
    /// The error with the lowest offset, however many threads there are.
    pub fn validate(&self, info: &ModuleInfo) -> wasmparser::Result<()> {
        let Some(resources) = &self.resources else { return Ok(()) };
        let size: usize = info.bodies.iter().map(ExactSizeIterator::len).sum();
        if size > PARALLEL_BYTES && threads() > 1 {
            return self.validate_on(threads().min(size / PARALLEL_BYTES + 1), info, resources);
        }
        let mut allocations = FuncValidatorAllocations::default();
        (0..info.bodies.len()).try_for_each(|body| self.validate_body(body, info, resources, &mut allocations))
    }

    /// Validates all bodies on so many threads.
    fn validate_on(&self, threads: usize, info: &ModuleInfo, resources: &ValidatorResources) -> wasmparser::Result<()> {
        let next = AtomicUsize::new(0);
        let failed: Mutex<Option<(usize, wasmparser::Error)>> = Mutex::new(None);
        let work = || {
            let mut allocations = FuncValidatorAllocations::default();
            loop {
                let start = next.fetch_add(BATCH, Ordering::Relaxed);
                if start >= info.bodies.len() {
                    return;
                }
                let end = info.bodies.len().min(start + BATCH);
                for body in start..end {
                    if let Err(error) = self.validate_body(body, info, resources, &mut allocations) {
                        // Batches are handed out in order, so every earlier body is validated too. No later one has to.
                        next.fetch_max(info.bodies.len(), Ordering::Relaxed);
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        if failed.as_ref().is_none_or(|(first, _)| body < *first) {
                            *failed = Some((body, error));
                        }
                        return;
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Without a thread, the others do its work.
                let _ = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Validates one body.
    fn validate_body(
        &self,
        body: usize,
        info: &ModuleInfo,
        resources: &ValidatorResources,
        allocations: &mut FuncValidatorAllocations,
    ) -> wasmparser::Result<()> {
        let range = info.bodies[body].clone();
        let index = info.imported_functions + body as u32;
        let function = FuncToValidate { resources, index, ty: info.functions[index as usize], features: self.features };
        let reader = BinaryReader::new_features(&info.bytes[range.clone()], range.start as u64, self.features);
        let mut validator = function.into_validator(std::mem::take(allocations));
        let result = validator.validate(&FunctionBody::new(reader));
        *allocations = validator.into_allocations();
        result
    }
}
