// One conversation in the list: its name, its last message, what is unread, and whether it is muted.

import type { Conversation, Message } from "@twilio/conversations";
import { button, el } from "./dom";
import type { Errors } from "./errors";
import type { People } from "./people";

const SETTLING = 150; // milliseconds: what happens at once is counted once

export class Row {
  readonly #title = el("span", { class: "title" });
  readonly #last = el("span", { class: "last" });
  readonly #badge = el("span", { class: "badge" });
  readonly #mute = button("", () => this.#toggle(), { class: "mute" });
  readonly #open: HTMLButtonElement;
  readonly element: HTMLLIElement;
  #isClosed = false;
  #message: Message | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly conversation: Conversation,
    private readonly people: People,
    private readonly errors: Errors,
    open: () => void,
  ) {
    this.#open = button("", open, { class: "open" });
    this.#open.append(this.#title, this.#badge, this.#last);
    this.element = el("li", { "data-sid": conversation.sid }, this.#open, this.#mute);
    this.shown();
  }

  get title(): string {
    return this.conversation.friendlyName || this.conversation.uniqueName || "Untitled";
  }

  /** When something was last said, or the conversation was born. */
  get when(): number {
    const { lastMessage, dateCreated } = this.conversation;
    return (lastMessage?.dateCreated ?? dateCreated)?.getTime() || 0;
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  focus(): void {
    this.#open.focus({ preventScroll: true });
  }

  current(isCurrent: boolean): void {
    if (isCurrent) this.#open.setAttribute("aria-current", "true");
    else this.#open.removeAttribute("aria-current");
  }

  /** Shows what the SDK knows by itself. */
  shown(): void {
    const isMuted = this.conversation.notificationLevel === "muted";
    this.#title.textContent = this.title;
    this.#mute.replaceChildren("Mute", el("span", { class: "spoken" }, ` ${this.title}`));
    this.#mute.setAttribute("aria-pressed", String(isMuted));
    this.element.classList.toggle("muted", isMuted);
    this.element.classList.toggle("closed", this.conversation.state?.current === "closed");
    this.#last.textContent = this.#message ? this.#said(this.#message) : "";
  }

  /** Asks the server what is unread and what was said last, in a moment. */
  ask(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(async () => {
      try {
        await this.#asked();
      } catch (error) {
        if (!this.#isClosed) this.errors.show(`Cannot look into ${this.title}`, error);
      }
    }, SETTLING);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#waiting);
  }

  async #asked(): Promise<void> {
    const [unread, page] = await Promise.all([
      this.conversation.getUnreadMessagesCount(),
      this.conversation.getMessages(1),
    ]);
    this.#message = page.items.at(-1) ?? null;
    this.#count(unread);
    this.shown();
  }

  // Who has never read here has no count: not reading is not the same as having read nothing new.
  #count(unread: number | null): void {
    const hasNews = unread !== 0;
    this.#badge.textContent = unread === null ? "not read yet" : hasNews ? String(unread) : "";
    this.#badge.dataset.unread = String(unread);
    this.element.classList.toggle("unread", hasNews);
    if (unread) this.#badge.append(el("span", { class: "spoken" }, " unread"));
  }

  #said(message: Message): string {
    const what = message.body || (message.attachedMedia?.length ? "a file" : "");
    return `${this.people.called(message.author)}: ${what}`;
  }

  #toggle(): void {
    const level = this.conversation.notificationLevel === "muted" ? "default" : "muted";
    void this.errors.attempt("Cannot mute", () => this.conversation.setUserNotificationLevel(level));
  }
}
