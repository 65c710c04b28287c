// Puts text into the page. All of it is set as text: names are the configuration's, and may be anything.

export const byId = (id) => document.getElementById(id);

/// Leaves what is already so alone: a screen reader and a selection stay where they are.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function make(tag, className = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

/// Makes `parent` have `number` children, by `build` where some are missing.
function fit(parent, number, build) {
  while (parent.children.length > number) parent.lastElementChild.remove();
  while (parent.children.length < number) parent.append(build());
  return [...parent.children];
}

const part = (cell, name) => cell.querySelector(`:scope > .${name}`);

function setPart(cell, name, tag, text, tone = "") {
  let element = part(cell, name);
  if (!text) return element?.remove();
  if (!element) {
    element = make(tag);
    cell.append(element);
  }
  element.className = `${name} ${tone}`.trim();
  setText(element, text);
}

/// A cell is a text, or {text, note, tone, badge}: a note is a second line, a tone good, warn or bad.
function fillCell(cell, content) {
  const { text, note = "", tone = "", badge = false } = typeof content === "object" ? content : { text: content };
  setPart(cell, badge ? "value" : "badge", "span", "");
  setPart(cell, badge ? "badge" : "value", "span", text, tone);
  setPart(cell, "note", "span", note);
  const last = part(cell, "note");
  if (last && last !== cell.lastElementChild) cell.append(last);
}

export class Table {
  constructor(id) {
    this.table = byId(id);
    this.words = byId(`${id}-words`);
    this.titles = [...this.table.tHead.rows[0].cells];
    this.table.setAttribute("role", "table");
    this.table.tHead.setAttribute("role", "rowgroup");
    this.table.tHead.rows[0].setAttribute("role", "row");
    this.table.tBodies[0].setAttribute("role", "rowgroup");
    for (const title of this.titles) title.setAttribute("role", "columnheader");
  }

  /// Each row is a list of cells. `words` stand above; a table without a row is not shown.
  show(rows, words = "") {
    this.say(words);
    this.table.hidden = rows.length === 0;
    fit(this.table.tBodies[0], rows.length, () => this.newRow()).forEach((row, i) => {
      rows[i].forEach((content, column) => fillCell(row.cells[column], content));
    });
  }

  say(words) {
    setText(this.words, words);
    this.words.hidden = !words;
  }

  newRow() {
    const row = make("tr");
    row.setAttribute("role", "row");
    this.titles.forEach((title, column) => {
      const cell = make(column === 0 ? "th" : "td", title.className);
      if (column === 0) cell.scope = "row";
      cell.setAttribute("role", column === 0 ? "rowheader" : "cell");
      cell.dataset.title = title.textContent;
      row.append(cell);
    });
    return row;
  }
}

function newPair() {
  const pair = make("div");
  pair.append(make("dt"), make("dd"), make("dd", "note"));
  return pair;
}

/// A list of [title, text, note, tone].
export function showPairs(list, pairs) {
  fit(list, pairs.length, newPair).forEach((pair, i) => {
    const [title, text, note = "", tone = ""] = pairs[i];
    const [dt, dd, small] = pair.children;
    setText(dt, title);
    setText(dd, text);
    dd.className = tone;
    setText(small, note);
    small.hidden = !note && list.classList.contains("facts");
  });
}

export function showList(list, texts) {
  fit(list, texts.length, () => make("li")).forEach((item, i) => setText(item, texts[i]));
}
