// Numbers, ages and sizes as text, the same everywhere and whatever the page's language.
const COUNT = new Intl.NumberFormat("en-US");

/** `12,340`. */
export function count(n: number): string {
  return COUNT.format(n);
}

/** `1 record`, `2 records`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A span of milliseconds in one unit or two: `0.4 s`, `12 s`, `3 min 5 s`, `45 min`, `2 h 4 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (big: string, small: number, unit: string) => (small === 0 ? big : `${big} ${small} ${unit}`);
  if (whole < 3600) return two(`${Math.floor(whole / 60)} min`, whole % 60, "s");
  return two(`${Math.floor(whole / 3600)} h`, Math.floor((whole % 3600) / 60), "min");
}

/** How long ago, from two times of the same clock: `0.4 s ago`. */
export function ago(now: number, at: number): string {
  return `${span(now - at)} ago`;
}

/** A time of the journal's clock: `00:41`, `1:02:03`. */
export function time(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** Mebibytes as gibibytes with two digits, no unit: `0.52`. */
export function gib(mib: number): string {
  const gib = mib / 1024;
  return gib >= 10 ? gib.toFixed(0) : gib.toFixed(2);
}

/** Words joined as in a sentence: `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** A number of bytes in one unit: `512 B`, `15.3 kB`, `2.1 MB`. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  const amount = n / 1000 ** power;
  return `${amount >= 100 ? amount.toFixed(0) : amount.toFixed(1)} ${units[power - 1] ?? ""}`;
}

/** A span of microseconds in one unit: `412 µs`, `3.2 ms`, then as [`span`]. */
export function micros(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${us < 100_000 ? (us / 1000).toFixed(1) : (us / 1000).toFixed(0)} ms`;
  return span(us / 1000);
}
