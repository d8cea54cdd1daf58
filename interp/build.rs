//! Finds out whether this build turns tail calls into jumps (any optimisation does).

fn main() {
    println!("cargo::rustc-check-cfg=cfg(dispatch_loop)");
    println!("cargo::rerun-if-changed=build.rs");
    let unoptimised = std::env::var("OPT_LEVEL").as_deref() == Ok("0");
    let forced = std::env::var_os("CARGO_FEATURE_LOOP_DISPATCH").is_some();
    if unoptimised || forced {
        println!("cargo::rustc-cfg=dispatch_loop");
    }
}
