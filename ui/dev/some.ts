/** What a test takes for granted: the value, which is there. */
export function some<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("it is not there");
  return value;
}
