// Draws an HTML table that can be sorted by its headings. Every string is set as text.

function compared(one, two) {
  if (one === null || two === null) return one === two ? 0 : one === null ? 1 : -1;
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one).localeCompare(String(two), "en", { numeric: true });
}

function sorted(data, order) {
  const places = data.rows.map((_, place) => place);
  if (!order) return places;
  const value = (place) => data.rows[place][order.column].sort;
  return places.sort((a, b) => {
    const [one, two] = [value(a), value(b)];
    // What is not stated comes last whichever way the column runs.
    if (one === null || two === null) return compared(one, two);
    return order.down ? compared(two, one) : compared(one, two);
  });
}

function heading(column, number, order, press) {
  const cell = document.createElement("th");
  cell.scope = "col";
  if (column.number) cell.classList.add("pr-right");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = column.label;
  button.onclick = () => press(number);
  if (column.width) cell.style.width = column.width;
  if (order && order.column === number) {
    cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
  }
  cell.append(button);
  return cell;
}

function bars(level) {
  const meter = document.createElement("span");
  meter.className = "pr-bars";
  meter.setAttribute("aria-hidden", "true");
  for (let n = 0; n < 4; n += 1) {
    const bar = document.createElement("i");
    if (n < level) bar.className = "on";
    meter.append(bar);
  }
  return meter;
}

function bodyCell(column, cell, link, open) {
  const box = document.createElement("td");
  box.dataset.label = column.label;
  if (column.number) box.classList.add("pr-right");
  if (column.wide) box.classList.add("pr-wide");
  if (!cell.text) box.classList.add("pr-blank");
  let inner = box;
  if (link) {
    inner = document.createElement("a");
    inner.href = link;
    inner.onclick = (event) => {
      // With a key held the browser opens a tab of its own, as for any link.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open();
    };
    box.append(inner);
  }
  if (cell.css) {
    const mark = document.createElement("span");
    mark.className = cell.css;
    if (cell.level) mark.append(bars(cell.level));
    mark.append(document.createTextNode(cell.text));
    inner.append(mark);
  } else {
    inner.append(document.createTextNode(cell.text));
  }
  return box;
}

function drawn(component, data, host) {
  const state = host.prState ?? { order: null };
  host.prState = state;
  const table = document.createElement("table");
  table.className = "pr-grid";
  const caption = document.createElement("caption");
  caption.textContent = data.caption;
  const head = document.createElement("thead");
  const row = document.createElement("tr");
  const press = (column) => {
    const same = state.order && state.order.column === column;
    state.order = same && state.order.down ? null : { column, down: Boolean(same) };
    host.replaceChildren(drawn(component, data, host));
    host.querySelectorAll("th button")[column].focus();
  };
  data.columns.forEach((column, number) => row.append(heading(column, number, state.order, press)));
  head.append(row);
  const body = document.createElement("tbody");
  for (const place of sorted(data, state.order)) {
    const line = document.createElement("tr");
    const link = data.links[place] ?? null;
    const open = () => component.setTriggerValue("open", place);
    data.rows[place].forEach((cell, number) => {
      line.append(
        bodyCell(data.columns[number], cell, number === data.link ? link : null, open),
      );
    });
    if (link) {
      line.classList.add("pr-opens");
      line.onclick = (event) => {
        // Selecting words in a row must not leave the page.
        if (!event.target.closest("a") && !String(window.getSelection())) open();
      };
    }
    body.append(line);
  }
  table.append(caption, head, body);
  const frame = document.createElement("div");
  frame.className = "pr-grid-frame";
  frame.append(table);
  return frame;
}

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".pr-root");
  const words = JSON.stringify(data);
  if (host.dataset.words === words) return;
  if (host.dataset.words) host.prState = { order: null };
  host.dataset.words = words;
  host.replaceChildren(drawn(component, data, host));
}
