// A person's conversations, the one with the newest message first, and a form to start another.

import type { Client, Conversation, Message, Paginator } from "@twilio/conversations";
import { el } from "./dom";
import type { Errors } from "./errors";
import type { People } from "./people";
import { Row } from "./row";

export interface Chosen {
  open(conversation: Conversation): void;
  left(conversation: Conversation): void;
}

export class List {
  readonly #rows = new Map<string, Row>();
  readonly #items = el("ul");
  readonly #empty = el("p", { class: "nothing", hidden: true }, "No conversations yet.");
  readonly #field = el("input", {
    "aria-label": "Name of a new conversation",
    placeholder: "New conversation",
    maxlength: 256,
    autocomplete: "off",
  });
  readonly element: HTMLElement;
  #current: string | null = null;

  constructor(
    private readonly client: Client,
    private readonly other: string,
    private readonly people: People,
    private readonly errors: Errors,
    private readonly chosen: Chosen,
  ) {
    const form = el("form", { class: "new" }, this.#field, el("button", {}, "Start"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#create();
    });
    const label = `Conversations of ${client.user.identity}`;
    this.element = el("nav", { class: "list", "aria-label": label }, form, this.#empty, this.#items);
  }

  /** Shows all conversations, and follows what becomes of them. */
  async start(): Promise<void> {
    const { client } = this;
    client.on("conversationJoined", (one) => this.#add(one));
    client.on("conversationLeft", (one) => this.#remove(one));
    client.on("conversationRemoved", (one) => this.#remove(one));
    client.on("conversationUpdated", ({ conversation, updateReasons }) => {
      const row = this.#rows.get(conversation.sid);
      row?.shown();
      if (updateReasons.includes("lastReadMessageIndex")) row?.ask();
      if (row && updateReasons.includes("lastMessage")) this.#place(row);
    });
    client.on("messageAdded", (one) => this.#news(one));
    client.on("messageUpdated", ({ message }) => this.#news(message));
    client.on("messageRemoved", (one) => this.#news(one));
    await this.errors.attempt("Cannot list the conversations", () => this.#all());
  }

  close(): void {
    for (const row of this.#rows.values()) row.close();
  }

  /** Shows which one is open. */
  mark(conversation: Conversation | null): void {
    this.#current = conversation?.sid ?? null;
    for (const [sid, row] of this.#rows) row.current(sid === this.#current);
  }

  /** Shows names that have become known. */
  named(): void {
    for (const row of this.#rows.values()) row.shown();
  }

  async #all(): Promise<void> {
    let page: Paginator<Conversation> = await this.client.getSubscribedConversations();
    page.items.forEach((one) => this.#add(one));
    while (page.hasNextPage) {
      page = await page.nextPage();
      page.items.forEach((one) => this.#add(one));
    }
    this.#empty.hidden = this.#rows.size > 0;
  }

  #add(conversation: Conversation): void {
    if (conversation.status !== "joined" || this.#rows.has(conversation.sid)) return;
    const row = new Row(conversation, this.people, this.errors, () => this.chosen.open(conversation));
    this.#rows.set(conversation.sid, row);
    this.#place(row);
    row.current(conversation.sid === this.#current);
    row.ask();
    this.#empty.hidden = true;
  }

  #remove(conversation: Conversation): void {
    const row = this.#rows.get(conversation.sid);
    if (!row) return;
    row.close();
    row.element.remove();
    this.#rows.delete(conversation.sid);
    this.#empty.hidden = this.#rows.size > 0;
    this.chosen.left(conversation);
  }

  #news(message: Message): void {
    this.#rows.get(message.conversation.sid)?.ask();
  }

  // Moves no other row, and keeps the focus where it was.
  #place(row: Row): void {
    const rows = [...this.#rows.values()].filter((one) => one !== row);
    const after = rows
      .filter((one) => one.when < row.when || (one.when === row.when && one.title > row.title))
      .map((one) => one.element);
    const next = [...this.#items.children].find((one) => after.includes(one as HTMLLIElement)) ?? null;
    if (row.element.parentElement && row.element.nextElementSibling === next) return;
    const { hasFocus } = row;
    this.#items.insertBefore(row.element, next);
    if (hasFocus) row.focus();
  }

  async #create(): Promise<void> {
    const friendlyName = this.#field.value.trim();
    if (!friendlyName) return this.#field.focus();
    await this.errors.attempt("Cannot start a conversation", async () => {
      const made = await this.client.createConversation({ friendlyName });
      await made.join();
      this.#field.value = "";
      if (this.other !== this.client.user.identity) await made.add(this.other);
      this.chosen.open(made);
    });
  }
}
