// The desktop window as host: three commands of the shell and one channel per subscription.
import { Channel, invoke } from "@tauri-apps/api/core";
import type { Push, Subscription } from "../rpc/schema.gen";
import type { Connection, Host } from "./host";

export class TauriHost implements Host {
  rpc(command: string, payload: unknown): Promise<unknown> {
    return invoke("rpc", { cmd: command, payload });
  }

  async subscribe(to: Subscription, onPush: (push: Push) => Promise<void>): Promise<() => void> {
    const channel = new Channel<Push>();
    let ended = false;
    channel.onmessage = (push) => {
      if (!ended) void onPush(push).then(() => acknowledge(push.rev));
    };
    // A push may come before the answer that names the subscription.
    const opened = invoke<number>("subscribe", { subscription: to, channel });
    const acknowledge = async (rev: number) => {
      if (!ended) await invoke("ack", { id: await opened, rev });
    };
    const id = await opened;
    return () => {
      ended = true;
      void invoke("unsubscribe", { id });
    };
  }

  watchConnection(on: (connection: Connection) => void): void {
    on({ up: true });
  }
}
