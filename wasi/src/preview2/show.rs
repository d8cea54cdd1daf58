//! Calls as a person would write them, for [`Report`](crate::report::Report): values as WAVE has them, shortened.

use std::fmt::Write;
use std::time::Instant;

use falkirk_component::Handle;

use crate::context::WasiCtx;

/// How many bytes or items of a list are shown.
const SHOWN: usize = 32;

/// A call that has begun: its arguments, and when that was.
pub(super) struct Begun(String, Instant);

/// Notes the arguments of a call, if somebody wants to be told.
#[inline]
pub(super) fn begin(cx: &WasiCtx, arguments: &[(&str, &dyn Show)]) -> Option<Begun> {
    cx.report.traces_calls().then(|| {
        let mut text = String::new();
        for (name, value) in arguments {
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}{name}=");
            value.show(&mut text);
        }
        Begun(text, Instant::now())
    })
}

/// Tells what a call gave.
#[inline]
pub(super) fn end<R: Show>(
    cx: &mut WasiCtx,
    begun: Option<Begun>,
    interface: &str,
    function: &str,
    result: &falkirk_runtime::Result<R>,
) {
    let Some(Begun(arguments, start)) = begun else { return };
    let mut text = String::new();
    match result {
        Ok(value) => value.show(&mut text),
        Err(error) => _ = write!(text, "{error}"),
    }
    cx.report.called(interface, function, &arguments, &text, start);
}

/// Something that can be shown.
pub(super) trait Show {
    /// Appends the text.
    fn show(&self, text: &mut String);

    /// Appends the text of a list of these.
    fn show_list(items: &[Self], text: &mut String)
    where
        Self: Sized,
    {
        separated('[', items.iter().take(SHOWN).map(|item| item as &dyn Show), text);
        text.push_str(if items.len() > SHOWN { ", ...]" } else { "]" });
    }
}

/// Items after an opening bracket, with commas between them.
fn separated<'a>(open: char, items: impl Iterator<Item = &'a dyn Show>, text: &mut String) {
    text.push(open);
    for (at, item) in items.enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        item.show(text);
    }
}

/// What Rust prints of these is what a person would write.
macro_rules! show_as_displayed {
    ($($ty:ty),*) => {$(
        impl Show for $ty {
            fn show(&self, text: &mut String) {
                let _ = write!(text, "{self}");
            }
        }
    )*};
}

show_as_displayed!(bool, u16, u32, u64, i32);

/// What is derived for these has the names of the component model, but for their case.
macro_rules! show_in_kebab_case {
    ($($ty:ty),* $(,)?) => {$(
        impl $crate::preview2::show::Show for $ty {
            fn show(&self, text: &mut String) {
                $crate::preview2::show::kebab(&format!("{self:?}"), text);
            }
        }
    )*};
}

pub(super) use show_in_kebab_case;

/// Appends the text with `NotPermitted` as `not-permitted`.
pub(super) fn kebab(debug: &str, text: &mut String) {
    let mut in_word = false;
    for letter in debug.chars() {
        if letter.is_ascii_uppercase() && in_word {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
        in_word = letter.is_alphanumeric();
    }
}

impl Show for u8 {
    fn show(&self, text: &mut String) {
        let _ = write!(text, "{self}");
    }

    /// Bytes as text, with escapes.
    fn show_list(items: &[u8], text: &mut String) {
        let more = if items.len() > SHOWN { "..." } else { "" };
        let _ = write!(text, "\"{}\"{more}", items[..items.len().min(SHOWN)].escape_ascii());
    }
}

impl Show for String {
    fn show(&self, text: &mut String) {
        let _ = write!(text, "{self:?}");
    }
}

impl Show for Handle {
    fn show(&self, text: &mut String) {
        let _ = write!(text, "#{}", self.rep);
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self, text: &mut String) {
        T::show_list(self, text);
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self, text: &mut String) {
        match self {
            None => text.push_str("none"),
            Some(value) => carried("some", value, text),
        }
    }
}

impl<T: Show, E: Show> Show for Result<T, E> {
    fn show(&self, text: &mut String) {
        match self {
            Ok(value) => carried("ok", value, text),
            Err(value) => carried("err", value, text),
        }
    }
}

/// A case, and what it carries if that is something.
pub(super) fn carried(case: &str, value: &dyn Show, text: &mut String) {
    let mut inner = String::new();
    value.show(&mut inner);
    text.push_str(case);
    if !inner.is_empty() {
        let _ = write!(text, "({inner})");
    }
}

macro_rules! show_tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: Show),*> Show for ($($name,)*) {
            #[allow(non_snake_case, reason = "the types name the fields")]
            fn show(&self, text: &mut String) {
                let ($($name,)*) = self;
                separated('(', [$($name as &dyn Show),*].into_iter(), text);
                text.push(')');
            }
        }
    )*};
}

show_tuples! { (A B) (A B C) }

/// Nothing to show.
impl Show for () {
    fn show(&self, _: &mut String) {}
}
