// Draws blocks of text with buttons for their sources. Every string is set as text, never as markup.

function button(component, data, ref) {
  const mark = document.createElement("button");
  mark.type = "button";
  mark.className = "pr-cite";
  mark.textContent = data.marks[ref] ?? String(ref + 1);
  const name = data.names[ref] ?? "";
  // The name begins with what is printed on it, so that it can be spoken as it is seen.
  mark.setAttribute("aria-label", `${mark.textContent}, source${name ? ": " + name : ""}`);
  mark.setAttribute("aria-pressed", String(data.chosen === ref));
  mark.title = name;
  mark.dataset.ref = String(ref);
  mark.onclick = () => pressed(component, ref);
  return mark;
}

function pressed(component, ref) {
  component.setTriggerValue("cite", ref);
  // On a narrow screen the pane stands below the words: bring it into view.
  if (!window.matchMedia("(max-width: 899px)").matches) return;
  const pane = document.querySelector('[class*="st-key-sticky_"]');
  if (pane) pane.scrollIntoView({ behavior: "smooth", block: "start" });
}

function filled(element, block, component, data) {
  element.append(document.createTextNode(block.text));
  for (const ref of block.refs) element.append(button(component, data, ref));
  if (block.remark) {
    const remark = document.createElement("span");
    remark.className = "pr-mend";
    remark.textContent = block.remark;
    element.append(remark);
  }
  if (block.soft) element.classList.add("pr-soft");
  return element;
}

function drawn(component, data) {
  const root = document.createElement("div");
  root.className = "pr-answer";
  let holder = null;
  for (const block of data.blocks) {
    const kind = block.label !== null ? "DL" : block.item ? "UL" : "P";
    if (kind === "P") {
      holder = null;
      root.append(filled(document.createElement("p"), block, component, data));
      continue;
    }
    if (!holder || holder.tagName !== kind) {
      holder = document.createElement(kind.toLowerCase());
      holder.className = kind === "DL" ? "pr-fields" : "pr-list";
      root.append(holder);
    }
    if (kind === "DL") {
      const term = document.createElement("dt");
      term.textContent = block.label;
      holder.append(term, filled(document.createElement("dd"), block, component, data));
    } else {
      holder.append(filled(document.createElement("li"), block, component, data));
    }
  }
  if (data.copy !== null) root.append(copier(data.copy));
  return root;
}

function copier(text) {
  const press = document.createElement("button");
  press.type = "button";
  press.className = "pr-copy";
  press.textContent = "Copy answer";
  press.onclick = async () => {
    press.textContent = (await copied(text)) ? "Copied" : "Select the words and copy them";
    setTimeout(() => (press.textContent = "Copy answer"), 2500);
  };
  return press;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP there is no clipboard object; the old command still works there.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// A new answer is read from its question on: bring that below the header of the page, once.
function arrive(host, key) {
  const seen = (window.prArrived ??= new Set());
  if (seen.has(key)) return;
  seen.add(key);
  const questions = document.querySelectorAll(".pr-question");
  const last = questions[questions.length - 1];
  if (last) requestAnimationFrame(() => last.scrollIntoView({ block: "start" }));
}

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".pr-root");
  const words = JSON.stringify([data.blocks, data.names, data.marks, data.copy]);
  if (host.dataset.words === words) {
    // Only the open source changed: leave the buttons in place, so that the focus stays.
    for (const mark of host.querySelectorAll(".pr-cite")) {
      mark.setAttribute("aria-pressed", String(data.chosen === Number(mark.dataset.ref)));
      mark.onclick = () => pressed(component, Number(mark.dataset.ref));
    }
    return;
  }
  host.dataset.words = words;
  host.replaceChildren(drawn(component, data));
  if (data.arrive) arrive(host, data.arrive);
}
