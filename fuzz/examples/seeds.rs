//! Writes the seeds of every target into its corpus. To be run again when a stored form changes.

use rolecall_fuzz::samples;
use rolecall_fuzz::targets::TARGETS;

fn main() -> std::io::Result<()> {
    for (target, _) in TARGETS {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        for (n, seed) in samples::seeds(target).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{n:02}")), seed)?;
        }
    }
    Ok(())
}
