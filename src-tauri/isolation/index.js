// Every message of the window to the program passes here, in a frame that no page can reach into.
// Only the one command and hearing events may pass; whatever else a page could be made to ask is stopped.
const passes = new Set(["dispatch", "plugin:event|listen", "plugin:event|unlisten"]);
window.__TAURI_ISOLATION_HOOK__ = (message) => {
  if (!passes.has(message.cmd)) throw new Error("this message may not leave the window");
  return message;
};
