// What the page can do more with script: themes, tables that sort and filter, figures that open large,
// and a search for the passport of a record.
// Texts come from the page's own language (data-words of the root element); nothing is loaded or sent.
"use strict";
(() => {
  const root = document.documentElement;
  const words = JSON.parse(root.dataset.words);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  function themes() {
    const stored = { get: () => null, set: () => {} };
    try { // a browser may refuse storage to a file
      const store = window.localStorage;
      stored.get = () => store.getItem("theme");
      stored.set = (value) => store.setItem("theme", value);
    } catch { /* the choice then holds until the page is closed */ }
    const choice = make("select", { id: "theme" });
    for (const name of ["auto", "light", "dark"]) choice.append(make("option", { value: name, textContent: words[name] }));
    const apply = (name) => { if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name; };
    const before = stored.get();
    if (before === "light" || before === "dark") { choice.value = before; apply(before); }
    choice.addEventListener("change", () => { apply(choice.value); stored.set(choice.value); });
    document.querySelector(".tools").prepend(make("label", { htmlFor: "theme", textContent: words.theme }), choice);
  }

  const text = (row, column) => (row.cells[column]?.textContent ?? "").trim();
  const compare = new Intl.Collator(root.lang, { numeric: true }).compare;

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const original = [...body.rows];
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
        const order = next === undefined ? "ascending" : next; // up, down, then as it was
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        let rows = original;
        if (order) {
          head.setAttribute("aria-sort", order);
          const sign = order === "ascending" ? 1 : -1;
          rows = [...original].sort((a, b) => sign * compare(text(a, column), text(b, column)));
        }
        body.append(...rows);
      });
    });
  }

  function filterable(table) {
    const rows = [...table.tBodies[0].rows];
    const haystack = rows.map((row) => row.textContent.toLowerCase());
    const field = make("input", { type: "search" });
    const badges = new Set(rows.flatMap((row) => [...row.querySelectorAll(".badge")].map((badge) => badge.lastChild.textContent.trim())));
    const choice = make("select", {}, make("option", { value: "", textContent: words.all }));
    for (const name of [...badges].sort(compare)) choice.append(make("option", { value: name, textContent: name }));
    const count = make("span", { role: "status" });
    const show = () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        const badge = row.querySelector(".badge")?.lastChild.textContent.trim();
        row.hidden = !(wanted.every((word) => haystack[index].includes(word)) && (!choice.value || badge === choice.value));
        if (!row.hidden) shown += 1;
      });
      count.textContent = words.shown.replace("{n}", shown).replace("{all}", rows.length);
    };
    field.addEventListener("input", show);
    choice.addEventListener("change", show);
    const bar = make("div", { className: "filter" }, make("label", {}, words.filter + " ", field));
    if (badges.size > 1) bar.append(make("label", {}, words.verdict + " ", choice));
    bar.append(count);
    (table.closest(".scroll") ?? table).before(bar);
    show();
  }

  function enlargeable(figure) {
    const box = figure.querySelector(".scroll");
    const button = make("button", { type: "button", textContent: words.enlarge });
    button.addEventListener("click", () => {
      const drawing = box.firstElementChild; // moved, not copied: ids stay unique
      const close = make("button", { type: "button", textContent: words.close });
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

  function searchable(list) {
    const plain = (said) => said.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    const all = [...list.querySelectorAll(".passport")];
    const haystack = all.map((item) => plain(item.firstElementChild.textContent));
    const field = make("input", { type: "search", id: "passport-asked", autocomplete: "off" });
    const count = make("span", { role: "status" });
    field.addEventListener("input", () => {
      const wanted = plain(field.value).split(/\s+/).filter(Boolean);
      all.forEach((item, index) => { item.hidden = !wanted.every((word) => haystack[index].includes(word)); });
      const shown = all.filter((item) => !item.hidden).length;
      list.open = wanted.length > 0;
      count.textContent = wanted.length ? words.found.replace("{n}", shown).replace("{all}", all.length) : "";
    });
    list.before(make("div", { className: "filter" }, make("label", {}, words.passport + " ", field), count));
  }

  // An address that names a folded part opens it.
  function openNamed() {
    const part = document.getElementById(location.hash.slice(1));
    if (part instanceof HTMLDetailsElement) part.open = true;
  }

  themes();
  for (const table of document.querySelectorAll("table")) {
    if (table.matches(".fixed") || !table.tHead || !table.tBodies.length || table.tBodies[0].rows.length < 2) continue;
    sortable(table);
    if (table.tBodies[0].rows.length > 5) filterable(table);
  }
  document.querySelectorAll("figure").forEach(enlargeable);
  document.querySelectorAll("#passport-list").forEach(searchable);
  addEventListener("hashchange", openNamed);
  openNamed();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
})();
