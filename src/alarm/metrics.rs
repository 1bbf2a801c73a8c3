//! Writes the state of the station to a file for Prometheus, which the textfile collector of node_exporter reads.
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::concern::ConcernSeverity;
use crate::playout::engine::StationStatus;

/// Returns the metrics in the text format of Prometheus, version 0.0.4. `status` is `None` if the station cannot be
/// reached.
#[must_use]
pub fn metrics_text(status: Option<&StationStatus>) -> String {
    let mut text = String::new();
    write_gauge(&mut text, "loa_up", "1 if the station's daemon answers.", u64::from(status.is_some()));
    let Some(status) = status else { return text };
    let count = |severity| status.concerns.iter().filter(|concern| concern.severity == severity).count();
    write_heading(&mut text, "loa_concerns", "Concerns that hold, by severity.");
    for severity in ConcernSeverity::ALL {
        let _ = writeln!(text, "loa_concerns{{severity=\"{}\"}} {}", severity.as_str(), count(severity));
    }
    write_heading(&mut text, "loa_concern", "1 for each concern that holds.");
    for concern in &status.concerns {
        let (code, subject) = (concern.condition.code(), escape_label(&concern.condition.subject()));
        let _ = writeln!(text, "loa_concern{{code=\"{code}\",subject=\"{subject}\"}} 1");
    }
    write_gauge(&mut text, "loa_clock_trusted", "1 if the clock is trusted.", u64::from(status.clock_trusted));
    write_gauge(&mut text, "loa_on_air", "1 while an airing sounds.", u64::from(status.on_air.is_some()));
    write_gauge(&mut text, "loa_log_entries", "Entries under the newest signed head.", status.entries);
    write_gauge(&mut text, "loa_log_unwritten", "Entries that the disk has not taken.", status.unwritten as u64);
    write_gauge(&mut text, "loa_airings_waiting", "Planned airings without an outcome.", status.waiting);
    text
}

/// Replaces the metrics file.
///
/// # Errors
/// If the file or its folder cannot be written.
pub fn write_metrics(path: &Path, status: Option<&StationStatus>) -> io::Result<()> {
    // The collector reads every `.prom` file, so a file that is still being written must have another extension.
    let temporary_path = path.with_extension("part");
    fs::write(&temporary_path, metrics_text(status))?;
    fs::rename(temporary_path, path)
}

fn write_heading(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn write_gauge(text: &mut String, name: &str, help: &str, value: u64) {
    write_heading(text, name, help);
    let _ = writeln!(text, "{name} {value}");
}

fn escape_label(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}
