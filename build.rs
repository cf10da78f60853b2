//! Lets binaries with the feature `rust-bert` find libtorch without LD_LIBRARY_PATH.

fn main() {
    // set by torch-sys, which only the feature pulls in
    println!("cargo:rerun-if-env-changed=DEP_TCH_LIBTORCH_LIB");
    if let Some(folder) = std::env::var_os("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.to_string_lossy());
    }
}
