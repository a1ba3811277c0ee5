// Where a message is written: Enter sends it, with the files that were chosen.

import type { Conversation } from "@twilio/conversations";
import { button, el } from "./dom";
import type { Errors } from "./errors";

export class Composer {
  readonly #text = el("textarea", {
    "aria-label": "Message",
    placeholder: "Write a message",
    rows: 1,
    maxlength: 32768,
  });
  readonly #files = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to send" });
  readonly #chosen = el("ul", { class: "chosen", "aria-label": "Files to be sent" });
  readonly #send = el("button", {}, "Send");
  readonly element: HTMLFormElement;
  #waiting: File[] = [];

  constructor(
    private readonly conversation: Conversation,
    private readonly errors: Errors,
  ) {
    const attach = button("Attach", () => this.#files.click(), { "aria-label": "Attach a file" });
    this.element = el("form", { class: "composer" }, this.#chosen, attach, this.#files, this.#text, this.#send);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#sent();
    });
    this.#files.addEventListener("change", () => {
      this.#hold([...this.#waiting, ...(this.#files.files ?? [])]);
      this.#files.value = "";
      this.focus();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.element.requestSubmit();
    });
    this.#text.addEventListener("input", () => {
      // The SDK itself sees to it that this is not said with every letter.
      if (this.#text.value) void errors.attempt("Cannot say that you type", () => conversation.typing());
    });
  }

  focus(): void {
    this.#text.focus();
  }

  #hold(files: File[]): void {
    this.#waiting = files;
    this.#chosen.replaceChildren(
      ...files.map((file) => {
        const drop = () => this.#hold(this.#waiting.filter((one) => one !== file));
        return el("li", {}, el("span", {}, file.name), button("×", drop, { "aria-label": `Leave out ${file.name}` }));
      }),
    );
  }

  async #sent(): Promise<void> {
    const text = this.#text.value.trim();
    const files = this.#waiting;
    if ((!text && !files.length) || this.#send.disabled) return;
    this.#send.disabled = this.#text.readOnly = true;
    const went = await this.errors.attempt("Cannot send", async () => {
      const message = this.conversation.prepareMessage();
      if (text) message.setBody(text);
      for (const file of files) {
        const form = new FormData();
        form.append("file", file, file.name);
        message.addMedia(form);
      }
      await message.build().send();
    });
    this.#send.disabled = this.#text.readOnly = false;
    if (!went) return;
    this.#text.value = "";
    this.#hold([]);
  }
}
