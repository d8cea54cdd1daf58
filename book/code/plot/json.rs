//! As much of JSON as the benches write, and so nearly all of it.

use crate::programs::Result;

/// A value.
#[derive(Debug, PartialEq)]
pub enum Json {
    /// `null`, `true` or `false`: nothing here asks which.
    Word,
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A list.
    Array(Vec<Json>),
    /// An object, its members in the order in which they are written.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one value, and nothing behind it.
    pub fn parse(text: &str) -> Result<Json> {
        let mut reader = Reader { rest: text };
        let value = reader.value()?;
        reader.skip();
        if reader.rest.is_empty() { Ok(value) } else { Err(reader.unexpected()) }
    }

    /// The members of an object.
    pub fn members(&self) -> Result<&[(String, Json)]> {
        if let Json::Object(members) = self { Ok(members) } else { Err(format!("no object: {self:?}").into()) }
    }

    /// A member of an object.
    pub fn member(&self, name: &str) -> Result<&Json> {
        let member = self.members()?.iter().find(|(found, _)| found == name);
        Ok(&member.ok_or_else(|| format!("there is no `{name}`"))?.1)
    }

    /// The elements of an array.
    pub fn elements(&self) -> Result<&[Json]> {
        if let Json::Array(elements) = self { Ok(elements) } else { Err(format!("no array: {self:?}").into()) }
    }

    /// A string.
    pub fn text(&self) -> Result<&str> {
        if let Json::Text(text) = self { Ok(text) } else { Err(format!("no string: {self:?}").into()) }
    }

    /// A number.
    pub fn number(&self) -> Result<f64> {
        if let Json::Number(number) = self { Ok(*number) } else { Err(format!("no number: {self:?}").into()) }
    }
}

/// What has not been read yet.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Json> {
        self.skip();
        match self.rest.as_bytes().first() {
            Some(b'{') => Ok(Json::Object(self.list('{', '}', Reader::member)?)),
            Some(b'[') => Ok(Json::Array(self.list('[', ']', Reader::value)?)),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn member(&mut self) -> Result<(String, Json)> {
        self.skip();
        let name = self.string()?;
        self.expect(':')?;
        Ok((name, self.value()?))
    }

    fn list<T>(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        self.expect(open)?;
        if self.take(close) {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if !self.take(',') {
                self.expect(close)?;
                return Ok(items);
            }
        }
    }

    fn string(&mut self) -> Result<String> {
        let mut text = String::new();
        let mut chars = self.rest.strip_prefix('"').ok_or_else(|| self.unexpected())?.chars();
        loop {
            match chars.next().ok_or("a string does not end")? {
                '"' => break,
                '\\' => text.push(escape(&mut chars)?),
                char => text.push(char),
            }
        }
        self.rest = chars.as_str();
        Ok(text)
    }

    fn number(&mut self) -> Result<Json> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Json::Number(digits.parse().map_err(|error| format!("`{digits}`: {error}"))?))
    }

    fn word(&mut self) -> Result<Json> {
        let rest = ["null", "true", "false"].iter().find_map(|word| self.rest.strip_prefix(word));
        self.rest = rest.ok_or_else(|| self.unexpected())?;
        Ok(Json::Word)
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, char: char) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(char);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, char: char) -> Result<()> {
        if self.take(char) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Box<dyn std::error::Error> {
        format!("unexpected: {:?}", self.rest.chars().take(20).collect::<String>()).into()
    }
}

/// What stands behind a backslash. The benches escape characters of 16 bits only.
fn escape(chars: &mut std::str::Chars<'_>) -> Result<char> {
    match chars.next() {
        Some(char @ ('"' | '\\' | '/')) => Ok(char),
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('u') => {
            let digits: String = chars.take(4).collect();
            let code = u32::from_str_radix(&digits, 16).map_err(|error| format!("`{digits}`: {error}"))?;
            Ok(char::from_u32(code).ok_or_else(|| format!("`{digits}` is no character"))?)
        }
        other => Err(format!("no escape: {other:?}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let json = Json::parse("{\"a\": [1.5e-2, -3, null],\n\"b\\u000a\\\"\": {}, \"c\": []}").unwrap();
        assert_eq!(json.member("a").unwrap().elements().unwrap()[0].number().unwrap(), 0.015);
        assert_eq!(json.member("b\n\"").unwrap().members().unwrap(), []);
        assert!(json.member("d").is_err());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "[1 2]", "{\"a\"}", "nul", "\"a", "1 2", "\"\\q\""] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }
}
