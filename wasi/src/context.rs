//! What a guest has been given.

use std::sync::Arc;

use falkirk_runtime::{InterruptHandle, Memory, StoreId};

use crate::builder::WasiCtxBuilder;
use crate::clocks::Clocks;
use crate::error::{ErrorCode, Result};
use crate::files::Dir;
use crate::network::Network;
use crate::poll::{Pollable, Readiness, Stop, poll_or_stop};
use crate::preview1::Descriptors;
use crate::preview2::Resources;
use crate::random::Random;
use crate::report::{Answer, Denial, Given, Report, Withheld};
use crate::streams::{InputStream, OutputStream, Wait};

/// All that a guest has been given, and what it has made of it. Made with [`WasiCtx::builder`].
///
/// Both previews show this one context. What only one of them knows is kept apart: preview 1's numbered descriptors,
/// and what preview 2's handles stand for.
///
/// [The book](crate#in-the-book) explains it in chapter 17.
#[derive(Debug)]
pub struct WasiCtx {
    /// The arguments, the program's name first.
    pub args: Vec<String>,
    /// The environment variables.
    pub env: Vec<(String, String)>,
    /// Standard input.
    pub stdin: InputStream,
    /// Standard output.
    pub stdout: OutputStream,
    /// Standard error.
    pub stderr: OutputStream,
    /// The directories that were granted.
    pub preopens: Vec<Preopen>,
    /// The clocks.
    pub clocks: Clocks,
    /// Where random bytes come from.
    pub random: Random,
    /// What is granted of the network.
    pub network: Network,
    /// What was asked for in vain, and who is told of calls.
    pub report: Report,
    /// What is given to every guest, and withheld from this one.
    pub withheld: Withheld,
    /// What ends a wait of the guest.
    pub(crate) stop: Stop,
    /// The memory that preview 1 worked on last: a guest with another may be in another store.
    pub(crate) memory: Option<Memory>,
    pub(crate) descriptors: Descriptors,
    pub(crate) resources: Resources,
}

/// A directory that was granted.
#[derive(Clone, Debug)]
pub struct Preopen {
    /// Its name, as the guest knows it.
    pub name: Arc<str>,
    /// The directory.
    pub dir: Dir,
}

impl WasiCtx {
    /// A builder that grants nothing yet.
    pub fn builder() -> WasiCtxBuilder {
        WasiCtxBuilder::new()
    }

    /// Lets an interrupt, or the deadline, of the guest's store end what the guest waits for.
    pub(crate) fn stop_with(&mut self, store: StoreId, handle: InterruptHandle) {
        self.stop = Stop::WithStore(store, handle);
    }

    /// How to do what may wait: inside of the host if nothing could end that, as one call of the system. Otherwise what
    /// is waited for is polled.
    #[inline]
    pub(crate) fn patience(&self) -> Wait {
        if self.stop.may_come() { Wait::No } else { Wait::Yes }
    }

    /// Waits until at least one of these is ready, and says for each whether it is.
    ///
    /// # Errors
    ///
    /// Those of [`poll`](crate::poll::poll), and [`ErrorCode::Intr`]: the store has been asked to stop.
    pub fn poll(&mut self, pollables: &[Pollable]) -> Result<Vec<Readiness>> {
        poll_or_stop(&mut self.clocks, pollables, &self.stop)
    }

    /// Asks for something that is given to every guest, and notes it if it is withheld from this one.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Notcapable`]: it is. If [`Withheld::take_trap`] then has something to say, the guest is to stop.
    #[inline]
    pub fn require(&mut self, given: Given) -> Result<()> {
        match self.withheld.answer(given) {
            None => Ok(()),
            Some(answer) => Err(self.refuse(given, answer)),
        }
    }

    #[cold]
    fn refuse(&mut self, given: Given, answer: Answer) -> ErrorCode {
        self.report.denied(Denial::Withheld(given));
        if answer == Answer::Trap {
            self.withheld.trap = Some(given);
        }
        ErrorCode::Notcapable
    }
}
