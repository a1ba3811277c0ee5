// What went wrong, shown to whoever looks at the pane.

import { button, el } from "./dom";

/** What an error of the SDK, or any other, says. */
export function words(error: unknown): string {
  const { body, message, code } = (error ?? {}) as {
    body?: { message?: string; code?: number };
    message?: string;
    code?: number;
  };
  const number = body?.code ?? code;
  const said = body?.message ?? message ?? String(error);
  return number ? `${said} (${number})` : said;
}

/** The place for errors in a pane. */
export class Errors {
  readonly element = el("div", { class: "errors", role: "alert" });

  show(what: string, error?: unknown): void {
    const text = error === undefined ? what : `${what}: ${words(error)}`;
    const line: HTMLElement = el(
      "p",
      {},
      el("span", {}, text),
      button("×", () => line.remove(), { "aria-label": "Dismiss" }),
    );
    this.element.append(line);
    while (this.element.children.length > 3) this.element.firstElementChild?.remove();
  }

  /** Awaits something, and shows what becomes of it if it fails; says whether it went well. */
  async attempt(what: string, doing: () => Promise<unknown>): Promise<boolean> {
    try {
      await doing();
      return true;
    } catch (error) {
      this.show(what, error);
      return false;
    }
  }
}
