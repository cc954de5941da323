// The token in the address `pipewright serve` printed: kept for this tab, taken out of the address bar.
import type { Problem } from "../rpc/problem.gen";

const KEPT = "pipewright.token";

export interface Token {
  value: string | null;
  /** What to say without one. */
  why: string;
  hint: string;
  address(token: string): string;
}

/** A command was on its way when the connection went; said once there is one again. */
export const UNANSWERED: Problem = {
  code: "not_now",
  message: "The connection to Pipewright was lost before it answered.",
  detail: "",
  hint: "Check whether it was done. If it was not, do it again.",
};

/** Reads the token from the address or from this tab's storage. */
export function takeToken(): Token {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given) {
    sessionStorage.setItem(KEPT, given);
    address.searchParams.delete("token");
    history.replaceState(history.state, "", address);
  }
  return {
    value: given ?? sessionStorage.getItem(KEPT),
    why: "This address has no token.",
    hint: "Open the whole address that `pipewright serve` printed.",
    address(token) {
      const socket = new URL("/ws", location.href);
      socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";
      socket.search = new URLSearchParams({ token }).toString();
      socket.hash = "";
      return socket.href;
    },
  };
}
