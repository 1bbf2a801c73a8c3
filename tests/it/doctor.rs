//! `loa doctor`: golden acceptance sheets of simulated machines, and the command on a real station.
//!
//! `golden/doctor/NAME.vi.txt` and `NAME.en.txt` are the sheets. `SNAPSHOTS=overwrite` rewrites them.
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use loa::airlog::entry::TrustReason;
use loa::doctor::{
    AlarmCheck, AlarmDelivery, AmplifierCheck, CheckVerdict, DoctorFacts, FolderAccess, KernelClock, KeysCheck,
    MachineFacts, MachineQuery, SheetHead, SoundLevel, SoundTest, StationClock, examine, probe_machine, sheet,
};
use loa::text::Lang;
use snapbox::Data;

use crate::daemon::Folder;

/// 2026-03-12 08:00 in Vietnam.
const NOW_S: i64 = 1_773_277_200;
const SERVICE_UNIT: &str = "[Service]\nExecStart=/usr/local/bin/loa run /var/lib/loa/station\n";

/// A temporary folder that the probe reads instead of `/`.
struct RootTree(tempfile::TempDir);

impl RootTree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("make a temporary folder"));
        files.iter().for_each(|(name, text)| tree.write(name, text));
        tree
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("the path has a parent")).expect("make the folder");
        fs::write(path, text).expect("write the file");
    }

    fn link(&self, name: &str, to: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("the path has a parent")).expect("make the folder");
        symlink(self.0.path().join(to), path).expect("make the link");
    }

    fn probe(&self) -> MachineFacts {
        probe_machine(&MachineQuery {
            root: self.0.path().to_owned(),
            station: PathBuf::from("/var/lib/loa/station"),
            home: Some(self.0.path().join("home/an")),
            user: Some("an".to_owned()),
        })
    }
}

fn raspberry_pi() -> RootTree {
    let tree = RootTree::new(&[
        ("etc/os-release", "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
        ("proc/sys/kernel/osrelease", "6.12.47+rpt-rpi-v8\n"),
        ("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5\0"),
        ("proc/self/mountinfo", "22 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw,data=ordered\n"),
        ("proc/1/comm", "systemd\n"),
        ("proc/412/comm", "systemd-timesyn\n"),
        ("sys/devices/soc/mmc0/block/mmcblk0/device/life_time", "0x01 0x02\n"),
        ("sys/devices/soc/mmc0/block/mmcblk0/queue/write_cache", "write back\n"),
        ("sys/devices/soc/mmc0/block/mmcblk0/mmcblk0p2/partition", "2\n"),
        ("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n"),
        ("sys/class/rtc/rtc0/since_epoch", "1773277201\n"),
        ("run/systemd/system/.keep", ""),
        ("etc/systemd/system/loa.service", SERVICE_UNIT),
    ]);
    tree.link("etc/systemd/system/multi-user.target.wants/loa.service", "etc/systemd/system/loa.service");
    tree.link("sys/dev/block/179:2", "sys/devices/soc/mmc0/block/mmcblk0/mmcblk0p2");
    tree
}

fn office_pc() -> RootTree {
    RootTree::new(&[
        ("etc/os-release", "PRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\n"),
        ("proc/sys/kernel/osrelease", "6.8.0-79-generic\n"),
        ("sys/class/dmi/id/product_name", "OptiPlex 3050\n"),
        ("proc/self/mountinfo", "22 1 8:2 / / rw,relatime - ext4 /dev/sda2 rw,nobarrier\n"),
        ("sys/class/rtc/rtc0/since_epoch", "1773302400\n"),
        ("run/systemd/system/.keep", ""),
    ])
}

fn sound_level(name: &str, percent: u8, is_muted: bool) -> SoundLevel {
    SoundLevel { name: name.to_owned(), percent: Some(percent), is_muted }
}

fn folders(unusable_names: &[&str]) -> Vec<FolderAccess> {
    let folder = |name: &&str| FolderAccess {
        name: (*name).to_owned(),
        exists: true,
        is_usable: !unusable_names.contains(name),
        is_usable_by_daemon: None,
    };
    ["", "playlists", "audio", "airlog"].iter().map(folder).collect()
}

fn good_facts(machine: MachineFacts) -> DoctorFacts {
    DoctorFacts {
        sound: SoundTest::Heard,
        absent_device: None,
        levels: Some(vec![sound_level("PCM", 86, false)]),
        amplifier: AmplifierCheck::Tried,
        now_s: NOW_S,
        kernel_clock: Some(KernelClock { is_synchronised: true, max_error_us: 21_500 }),
        station_clock: None,
        alarm: AlarmCheck::NotConfigured,
        machine,
        free_bytes: Some(21 << 30),
        folders: folders(&[]),
        keys: KeysCheck::Good,
        program: "loa 0.1.0".to_owned(),
    }
}

fn sheet_head(has_key: bool) -> SheetHead {
    SheetHead {
        name: "Đài Truyền thanh xã Đắk N'Drung (hư cấu)".to_owned(),
        id: "dak-ndrung".to_owned(),
        agency: "UBND xã Đắk N'Drung".to_owned(),
        made_at: NaiveDate::from_ymd_opt(2026, 3, 12)
            .and_then(|date| date.and_hms_opt(8, 0, 0))
            .expect("the time is valid"),
        key: has_key.then(|| ("loa/dak-ndrung/0123+89abcdef+AbCd".to_owned(), "█▀▀█\n█▄▄█".to_owned())),
    }
}

/// A time of March 2026.
fn local_time(day: u32, hour: u32) -> NaiveDateTime {
    let date = NaiveDate::from_ymd_opt(2026, 3, day).expect("the date is valid");
    date.and_hms_opt(hour, 20, 0).expect("the time is valid")
}

/// The name of each case, the facts that its sheet shows, and true if the sheet shows a key.
fn cases() -> Vec<(&'static str, DoctorFacts, bool)> {
    let muted_facts = DoctorFacts {
        sound: SoundTest::NotHeard,
        levels: Some(vec![sound_level("Master", 64, true), sound_level("PCM", 20, false)]),
        amplifier: AmplifierCheck::NotSwitched,
        kernel_clock: Some(KernelClock { is_synchronised: false, max_error_us: 16_000_000 }),
        free_bytes: Some(100 << 20),
        keys: KeysCheck::NoLog,
        ..good_facts(office_pc().probe())
    };
    let read_only_tree = RootTree::new(&[("proc/self/mountinfo", "22 1 8:2 / / ro,relatime - ext4 /dev/sda2 ro\n")]);
    let read_only_facts = DoctorFacts {
        sound: SoundTest::Failed { detail: "no such device".to_owned() },
        levels: None,
        amplifier: AmplifierCheck::Untried,
        kernel_clock: None,
        free_bytes: None,
        folders: folders(&["", "airlog"]),
        keys: KeysCheck::Open,
        ..good_facts(read_only_tree.probe())
    };
    let no_rtc_tree = raspberry_pi();
    fs::remove_dir_all(no_rtc_tree.0.path().join("sys/class/rtc")).expect("delete the folder");
    no_rtc_tree.write("sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n");
    no_rtc_tree.write("etc/systemd/system/loa.service", &SERVICE_UNIT.replace("/station", "/dai-khac"));
    let no_rtc_facts = DoctorFacts {
        sound: SoundTest::NotAsked,
        kernel_clock: Some(KernelClock { is_synchronised: false, max_error_us: 16_000_000 }),
        ..good_facts(no_rtc_tree.probe())
    };
    let detail = "there is no device `hw:9`; there are: default, plughw:CARD=Device,DEV=0";
    let absent_device_facts = DoctorFacts {
        sound: SoundTest::NotHeard,
        absent_device: Some(detail.to_owned()),
        ..good_facts(raspberry_pi().probe())
    };
    let distrusted_clock_facts = DoctorFacts {
        kernel_clock: Some(KernelClock { is_synchronised: false, max_error_us: 16_000_000 }),
        station_clock: Some(StationClock { is_trusted: false, reason: TrustReason::BeforeLastEntry }),
        alarm: AlarmCheck::Configured {
            channels: vec!["webhook", "smtp"],
            delivery: AlarmDelivery::Fails {
                since: Some(local_time(11, 17)),
                failures: vec!["smtp: mail.example.vn does not answer".to_owned()],
            },
        },
        ..good_facts(raspberry_pi().probe())
    };
    vec![
        ("distrusted-clock", distrusted_clock_facts, true),
        ("healthy-pi", good_facts(raspberry_pi().probe()), true),
        ("muted-pc", muted_facts, false),
        ("read-only-folder", read_only_facts, true),
        ("no-rtc", no_rtc_facts, true),
        ("absent-device", absent_device_facts, true),
    ]
}

#[test]
fn each_machine_has_the_sheet_of_its_golden_file() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/doctor");
    for (name, facts, has_key) in cases() {
        let findings = examine(&facts);
        let is_healthy = findings.iter().all(|finding| finding.verdict == CheckVerdict::Good);
        assert_eq!(is_healthy, name == "healthy-pi", "{name}: {findings:#?}");
        for (lang, code) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
            let text = sheet(&sheet_head(has_key), &findings, lang);
            assert!(text.lines().all(|line| line.chars().count() <= 84), "{text}");
            snapbox::assert_data_eq!(text, Data::read_from(&golden.join(format!("{name}.{code}.txt")), None).raw());
        }
    }
}

#[test]
fn a_hostile_tree_is_read_within_limits_and_yields_no_false_facts() {
    let tree = RootTree::new(&[
        ("proc/self/mountinfo", &"x".repeat(5 << 20)),
        ("etc/os-release", &"PRETTY_NAME=x\n".repeat(10_000)),
        ("proc/sys/kernel/osrelease", "6.1\u{1b}[2J\u{202e}evil\n"),
        ("sys/devices/platform/soc/soc:firmware/get_throttled", "zz\n"),
        ("sys/class/rtc/rtc0/since_epoch", "99999999999999999999\n"),
    ]);
    let facts = tree.probe();
    assert_eq!((facts.storage, facts.distribution, facts.under_voltage), (None, None, None));
    assert_eq!((facts.has_rtc, facts.rtc_s), (true, None));
    assert_eq!(facts.kernel.as_deref(), Some("6.1[2Jevil"));
    let pipe = tree.0.path().join("proc/device-tree/model");
    fs::create_dir_all(pipe.parent().expect("the path has a parent")).expect("make the folder");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .expect("make the pipe");
    assert_eq!(tree.probe().model, None, "a pipe does not block the probe");
}

#[test]
fn a_user_unit_starts_at_boot_only_with_lingering() {
    let tree = RootTree::new(&[
        ("run/systemd/system/.keep", ""),
        ("home/an/.config/systemd/user/loa.service", "ExecStart=%h/.local/bin/loa run /var/lib/loa/station\n"),
    ]);
    tree.link(
        "home/an/.config/systemd/user/default.target.wants/loa.service",
        "home/an/.config/systemd/user/loa.service",
    );
    assert_eq!(format!("{:?}", tree.probe().autostart), "OnlyAfterLogin");
    tree.write("var/lib/systemd/linger/an", "");
    assert_eq!(format!("{:?}", tree.probe().autostart), "Enabled");
}

#[test]
fn the_saved_sheet_contains_no_secrets_and_overwrites_no_file() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    let settings_path = folder.station().join("station.toml");
    let added_settings = "\n[amplifier]\non = \"/bin/relay --token=BIMAT123 on\"\noff = \"/bin/relay off\"\n\
        [department]\npush = \"s3://KHOBIMAT/dai\"\n";
    fs::write(&settings_path, fs::read_to_string(&settings_path).expect("read the file") + added_settings)
        .expect("write the file");
    assert_eq!(folder.run().end(), Some(0));
    let saved_sheet = folder.dir.path().join("ky-thuat.txt");
    let path = saved_sheet.to_str().expect("the path is UTF-8");
    let output = folder.loa(&["doctor", "--no-sound", "--save", path]);
    assert_eq!(output.status.code(), Some(1), "the output `null` is reported: {output:?}");
    let text = fs::read_to_string(&saved_sheet).expect("the file is written");
    assert!(
        text.contains("ACCEPTANCE SHEET") && text.contains("Details for the technician") && text.contains("loa/thu/")
    );
    let mut secrets = vec!["BIMAT".to_owned(), folder.dir.path().display().to_string()];
    let is_key_file = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name == "log" || name.starts_with("epoch-"))
    };
    let mut folders = vec![folder.dir.path().join("state")];
    while let Some(secrets_folder) = folders.pop() {
        for entry in fs::read_dir(secrets_folder).expect("list the folder").flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false if is_key_file(&entry.path()) => {
                    secrets.push(fs::read_to_string(entry.path()).expect("read the file"))
                }
                false => {}
            }
        }
    }
    assert!(secrets.len() > 3, "the keys of the log and of the epoch are among them: {secrets:?}");
    for secret in secrets.iter().flat_map(|secret| secret.lines()).filter(|line| line.len() > 4) {
        assert!(!text.contains(secret), "{secret}");
    }
    let second_save = folder.loa(&["doctor", "--no-sound", "--save", path]);
    assert!(String::from_utf8_lossy(&second_save.stderr).contains("already exists"), "{second_save:?}");
    assert_eq!(fs::read_to_string(&saved_sheet).expect("read the file"), text);
}

#[test]
fn keys_that_others_can_read_are_reported_and_the_station_is_not_changed() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    let paths = || -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            fs::read_dir(folder.station()).expect("list the folder").flatten().map(|e| e.path()).collect();
        paths.sort();
        paths
    };
    let paths_before = paths();
    let output = String::from_utf8(folder.loa(&["doctor"]).stdout).expect("the text is UTF-8");
    assert!(output.contains("Keys of the log: there are none yet"), "{output}");
    assert!(output.contains("not a real sound device"), "{output}");
    assert_eq!(paths(), paths_before, "`loa doctor` makes no airlog folder in a new station");
    assert_eq!(folder.run().end(), Some(0));
    let good_output = String::from_utf8(folder.loa(&["doctor"]).stdout).expect("the text is UTF-8");
    assert!(good_output.contains("only their owner can read them"), "{good_output}");
    let keys = folder.dir.path().join("state/loa/keys");
    let log_key_file = fs::read_dir(keys)
        .expect("list the folder")
        .flatten()
        .next()
        .expect("find the folder of the keys")
        .path()
        .join("log");
    fs::set_permissions(log_key_file, fs::Permissions::from_mode(0o644)).expect("set the permissions");
    let open_keys_output = folder.loa(&["doctor"]);
    assert!(
        String::from_utf8_lossy(&open_keys_output.stdout).contains("OTHERS CAN READ THE SECRET KEYS"),
        "{open_keys_output:?}"
    );
    assert_eq!(open_keys_output.status.code(), Some(1));
}

#[test]
fn the_clock_is_to_be_confirmed_only_if_the_running_station_does_not_trust_it() {
    let page = |station_clock| {
        let facts = DoctorFacts {
            kernel_clock: Some(KernelClock { is_synchronised: false, max_error_us: 16_000_000 }),
            station_clock,
            ..good_facts(raspberry_pi().probe())
        };
        // The lines of the sheet are wrapped.
        let sheet = sheet(&sheet_head(true), &examine(&facts), Lang::En);
        sheet.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let without_station = page(None);
    assert!(!without_station.contains("loa clock confirm"), "{without_station}");
    assert!(without_station.contains("loa clock --help"), "{without_station}");
    // Both clocks may be wrong by the same amount.
    assert!(!without_station.contains("1 s off"), "{without_station}");
    let trusted = page(Some(StationClock { is_trusted: true, reason: TrustReason::Confirmed }));
    assert!(trusted.contains("there is one, 1 s off") && !trusted.contains("loa clock confirm"), "{trusted}");
    let distrusted = page(Some(StationClock { is_trusted: false, reason: TrustReason::FarAhead }));
    assert!(distrusted.contains("loa clock confirm") && distrusted.contains("does not trust it"), "{distrusted}");
    assert!(!distrusted.contains("1 s off"), "{distrusted}");
}

#[test]
fn the_sheet_says_how_the_last_message_of_the_alarm_went() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    let settings_path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&settings_path).expect("read the file");
    let use_command = |program: &str| {
        let alarm = format!("{settings}\n[alarm]\ncommand = \"{program}\"\n");
        fs::write(&settings_path, alarm).expect("write the file");
    };
    let sheet = || {
        let output = folder.loa(&["doctor", "--no-sound"]);
        String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(sheet().contains("Alarm: it is not set up"), "{}", sheet());
    use_command("/bin/false");
    assert!(sheet().contains("Alarm: it is set up (command), but no message was ever delivered"), "{}", sheet());
    assert_eq!(folder.loa(&["alarm", "test"]).status.code(), Some(1));
    assert!(sheet().contains("FAILED (command:") && sheet().contains("loa alarm test"), "{}", sheet());
    use_command("/bin/true");
    assert_eq!(folder.loa(&["alarm", "test"]).status.code(), Some(0));
    assert!(sheet().contains("the last message was delivered at") && !sheet().contains("FAILED"), "{}", sheet());
}

#[test]
fn a_device_that_is_not_there_is_reported_and_no_test_sound_is_offered() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    let settings_path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&settings_path).expect("read the file");
    // The default device is a sound card that no machine has.
    let asoundrc = "pcm.!default { type hw card 31 }\nctl.!default { type hw card 31 }\n";
    fs::write(folder.dir.path().join(".asoundrc"), asoundrc).expect("write the file");
    for device in ["hw:CARD=khong-co", "default"] {
        fs::write(&settings_path, settings.replace("\"null\"", &format!("\"{device}\""))).expect("write the file");
        // `script` runs the command on a terminal.
        let mut command = folder.command(&["doctor"]);
        let arguments: Vec<String> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
        let line = format!("{} {}", command.get_program().to_string_lossy(), arguments.join(" "));
        let mut on_terminal = std::process::Command::new("script");
        on_terminal.args(["-qec", &line, "/dev/null"]).stdin(std::process::Stdio::null());
        on_terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = on_terminal.output().expect("run script");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("Sound:"), "{text}");
        assert!(!text.contains("Press Enter"), "{device}: {text}");
        let without_terminal = command.output().expect("loa starts");
        let text = String::from_utf8_lossy(&without_terminal.stdout).into_owned();
        let sound_line = text.lines().find(|line| line.contains("Sound:")).expect("the sheet has the line").to_owned();
        assert!(sound_line.starts_with("TO DO"), "{device}: {text}");
        if device != "default" {
            assert!(sound_line.contains(device), "{text}");
        }
    }
}
