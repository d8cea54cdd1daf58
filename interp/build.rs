//! Finds out what the compiler will do: whether it turns tail calls into jumps (any optimisation does), and whether it
//! inlines all of a vector instruction's work (only full optimisation does).

fn main() {
    println!("cargo::rustc-check-cfg=cfg(dispatch_loop)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(outlined)");
    let optimisation = std::env::var("OPT_LEVEL").unwrap_or_default();
    if !matches!(optimisation.as_str(), "2" | "3") {
        println!("cargo::rustc-cfg=outlined");
    }
    let unoptimised = optimisation == "0";
    let forced = std::env::var_os("CARGO_FEATURE_LOOP_DISPATCH").is_some();
    if unoptimised || forced {
        println!("cargo::rustc-cfg=dispatch_loop");
    }
}
