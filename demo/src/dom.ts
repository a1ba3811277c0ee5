// Elements, without a framework: what they are called, what they hold, what they do.

type Child = Node | string | null | undefined | false;
type Set = Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>;

/** An element; `on…` names what it does, `true` an attribute without a value. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  set: Set = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((one): one is Node | string => one != null && one !== false));
  return made;
}

/** A button that does one thing; `more` are its attributes. */
export function button(text: string, act: () => unknown, more: Set = {}): HTMLButtonElement {
  return el("button", { type: "button", onclick: act, ...more }, text);
}

/** A button that asks once more before it acts: for what cannot be undone. */
export function careful(text: string, again: string, act: () => unknown): HTMLButtonElement {
  const made = button(text, () => {
    const isSure = made.textContent === again;
    made.textContent = isSure ? text : again;
    if (isSure) act();
  });
  made.addEventListener("blur", () => (made.textContent = text));
  return made;
}

/** A date as the time of today, or as day and time. */
export function time(date: Date | null): HTMLTimeElement | null {
  if (!date || Number.isNaN(date.getTime())) return null;
  const isToday = date.toDateString() === new Date().toDateString();
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const text = new Intl.DateTimeFormat(undefined, isToday ? clock : { ...day, ...clock });
  return el("time", { datetime: date.toISOString(), title: date.toLocaleString() }, text.format(date));
}
