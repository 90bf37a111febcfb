// Starts the interface. A file of its own, because the content policy permits no script inside the page.
import init from "./chapterhouse.js";
await init({ module_or_path: "./chapterhouse_bg.wasm" });
