(() => {
  "use strict";
  const help = document.getElementById("help");
  const shortcuts = document.getElementById("shortcuts");
  const opener = document.getElementById("help-open");
  const headings = [...document.querySelectorAll("main h2")];
  const position = new WeakMap();

  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  const scrollables = () => {
    for (const region of document.querySelectorAll(".scroll")) {
      region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
    }
  };
  scrollables();
  addEventListener("resize", scrollables);
  for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", scrollables);

  const read = (figure, to) => {
    const rows = [...figure.querySelectorAll("tbody tr")];
    if (!rows.length) return;
    const at = Math.max(0, Math.min(rows.length - 1, to));
    position.set(figure, at);
    const names = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent);
    const cells = [...rows[at].children].map((cell) => cell.textContent);
    const rest = cells.slice(1).map((cell, n) => `${names[n + 1]} ${cell}`);
    figure.querySelector(".reading").textContent = `${cells[0]}: ${rest.join(", ")} (${at + 1} of ${rows.length})`;
    rows.forEach((row, n) => row.classList.toggle("current", n === at));
  };

  const toggle = (figure, name) => {
    const details = figure.querySelector(`details.${name}`);
    details.open = !details.open;
    figure.querySelector(".reading").textContent = `${name} ${details.open ? "open" : "closed"}`;
  };

  const onChart = (event, figure) => {
    const at = position.get(figure) ?? -1;
    const count = figure.querySelectorAll("tbody tr").length;
    const moves = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
    if (event.key in moves) {
      read(figure, moves[event.key]);
      return true;
    }
    const letter = event.key.toLowerCase();
    if (shortcuts.checked && (letter === "t" || letter === "d")) {
      toggle(figure, letter === "t" ? "table" : "description");
      return true;
    }
    return false;
  };

  const section = (step) => {
    const line = innerHeight / 3;
    const focused = headings.indexOf(document.activeElement);
    let at = focused;
    if (at < 0) headings.forEach((heading, n) => { if (heading.getBoundingClientRect().top < line) at = n; });
    const to = headings[Math.max(0, Math.min(headings.length - 1, at + step))];
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "start" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const plot = event.target.closest?.(".plot");
    if (plot && onChart(event, plot.closest("figure"))) {
      event.preventDefault();
      return;
    }
    if (!shortcuts.checked) return;
    if (event.key === "?") help.showModal();
    else if (event.key === "]") section(1);
    else if (event.key === "[") section(-1);
    else return;
    event.preventDefault();
  });
})();
