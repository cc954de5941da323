// The only door through which pushed data becomes state: once per animation frame, for everything that waits. Svelte
// then renders one batch per frame, however many subscriptions push.
const waiting = new Set<() => void>();
let asked = false;

/** Runs `apply` in the next animation frame; resolves when it has run. */
export function inNextFrame(apply: () => void): Promise<void> {
  return new Promise((done) => {
    waiting.add(() => {
      apply();
      done();
    });
    if (asked) return;
    asked = true;
    requestAnimationFrame(run);
  });
}

function run(): void {
  asked = false;
  const now = [...waiting];
  waiting.clear();
  for (const apply of now) apply();
}
