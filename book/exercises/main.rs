//! Solutions of the book's exercises, with their tests.
