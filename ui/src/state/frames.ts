// The only door through which pushed data becomes state: once per animation frame, for everything that waits. Svelte
// then renders one batch per frame, however many subscriptions push.
//
// A window that another one covers, or whose drawing is stalled, has no frames. What was pushed becomes state all the
// same, a little later: the page must not stand still, nor leave the host waiting for an acknowledgement.
const WITHOUT_A_FRAME = 1000;
const waiting = new Set<() => void>();
let asked: { frame: number; timer: ReturnType<typeof setTimeout> } | null = null;

/** Runs `apply` in the next animation frame, or soon if there is none; resolves when it has run. */
export function inNextFrame(apply: () => void): Promise<void> {
  return new Promise((done) => {
    waiting.add(() => {
      apply();
      done();
    });
    asked ??= { frame: requestAnimationFrame(run), timer: setTimeout(run, WITHOUT_A_FRAME) };
  });
}

function run(): void {
  if (asked) {
    cancelAnimationFrame(asked.frame);
    clearTimeout(asked.timer);
  }
  asked = null;
  const now = [...waiting];
  waiting.clear();
  for (const apply of now) apply();
}
