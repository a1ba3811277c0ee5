// Who the others are: names instead of identities, and whether they are online.

import type { Client, User } from "@twilio/conversations";

export class People {
  #users = new Map<string, User>();
  #asked = new Set<string>();

  /** `changed` is called whenever somebody's name, or whether they are online, may have changed. */
  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
  ) {}

  name(identity: string | null): string {
    if (identity === null) return "somebody";
    this.#ask(identity);
    return this.#users.get(identity)?.friendlyName || identity;
  }

  /** The same, but oneself is "You". */
  called(identity: string | null): string {
    return identity === this.client.user.identity ? "You" : this.name(identity);
  }

  /** Whether they are online; null where the service does not tell, or nobody knows yet. */
  isOnline(identity: string | null): boolean | null {
    return this.#users.get(identity ?? "")?.isOnline ?? null;
  }

  #ask(identity: string): void {
    if (this.#asked.has(identity)) return;
    this.#asked.add(identity);
    this.client.getUser(identity).then(
      (user) => {
        this.#users.set(identity, user);
        user.on("updated", this.changed);
        this.changed();
      },
      // An author whom only REST named is nobody's user: the identity will do.
      () => {},
    );
  }
}
