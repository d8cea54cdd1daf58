//! What the program prints, word for word: `tests/cmd/*.md`. `TRYCMD=overwrite cargo test -p falkirk-cli --test cmd`
//! writes down what it prints now; read the difference before it is committed.

#[test]
fn commands_print_what_the_pages_say() {
    // The user's own code cache is left alone.
    trycmd::TestCases::new().env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).case("tests/cmd/*.md");
}
