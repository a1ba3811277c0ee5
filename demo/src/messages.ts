// The messages of a conversation: paged back as one scrolls up, and live.

import type { Conversation, Message, Paginator } from "@twilio/conversations";
import { button, el } from "./dom";
import type { Errors } from "./errors";
import { MessageView } from "./message";
import type { People } from "./people";

const PAGE = 30;
const NEAR = 60; // pixels: so close to the end counts as being there

export class Messages {
  readonly #views = new Map<number, MessageView>();
  readonly #items = el("ol");
  readonly #earlier = button("Earlier messages", () => this.#back(), { class: "earlier", hidden: true });
  readonly #news = button("New messages ↓", () => this.end(), { class: "news", hidden: true });
  readonly element = el(
    "div",
    { class: "messages", role: "log", "aria-label": "Messages", tabindex: 0 },
    this.#earlier,
    this.#items,
    this.#news,
  );
  readonly #seer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#back(), {
    root: this.element,
  });
  #page: Paginator<Message> | null = null;
  #isPaging = false;

  /** `seen` is called when the newest message may have come into sight, `changed` when others are there. */
  constructor(
    private readonly conversation: Conversation,
    private readonly me: string,
    private readonly people: People,
    private readonly errors: Errors,
    private readonly seen: () => void,
    private readonly changed: () => void,
  ) {
    this.element.addEventListener("scroll", () => {
      if (this.isAtEnd) {
        this.#news.hidden = true;
        this.seen();
      }
    });
  }

  /** Index of the newest message; -1 if there is none. */
  get newest(): number {
    return Math.max(-1, ...this.#views.keys());
  }

  get isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  async start(): Promise<void> {
    const page = await this.conversation.getMessages(PAGE);
    this.#took(page);
    this.end();
    this.#seer.observe(this.#earlier);
  }

  close(): void {
    this.#seer.disconnect();
  }

  end(): void {
    this.element.scrollTop = this.element.scrollHeight;
    this.#news.hidden = true;
  }

  add(message: Message): void {
    const wasAtEnd = this.isAtEnd;
    this.#place(message);
    if (wasAtEnd || message.author === this.me) this.end();
    else this.#news.hidden = false;
    this.changed();
  }

  update(message: Message): void {
    this.#views.get(message.index)?.shown();
  }

  remove(message: Message): void {
    this.#views.get(message.index)?.element.remove();
    this.#views.delete(message.index);
    this.changed();
  }

  named(): void {
    for (const view of this.#views.values()) view.shown();
  }

  /** Says beneath one's own messages who has seen them: the newest that each of the others has. */
  mark(readers: { name: string; read: number | null }[]): void {
    const mine = [...this.#views.values()].filter((view) => view.isMine).map((view) => view.message.index);
    const names = new Map<number, string[]>();
    for (const { name, read } of readers) {
      const newest = Math.max(-1, ...mine.filter((index) => read !== null && index <= read));
      names.set(newest, [...(names.get(newest) ?? []), name]);
    }
    for (const [index, view] of this.#views) view.seenBy(names.get(index) ?? []);
  }

  #took(page: Paginator<Message>): void {
    this.#page = page;
    for (const message of page.items) this.#place(message);
    this.#earlier.hidden = !page.hasPrevPage;
    this.changed();
  }

  #place(message: Message): void {
    if (this.#views.has(message.index)) return;
    const view = new MessageView(message, this.me, this.people, this.errors);
    const later = [...this.#views.keys()].filter((index) => index > message.index);
    const next = later.length ? this.#views.get(Math.min(...later)) : undefined;
    this.#views.set(message.index, view);
    this.#items.insertBefore(view.element, next?.element ?? null);
  }

  // What is in sight stays where it is, while older messages come in above.
  async #back(): Promise<void> {
    const page = this.#page;
    if (this.#isPaging || !page?.hasPrevPage) return;
    this.#isPaging = true;
    await this.errors.attempt("Cannot read earlier messages", async () => {
      const earlier = await page.prevPage();
      const below = this.element.scrollHeight - this.element.scrollTop;
      this.#took(earlier);
      this.element.scrollTop = this.element.scrollHeight - below;
    });
    this.#isPaging = false;
    // The observer tells of changes only: is the button still, or again, in sight?
    this.#seer.unobserve(this.#earlier);
    this.#seer.observe(this.#earlier);
  }
}
