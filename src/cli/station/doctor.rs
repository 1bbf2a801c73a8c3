//! `loa doctor`: examines a station's machine, and prints the acceptance sheet.
mod amplifier_power;
mod levels;
mod sound;
mod station_facts;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::open_station::open_station;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::base::platform::{kernel_clock_status, unix_time_s};
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::record::key::{log_key, qr_image};
use crate::doctor::{
    CheckVerdict, DoctorFacts, KernelClock, MachineQuery, SheetHead, SoundTest, examine, probe_machine, sheet,
};
use crate::schedule::settings::Station;
use crate::text::doctor::SheetText;
use crate::text::{Lang, Localize, print_stderr, strip_unprintable};

/// Arguments of `loa doctor`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub no_sound: bool,
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// Runs `loa doctor`. The exit code is 1 if someone has to act.
///
/// # Errors
/// If standard output or the terminal fails.
pub fn run(args: &DoctorArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let loaded = match open_station(station, lang) {
        Ok((loaded, _)) => loaded,
        Err(code) => return Ok(code),
    };
    let settings = &loaded.schedule.station;
    let can_ask = io::stdin().is_terminal() && !args.no_sound;
    let sound = if can_ask { sound::test_sound(station, &loaded, lang)? } else { sound::result_without_test(settings) };
    let facts = collect_facts(station, settings, sound);
    let findings = examine(&facts);
    let key = log_key(station).ok().flatten();
    // A terminal shows light text on a dark background; on paper it is the opposite.
    let head = |is_inverted| sheet_head(settings, facts.now_s, key.as_deref(), is_inverted);
    io::stdout().lock().write_all(sheet(&head(io::stdout().is_terminal()), &findings, lang).as_bytes())?;
    let mut needs_action = findings.iter().any(|finding| finding.verdict == CheckVerdict::ToDo);
    if let Some(path) = &args.save {
        let details = format!("{}\n\n{facts:#?}\n", SheetText::ForTechnician {}.localized(lang));
        needs_action |= !save(path, &(sheet(&head(false), &findings, lang) + "\n" + &details), lang);
    }
    Ok(if needs_action { EXIT_PROBLEMS } else { EXIT_OK })
}

fn collect_facts(station: &Path, settings: &Station, sound: SoundTest) -> DoctorFacts {
    let absolute = station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let text_variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let user = text_variable("USER").or_else(|| text_variable("LOGNAME"));
    let query = MachineQuery { root: PathBuf::from("/"), station: absolute.clone(), home, user };
    let kernel_clock = kernel_clock_status()
        .map(|clock| KernelClock { is_synchronised: clock.is_synchronised, max_error_us: clock.max_error_us });
    let disk = rustix::fs::statvfs(&absolute).ok();
    DoctorFacts {
        sound,
        absent_device: sound::absent_device(settings),
        levels: levels::sound_levels(&settings.output.device),
        amplifier: station_facts::check_amplifier(&settings.amplifier),
        now_s: i64::try_from(unix_time_s()).unwrap_or(0),
        kernel_clock,
        station_clock: station_facts::station_clock(station),
        alarm: station_facts::check_alarm(station, settings),
        machine: probe_machine(&query),
        free_bytes: disk.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
        folders: station_facts::check_folders(station),
        keys: station_facts::check_keys(station),
        program: format!("loa {}", env!("CARGO_PKG_VERSION")),
    }
}

fn sheet_head(settings: &Station, now_s: i64, key: Option<&str>, is_inverted: bool) -> SheetHead {
    let now = WallTime(now_s.saturating_mul(SECOND_US));
    let key = key.and_then(|key| Some((strip_unprintable(key), qr_image(key, is_inverted).ok()?)));
    SheetHead {
        name: settings.name.clone(),
        id: settings.id.to_string(),
        agency: settings.agency.clone(),
        made_at: to_local(now, settings.timezone).naive_local(),
        key,
    }
}

/// Writes the file for the technician, and prints the result. Returns false if it was not written. An existing
/// file is never replaced, because the name may be mistyped.
fn save(path: &Path, text: &str, lang: Lang) -> bool {
    let name = strip_unprintable(&path.display().to_string());
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let message = match file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all())) {
        Ok(()) => {
            print_stderr!("{}", SheetText::Saved { path: name }.localized(lang));
            return true;
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => SheetText::SaveExists { path: name },
        Err(e) => SheetText::NotSaved { path: name, detail: (&e).into() },
    };
    print_stderr!("{}", message.localized(lang));
    false
}
