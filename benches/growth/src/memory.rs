//! What a user weighs, counted by another program: an allocator that counts would slow the edits down.

use std::error::Error;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::figures::Panel;

/// As the other program counts them.
const COUNTED: [&str; 3] = ["a naive map of permissions, for scale", ACCOUNT, "a map of names, for scale"];

const ACCOUNT: &str = "an account with its authorizer";

pub(crate) fn measure(sizes: &[usize], panel: &mut Panel) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--bin", "memory", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .arg("--")
        .args(sizes.iter().map(ToString::to_string))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the bytes were not counted".into());
    }
    for (line, users) in String::from_utf8(output.stdout)?.lines().zip(sizes) {
        for (bytes, name) in line.split(' ').zip(COUNTED) {
            if bytes == "-" {
                continue;
            }
            let each = bytes.parse::<f64>()? / *users as f64;
            if name == ACCOUNT {
                panel.add(name, *users, each);
            } else {
                panel.add_for_scale(name, *users, each);
            }
        }
    }
    Ok(())
}
