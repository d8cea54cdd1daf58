//! Granting things.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use falkirk_runtime::Error;

use crate::clocks::Clocks;
use crate::context::{Preopen, WasiCtx};
use crate::files::{Access, Dir, MemoryFs};
use crate::network::{AddressPattern, NameSet, Network};
use crate::poll::Stop;
use crate::preview1::Descriptors;
use crate::preview2::Resources;
use crate::random::Random;
use crate::report::{Answer, Call, Denial, Given, Report, Withheld};
use crate::streams::{HostHandle, InputStream, OutputStream};

/// Grants a guest what it is to have. Without any grant, a guest reads an empty input, its output is forgotten, and there
/// are no arguments, variables, directories and sockets. Clocks and random bytes are always there: the interfaces have
/// no way to refuse them, but they can be [fixed](Clocks::fixed) and [seeded](Random::Seeded).
///
/// ```
/// use falkirk_wasi::{WasiCtx, files::{Access, MemoryFs}, streams::pipe};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let files = MemoryFs::new();
/// files.write("greeting.txt", "hello")?;
/// let (writer, reader) = pipe(usize::MAX);
/// let context = WasiCtx::builder()
///     .args(["prog", "--verbose"])
///     .env("LANG", "C")
///     .stdout(writer)
///     .memory_dir(&files, "/data", Access::ReadOnly)
///     .build()?;
/// # let _ = (context, reader);
/// # Ok(())
/// # }
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 17.
#[derive(Debug, Default)]
pub struct WasiCtxBuilder {
    args: Vec<String>,
    env: Vec<(String, String)>,
    stdin: InputStream,
    stdout: OutputStream,
    stderr: OutputStream,
    preopens: Vec<Preopen>,
    clocks: Option<Clocks>,
    random: Option<Random>,
    network: Network,
    report: Report,
    withheld: Withheld,
}

impl WasiCtxBuilder {
    /// Nothing is granted yet.
    pub fn new() -> WasiCtxBuilder {
        WasiCtxBuilder::default()
    }

    /// Adds an argument. The first is the program's name.
    pub fn arg(&mut self, arg: impl Into<String>) -> &mut WasiCtxBuilder {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<String>>(&mut self, args: impl IntoIterator<Item = A>) -> &mut WasiCtxBuilder {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable.
    pub fn env(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut WasiCtxBuilder {
        let name = name.into();
        self.env.retain(|(before, _)| *before != name);
        self.env.push((name, value.into()));
        self
    }

    /// Grants the process's own environment variables, but for those that are no UTF-8.
    pub fn inherit_env(&mut self) -> &mut WasiCtxBuilder {
        for (name, value) in std::env::vars_os() {
            if let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) {
                self.env(name, value);
            }
        }
        self
    }

    /// Where the guest reads its standard input.
    pub fn stdin(&mut self, stdin: impl Into<InputStream>) -> &mut WasiCtxBuilder {
        self.stdin = stdin.into();
        self
    }

    /// Where the guest writes its standard output.
    pub fn stdout(&mut self, stdout: impl Into<OutputStream>) -> &mut WasiCtxBuilder {
        self.stdout = stdout.into();
        self
    }

    /// Where the guest writes its standard error.
    pub fn stderr(&mut self, stderr: impl Into<OutputStream>) -> &mut WasiCtxBuilder {
        self.stderr = stderr.into();
        self
    }

    /// Grants the process's own standard input, output and error.
    pub fn inherit_stdio(&mut self) -> &mut WasiCtxBuilder {
        self.stdin(InputStream::stdin()).stdout(OutputStream::stdout()).stderr(OutputStream::stderr())
    }

    /// Grants a directory of the host, and all that is in it, under this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Host`](falkirk_runtime::ErrorKind::Host): it cannot be opened.
    pub fn dir(&mut self, host: impl AsRef<Path>, guest: &str, access: Access) -> Result<&mut WasiCtxBuilder, Error> {
        let host = host.as_ref();
        let dir = Dir::open_host(host, guest, access)
            .map_err(|code| Error::msg(format!("cannot open the directory {}: {code}", host.display())))?;
        Ok(self.preopen(guest, dir))
    }

    /// Grants the files in memory, under this name.
    pub fn memory_dir(&mut self, files: &MemoryFs, guest: &str, access: Access) -> &mut WasiCtxBuilder {
        self.preopen(guest, files.root(guest, access))
    }

    /// Grants a directory that is open already, under this name.
    pub fn preopen(&mut self, guest: &str, dir: Dir) -> &mut WasiCtxBuilder {
        let name = Arc::from(guest);
        self.preopens.push(Preopen { name, dir });
        self
    }

    /// The clocks. Default: the system's.
    pub fn clocks(&mut self, clocks: Clocks) -> &mut WasiCtxBuilder {
        self.clocks = Some(clocks);
        self
    }

    /// Where random bytes come from. Default: the system.
    pub fn random(&mut self, random: Random) -> &mut WasiCtxBuilder {
        self.random = Some(random);
        self
    }

    /// Allows TCP connections to these addresses.
    pub fn tcp_connect(&mut self, to: impl Into<AddressPattern>) -> &mut WasiCtxBuilder {
        self.network.tcp_connect.allow(to.into());
        self
    }

    /// Allows waiting for TCP connections at these addresses.
    pub fn tcp_listen(&mut self, at: impl Into<AddressPattern>) -> &mut WasiCtxBuilder {
        self.network.tcp_listen.allow(at.into());
        self
    }

    /// Allows UDP sockets at these addresses, and speaking with them.
    pub fn udp(&mut self, with: impl Into<AddressPattern>) -> &mut WasiCtxBuilder {
        self.network.udp.allow(with.into());
        self
    }

    /// Which names may be looked up.
    pub fn names(&mut self, names: NameSet) -> &mut WasiCtxBuilder {
        self.network.names = names;
        self
    }

    /// Gives preview 1 a socket that listens. Its descriptor comes after those of the directories.
    pub fn listener(&mut self, listener: TcpListener) -> &mut WasiCtxBuilder {
        self.network.listeners.push(HostHandle::new(listener));
        self
    }

    /// Withholds something that guests are given otherwise.
    pub fn deny(&mut self, given: Given, answer: Answer) -> &mut WasiCtxBuilder {
        self.withheld.withhold(given, answer);
        self
    }

    /// Keeps what the guest makes use of; see [`Report::uses`].
    pub fn note_uses(&mut self) -> &mut WasiCtxBuilder {
        self.report.uses = Some(Default::default());
        self
    }

    /// Who is told, once each, what the guest asked for in vain.
    pub fn on_denial(&mut self, sink: impl FnMut(&Denial) + Send + Sync + 'static) -> &mut WasiCtxBuilder {
        self.report.on_denial = Some(Box::new(sink));
        self
    }

    /// Who is told of every call of WASI.
    pub fn on_call(&mut self, sink: impl FnMut(&Call<'_>) + Send + Sync + 'static) -> &mut WasiCtxBuilder {
        self.report.on_call = Some(Box::new(sink));
        self
    }

    /// The context. The builder grants nothing after that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): an argument or a variable has a NUL in it, or a
    /// variable's name has a `=`.
    pub fn build(&mut self) -> Result<WasiCtx, Error> {
        self.withhold_streams();
        let WasiCtxBuilder { args, env, stdin, stdout, stderr, preopens, clocks, random, network, report, withheld } =
            std::mem::take(self);
        for text in args.iter().chain(env.iter().flat_map(|(name, value)| [name, value])) {
            if text.contains('\0') {
                return Err(Error::usage(format!("a NUL in {text:?}, which guests take for its end")));
            }
        }
        if let Some((name, _)) = env.iter().find(|(name, _)| name.is_empty() || name.contains('=')) {
            return Err(Error::usage(format!("{name:?} is no name of an environment variable")));
        }
        let descriptors = Descriptors::new((&stdin, &stdout, &stderr), &preopens, &network.listeners);
        Ok(WasiCtx {
            args,
            env,
            stdin,
            stdout,
            stderr,
            preopens,
            clocks: clocks.unwrap_or_else(Clocks::system),
            random: random.unwrap_or(Random::System),
            network,
            report,
            withheld,
            stop: Stop::Never,
            memory: None,
            descriptors,
            resources: Resources::default(),
        })
    }

    /// A stream that is withheld is not there at all.
    fn withhold_streams(&mut self) {
        let withheld = |given| self.withheld.answer(given).is_some();
        let (stdin, stdout, stderr) = (withheld(Given::Stdin), withheld(Given::Stdout), withheld(Given::Stderr));
        if stdin {
            self.stdin = InputStream::Empty;
        }
        if stdout {
            self.stdout = OutputStream::Null;
        }
        if stderr {
            self.stderr = OutputStream::Null;
        }
    }
}
