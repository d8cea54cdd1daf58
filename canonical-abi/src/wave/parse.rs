//! Text to values of a type.

use super::WaveError;
use super::scan::{LINES, Scanner, Token, TokenKind};
use crate::types::{Case, Field, FuncType, Kind, Name, Type, Types};
use crate::val::Val;

/// Reads a value of a type.
pub fn parse(types: &Types, ty: Type, text: &str) -> Result<Val, WaveError> {
    let mut parser = Parser { types, scanner: Scanner::new(text) };
    let value = parser.value(ty)?;
    parser.end()?;
    Ok(value)
}

/// Takes a call apart: the function's name, and its arguments in parentheses.
///
/// ```
/// use falkirk_canonical_abi::wave;
///
/// let call = r#"demo:greet/api@1.0.0#greet("Dan")"#;
/// assert_eq!(wave::split_call(call), Some(("demo:greet/api@1.0.0#greet", r#"("Dan")"#)));
/// assert_eq!(wave::split_call("greet"), None);
/// ```
pub fn split_call(text: &str) -> Option<(&str, &str)> {
    let (name, args) = text.split_at(text.find('(')?);
    Some((name.trim(), args))
}

/// Reads the arguments of a function, in parentheses. Options at the end may be left out.
///
/// ```
/// use falkirk_canonical_abi::{Type, Types, Val, wave};
///
/// let mut types = Types::new();
/// let volume = types.option(Type::U8)?;
/// let greet = types.func([("name", Type::String), ("volume", volume)], None)?;
/// let args = wave::parse_args(&types, &greet, r#"("Dan")"#)?;
/// assert_eq!(args, [Val::from("Dan"), Val::option(None)]);
/// let error = wave::parse_args(&types, &greet, "()").unwrap_err();
/// assert_eq!(error.to_string(), "column 2: found `)`, wanted the argument `name: string`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_args(types: &Types, func: &FuncType, text: &str) -> Result<Vec<Val>, WaveError> {
    let mut parser = Parser { types, scanner: Scanner::new(text) };
    parser.sign('(', "the arguments in parentheses")?;
    let mut args = Vec::new();
    for (name, ty) in func.names().iter().zip(func.params()) {
        let next = parser.scanner.peek()?;
        if next.kind != TokenKind::Sign(')') {
            args.push(parser.value(*ty)?);
            parser.comma(')')?;
        } else if let Some(Kind::Option(_)) = types.kind(*ty) {
            args.push(Val::Option(None));
        } else {
            return Err(parser.unlike(next, &format!("the argument `{name}: {}`", types.display(*ty))));
        }
    }
    let count = args.len();
    parser.sign(')', &format!("`)` behind {count} argument{}", if count == 1 { "" } else { "s" }))?;
    parser.end()?;
    Ok(args)
}

struct Parser<'a> {
    types: &'a Types,
    scanner: Scanner<'a>,
}

impl<'a> Parser<'a> {
    fn value(&mut self, ty: Type) -> Result<Val, WaveError> {
        let types = self.types;
        let Some(kind) = types.kind(ty) else { return self.primitive(ty) };
        match kind {
            Kind::List(element) => Ok(Val::List(self.elements(ty, *element)?)),
            Kind::FixedList(element, length) => self.fixed_list(ty, *element, *length),
            Kind::Record(fields) => self.record(ty, fields),
            Kind::Tuple(parts) => self.tuple(ty, parts),
            Kind::Variant(cases) => self.variant(ty, cases),
            Kind::Enum(names) => {
                let token = self.scanner.next()?;
                let found = names.iter().find(|name| self.is_name(token, name));
                found.map(|name| Val::Enum(name.clone())).ok_or_else(|| self.unlike_type(token, ty))
            }
            Kind::Option(some) => self.option(ty, *some),
            Kind::Result { ok, err } => self.result(ty, *ok, *err),
            Kind::Flags(names) => self.flags(ty, names),
            Kind::Own(_) | Kind::Borrow(_) => {
                let token = self.scanner.peek()?;
                Err(self.unlike(token, "a handle, which cannot be written"))
            }
        }
    }

    fn primitive(&mut self, ty: Type) -> Result<Val, WaveError> {
        let token = self.scanner.next()?;
        let text = self.scanner.of(token);
        match (ty, token.kind) {
            (Type::Bool, TokenKind::Name) if text == "true" => Ok(Val::Bool(true)),
            (Type::Bool, TokenKind::Name) if text == "false" => Ok(Val::Bool(false)),
            (Type::Bool, _) => Err(self.unlike(token, "`true` or `false`")),
            (Type::Char, TokenKind::Char) => {
                let mut chars = self.unescape(token)?.chars().collect::<Vec<char>>();
                let char = if chars.len() == 1 { chars.pop() } else { None };
                char.map(Val::Char).ok_or_else(|| self.unlike(token, "one character"))
            }
            (Type::String, TokenKind::Lines) => Ok(Val::String(self.lines(token)?)),
            (Type::String, TokenKind::String) => Ok(Val::String(self.unescape(token)?)),
            (Type::F32, TokenKind::Number | TokenKind::Name) => self.float(token).map(Val::F32),
            (Type::F64, TokenKind::Number | TokenKind::Name) => self.float(token).map(Val::F64),
            (_, TokenKind::Number) => self.integer(token, ty),
            _ => Err(self.unlike_type(token, ty)),
        }
    }

    fn integer(&self, token: Token, ty: Type) -> Result<Val, WaveError> {
        let text = self.scanner.of(token);
        macro_rules! integer {
            ($($variant:ident $rust:ident),*) => {
                match ty {
                    $(Type::$variant => text.parse().map(Val::$variant).map_err(|_| {
                        self.unlike(token, &format!("a number from {} to {}", $rust::MIN, $rust::MAX))
                    }),)*
                    _ => Err(self.unlike_type(token, ty)),
                }
            };
        }
        integer!(S8 i8, U8 u8, S16 i16, U16 u16, S32 i32, U32 u32, S64 i64, U64 u64)
    }

    fn float<F: std::str::FromStr>(&self, token: Token) -> Result<F, WaveError> {
        let text = self.scanner.of(token);
        let is_float = token.kind == TokenKind::Number || matches!(text, "nan" | "inf");
        let parsed = if is_float { text.parse().ok() } else { None };
        parsed.ok_or_else(|| self.unlike(token, "a number, `nan`, `inf` or `-inf`"))
    }

    fn fixed_list(&mut self, ty: Type, element: Type, length: u32) -> Result<Val, WaveError> {
        let begin = self.scanner.peek()?;
        let values = self.elements(ty, element)?;
        if values.len() != length as usize {
            let message = format!("found {} elements, wanted {}", values.len(), self.types.display(ty));
            return Err(WaveError::new(self.scanner.text, begin.begin, begin.end, message));
        }
        Ok(Val::List(values))
    }

    fn elements(&mut self, ty: Type, element: Type) -> Result<Vec<Val>, WaveError> {
        self.open('[', ty)?;
        let mut values = Vec::new();
        while !self.closes(']')? {
            values.push(self.value(element)?);
            self.comma(']')?;
        }
        Ok(values)
    }

    fn tuple(&mut self, ty: Type, parts: &[Type]) -> Result<Val, WaveError> {
        self.open('(', ty)?;
        let mut values = Vec::with_capacity(parts.len());
        for part in parts {
            values.push(self.value(*part)?);
            self.comma(')')?;
        }
        self.sign(')', &format!("`)` behind {} values", parts.len()))?;
        Ok(Val::Tuple(values))
    }

    fn record(&mut self, ty: Type, fields: &[Field]) -> Result<Val, WaveError> {
        let open = self.open('{', ty)?;
        let mut values: Vec<Option<Val>> = fields.iter().map(|_| None).collect();
        if self.scanner.peek()?.kind == TokenKind::Sign(':') {
            self.scanner.next()?;
            self.sign('}', "`}` behind `{:`")?;
        } else {
            while !self.closes('}')? {
                self.field(ty, fields, &mut values)?;
                self.comma('}')?;
            }
        }
        let mut record = Vec::with_capacity(fields.len());
        for (field, value) in fields.iter().zip(values) {
            let value = match (value, self.types.kind(field.ty)) {
                (Some(value), _) => value,
                (None, Some(Kind::Option(_))) => Val::Option(None),
                (None, _) => {
                    let message = format!("found no field `{}`, wanted {}", field.name, self.types.display(ty));
                    return Err(WaveError::new(self.scanner.text, open.begin, open.end, message));
                }
            };
            record.push((field.name.clone(), value));
        }
        Ok(Val::Record(record))
    }

    fn field(&mut self, ty: Type, fields: &[Field], values: &mut [Option<Val>]) -> Result<(), WaveError> {
        let token = self.scanner.next()?;
        let Some(i) = fields.iter().position(|field| self.is_name(token, &field.name)) else {
            return Err(self.unlike(token, &format!("a field of {}", self.types.display(ty))));
        };
        if values[i].is_some() {
            return Err(self.unlike(token, "each field once"));
        }
        self.sign(':', "`:` behind a field's name")?;
        values[i] = Some(self.value(fields[i].ty)?);
        Ok(())
    }

    fn variant(&mut self, ty: Type, cases: &[Case]) -> Result<Val, WaveError> {
        let token = self.scanner.next()?;
        let Some(case) = cases.iter().find(|case| self.is_name(token, &case.name)) else {
            return Err(self.unlike(token, &format!("a case of {}", self.types.display(ty))));
        };
        let payload = case.ty.map(|ty| self.payload(ty)).transpose()?;
        Ok(Val::Variant(case.name.clone(), payload.map(Box::new)))
    }

    /// What a case carries, in parentheses.
    fn payload(&mut self, ty: Type) -> Result<Val, WaveError> {
        self.sign('(', &format!("`(` and {}", self.types.display(ty)))?;
        let value = self.value(ty)?;
        self.sign(')', "`)`")?;
        Ok(value)
    }

    fn option(&mut self, ty: Type, some: Type) -> Result<Val, WaveError> {
        match self.word(&["some", "none"])? {
            Some("none") => Ok(Val::Option(None)),
            Some(_) => Ok(Val::option(Some(self.payload(some)?))),
            None => Ok(Val::option(Some(self.flat(ty, some)?))),
        }
    }

    fn result(&mut self, ty: Type, ok: Option<Type>, err: Option<Type>) -> Result<Val, WaveError> {
        match (self.word(&["ok", "err"])?, ok) {
            (Some("ok"), _) => Ok(Val::result(Ok(ok.map(|ty| self.payload(ty)).transpose()?))),
            (Some(_), _) => Ok(Val::result(Err(err.map(|ty| self.payload(ty)).transpose()?))),
            (None, Some(ok)) => Ok(Val::result(Ok(Some(self.flat(ty, ok)?)))),
            (None, None) => {
                let token = self.scanner.peek()?;
                Err(self.unlike_type(token, ty))
            }
        }
    }

    /// What an option or result carries, with nothing around it. Inside of another one, that would be ambiguous.
    fn flat(&mut self, ty: Type, payload: Type) -> Result<Val, WaveError> {
        match self.types.kind(payload) {
            Some(Kind::Option(_) | Kind::Result { .. }) => {
                let token = self.scanner.peek()?;
                Err(self.unlike_type(token, ty))
            }
            _ => self.value(payload),
        }
    }

    fn flags(&mut self, ty: Type, names: &[Name]) -> Result<Val, WaveError> {
        self.open('{', ty)?;
        let mut set = vec![false; names.len()];
        while !self.closes('}')? {
            let token = self.scanner.next()?;
            match names.iter().position(|name| self.is_name(token, name)) {
                Some(i) if !set[i] => set[i] = true,
                Some(_) => return Err(self.unlike(token, "each flag once")),
                None => return Err(self.unlike(token, &format!("one of {}", self.types.display(ty)))),
            }
            self.comma('}')?;
        }
        Ok(Val::Flags(names.iter().zip(set).filter(|(_, set)| *set).map(|(name, _)| name.clone()).collect()))
    }

    /// Takes the next token if it is one of these words.
    fn word(&mut self, words: &[&'static str]) -> Result<Option<&'static str>, WaveError> {
        let token = self.scanner.peek()?;
        let word = words.iter().find(|word| **word == self.scanner.of(token)).copied();
        if word.is_some() {
            self.scanner.next()?;
        }
        Ok(word)
    }

    /// Whether a token is this name, with or without a `%`.
    fn is_name(&self, token: Token, name: &str) -> bool {
        let text = self.scanner.of(token);
        token.kind == TokenKind::Name && text.strip_prefix('%').unwrap_or(text) == name
    }

    /// Takes the sign with which a value of a type begins.
    fn open(&mut self, sign: char, ty: Type) -> Result<Token, WaveError> {
        let token = self.scanner.next()?;
        if token.kind == TokenKind::Sign(sign) { Ok(token) } else { Err(self.unlike_type(token, ty)) }
    }

    fn sign(&mut self, sign: char, wanted: &str) -> Result<(), WaveError> {
        let token = self.scanner.next()?;
        if token.kind == TokenKind::Sign(sign) { Ok(()) } else { Err(self.unlike(token, wanted)) }
    }

    /// Takes the closing sign, if it is next.
    fn closes(&mut self, sign: char) -> Result<bool, WaveError> {
        let closes = self.scanner.peek()?.kind == TokenKind::Sign(sign);
        if closes {
            self.scanner.next()?;
        }
        Ok(closes)
    }

    /// Takes a comma, unless the closing sign is next.
    fn comma(&mut self, close: char) -> Result<(), WaveError> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Sign(',') => self.scanner.next().map(|_| ()),
            TokenKind::Sign(sign) if sign == close => Ok(()),
            _ => Err(self.unlike(token, &format!("`,` or `{close}`"))),
        }
    }

    fn end(&mut self) -> Result<(), WaveError> {
        let token = self.scanner.next()?;
        if token.kind == TokenKind::End { Ok(()) } else { Err(self.unlike(token, "the end")) }
    }

    /// What a quoted text stands for.
    fn unescape(&self, token: Token) -> Result<String, WaveError> {
        let mut text = String::new();
        self.unescape_range(token.begin + 1, token.end - 1, &mut text)?;
        Ok(text)
    }

    fn unescape_range(&self, begin: usize, end: usize, text: &mut String) -> Result<(), WaveError> {
        let mut rest = &self.scanner.text[begin..end];
        while let Some(at) = rest.find('\\') {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let Some((char, length)) = escape(rest) else {
                let begin = end - rest.len();
                let end = begin + rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
                let found = &self.scanner.text[begin..end];
                let message = format!(r#"found `{found}`, wanted \n, \r, \t, \\, \', \" or \u{{...}}"#);
                return Err(WaveError::new(self.scanner.text, begin, end, message));
            };
            text.push(char);
            rest = &rest[length..];
        }
        text.push_str(rest);
        Ok(())
    }

    /// What several lines in quotes stand for. The line breaks behind the first quotes and before the last ones do not
    /// count, nor do as many spaces on each line as stand before the last quotes.
    fn lines(&self, token: Token) -> Result<String, WaveError> {
        let (begin, end) = (token.begin + LINES.len(), token.end - LINES.len());
        let inside = &self.scanner.text[begin..end];
        let Some((before, indent)) = inside.rsplit_once('\n').filter(|(_, indent)| indent.trim_matches(' ').is_empty())
        else {
            let message = format!("found text before the closing {LINES}, wanted it on a line of its own");
            return Err(WaveError::new(self.scanner.text, end, token.end, message));
        };
        let mut at = begin;
        let mut text = String::new();
        for (i, line) in before.split('\n').enumerate() {
            let length = line.strip_suffix('\r').unwrap_or(line).len();
            match i {
                0 if length == 0 => {}
                0 => {
                    let message = format!("found text behind the opening {LINES}, wanted it on a line of its own");
                    return Err(WaveError::new(self.scanner.text, at, at + length, message));
                }
                _ if !line.starts_with(indent) => {
                    let message = format!("found a line with less indent than the closing {LINES}, wanted as much");
                    return Err(WaveError::new(self.scanner.text, at, at + length, message));
                }
                _ => {
                    text.push_str(if i == 1 { "" } else { "\n" });
                    self.unescape_range(at + indent.len(), at + length, &mut text)?;
                }
            }
            at += line.len() + 1;
        }
        Ok(text)
    }

    fn unlike_type(&self, token: Token, ty: Type) -> WaveError {
        self.unlike(token, &self.types.display(ty).to_string())
    }

    /// A token that is not what is wanted.
    fn unlike(&self, token: Token, wanted: &str) -> WaveError {
        let found = match token.kind {
            TokenKind::End => "the end".to_string(),
            _ => format!("`{}`", self.scanner.of(token)),
        };
        WaveError::new(self.scanner.text, token.begin, token.end, format!("found {found}, wanted {wanted}"))
    }
}

/// The character that a backslash and what follows stand for, and how many bytes they are.
fn escape(text: &str) -> Option<(char, usize)> {
    let char = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' => '\\',
        b'\'' => '\'',
        b'"' => '"',
        b'u' => {
            let (digits, _) = text.strip_prefix("\\u{")?.split_once('}')?;
            let digits_only = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = if digits_only { u32::from_str_radix(digits, 16).ok()? } else { return None };
            return Some((char::from_u32(number)?, "\\u{}".len() + digits.len()));
        }
        _ => return None,
    };
    Some((char, 2))
}
