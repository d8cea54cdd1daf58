//! What the book says that commands print. `FALKIRK_BLESS=1 cargo test -p falkirk-cli --test book` writes down what they
//! print now; read the difference before it is committed.
//!
//! `FALKIRK_PROGRAM` names another program than the one that cargo has built for the test: a release build, for readers
//! have one.

use std::path::{Path, PathBuf};

use falkirk_book::check::{console, frames, pages};

#[test]
fn commands_print_what_the_book_says() {
    // The book's own programs are called in this process, and the book's paths begin at the root.
    std::env::set_current_dir(falkirk_book::root()).expect("the root is there");
    let program =
        std::env::var_os("FALKIRK_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_falkirk").into(), PathBuf::from);
    let runner = console::Runner {
        falkirk: &program,
        jit: cfg!(feature = "jit"),
        // The user's own code cache is left alone.
        cache: Path::new(env!("CARGO_TARGET_TMPDIR")),
    };
    let bless = std::env::var_os("FALKIRK_BLESS").is_some();
    let (mut commands, mut complaints) = (0, Vec::new());
    for page in pages() {
        let redone = console::redo(&page, &runner);
        commands += redone.commands;
        complaints.extend(redone.complaints);
        for (name, made) in redone.made {
            let path = frames::folder().join(&name);
            if bless {
                std::fs::write(path, made).expect("the page can be written");
            } else if std::fs::read_to_string(path).ok() != Some(made) {
                complaints.push(format!("book/src/shown/{name} is not what the command in {} makes", page.name()));
            }
        }
        if bless && redone.text != page.text {
            std::fs::write(&page.path, redone.text).expect("the page can be written");
        } else if let Some((index, (says, prints))) =
            page.text.lines().zip(redone.text.lines()).enumerate().find(|(_, (says, prints))| says != prints)
        {
            complaints.push(page.complain(index + 1, format!("the book says\n  {says}\nand now it is\n  {prints}")));
        } else if redone.text != page.text {
            complaints.push(page.complain(1, "the commands print more or less than the book says"));
        }
    }
    println!("{commands} commands");
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert!(commands > 10, "only {commands} commands were found");
}
