// Draws a page with a button over each value that was read from it. Every string is set as text.

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".pr-root");
  const frame = document.createElement("div");
  frame.className = "pr-sheet";
  const image = document.createElement("img");
  image.src = "data:image/png;base64," + data.image;
  image.alt = data.alt;
  frame.append(image);
  for (const box of data.boxes) {
    const press = document.createElement("button");
    press.type = "button";
    press.className = "pr-box pr-box-" + box.grade;
    press.style.left = box.left + "%";
    press.style.top = box.top + "%";
    press.style.width = box.width + "%";
    press.style.height = box.height + "%";
    press.title = box.name;
    press.setAttribute("aria-label", box.name);
    press.setAttribute("aria-pressed", String(box.key === data.chosen));
    press.onclick = () => component.setTriggerValue("pick", box.key);
    frame.append(press);
  }
  host.replaceChildren(frame);
}
