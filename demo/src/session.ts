// One person's chat client, with a token of the bench's that is renewed in time.

import { Client, type ConnectionState } from "@twilio/conversations";
import type { Errors } from "./errors";

const SOCKET = `${location.origin.replace("http", "ws")}/v3/wsconnect`;

async function token(identity: string): Promise<string> {
  const answer = await fetch(`/_partywire/token?${new URLSearchParams({ identity })}`);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said.token;
}

export interface Followed {
  state(state: ConnectionState): void;
  ready(client: Client): void;
  gone(): void;
}

export class Session {
  #client: Client | null = null;
  #isExpired = false;

  constructor(
    readonly identity: string,
    private readonly errors: Errors,
    private readonly followed: Followed,
  ) {}

  get isOpen(): boolean {
    return this.#client !== null;
  }

  async open(): Promise<void> {
    if (this.#client) return;
    this.followed.state("connecting");
    let client: Client;
    try {
      client = new Client(await token(this.identity), { Twilsock: { uri: SOCKET } });
    } catch (error) {
      this.errors.show("Cannot get a token", error);
      this.followed.state("disconnected");
      return;
    }
    this.#client = client;
    client.on("initialized", () => client === this.#client && this.followed.ready(client));
    client.on("initFailed", ({ error }) => {
      if (client === this.#client) this.errors.show("Cannot connect", error ?? "no reason given");
      void this.close();
    });
    client.on("connectionStateChanged", (state) => this.#changed(client, state));
    client.on("connectionError", (error) => {
      if (error.terminal) this.errors.show("The connection was refused", error);
    });
    client.on("tokenAboutToExpire", () => this.#renew(client));
    client.on("tokenExpired", () => (this.#isExpired = true));
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    this.followed.gone();
    this.followed.state("disconnected");
    await this.errors.attempt("Cannot disconnect", () => client.shutdown());
  }

  #changed(client: Client, state: ConnectionState): void {
    if (client !== this.#client) return;
    this.followed.state(state);
    if (state === "denied") void this.close();
    // The SDK takes no other token before it has given up the connection of the old one.
    if (state === "disconnected" && this.#isExpired) void this.#renew(client);
  }

  async #renew(client: Client): Promise<void> {
    this.#isExpired = false;
    await this.errors.attempt("Cannot renew the token", async () =>
      client.updateToken(await token(this.identity)),
    );
  }
}
