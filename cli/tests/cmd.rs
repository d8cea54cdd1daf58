//! What the program prints, word for word: `tests/cmd/*.md`. `TRYCMD=overwrite cargo test -p falkirk-cli --test cmd`
//! writes down what it prints now; read the difference before it is committed.

#[test]
fn commands_print_what_the_pages_say() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}
