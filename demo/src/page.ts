// The page: two people side by side, named in the address: ?left=alice&right=bob.

import { Pane } from "./pane";

const asked = new URLSearchParams(location.search);
const left = asked.get("left")?.trim() || "alice";
const right = asked.get("right")?.trim() || "bob";

for (const [name, value] of Object.entries({ left, right })) {
  const field = document.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (field) field.value = value;
}

const panes = [new Pane(left, right), new Pane(right, left)];
document.getElementById("panes")?.append(...panes.map((pane) => pane.element));
