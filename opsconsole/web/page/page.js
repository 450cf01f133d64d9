// The socket is at the address of the page, whatever a proxy before it is called; and the terminal
// measures its cells once, so its font must be there first.
(() => {
  const begin = window.onload;
  window.onload = async (event) => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const terminal = document.getElementById("terminal");
    terminal.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
    const styles = ["16px", "bold 16px", "italic 16px"].map((style) => `${style} "Roboto Mono"`);
    await Promise.allSettled(styles.map((style) => document.fonts.load(style, "Aạ")));
    begin(event);
    document.querySelector(".xterm-helper-textarea")?.focus();
  };
})();
