// One message: who said it and when, its files, and for one's own what can be done with it.

import type { Media, Message } from "@twilio/conversations";
import { button, careful, el, time } from "./dom";
import type { Errors } from "./errors";
import type { People } from "./people";

function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 2);
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${["B", "KB", "MB"][power]}`;
}

export class MessageView {
  readonly #author = el("span", { class: "author" });
  readonly #body = el("div", { class: "text" });
  readonly #foot = el("span", { class: "foot" });
  readonly #seen = el("span", { class: "seen" });
  readonly #media = el("div", { class: "media" });
  readonly element: HTMLLIElement;
  readonly isMine: boolean;
  #shownMedia = "";

  constructor(
    readonly message: Message,
    me: string,
    private readonly people: People,
    private readonly errors: Errors,
  ) {
    this.isMine = message.author === me;
    const acts = el(
      "span",
      { class: "acts" },
      button("Edit", () => this.#edit()),
      careful("Delete", "Really delete?", () => this.#delete()),
    );
    this.element = el(
      "li",
      { class: this.isMine ? "message mine" : "message", "data-index": message.index },
      this.#author,
      el("div", { class: "bubble" }, this.#body, this.#media),
      el("div", { class: "below" }, this.isMine && acts, this.#seen, this.#foot),
    );
    this.shown();
  }

  /** Shows the message as it is now. */
  shown(): void {
    const { message } = this;
    this.#author.textContent = this.isMine ? "" : this.people.name(message.author);
    if (!this.element.querySelector("form")) this.#body.textContent = message.body ?? "";
    this.#body.hidden = !message.body;
    const isEdited = Number(message.dateUpdated) > Number(message.dateCreated);
    this.#foot.replaceChildren(time(message.dateCreated) ?? "", isEdited ? " · edited" : "");
    this.#files(message.attachedMedia ?? []);
  }

  /** Says who has seen the message. */
  seenBy(names: string[]): void {
    this.#seen.textContent = names.length ? `Seen by ${names.join(", ")}` : "";
  }

  #files(files: Media[]): void {
    const sids = files.map((one) => one.sid).join();
    if (sids === this.#shownMedia) return;
    this.#shownMedia = sids;
    this.#media.replaceChildren(...files.map((one) => this.#file(one)));
  }

  // Where a file is is known for a while only: it is asked when it is wanted.
  #file(media: Media): HTMLElement {
    const name = media.filename || "a file";
    const kind = media.contentType.split("/")[0];
    const link = button(`${name} (${size(media.size)})`, () => {
      void this.errors.attempt(`Cannot open ${name}`, async () => {
        const href = (await media.getContentTemporaryUrl()) ?? "";
        el("a", { href, target: "_blank", rel: "noopener" }).click();
      });
    });
    const held = el("figure", {}, el("figcaption", {}, link));
    if (kind === "image" || kind === "audio" || kind === "video") {
      void this.errors.attempt(`Cannot show ${name}`, async () => held.prepend(await this.#played(media, kind, name)));
    }
    return held;
  }

  async #played(media: Media, kind: "image" | "audio" | "video", name: string): Promise<HTMLElement> {
    const src = await media.getContentTemporaryUrl();
    if (kind === "image") return el("img", { src, alt: name });
    return el(kind, { src, controls: true, preload: "metadata", "aria-label": name });
  }

  #edit(): void {
    const field = el("textarea", { "aria-label": "Edit the message", rows: 2, maxlength: 32768 });
    const form: HTMLFormElement = el("form", { class: "edit" }, field, el("button", {}, "Save"));
    form.append(button("Cancel", () => this.#edited(form)));
    field.value = this.message.body ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      void this.errors
        .attempt("Cannot edit", () => this.message.updateBody(text))
        .then((went) => went && this.#edited(form));
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#edited(form);
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.#body.hidden = false;
    this.#body.replaceChildren(form);
    field.focus();
  }

  #edited(form: HTMLFormElement): void {
    form.remove();
    this.shown();
  }

  #delete(): void {
    void this.errors.attempt("Cannot delete", () => this.message.remove());
  }
}
