// The generated schema as typed calls over a host. No state and no retries here.
import type { Connection, Host } from "../host/host";
import { asProblem } from "./problem";
import type { Problem } from "./problem.gen";
import type {
  ActionRunning,
  ActionStatus,
  Commands,
  JobInfo,
  LabInfo,
  LogLine,
  Nothing,
  Session,
  Subscription,
  ViewPush,
} from "./schema.gen";

export type { Connection, Host };

type Request<K extends keyof Commands> = Commands[K]["request"];
type Answer<K extends keyof Commands> = Commands[K]["answer"];
/** Commands without a request are called without one. */
type Payload<K extends keyof Commands> = Request<K> extends Nothing ? [] : [payload: Request<K>];

/** What a subscription pushes, by its kind. */
export type Pushed<S extends Subscription> = S extends { to: "view" }
  ? ViewPush
  : S extends { to: "labs" }
    ? LabInfo[]
    : S extends { to: "jobs" }
      ? JobInfo[]
      : S extends { to: "action" }
        ? ActionStatus
        : S extends { to: "actions" }
          ? ActionRunning[]
          : Session;

/** A push: a value, or why there is none (any more). */
export interface TypedPush<T> {
  now: number;
  value: T | null;
  problem: Problem | null;
}

export class Client {
  constructor(private readonly host: Host) {}

  /** Asks for a command. Rejects with a `ProblemError`. */
  async call<K extends keyof Commands>(command: K, ...payload: Payload<K>): Promise<Answer<K>> {
    try {
      return (await this.host.rpc(command, payload[0] ?? {})) as Answer<K>;
    } catch (error) {
      throw asProblem(error);
    }
  }

  /** Follows a subscription; the next push comes when `on` is through with this one. */
  async follow<S extends Subscription>(to: S, on: (push: TypedPush<Pushed<S>>) => Promise<void>): Promise<() => void> {
    try {
      return await this.host.subscribe(to, ({ now, value, problem }) =>
        on({ now, problem, value: problem ? null : (value as Pushed<S>) }),
      );
    } catch (error) {
      throw asProblem(error);
    }
  }

  watchConnection(on: (connection: Connection) => void): void {
    this.host.watchConnection(on);
  }

  /** Writes a line into the log file; a log that cannot be written must not become a problem of its own. */
  log(level: LogLine["level"], message: string): void {
    void this.call("log", { level, message }).catch(() => undefined);
  }
}
