// What is wrong with the boxes of the page: each answer names the first element that it is true of.
const wrong = {};
const note = (what, element) => { wrong[what] ??= `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 60)}`; };
const shown = (element) => element.getClientRects().length > 0;
if (document.documentElement.scrollWidth > innerWidth) note("wider than the screen", document.body);
for (const table of [...document.querySelectorAll("table")].filter(shown)) {
  const place = (table.closest(".scroll") ?? table.parentElement).getBoundingClientRect(), own = table.getBoundingClientRect();
  if (own.left < place.left - 1 || own.right > place.right + 1) note("table beyond its place", table);
  for (const row of table.rows) {
    const boxes = [...row.cells].filter(shown).map((cell) => [cell, cell.getBoundingClientRect()]);
    boxes.forEach(([cell, box], index) => {
      if (cell.scrollWidth > cell.clientWidth + 1) note("text beyond its cell", cell);
      const next = boxes[index + 1];
      if (next && next[1].top < box.bottom - 1 && next[1].left < box.right - 1) note("cells over each other", cell);
    });
  }
}
for (const badge of [...document.querySelectorAll(".badge")].filter(shown)) {
  const own = badge.getBoundingClientRect(), place = badge.parentElement.getBoundingClientRect();
  if (own.right > place.right + 1 || own.left < place.left - 1) note("badge beyond its cell", badge);
}
for (const part of [...document.querySelectorAll("p, li, summary, h1, h2, h3, figcaption, dd, pre")].filter(shown))
  if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline") note("text cut off", part);
return wrong;
