// Commands that may be given twice: when the connection goes before the answer has come, they are simply given again.
// Which they are is declared with each command, in lab-app's schema.
import { AGAIN } from "../rpc/again.gen";

const REPEATABLE: ReadonlySet<string> = new Set(AGAIN);

/** Whether giving a command a second time changes nothing that the first time has not. */
export function mayRepeat(command: string): boolean {
  return REPEATABLE.has(command);
}
