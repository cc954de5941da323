// A browser as host: one WebSocket to `pipewright serve`, which comes back by itself and then follows again what was
// followed.
import type { Problem } from "../rpc/problem.gen";
import type { Push, Subscription } from "../rpc/schema.gen";
import type { Connection, Host } from "./host";
import { mayRepeat } from "./questions";
import { type Token, UNANSWERED, takeToken } from "./token";

interface Asked {
  message: string;
  /** May be sent once more: it does nothing that is not done already. */
  repeatable: boolean;
  sent: boolean;
  /** The connection went before the answer came. */
  lost: boolean;
  done: (value: unknown) => void;
  failed: (problem: Problem) => void;
}

interface Followed {
  to: Subscription;
  onPush: (push: Push) => Promise<void>;
}

interface Answer extends Partial<Push> {
  id?: number;
  ok?: unknown;
  push?: number;
}

const LONGEST_PAUSE = 5000;

export class WebHost implements Host {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #next = 1;
  #asked = new Map<number, Asked>();
  #followed = new Map<number, Followed>();
  #connection: Connection = { up: false, why: "Connecting to Pipewright.", hint: "", attempt: 0 };
  #watchers: ((connection: Connection) => void)[] = [];

  constructor(private readonly token: Token = takeToken()) {
    this.#connect();
  }

  rpc(command: string, payload: unknown): Promise<unknown> {
    return this.#ask({ rpc: command, payload }, mayRepeat(command));
  }

  async subscribe(to: Subscription, onPush: (push: Push) => Promise<void>): Promise<() => void> {
    const id = this.#next++;
    this.#followed.set(id, { to, onPush });
    try {
      await this.#ask({ subscribe: to }, true, id);
    } catch (problem) {
      this.#followed.delete(id);
      throw problem;
    }
    return () => {
      this.#followed.delete(id);
      this.#send({ unsubscribe: id });
    };
  }

  watchConnection(on: (connection: Connection) => void): void {
    this.#watchers.push(on);
    on(this.#connection);
  }

  #ask(what: object, repeatable: boolean, id = this.#next++): Promise<unknown> {
    return new Promise((done, failed) => {
      const asked: Asked = {
        message: JSON.stringify({ id, ...what }),
        repeatable,
        sent: false,
        lost: false,
        done,
        failed,
      };
      this.#asked.set(id, asked);
      this.#flush();
    });
  }

  #send(what: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(what));
  }

  #flush(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const [id, asked] of this.#asked) {
      if (asked.lost) {
        this.#asked.delete(id);
        asked.failed(UNANSWERED);
        continue;
      }
      if (asked.sent) continue;
      asked.sent = true;
      this.#socket.send(asked.message);
    }
  }

  #connect(): void {
    if (this.token.value === null) {
      this.#say({ up: false, why: this.token.why, hint: this.token.hint, attempt: 0 });
      return;
    }
    const socket = new WebSocket(this.token.address(this.token.value));
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onclose = () => this.#closed();
    socket.onmessage = (event) => this.#heard(JSON.parse(String(event.data)) as Answer);
  }

  #opened(): void {
    this.#attempt = 0;
    const again = [...this.#followed].filter(([id]) => !this.#asked.has(id));
    for (const [id, { to }] of again) this.#send({ id, subscribe: to });
    this.#flush();
    this.#say({ up: true });
  }

  #closed(): void {
    this.#socket = null;
    for (const asked of this.#asked.values()) {
      if (!asked.sent) continue;
      // What may be given twice is given again. Anything else may have been done, so the person decides: once the
      // connection is back, for until then only that it is gone is worth saying.
      if (asked.repeatable) asked.sent = false;
      else asked.lost = true;
    }
    this.#attempt += 1;
    const pause = Math.min(250 * 2 ** this.#attempt, LONGEST_PAUSE);
    this.#say({
      up: false,
      why: "Pipewright does not answer.",
      hint: "Is `pipewright serve` still running? This page connects again by itself. If it was restarted, open the new address it printed.",
      attempt: this.#attempt,
    });
    setTimeout(() => this.#connect(), pause);
  }

  #heard(answer: Answer): void {
    if (answer.push !== undefined) return this.#pushed(answer.push, answer as Push);
    if (answer.id === undefined) return;
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.problem) {
      if (asked) asked.failed(answer.problem);
      else void this.#followed.get(answer.id)?.onPush({ rev: 0, now: 0, value: null, problem: answer.problem });
    } else asked?.done(answer.ok);
  }

  #pushed(id: number, { rev, now, value, problem }: Push): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    void followed.onPush({ rev, now, value, problem: problem ?? null }).then(() => {
      if (this.#followed.has(id)) this.#send({ ack: id, rev });
    });
  }

  #say(connection: Connection): void {
    this.#connection = connection;
    for (const watcher of this.#watchers) watcher(connection);
  }
}
