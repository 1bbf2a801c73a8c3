//! Urgent messages from the page: they can be called off, are played once, and can be stopped.
use crate::daemon::Folder;
use crate::served_page::{ServedPage, location};

#[test]
fn an_urgent_message_is_called_off_or_played_once_and_stopped() {
    let folder = Folder::new().segment("lu", 60).segment("a", 1);
    let playlist = folder.playlist().replace("file = \"lu.wav\"", "file = \"lu.wav\"\npool = [\"khan-cap\"]");
    folder.write(&playlist);
    let page = ServedPage::start(&folder);
    let browser = page.browser(&page.link);
    let screen = page.get("/khan-cap", &browser);
    let (prepared, others) = screen.split_once("<details>").unwrap_or_else(|| panic!("{screen}"));
    assert!(prepared.contains("Mục lu") && !prepared.contains("Mục a") && others.contains("Mục a"), "{screen}");
    // Without the station nothing is played, and the screen says so.
    let asked = page.get("/khan-cap/tin?muc=lu", &browser);
    assert!(asked.contains("The station is NOT RUNNING") && asked.contains("name=\"lan\""), "{asked}");
    let order = || page.post_form("/khan-cap/phat", &browser, &[("muc", "lu"), ("tin", ""), ("lan", "3")]);
    let answered = || loop {
        let screen = page.get("/khan-cap/dem", &browser);
        if !screen.to_lowercase().contains("\r\nrefresh: 1\r\n") {
            return screen;
        }
    };
    assert_eq!(location(&order()), "/khan-cap/dem");
    let screen = answered();
    assert!(screen.contains("NOTHING WAS PLAYED") || screen.contains("not running"), "{screen}");
    let daemon = folder.run();
    assert_eq!(location(&order()), "/khan-cap/dem");
    let counting = page.get("/khan-cap/dem", &browser);
    assert!(counting.contains("will be played in") && counting.contains("CALL IT OFF"), "{counting}");
    page.post_form("/khan-cap/huy", &browser, &[]);
    assert!(answered().contains("It was called off"));
    // Two taps are one order.
    order();
    order();
    daemon.wait_for("Started `Mục lu`");
    assert!(answered().contains("The station has the order"));
    let today = page.get("/", &browser);
    assert!(today.contains("banner critical") && today.contains("action urgent"), "{today}");
    assert!(!today.contains("href=\"/bo-qua\"") && !today.contains("loa stop"), "{today}");
    let question = page.get("/dung", &browser);
    let seen = question.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let stopped = page.post_form("/dung", &browser, &[("seen", seen.unwrap_or_default())]);
    assert!(stopped.contains("role=\"status\""), "{stopped}");
    daemon.wait_for("stopped by the operator");
    let plays = folder.log().iter().filter(|record| record.kind == "start").count();
    assert_eq!(plays, 1, "one order, one message");
    for (muc, tin) in [("nowhere", ""), ("", "nowhere"), ("../a", ""), ("", "..")] {
        let answer = page.post_form("/khan-cap/phat", &browser, &[("muc", muc), ("tin", tin), ("lan", "1")]);
        assert!(answer.contains("No message was chosen"), "{muc} {tin}: {answer}");
    }
}
