// A slow tick for ages. Nothing else may tick: what moves on screen moves because an engine said something.
const TICK = 1000;

export class Clock {
  /** Milliseconds on the page's monotonic clock, at the last tick. */
  tick = $state(performance.now());

  constructor() {
    setInterval(() => {
      if (!document.hidden) this.tick = performance.now();
    }, TICK);
  }
}
