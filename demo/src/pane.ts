// One person's half of the page: who they are, their conversations, and the one that is open.

import type { Client, ConnectionState, Conversation } from "@twilio/conversations";
import { button, el } from "./dom";
import { Errors } from "./errors";
import { List } from "./list";
import { People } from "./people";
import { Session } from "./session";
import { Talk } from "./talk";

export class Pane {
  readonly #errors = new Errors();
  readonly #name = el("h2");
  readonly #state = el("span", { class: "state", role: "status" });
  readonly #line = button("Go offline", () => this.#toggled());
  readonly #body = el("div", { class: "body", "data-view": "list" });
  readonly element: HTMLElement;
  readonly #session: Session;
  #list: List | null = null;
  #talk: Talk | null = null;
  #people: People | null = null;
  #client: Client | null = null;

  constructor(
    readonly identity: string,
    readonly other: string,
  ) {
    this.#name.textContent = identity;
    this.element = el(
      "section",
      { class: "pane", "aria-label": identity },
      el("header", { class: "me" }, this.#name, this.#state, this.#line),
      this.#errors.element,
      this.#body,
    );
    this.#session = new Session(identity, this.#errors, {
      state: (state) => this.#changed(state),
      ready: (client) => this.#ready(client),
      gone: () => this.#gone(),
    });
    void this.#session.open();
  }

  #toggled(): void {
    void (this.#session.isOpen ? this.#session.close() : this.#session.open());
  }

  #changed(state: ConnectionState): void {
    this.#state.textContent = state;
    this.#state.dataset.state = state;
    this.#line.textContent = this.#session.isOpen || state === "connecting" ? "Go offline" : "Go online";
  }

  #ready(client: Client): void {
    const people = new People(client, () => this.#named());
    this.#client = client;
    this.#people = people;
    this.#list = new List(client, this.other, people, this.#errors, {
      open: (conversation) => this.#open(conversation),
      left: (conversation) => this.#left(conversation),
    });
    this.#body.replaceChildren(this.#list.element, this.#nothing());
    this.#named();
    void this.#list.start();
  }

  #named(): void {
    this.#name.textContent = this.#people?.name(this.identity) ?? this.identity;
    this.#list?.named();
    this.#talk?.named();
  }

  #open(conversation: Conversation): void {
    if (!this.#client || !this.#people) return;
    if (this.#talk?.conversation === conversation) return this.#talk.focus();
    this.#talk?.close();
    const mine = { me: this.identity, other: this.other, people: this.#people, errors: this.#errors };
    this.#talk = new Talk(conversation, mine, () => this.#shut());
    this.#body.lastElementChild?.replaceWith(this.#talk.element);
    this.#body.dataset.view = "talk";
    this.#list?.mark(conversation);
    void this.#talk.start();
  }

  #left(conversation: Conversation): void {
    if (this.#talk?.conversation.sid === conversation.sid) this.#shut();
  }

  #shut(): void {
    this.#talk?.close();
    this.#talk?.element.replaceWith(this.#nothing());
    this.#talk = null;
    this.#body.dataset.view = "list";
    this.#list?.mark(null);
  }

  #gone(): void {
    this.#talk?.close();
    this.#list?.close();
    this.#talk = this.#list = this.#people = this.#client = null;
    this.#body.replaceChildren(el("p", { class: "nothing" }, "Offline."));
    this.#body.dataset.view = "list";
  }

  #nothing(): HTMLElement {
    return el("p", { class: "nothing" }, "Open a conversation.");
  }
}
