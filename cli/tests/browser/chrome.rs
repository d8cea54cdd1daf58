//! A browser without a window, driven by the DevTools protocol over a pair of pipes: JSON messages that end with a zero
//! byte. No driver and no port is needed.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Programs that understand us, in the order in which they are looked for.
const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// How long the browser may take for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The browser's program: what `FALKIRK_BROWSER` names, or one that is found on the search path.
fn find() -> Option<String> {
    if let Ok(browser) = std::env::var("FALKIRK_BROWSER") {
        return Some(browser).filter(|browser| !browser.is_empty());
    }
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    BROWSERS.into_iter().find(|name| folders.iter().any(|folder| folder.join(name).is_file())).map(str::to_owned)
}

/// A browser, or a plain message that there is none.
pub fn browser(test: &str) -> Option<Browser> {
    let program = find();
    if program.is_none() {
        // Not `eprintln`, which the test runner keeps to itself.
        let reason = "no Chromium on the search path, and FALKIRK_BROWSER names none";
        let _ = std::io::stderr().write_all(format!("SKIPPED {test}: {reason}\n").as_bytes());
    }
    program.map(|program| Browser::start(&program))
}

/// A running browser with one page.
pub struct Browser {
    process: Child,
    requests: ChildStdin,
    messages: Receiver<Value>,
    events: VecDeque<Value>,
    session: Option<String>,
    last_id: u64,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts the program. It reads requests from descriptor 3 and answers on 4, which the shell makes of its standard
    /// input and output.
    pub fn start(program: &str) -> Browser {
        let profile = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("sh")
            .args(["-c", "exec 3<&0 4>&1; exec \"$@\" </dev/null >/dev/null 2>/dev/null", "sh", program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
            .args(["--remote-debugging-pipe", "--hide-scrollbars", "--force-color-profile=srgb"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let requests = process.stdin.take().expect("a pipe");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in answers.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (events, session) = (VecDeque::new(), None);
        let mut browser = Browser { process, requests, messages, events, session, last_id: 0, _profile: profile };
        browser.attach();
        browser
    }

    fn attach(&mut self) {
        let target = self.request("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.request("Target.attachToTarget", target);
        self.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log"] {
            self.request(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.requests.write_all(format!("{message}\0").as_bytes()).expect("the browser runs");
        loop {
            let mut answer = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{method}: {error}"));
            if answer["id"] == json!(self.last_id) {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push_back(answer);
        }
    }

    /// Opens a page and waits until it is loaded.
    pub fn open(&mut self, url: &str) {
        self.events.clear();
        let opened = self.request("Page.navigate", json!({ "url": url }));
        assert!(opened["errorText"].is_null(), "{url}: {opened}");
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.messages.recv_timeout(PATIENCE).expect("the page loads");
            self.events.push_back(event);
        }
    }

    /// The value of an expression of the page's script.
    pub fn eval(&mut self, expression: &str) -> Value {
        let mut result = self.request("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true }));
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// The value of an expression of the script in a frame, whose address ends like this.
    pub fn eval_in_frame(&mut self, address: &str, expression: &str) -> Value {
        let tree = self.request("Page.getFrameTree", json!({}));
        let frames = tree["frameTree"]["childFrames"].as_array().cloned().unwrap_or_default();
        let is_wanted = |frame: &&Value| frame["frame"]["url"].as_str().is_some_and(|url| url.ends_with(address));
        let frame = frames.iter().find(is_wanted).unwrap_or_else(|| panic!("no frame {address}: {frames:?}"));
        let params = json!({ "frameId": frame["frame"]["id"], "worldName": "test" });
        let world = self.request("Page.createIsolatedWorld", params);
        let params =
            json!({ "expression": expression, "contextId": world["executionContextId"], "returnByValue": true });
        let mut result = self.request("Runtime.evaluate", params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// The text that an expression gives.
    pub fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value}")).to_owned()
    }

    /// Waits until an expression of the page's script is true.
    #[track_caller]
    pub fn wait(&mut self, expression: &str) {
        let end = std::time::Instant::now() + PATIENCE;
        while self.eval(expression) != true {
            assert!(std::time::Instant::now() < end, "it never came true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types a text where the focus is.
    pub fn write(&mut self, text: &str) {
        self.request("Input.insertText", json!({ "text": text }));
    }

    /// Presses a key and lets it go.
    pub fn press(&mut self, key: &str) {
        self.press_with(key, 0);
    }

    /// Presses a key while others are held: 1 is Alt, 2 is Ctrl.
    pub fn press_with(&mut self, key: &str, held: u32) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "s" => 83,
            other => panic!("no such key: {other}"),
        };
        for what in ["rawKeyDown", "keyUp"] {
            let mut event =
                json!({ "type": what, "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": held });
            if key == "Enter" && held == 0 && what == "rawKeyDown" {
                // Only with its character does it press what has the focus.
                event["type"] = json!("keyDown");
                event["text"] = json!("\r");
            }
            self.request("Input.dispatchKeyEvent", event);
        }
    }

    /// Moves the pointer to the middle of an element.
    pub fn hover(&mut self, selector: &str) {
        let find = format!("document.querySelector({})", json!(selector));
        self.eval(&format!("{find}.scrollIntoView({{ block: 'center' }})"));
        let place = self.eval(&format!(
            "(() => {{ const box = {find}.getBoundingClientRect(); \
             return [box.left + box.width / 2, box.top + box.height / 2]; }})()"
        ));
        let event = json!({ "type": "mouseMoved", "x": place[0], "y": place[1] });
        self.request("Input.dispatchMouseEvent", event);
    }

    /// Gives the page a size, and says whether it is to be dark.
    pub fn look(&mut self, width: u32, height: u32, dark: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.request("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.request("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// What went wrong since the page was opened: exceptions, errors and warnings.
    pub fn complaints(&mut self) -> Vec<String> {
        self.eval("0"); // What was on its way is here now.
        let bad = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Log.entryAdded") => event["params"]["entry"]["level"] != "info",
            Some("Runtime.consoleAPICalled") => event["params"]["type"] != "log",
            _ => false,
        };
        self.events.iter().filter(bad).map(Value::to_string).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its own children end with it only if it is asked.
        let _ = self.requests.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        for _ in 0..100 {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
