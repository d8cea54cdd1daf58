//! Names as the component model writes them.

/// A Rust name in kebab-case: `max_size` and `MaxSize` are `max-size`.
pub fn kebab(rust: &str) -> String {
    let mut name = String::new();
    let mut previous = '-';
    for char in rust.trim_start_matches("r#").chars() {
        if char == '_' {
            name.push('-');
        } else {
            if char.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit()) {
                name.push('-');
            }
            name.extend(char.to_lowercase());
        }
        previous = char;
    }
    name.trim_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_kebab_case() {
        let names = ["x", "max_size", "MaxSize", "READ_ONLY", "r#type", "Utf8Text", "HTTP", "_hidden"];
        let kebab = names.map(super::kebab);
        assert_eq!(kebab, ["x", "max-size", "max-size", "read-only", "type", "utf8-text", "http", "hidden"]);
    }
}
