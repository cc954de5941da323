// What is said of an image, its layers, and a build of one.
import { bytes, plural, span } from "../../kit/format";
import type { Build, Choice, Image, Layer, Step } from "./model.gen";

/** The instruction without what every builder writes before it. */
export function instruction({ created_by }: Layer): string {
  return created_by
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, "")
    .replace(/^(?:RUN )?\/bin\/sh -c /, "RUN ")
    .replace(/\s*# buildkit$/, "")
    .trim();
}

/** The beginning of a content id: as much as the engine's own lists show. */
export const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

export function imageFacts({ id, size, layers, base, user, working_dir, entrypoint, cmd }: Image): string[] {
  return [
    `id ${shortId(id)}`,
    size === null ? "" : bytes(size),
    plural(layers.filter(({ size }) => size > 0).length, "layer") + " with files",
    base === null ? "" : `built on ${base}`,
    `runs as ${user === "" ? "root" : user}`,
    working_dir === "" ? "" : `in ${working_dir}`,
    entrypoint === null ? "" : `entrypoint ${entrypoint.join(" ")}`,
    cmd === null || cmd.length === 0 ? "" : `command ${cmd.join(" ")}`,
  ].filter(Boolean);
}

/** Bytes of a layer as a share of the largest one, so that a bar may show it. */
export function shares(layers: readonly Layer[]): number[] {
  const largest = Math.max(1, ...layers.map(({ size }) => size));
  return layers.map(({ size }) => size / largest);
}

export function choiceFacts({ id, size, extends: own }: Choice): string {
  return [own ? "built for this lab" : "the stack’s own", size === null ? "" : bytes(size), `id ${shortId(id)}`]
    .filter(Boolean)
    .join(", ");
}

/** The line at which the newest build failed, if the file still has there what failed: somebody may have written it anew. */
export function failedLine(build: Build | null, lines: readonly string[]): number | null {
  if (build?.state !== "failed" || build.failed_line === null) return null;
  const step = build.steps.find(({ line }) => line === build.failed_line);
  const now = (lines[build.failed_line - 1] ?? "").trim().replace(/\\$/, "").trim();
  const same = now !== "" && (step === undefined || step.instruction.startsWith(now));
  return same ? build.failed_line : null;
}

/** Lines of a file, without the one that its last line's end would make. */
export const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

const STATES: Record<string, string> = {
  running: "is being built",
  built: "was built",
  failed: "could not be built",
  cancelled: "was cancelled",
};

export function buildWords({ tag, state, took, of, steps, failed_line }: Build): string {
  const time = took === null ? "" : ` ${state === "built" ? "in" : "after"} ${span(took)}`;
  const done = state === "running" && of !== null ? `, step ${steps.length} of ${of}` : "";
  const line = failed_line === null ? "" : `, at line ${failed_line} of its Dockerfile`;
  return `${tag} ${STATES[state] ?? state}${time}${done}${line}`;
}

/** What became of a step: whether its layer was there already, or how long it took. */
export function stepWords({ state, cached, took }: Step): string {
  if (state === "running") return "runs";
  if (cached === true) return "from the cache";
  const time = took === null ? "" : ` ${state === "done" ? "in" : "after"} ${span(took)}`;
  return `${state === "done" ? (cached === false ? "made" : "done") : state}${time}`;
}
