//! The passphrase, the lock, a backup, and the last resort, at one window and another.

use crate::{comes_in, goes_to, london, unlocks};
use chapterhouse_tests::{
    Member,
    helper::{installed, skipped},
    screen::Screen,
    wait::until,
    window::Window,
    x11::{CONTROL, DELETE, SHIFT},
};

const NEW: &str = "seven herons over Hull";

#[test]
fn a_backup_brings_everything_back_and_the_last_resort_takes_it_away() {
    let Some([left, right]) = Screen::several("security in windows") else { return };
    let [mut asha, rowan] = ["asha", "rowan"].map(Member::new);
    london(&mut asha);
    let room = asha.address();
    comes_in(&rowan, &asha);
    asha.posts("London", "We have a room");
    let mine = Window::of(left, "security", &rowan, Some(&room));
    unlocks(&mine, &rowan);
    mine.reads("feed", "We have a room");

    // Another passphrase, with a guess at how long guessing takes.
    mine.clicks("nav-settings");
    mine.looks("settings");
    mine.clicks("passphrase-change");
    mine.types("passphrase-old", "guessed");
    mine.types("passphrase-new", "password");
    mine.notes("strength", "level", "0");
    mine.pictured("weak");
    mine.retypes("passphrase-new", NEW);
    mine.notes("strength", "level", "4");
    mine.types("passphrase-new-again", NEW);
    mine.clicks("passphrase-save");
    mine.reads("refusal", "not changed");
    mine.looks("passphrase");
    mine.retypes("passphrase-old", rowan.passphrase());
    mine.clicks("passphrase-save");
    mine.reads("toasts", "The passphrase is changed");
    if installed("gnome-keyring-daemon") {
        // The desktop's keyring: the passphrase is asked for once more, and then both open it.
        mine.clicks("keyring-on");
        mine.types("keyring-passphrase", rowan.passphrase());
        mine.looks("keyring");
        mine.clicks("keyring-save");
        mine.reads("refusal", "passphrase");
        mine.retypes("keyring-passphrase", NEW);
        mine.scrolls(300);
        mine.clicks("keyring-save");
        mine.reads("toasts", "keyring opens Chapterhouse from now on");
        mine.reads("keyring-off", "Turn off");
        mine.stays_at(300);
        mine.looks("keyring-on");
        mine.clicks("lock");
        mine.reads("title", "Locked");
        mine.looks("locked-keyring");
        mine.clicks("unlock-keyring");
        mine.reads("title", "Settings");
        mine.clicks("keyring-off");
        mine.reads("keyring-on", "Turn on");
    } else {
        skipped("the keyring in the window", "gnome-keyring-daemon is not installed");
    }
    mine.selects("lock-after", "5");
    mine.has_value("lock-after", "5");
    mine.clicks("lock");
    mine.reads("title", "Locked");
    mine.looks("locked");
    mine.types("unlock-passphrase", rowan.passphrase());
    mine.clicks("unlock");
    mine.reads("refusal", "passphrase");
    mine.retypes("unlock-passphrase", NEW);
    mine.clicks("unlock");
    mine.reads("title", "Settings");
    mine.has_value("lock-after", "5");

    // Another name, on this computer and in the chapter.
    mine.clicks("rename");
    mine.retypes("new-name", "rowan smith");
    mine.clicks("rename-save");
    mine.sees("A name has no spaces");
    mine.looks("renaming");
    mine.retypes("new-name", "rowan.smith");
    mine.clicks("rename-save");
    mine.reads("me", "rowan.smith");
    until("the other's list has the new name", || {
        asha.reads(&["members", "London"]).contains("rowan.smith").then_some(())
    });

    // Everything in one file.
    let file = rowan.data().parent().unwrap().join("rowan.backup");
    mine.clicks("backup-make");
    mine.retypes("backup-path", file.to_str().unwrap());
    mine.types("backup-passphrase", NEW);
    mine.looks("backup");
    mine.clicks("backup-create");
    mine.reads("backup-saved", file.to_str().unwrap());
    mine.looks("backed-up");
    mine.clicks("backup-done");
    mine.lacks("backup-saved");
    assert!(file.exists());

    // The computer is in danger: real keys, asked once, and nothing is left.
    mine.presses(&[CONTROL, SHIFT, DELETE]);
    mine.reads("wipe-erase", "Erase everything");
    mine.looks("wiping");
    mine.clicks("wipe-keep");
    mine.lacks("wipe-erase");
    mine.clicks("lock");
    mine.reads("title", "Locked");
    mine.presses(&[CONTROL, SHIFT, DELETE]);
    mine.clicks("wipe-erase");
    mine.reads("title", "Erased");
    mine.reads("wiped", "The keys on this computer are destroyed.");
    mine.looks("wiped");
    assert!(!rowan.vault().exists());
    mine.clicks("wiped-anew");
    mine.reads("title", "Run your organisation");

    // On another computer it is all there again.
    let elsewhere = Member::newcomer("elsewhere");
    let other = Window::of(right, "security", &elsewhere, Some(&room));
    other.clicks("from-backup");
    other.retypes("backup-path", file.to_str().unwrap());
    other.types("backup-passphrase", rowan.passphrase());
    other.clicks("backup-restore");
    other.reads("refusal", "passphrase");
    other.looks("from-backup");
    other.retypes("backup-passphrase", NEW);
    other.clicks("backup-restore");
    other.reads("title", "Front page");
    other.reads("feed", "We have a room");
    other.looks("restored");
    other.reads("me", "rowan");
    goes_to(&other, "front");
    other.clicks("write");
    other.types("post-title", "Back again");
    other.types("post-body", "From another computer.");
    other.clicks("publish");
    asha.sees("London", "Back again");
}
