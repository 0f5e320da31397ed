// What the page can do more with script: themes, both languages in one page, tables that sort, filter and are
// saved, figures that open large and lead to what is behind them, a search for the passport of a record.
// What a reader chose is in the address (?lang=zh&filter.claims-printed=...). Texts come from the page's own
// language (data-words of the root element); nothing is loaded or sent.
"use strict";
(() => {
  const state = new URLSearchParams(location.search);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const byId = (name) => document.getElementById(name);
  const wide = matchMedia("(min-width: 1180px)");

  function keep(name, value) {
    if ((state.get(name) ?? "") === value) return; // browsers take only some hundred changes in a minute
    if (value) state.set(name, value); else state.delete(name);
    const query = state.toString();
    history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  }

  const words = () => JSON.parse(document.documentElement.dataset.words);
  const plain = (said) => said.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const text = (row, column) => (row.cells[column]?.textContent ?? "").trim();

  // ---- files inside the page

  async function unpacked(address) {
    const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).blob();
  }

  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  const TYPES = { csv: "text/csv", svg: "image/svg+xml", html: "text/html" };
  async function saveEmbedded(link) {
    const name = link.download.replace(/\.gz$/, "");
    const blob = await unpacked(link.href);
    save(new Blob([blob], { type: TYPES[name.split(".").pop()] }), name);
  }

  function files() {
    for (const link of document.querySelectorAll("a.embedded")) {
      if (link.getAttribute("href").startsWith("data:,")) { link.replaceWith(link.textContent); continue; } // this page itself
      link.addEventListener("click", (event) => { event.preventDefault(); saveEmbedded(link); });
    }
    for (const link of document.querySelectorAll("a.file")) {
      link.addEventListener("click", (event) => { event.preventDefault(); byId(link.hash.slice(1)).querySelector("a.embedded").click(); });
    }
  }

  // A cell that a spreadsheet would take for a formula is text there: it gets an apostrophe before it.
  const cell = (said) => {
    const one = said.replace(/\s+/g, " ").trim();
    return `"${(/^[=+@\t\uff1d\uff0b\uff20]|^[-\uff0d](?![\d.]*$)/.test(one) ? "'" : "") + one.replaceAll('"', '""')}"`;
  };
  const said = (item) => {
    const copy = item.cloneNode(true);
    copy.querySelectorAll(".help, .anchor, details:not([open]) > :not(summary)").forEach((part) => part.remove());
    return cell(copy.textContent);
  };
  function saveShown(table, name) {
    const rows = [table.tHead.rows[0], ...[...table.tBodies[0].rows].filter((row) => !row.hidden)];
    const lines = rows.map((row) => [...row.cells].map(said).join(","));
    save(new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" }), `${name}-as-shown.csv`);
  }

  // ---- languages: the page in the other one is inside this one

  const trees = { [document.documentElement.dataset.language]: document.documentElement };
  async function show(language) {
    const before = document.documentElement;
    if (before.dataset.language === language) return;
    if (!trees[language]) {
      const link = byId(before.querySelector("a.language").hash.slice(1)).querySelector("a.embedded");
      const parsed = new DOMParser().parseFromString(await (await unpacked(link.href)).text(), "text/html");
      parsed.querySelectorAll("script, meta[http-equiv]").forEach((part) => part.remove());
      for (const one of parsed.querySelectorAll("a.embedded")) {
        const same = byId(one.closest("tr").id)?.querySelector("a.embedded");
        if (same) one.href = same.getAttribute("href");
      }
      trees[language] = document.adoptNode(parsed.documentElement);
      document.replaceChild(trees[language], before);
      setUp();
    } else {
      document.replaceChild(trees[language], before);
      themed();
    }
    fit();
    reveal();
  }

  function languages() {
    const link = document.querySelector("a.language");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      keep("lang", link.dataset.language);
      show(link.dataset.language);
    });
  }

  // ---- colours

  const stored = { get: () => null, set: () => {} };
  try { // a browser may refuse storage to a file
    const store = window.localStorage;
    stored.get = () => store.getItem("theme");
    stored.set = (value) => store.setItem("theme", value);
  } catch { /* the choice then holds until the page is closed */ }
  let theme = ["light", "dark"].includes(stored.get()) ? stored.get() : "auto";
  function themed() {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    byId("theme").value = theme;
  }
  function themes() {
    const choice = make("select", { id: "theme" });
    for (const name of ["auto", "light", "dark"]) choice.append(make("option", { value: name, textContent: words()[name] }));
    choice.addEventListener("change", () => { theme = choice.value; stored.set(theme); themed(); });
    document.querySelector(".tools").prepend(make("label", { htmlFor: "theme", textContent: words().theme }), choice);
    themed();
  }

  // ---- tables

  function sortable(table, name) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const original = [...body.rows];
    const order = (column, way) => {
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      let rows = original;
      if (way) {
        heads[column].setAttribute("aria-sort", way);
        const sign = way === "ascending" ? 1 : -1;
        rows = [...original].sort((a, b) => sign * compare(text(a, column), text(b, column)));
      }
      body.append(...rows);
      keep(`sort.${name}`, way ? `${column + 1}${way === "ascending" ? "up" : "down"}` : "");
    };
    heads.forEach((head, column) => {
      const button = make("button", { type: "button", className: "sort" });
      button.append(...[...head.childNodes].filter((part) => !part.matches?.(".help")));
      head.prepend(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
        order(column, next === undefined ? "ascending" : next); // up, down, then as it was
      });
    });
    const asked = /^(\d+)(up|down)$/.exec(state.get(`sort.${name}`) ?? "");
    if (asked && heads[asked[1] - 1]) order(asked[1] - 1, asked[2] === "up" ? "ascending" : "descending");
  }

  function filterable(table, name) {
    const rows = [...table.tBodies[0].rows];
    const haystack = rows.map((row) => row.textContent.toLowerCase());
    const field = make("input", { type: "search" });
    const verdicts = new Map(rows.flatMap((row) => [...row.querySelectorAll("[data-verdict]")].map((badge) => [badge.dataset.verdict, badge.lastChild.textContent.trim()])));
    const choice = make("select", {}, make("option", { value: "", textContent: words().all }));
    for (const [value, label] of [...verdicts].sort()) choice.append(make("option", { value, textContent: label }));
    const count = make("span", { role: "status" });
    const show = () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        const verdict = row.querySelector("[data-verdict]")?.dataset.verdict;
        row.hidden = !(wanted.every((word) => haystack[index].includes(word)) && (!choice.value || verdict === choice.value));
        if (!row.hidden) shown += 1;
      });
      count.textContent = words().shown.replace("{n}", shown).replace("{all}", rows.length);
      keep(`filter.${name}`, field.value);
      keep(`verdict.${name}`, choice.value);
    };
    field.value = state.get(`filter.${name}`) ?? "";
    choice.value = state.get(`verdict.${name}`) ?? "";
    if (choice.selectedIndex < 0) choice.value = "";
    field.addEventListener("input", show);
    choice.addEventListener("change", show);
    const bar = make("div", { className: "filter" }, make("label", {}, `${words().filter} `, field));
    if (verdicts.size > 1) bar.append(make("label", {}, `${words().verdict} `, choice));
    bar.append(count);
    show();
    return bar;
  }

  // A table that is wider than its place becomes a list of cards, one for each row.
  function fit() {
    for (const table of document.querySelectorAll("table[data-name]")) table.classList.remove("cards");
    const tables = [...document.querySelectorAll("table[data-name]")];
    for (const table of tables.filter((one) => (one.closest(".scroll") ?? one.parentElement).clientWidth < one.scrollWidth - 1)) table.classList.add("cards");
    hints();
  }

  // Says of a drawing that it is wider than its place, where it is.
  function hints() {
    for (const hint of document.querySelectorAll(".hint")) hint.hidden = hint.previousElementSibling.scrollWidth <= hint.previousElementSibling.clientWidth + 1;
  }

  function tables() {
    const numbers = {};
    for (const table of document.querySelectorAll("table")) {
      if (table.matches(".fixed") || !table.tHead || !table.tBodies.length) continue;
      const place = table.id || table.closest("[id]").id;
      numbers[place] = (numbers[place] ?? 0) + 1;
      const name = numbers[place] > 1 ? `${place}-${numbers[place]}` : place;
      const labels = [...table.tHead.rows[0].cells].map((head) => [...head.childNodes].filter((part) => !part.matches?.(".help")).map((part) => part.textContent).join("").trim());
      for (const row of table.tBodies[0].rows) [...row.cells].forEach((item, column) => { if (column) item.dataset.label = labels[column]; });
      table.dataset.name = name;
      const bar = table.tBodies[0].rows.length > 5 ? filterable(table, name) : make("div", { className: "filter" });
      if (table.tBodies[0].rows.length > 1) sortable(table, name);
      const button = make("button", { type: "button", textContent: words().shownAs });
      button.addEventListener("click", () => saveShown(table, name));
      bar.append(button);
      (table.closest(".scroll") ?? table).before(bar);
    }
  }

  // ---- figures

  function enlargeable(figure) {
    const box = figure.querySelector(".scroll");
    const button = make("button", { type: "button", textContent: words().enlarge });
    button.addEventListener("click", () => {
      const drawing = box.firstElementChild; // moved, not copied: ids stay unique
      const close = make("button", { type: "button", textContent: words().close });
      const canvas = make("div", { className: "canvas", tabIndex: 0 }, drawing);
      canvas.setAttribute("role", "region");
      canvas.setAttribute("aria-label", box.getAttribute("aria-label"));
      const dialog = make("dialog", {}, close, canvas);
      dialog.setAttribute("aria-label", box.getAttribute("aria-label"));
      close.addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => { box.append(drawing); dialog.remove(); button.focus(); });
      document.body.append(dialog);
      dialog.showModal();
    });
    figure.append(button);
  }

  // Marks of figures are links to what is behind them; of a box of the flow that is its records.
  function pointing(figure) {
    for (const link of figure.querySelectorAll("svg a")) {
      const goal = byId(link.href.baseVal.slice(1));
      if (!goal) { link.replaceWith(...link.childNodes); continue; }
      link.addEventListener("click", (event) => {
        document.querySelector("dialog[open]")?.close();
        const records = goal.querySelector("a.behind");
        if (records) { event.preventDefault(); records.click(); }
      });
    }
  }

  // ---- passports

  let behind = null; // the box whose records are shown
  function searchable(list) {
    const all = [...list.querySelectorAll(".passport")];
    const haystack = all.map((item) => plain(item.firstElementChild.textContent));
    const field = make("input", { type: "search", id: "passport-asked", autocomplete: "off", value: state.get("passport") ?? "" });
    const count = make("span", { role: "status" });
    const chosen = make("button", { type: "button", hidden: true });
    const show = () => {
      const wanted = plain(field.value).split(/\s+/).filter(Boolean);
      const ends = behind && JSON.parse(behind.dataset.ends), inputs = behind && JSON.parse(behind.dataset.inputs);
      const within = (item) => !behind
        || (ends.some((end) => item.dataset.ends === end || item.dataset.ends.startsWith(`${end}:`))
          && (!inputs.length || inputs.some((name) => item.dataset.record.startsWith(`${name}:`))));
      all.forEach((item, index) => { item.hidden = !(within(item) && wanted.every((word) => haystack[index].includes(word))); });
      const shown = all.filter((item) => !item.hidden).length;
      list.open = wanted.length > 0 || Boolean(behind);
      count.textContent = list.open ? words().found.replace("{n}", shown).replace("{all}", all.length) : "";
      chosen.hidden = !behind;
      chosen.textContent = behind ? words().box.replace("{box}", behind.closest("tr").cells[0].firstChild.textContent) : "";
      keep("passport", field.value);
      keep("box", behind ? behind.dataset.box : "");
    };
    field.addEventListener("input", show);
    chosen.addEventListener("click", () => { behind = null; show(); field.focus(); });
    for (const link of document.querySelectorAll("a.behind")) {
      link.addEventListener("click", () => { behind = link; field.value = ""; show(); });
    }
    list.before(make("div", { className: "filter" }, make("label", {}, `${words().passport} `, field), count, chosen));
    behind = [...document.querySelectorAll("a.behind")].find((link) => link.dataset.box === state.get("box")) ?? null;
    show();
  }

  // ---- the place in the page

  function reveal() {
    const goal = location.hash && byId(location.hash.slice(1));
    if (!goal) return;
    for (let part = goal; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    if (goal.matches("tr")) goal.querySelectorAll("td.statement > details").forEach((part) => { part.open = true; });
    goal.scrollIntoView();
  }

  function contents() {
    const part = document.querySelector(".contents details");
    part.open = wide.matches;
    part.addEventListener("click", (event) => { if (event.target.matches("a") && !wide.matches) part.open = false; });
    const links = new Map([...part.querySelectorAll("a")].map((link) => [byId(link.hash.slice(1)), link]));
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) {
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target).setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-10% 0px -80% 0px" });
    links.forEach((_, section) => section && seen.observe(section));
  }

  function setUp() {
    themes();
    languages();
    files();
    tables();
    for (const figure of document.querySelectorAll("figure")) { enlargeable(figure); pointing(figure); }
    document.querySelectorAll("#passport-list").forEach(searchable);
    contents();
  }

  setUp();
  fit();
  reveal();
  show(state.get("lang") ?? document.documentElement.dataset.language);
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; fit(); } });
  addEventListener("hashchange", reveal);
  document.addEventListener("toggle", (event) => { if (event.target.matches?.("details") && event.target.open && event.target.querySelector("table[data-name]")) fit(); }, true);
  wide.addEventListener("change", () => { document.querySelector(".contents details").open = wide.matches; });
})();
