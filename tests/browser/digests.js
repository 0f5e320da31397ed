// Path -> SHA-256 of each file inside the page, unpacked.
const done = arguments[0], found = {};
(async () => {
  for (const link of document.querySelectorAll("#files a.embedded")) {
    const bytes = Uint8Array.from(atob(link.href.split(",")[1]), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Response(stream).arrayBuffer()));
    found[link.closest("tr").cells[0].firstChild.textContent] = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  done(found);
})();
