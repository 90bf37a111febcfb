"""Takes a picture of every screen with the stand-in of fixtures.js. Development only.

Needs: pip install playwright, Debian's chromium, and a built ui/dist (cargo xtask ui, or dev/build.sh).
Use:   python3 dev/shots.py DIST OUT [parts of names, with commas between them]
"""

import http.server
import json
import os
import pathlib
import sys
import threading

from playwright.sync_api import sync_playwright

HERE = pathlib.Path(__file__).parent
DIST, OUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ONLY = sys.argv[3] if len(sys.argv) > 3 else ""
AXE = os.environ.get("AXE")
CSP = ("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; "
       "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves dist, with the stand-in put before the start and the window's content policy."""

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            page = (DIST / "index.html").read_text().replace(
                '<script type="module"', '<script src="/fixtures.js"></script>\n<script type="module"')
            return self.answer(page.encode(), "text/html")
        if path == "/favicon.ico":
            return self.answer(b"", "image/x-icon")
        if path == "/fixtures.js":
            return self.answer((HERE / "fixtures.js").read_bytes(), "text/javascript")
        file = DIST / path.lstrip("/")
        if not file.is_file():
            return self.send_error(404)
        kind = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".woff2": "font/woff2"}
        return self.answer(file.read_bytes(), kind.get(file.suffix, "application/octet-stream"))

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def click(what):
    return lambda p: p.click(f"[data-test={what}]")


def fill(what, text):
    return lambda p: p.fill(f"[data-test={what}]", text)


def choose(what, value):
    return lambda p: p.select_option(f"[data-test={what}]", label=value) if not value.isascii() or value in ("imre",) else p.select_option(f"[data-test={what}]", value)


def entry(name):
    return lambda p: p.evaluate(f"location.hash = '#/entry/' + (fixture.{name}.entry || fixture.{name})")


def chapter(rest=""):
    return lambda p: p.evaluate(f"location.hash = '#/chapter/' + fixture.london.chapter + '{rest}'")


def write(what):
    return lambda p: p.evaluate(f"location.hash = '#/write/{what}/' + fixture.london.chapter")


def go(to):
    return lambda p: p.evaluate(f"location.hash = '{to}'")


def wait(ms):
    return lambda p: p.wait_for_timeout(ms)


def option(question, name):
    return lambda p: p.click(f"[data-test=vote-option][data-question={question}][data-option='{name}']")


def member(name):
    return lambda p: p.evaluate(f"location.hash = '#/member/' + fixture.london.chapter + '/' + fixture.hex('{name}')")


def request(name):
    return lambda p: p.evaluate(f"location.hash = '#/request/' + fixture.london.chapter + '/' + fixture.hex('request {name}')")


def motion(n):
    return lambda p: p.evaluate(f"location.hash = '#/motion/' + fixture.motions[{n}].entry")


def page(name):
    return lambda p: p.evaluate(f"location.hash = '#/{name}/' + fixture.london.chapter")


def hexed(name):
    return lambda p: p.evaluate(f"location.hash = '#/entry/' + fixture.hex('{name}')")


def nth(what, n):
    return lambda p: p.click(f"[data-test={what}] >> nth={n}")


def ranked(question, name, act):
    return lambda p: p.click(f"[data-test=rank][data-question={question}][data-option='{name}'] [data-act={act}]")


def scored(question, name, score):
    return lambda p: p.click(f"[data-test=score][data-question={question}][data-option='{name}'][data-score='{score}']")


def dotted(question, name, act, times=1):
    return lambda p: p.click(f"[data-test=stepper][data-question={question}][data-option='{name}'] [data-act={act}]", click_count=times)


FILLED = [option("room", "The library"), option("days", "Tuesday"), option("days", "Sunday afternoon"), scored("time", "Translation", 5), scored("time", "Press", 1),
          ranked("place", "Vienna", "in"), ranked("place", "Balıkesir", "in"), ranked("place", "Balıkesir", "up"), ranked("name", "The Octagon", "in"), ranked("name", "Round Room", "in"),
          ranked("name", "Round Room", "up"), option("sunday", "block"), option("statement", "agree with reservations"), dotted("money", "The roof", "more", 5), dotted("money", "Travel", "more", 2)]
LONG = "The night bus back to Lewisham costs **£1.75**. Two things would help me:\n\n1. agree the end time *before* the agenda\n2. let people join the last item by phone"
# name, scene, what to do before the picture
SCREENS = [
    ("welcome", "welcome", []),
    ("identity", "welcome", [click("start-fresh"), fill("handle", "asha")]),
    ("identity-errors", "welcome", [click("start-fresh"), fill("passphrase", "short"), wait(400), click("create")]),
    ("identity-strong", "welcome", [click("start-fresh"), fill("handle", "asha"), fill("passphrase", "night bus ladder comet"), wait(500)]),
    ("from-backup", "welcome", [click("from-backup"), wait(200)]),
    ("from-backup-dropped", "welcome", [click("from-backup"), wait(200), lambda p: p.evaluate("drop('/media/stick/chapterhouse-asha-2026-11-26.backup')"), wait(200)]),
    ("from-backup-wrong", "welcome", [click("from-backup"), wait(200), fill("backup-passphrase", "wrong"), click("backup-restore"), wait(200)]),
    ("restore", "welcome", [click("restore")]),
    ("pair-this", "welcome", [click("pair-this"), click("create")]),
    ("pairing-door", "pairing", []),
    ("pairing-door-refused", "pairing-refused", [wait(600)]),
    ("pairing-door-over", "pairing-over", [wait(300)]),
    ("copied", "copied", [wait(200)]),
    ("copied-second", "copied", [wait(200), click("copied-second")]),
    ("keyring", "keyring", [go("#/settings"), wait(200), lambda p: p.locator("[data-test=keyring-off]").scroll_into_view_if_needed()]),
    ("keyring-ask", "open", [go("#/settings"), wait(200), click("keyring-on")]),
    ("locked-keyring", "locked-keyring", [wait(200)]),
    ("voided", "voided", [chapter(), wait(300)]),
    ("invite-saved", "open", [chapter(), click("invite"), click("invite-make"), wait(200), click("invitation-save"), wait(200)]),
    ("join-file", "empty", [go("#/join"), wait(300)]),
    ("toasts", "open", [lambda p: p.evaluate("fixture.say({ event: 'device-added', handle: 'asha', device: 'x' }); fixture.say({ event: 'joined', chapter: fixture.london.chapter, chapter_name: 'London' })"), wait(300)]),
    ("paired", "paired", [go("#/pairing"), wait(500)]),
    ("words", "welcome", [click("start-fresh"), fill("handle", "asha"), fill("passphrase", "night bus ladder"), fill("passphrase-again", "night bus ladder"), click("create"), wait(300)]),
    ("start", "empty", [go("#/start")]),
    ("found", "empty", [go("#/found"), click("found-chapter")]),
    ("join", "open", [go("#/join"), fill("join-text", "chapterhouse:join/abc"), wait(300)]),
    ("join-bad", "open", [go("#/join"), fill("join-text", "hello"), wait(300)]),
    ("joining", "joining", [go("#/join"), fill("join-text", "chapterhouse:join/abc"), click("join"), wait(400)]),
    ("found-rules", "empty", [go("#/found"), click("found-rules"), click("add-rule-question")]),
    ("join-terms", "terms", [go("#/join"), wait(500), click("answer-terms")]),
    ("join-words", "words", [go("#/join"), wait(500)]),
    ("home", "open", []),
    ("home-empty", "empty", []),
    ("home-catching", "catching", [wait(600)]),
    ("arriving-home", "arriving", [wait(600)]),
    ("arriving-chapter", "arriving", [chapter(), wait(600)]),
    ("arriving-post", "arriving", [entry("post"), wait(600)]),
    ("chapter", "open", [chapter()]),
    ("chapter-alone", "alone", [chapter()]),
    ("chapter-posts", "open", [chapter("/posts")]),
    ("chapter-votes", "open", [chapter("/votes")]),
    ("chapter-minutes", "open", [chapter("/minutes")]),
    ("members", "open", [chapter("/members")]),
    ("members-alike", "alike", [chapter("/members"), wait(200), lambda p: p.locator("#directory").scroll_into_view_if_needed()]),
    ("find-alike", "alike", [lambda p: p.keyboard.press("Control+k"), wait(200), fill("palette-input", "row"), wait(300)]),
    ("chapter-ended", "ended", [chapter()]),
    ("silent-chapter", "silent", [chapter()]),
    ("silent-network", "silent", [go("#/network"), wait(200)]),
    ("long-switcher", "long", [lambda p: p.keyboard.press("Control+k"), wait(300)]),
    ("long-write", "long", [go("#/write/post"), wait(300)]),
    ("find-member", "open", [lambda p: p.keyboard.press("Control+k"), wait(200), fill("palette-input", "noor"), wait(300)]),
    ("member", "open", [member("imre"), wait(200)]),
    ("member-me", "open", [member("asha")]),
    ("member-former", "open", [member("hollis")]),
    ("member-block", "open", [member("rowan"), wait(100), click("block")]),
    ("member-task", "open", [member("rowan"), wait(100), click("give-task")]),
    ("member-remove", "open", [member("rowan"), wait(100), click("remove"), click("propose-removal")]),
    ("member-leave", "open", [member("asha"), wait(100), click("leave")]),
    ("profile", "open", [page("profile")]),
    ("request", "open", [request("fern")]),
    ("request-done", "open", [request("tomas")]),
    ("request-over", "open", [request("aspen")]),
    ("request-missing", "open", [request("nobody")]),
    ("request-sponsor", "open", [request("fern"), wait(100), click("sponsor"), click("sponsor-now")]),
    ("request-decline", "open", [request("fern"), wait(100), click("decline")]),
    ("chapter-motions", "open", [chapter("/motions")]),
    ("motions-none", "alone", [chapter("/motions")]),
    ("motion", "open", [motion(0), wait(100), click("vote-yes")]),
    ("motion-text", "open", [motion(1), wait(100)]),
    ("adopt-text", "open", [lambda p: p.evaluate("location.hash = '#/adopt-text/' + fixture.london.chapter"), wait(200)]),
    ("motion-voted", "open", [motion(2), wait(100), lambda p: p.click("summary:has-text('Who voted')")]),
    ("motion-passed", "open", [motion(3)]),
    ("chapter-rules", "open", [chapter("/rules")]),
    ("rules-rotate", "open", [chapter("/rules"), wait(100), click("rotate")]),
    ("change-rules", "open", [page("change-rules"), wait(100), fill("rule-sponsors", "2")]),
    ("hidden-post", "open", [hexed("hid2")]),
    ("blocked-post", "open", [hexed("bus")]),
    ("post-hide", "open", [entry("post"), wait(100), nth("more-acts", 0), wait(50), nth("hide", 0)]),
    ("devices", "open", [go("#/devices")]),
    ("device-name", "open", [go("#/devices"), wait(100), nth("name-device", 2)]),
    ("device-revoke", "open", [go("#/devices"), wait(100), nth("revoke-device", 0), click("revoke-since")]),
    ("device-pair", "alone", [go("#/devices"), wait(100), click("pair"), wait(200)]),
    ("invite-ask", "open", [chapter(), click("invite")]),
    ("invite", "open", [chapter(), click("invite"), click("invite-make"), wait(200)]),
    ("post", "open", [entry("post")]),
    ("post-ended", "ended", [entry("post")]),
    ("post-void", "open", [lambda p: p.evaluate("location.hash = '#/entry/' + fixture.hex('void')")]),
    ("post-missing", "open", [go("#/entry/nothing")]),
    ("post-reply", "open", [entry("post"), wait(200), lambda p: p.click(".reply .textbtn >> nth=0"), click("view-side"), fill("comment-body", LONG)]),
    ("write-post", "open", [write("post"), fill("post-title", "Night buses"), fill("post-body", LONG), click("view-side")]),
    ("write-post-error", "open", [write("post"), click("publish")]),
    ("write-minutes", "open", [write("minutes"), wait(200), click("add-decision"), click("add-action"), fill("action-due-0", "2026-12-05"), click("add-item")]),
    ("write-vote", "open", [write("vote"), click("add-question")]),
    ("write-vote-methods", "open", [write("vote"), choose("method-0", "Dots: divide a budget"), click("add-question"), choose("method-1", "Consensus: most agree, nobody objects"), choose("majority-1", "other"), choose("quorum", "1/2"),
                            click("vote-exceptions"), click("add-weight"), click("add-observer")]),
    ("write-vote-review", "open", [write("vote"), fill("vote-title", "The house in 2027"), fill("question-0", "How do we divide the £1,200?"), fill("option-0-0", "The roof"), fill("option-0-1", "Books and paper"), choose("method-0", "Dots: divide a budget"),
                            click("add-question"), fill("question-1", "Adopt the new statement?"), choose("method-1", "Consensus: most agree, nobody objects"), choose("quorum", "1/2"), click("vote-delegation"), click("review-poll"), wait(200)]),
    ("minutes", "open", [entry("minutes")]),
    ("write-vote-propose", "propose", [write("vote")]),
    ("write-vote-propose-review", "propose", [write("vote"), fill("vote-title", "The roof"), fill("question-0", "Repair it?"), click("review-poll"), wait(200)]),
    ("proposal", "open", [entry("proposal"), wait(200)]),
    ("proposal-answer", "open", [entry("proposal"), wait(200), lambda p: p.locator("[data-test=answer-objection]").first.click(), wait(100)]),
    ("proposal-others", "open", [entry("others"), wait(200)]),
    ("proposal-amend", "open", [lambda p: p.evaluate("location.hash = '#/amend/' + fixture.proposal.entry"), wait(200)]),
    ("proposed-vote", "open", [entry("proposedPoll"), wait(200)]),
    ("vote", "open", [entry("poll"), wait(200), option("q1", "Yes")]),
    ("vote-review", "open", [entry("poll"), wait(200), option("q1", "Yes"), option("q2", ""), click("review")]),
    ("vote-cast", "open", [entry("poll"), wait(200), option("q1", "Yes"), click("review"), click("cast"), wait(600)]),
    ("ballot-methods", "open", [entry("methods"), wait(200), *FILLED]),
    ("ballot-methods-problem", "open", [entry("methods"), wait(200), *FILLED, click("review")]),
    ("ballot-methods-review", "open", [entry("methods"), wait(200), *FILLED, fill("reason-sunday", "No tram runs after eight."), click("review")]),
    ("result", "open", [entry("closed")]),
    ("result-methods", "open", [entry("counted"), wait(200), click("recount"), wait(100), click("save-archive"), wait(200)]),
    ("result-weighed", "open", [entry("weighed")]),
    ("result-evenly", "open", [entry("weighed"), click("evenly")]),
    ("secret-ballot", "open", [entry("secret"), wait(200), option("q1", "imre"), option("q2", "block"), click("review"), wait(100)]),
    ("secret-answering", "open", [entry("secret"), wait(200), option("q1", "imre")]),
    ("secret-result", "open", [entry("secretDone"), wait(200), lambda p: p.click("[data-test=all-ballots] summary")]),
    ("hidden-open", "open", [entry("hidden"), wait(200)]),
    ("hidden-waits", "open", [entry("hiddenWaits"), wait(200)]),
    ("hidden-lost", "open", [entry("hiddenLost"), wait(200)]),
    ("hidden-writing", "open", [write("vote"), fill("vote-title", "How much?"), fill("question-0", "How much?"), choose("vote-secrecy", "hidden"), wait(200)]),
    ("secret-writing", "open", [write("vote"), fill("vote-title", "Who speaks for us?"), fill("question-0", "Who?"), choose("vote-secrecy", "secret"), click("review-poll"), wait(200)]),
    ("apart-ballot", "open", [entry("apart"), wait(200), option("roof", "Yes"), click("review"), wait(100)]),
    ("apart-cast", "open", [entry("apartCast"), wait(200), lambda p: p.click("[data-test=all-ballots] summary")]),
    ("apart-writing", "open", [write("vote"), fill("vote-title", "The house"), fill("question-0", "Repair the roof?"), click("add-question"), wait(100), fill("question-1", "Who speaks for us?"), choose("vote-secrecy", "secret"), click("vote-apart"), wait(100)]),
    ("apart-review", "open", [write("vote"), fill("vote-title", "The house"), fill("question-0", "Repair the roof?"), click("add-question"), wait(100), fill("question-1", "Who speaks for us?"), choose("vote-secrecy", "secret"), click("vote-apart"), click("review-poll"), wait(200)]),
    ("give-vote", "open", [entry("methods"), wait(200), click("give-vote"), wait(200), click("give-more"), choose("give-0", "imre")]),
    ("given-vote", "open", [entry("delegated"), wait(200)]),
    ("votes", "open", [go("#/votes")]),
    ("network", "open", [go("#/network")]),
    ("network-alone", "alone", [go("#/network")]),
    ("settings", "open", [go("#/settings")]),
    ("security", "open", [go("#/settings"), wait(200), lambda p: p.locator("#erase").scroll_into_view_if_needed()]),
    ("security-passphrase", "open", [go("#/settings"), click("passphrase-change"), fill("passphrase-old", "night"), fill("passphrase-new", "abc123"), wait(500)]),
    ("security-passphrase-wrong", "open", [go("#/settings"), click("passphrase-change"), fill("passphrase-old", "wrong"), fill("passphrase-new", "night bus ladder"), fill("passphrase-new-again", "night bus ladder"), wait(400), click("passphrase-save"), wait(200)]),
    ("security-backup", "open", [go("#/settings"), wait(200), click("backup-make"), click("backup-separate"), fill("backup-own", "night bus ladder"), wait(500)]),
    ("security-backed-up", "open", [go("#/settings"), wait(200), click("backup-make"), click("backup-path-choose"), wait(100), fill("backup-passphrase", "night"), click("backup-create"), wait(300)]),
    ("rename", "open", [go("#/settings"), wait(200), click("rename"), wait(100), fill("new-name", "asha smith"), click("rename-save"), wait(100)]),
    ("security-backing", "backing", [go("#/settings"), wait(200), click("backup-make"), fill("backup-passphrase", "night"), click("backup-create"), wait(300)]),
    ("wipe", "open", [lambda p: p.keyboard.press("Control+Shift+Delete"), wait(200)]),
    ("wipe-locked", "locked", [lambda p: p.keyboard.press("Control+Shift+Delete"), wait(200)]),
    ("wiped", "locked", [lambda p: p.keyboard.press("Control+Shift+Delete"), wait(200), click("wipe-erase"), wait(300)]),
    ("locked-slept", "slept", [wait(600)]),
    ("palette", "open", [lambda p: p.keyboard.press("Control+k"), fill("palette-input", "tra")]),
    ("keys", "open", [lambda p: p.keyboard.press("?")]),
    ("locked", "locked", []),
    ("locked-wrong", "locked", [fill("unlock-passphrase", "wrong"), click("unlock"), wait(200)]),
    ("failed", "failed", []),
    ("warning", "warning", [wait(600)]),
]
SIZES = {"1280": (1280, 800), "900": (900, 600), "420": (420, 900)}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    axe = pathlib.Path(AXE).read_text() if AXE else None
    themes = os.environ.get("THEMES", "light dark").split()
    sizes = os.environ.get("SIZES", "1280 900 420").split()
    bad = 0
    with sync_playwright() as pw:
        browser = pw.chromium.launch(executable_path="/usr/bin/chromium", args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
        for size in sizes:
            for theme in themes:
                context = browser.new_context(viewport=dict(zip(("width", "height"), SIZES[size])), bypass_csp=False, reduced_motion="reduce")
                for name, scene, steps in SCREENS:
                    if not any(part in name for part in ONLY.split(",")):
                        continue
                    page = context.new_page()
                    errors = []
                    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
                    page.on("pageerror", lambda e: errors.append(str(e)))
                    page.goto(f"{base}?scene={scene}&theme={theme}#/")
                    try:
                        page.wait_for_selector("h1", timeout=10000)
                        page.wait_for_timeout(150)
                        for step in steps:
                            step(page)
                            page.wait_for_timeout(80)
                        page.wait_for_timeout(250)
                    except Exception as e:  # the picture shows how far it came
                        errors.append(str(e).split("\n")[0])
                    whole = os.environ.get("WHOLE") == "1"
                    if whole:
                        height = page.evaluate("Math.max(innerHeight, (document.querySelector('.page')||document.body).scrollHeight)")
                        page.set_viewport_size({"width": SIZES[size][0], "height": min(height, 9000)})
                        page.evaluate("scrollTo(0, 0); document.querySelector('.page')?.scrollTo(0, 0)")
                        # Another size has the style sheets read anew; before that is over, nothing has its size.
                        page.wait_for_timeout(150)
                    if page.evaluate("document.querySelectorAll('[style]').length"):
                        errors.append("style attribute")
                    page.screenshot(path=str(OUT / f"{name}-{size}-{theme}.png"))
                    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
                    if wide:
                        errors.append("scrolls sideways")
                    if page.evaluate("document.querySelectorAll('h1').length") != 1:
                        errors.append("not one h1")
                    if axe:
                        client = context.new_cdp_session(page)
                        client.send("Runtime.evaluate", {"expression": axe})
                        found = client.send("Runtime.evaluate", {"expression": "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r => JSON.stringify(r.violations.map(v => [v.id, v.nodes.slice(0,3).map(n => n.html.slice(0,160))])))", "awaitPromise": True})
                        for rule, nodes in json.loads(found["result"].get("value", "[]")):
                            errors.append(f"axe {rule}: {nodes}")
                    if errors:
                        bad += 1
                        print(f"{name} {size} {theme}:", *errors, sep="\n    ")
                    page.close()
                context.close()
        browser.close()
    print(f"{bad} screens with findings")
    return 1 if bad else 0


sys.exit(main())
