// The conversation that is open: who is in it, what is said, who types, and what one may do.

import type { Conversation, Message, Participant } from "@twilio/conversations";
import { Composer } from "./composer";
import { button, careful, el } from "./dom";
import type { Errors } from "./errors";
import { Messages } from "./messages";
import type { People } from "./people";

export interface Mine {
  me: string;
  other: string;
  people: People;
  errors: Errors;
}

export class Talk {
  readonly #title = el("h3");
  readonly #who = el("p", { class: "people" });
  readonly #typing = el("p", { class: "typing", role: "status" });
  readonly #closed = el("p", { class: "closed" }, "This conversation is closed.");
  readonly #add = button("Add", () => this.#added(), { hidden: true });
  readonly #messages: Messages;
  readonly #composer: Composer;
  readonly element: HTMLElement;
  #participants = new Map<string, Participant>();
  #unlisten: (() => void)[] = [];

  constructor(
    readonly conversation: Conversation,
    private readonly mine: Mine,
    shut: () => void,
  ) {
    const { me, people, errors } = mine;
    this.#messages = new Messages(conversation, me, people, errors, () => this.#see(), () => this.#marked());
    this.#composer = new Composer(conversation, errors);
    const back = button("←", shut, { class: "back", "aria-label": "Back to the list" });
    const leave = careful("Leave", "Really leave?", () => this.#leave());
    const head = el("header", {}, back, el("div", {}, this.#title, this.#who), this.#add, leave);
    const foot = el("div", {}, this.#closed, this.#composer.element);
    this.element = el("article", { class: "talk" }, head, this.#messages.element, this.#typing, foot);
  }

  async start(): Promise<void> {
    this.#follow();
    this.named();
    await this.mine.errors.attempt("Cannot open the conversation", async () => {
      const [participants] = await Promise.all([this.conversation.getParticipants(), this.#messages.start()]);
      for (const one of participants) this.#participants.set(one.sid, one);
    });
    this.named();
    this.#see();
    this.focus();
  }

  close(): void {
    this.#messages.close();
    for (const stop of this.#unlisten) stop();
  }

  focus(): void {
    this.#composer.focus();
  }

  /** Shows titles and names as they are known by now. */
  named(): void {
    const { conversation, mine } = this;
    const { people, other, me } = mine;
    const title = conversation.friendlyName || conversation.uniqueName || "Untitled";
    this.#title.textContent = title;
    this.element.setAttribute("aria-label", title);
    const others = [...this.#participants.values()].filter((one) => one.identity !== me);
    this.#who.replaceChildren(
      ...others.map((one) => {
        const isOnline = people.isOnline(one.identity);
        const name = people.name(one.identity);
        if (isOnline === null) return el("span", {}, name);
        const word = isOnline ? "online" : "offline";
        return el("span", { class: word, title: word }, name, el("span", { class: "spoken" }, ` ${word}`));
      }),
    );
    if (!others.length) this.#who.textContent = "Nobody else is here.";
    this.#add.textContent = `Add ${people.name(other)}`;
    this.#add.hidden = other === me || others.some((one) => one.identity === other);
    const isClosed = conversation.state?.current === "closed";
    this.#closed.hidden = !isClosed;
    this.#composer.element.hidden = isClosed;
    this.#messages.named();
    this.#marked();
    this.#typed();
  }

  #follow(): void {
    const { conversation } = this;
    const on = (event: any, act: (saw: any) => void) => {
      conversation.on(event, act);
      this.#unlisten.push(() => conversation.removeListener(event, act));
    };
    on("messageAdded", (message: Message) => {
      this.#messages.add(message);
      this.#see();
    });
    on("messageUpdated", ({ message }: { message: Message }) => this.#messages.update(message));
    on("messageRemoved", (message: Message) => this.#messages.remove(message));
    on("participantJoined", (one: Participant) => this.#here(one, true));
    on("participantLeft", (one: Participant) => this.#here(one, false));
    on("participantUpdated", () => this.#marked());
    on("typingStarted", () => this.#typed());
    on("typingEnded", () => this.#typed());
    on("updated", () => this.named());
    const look = () => this.#see();
    document.addEventListener("visibilitychange", look);
    this.#unlisten.push(() => document.removeEventListener("visibilitychange", look));
  }

  #here(one: Participant, isHere: boolean): void {
    if (isHere) this.#participants.set(one.sid, one);
    else this.#participants.delete(one.sid);
    this.named();
  }

  #marked(): void {
    const { people, me } = this.mine;
    const others = [...this.#participants.values()].filter((one) => one.identity !== me);
    this.#messages.mark(
      others.map((one) => ({ name: people.name(one.identity), read: one.lastReadMessageIndex })),
    );
  }

  #typed(): void {
    const { people, me } = this.mine;
    const typists = [...this.#participants.values()].filter((one) => one.isTyping && one.identity !== me);
    const names = typists.map((one) => people.name(one.identity)).join(", ");
    this.#typing.textContent = names && `${names} ${typists.length > 1 ? "are" : "is"} typing…`;
  }

  // What is in sight has been read.
  #see(): void {
    const { newest, isAtEnd } = this.#messages;
    const read = this.conversation.lastReadMessageIndex ?? -1;
    if (newest <= read || !isAtEnd || document.visibilityState !== "visible") return;
    const advance = () => this.conversation.advanceLastReadMessageIndex(newest);
    void this.mine.errors.attempt("Cannot say what was read", advance);
  }

  #added(): void {
    void this.mine.errors.attempt("Cannot add them", () => this.conversation.add(this.mine.other));
  }

  #leave(): void {
    void this.mine.errors.attempt("Cannot leave", () => this.conversation.leave());
  }
}
