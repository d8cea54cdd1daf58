//! `--strace` and `--explain`: what a program asks of WASI, on standard error.

use clap::Args;
use falkirk::wasi::report::{Call, Denial};
use falkirk::wasi::{WasiCtx, WasiCtxBuilder};

use super::summary::Summary;
use crate::options::{Run, Settings};
use crate::output;

/// What is told of a program's calls.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "WASI")]
pub struct Watch {
    /// Print each call of WASI with its arguments, its result and its time in seconds, on standard error
    #[arg(long)]
    pub strace: bool,
    /// Say what was denied and how to grant it, and at the end what was used and which options suffice
    #[arg(long)]
    pub explain: bool,
    /// With --strace or --explain: print lines of JSON
    #[arg(long)]
    pub json: bool,
}

impl Watch {
    /// Has the context tell.
    pub fn begin(&self, builder: &mut WasiCtxBuilder) {
        let json = self.json;
        if self.strace {
            builder.on_call(move |call| output::to_stderr(&if json { call_json(call) } else { call.to_string() }));
        }
        if self.explain {
            builder.note_uses().on_denial(move |denial| {
                // Most programs look for directories when they start, whether they want files or not.
                if *denial != Denial::NoDirectories {
                    output::to_stderr(&if json { denial_json(denial) } else { denial.to_string() });
                }
            });
        }
    }

    /// The program has ended.
    pub fn end(&self, context: &WasiCtx, command: &Run, settings: &Settings) {
        if self.explain {
            let summary = Summary::new(context, command, settings);
            output::to_stderr(&if self.json { summary.json() } else { summary.text() });
        }
    }
}

fn call_json(call: &Call<'_>) -> String {
    let fields = [
        ("interface", call.interface),
        ("function", call.function),
        ("arguments", call.arguments),
        ("result", call.result),
    ];
    let fields: String = fields.map(|(name, value)| format!(",\"{name}\":{}", quoted(value))).concat();
    format!("{{\"event\":\"call\"{fields},\"seconds\":{:.9}}}", call.duration.as_secs_f64())
}

fn denial_json(denial: &Denial) -> String {
    format!("{{\"event\":\"denied\",{}}}", denial_fields(denial))
}

/// What a denial has in JSON.
pub(super) fn denial_fields(denial: &Denial) -> String {
    let grant = denial.grant().map_or_else(|| "null".to_owned(), |grant| quoted(&grant));
    format!("\"denied\":{},\"grant\":{grant}", quoted(what(&denial.to_string())))
}

/// A denial, where it need not be said that it is one.
pub(super) fn what(denial: &str) -> &str {
    denial.strip_prefix("denied: ").unwrap_or(denial)
}

/// A text in JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => quoted.push_str(&format!("\\u{:04x}", char as u32)),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_can_be_read() {
        for text in ["", "plain", "\"\\\n\u{1}\u{85}", "Zoë 🚢"] {
            assert_eq!(serde_json::from_str::<String>(&super::quoted(text)).ok().as_deref(), Some(text));
        }
    }
}
