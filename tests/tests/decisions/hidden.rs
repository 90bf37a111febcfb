//! A vote that is hidden until its close, beside the secret one, in a window of somebody who is no teller.

use crate::{casts, writes};
use chapterhouse_tests::{Member, wait::until, window::Window};

/// How long it is open, in seconds.
const OPEN_FOR: u64 = 25;

/// Tomas opens it and votes, and so does imre; rowan and asha are the tellers.
pub(crate) fn beside(window: &Window, [rowan, asha, imre, _, tomas]: &[Member; 5]) {
    writes(window, "The summer", "hidden", OPEN_FOR);
    window.reads("opening", "could read the votes before the close");
    window.looks("hidden-read-through");
    window.clicks("open-poll");
    window.reads("title", "The summer");
    let poll = tomas.list(&["feed", "London"])[0]["entry"].as_str().unwrap().to_owned();
    imre.receives(&["poll", "show", &poll]);
    imre.object(&["vote", &poll, "--answer", "q1=Barn"]);
    window.reads("opening", "could read the votes before the close");
    window.chooses("q1", "Park");
    casts(window);
    window.reads("ballot-cast", "Park");
    window.reads("sealed", "2 ballots are in");
    window.lacks("figures");
    window.looks("hidden");

    // The tellers do not wait for the half minute that their computers would, and these give the keys by themselves.
    until("it is over", || (asha.object(&["poll", "show", &poll])["state"] == "closed").then_some(()));
    asha.object(&["poll", "close", &poll]);
    rowan.object(&["poll", "close", &poll]);
    window.notes("opening", "stage", "open");
    window.reads("turnout", "2 of 5");
    assert_eq!((window.votes("q1", "Barn"), window.votes("q1", "Park")), (1, 1));
    window.reads("own-ballot", "Found in the count");
    window.looks("hidden-result");
}
