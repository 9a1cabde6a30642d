// Ten times the TypeScript: copies of the bundle in which nothing has the name it had, so that the
// engine can share no name, text or shape between them.

/** Words of the language and of its library keep their meaning. */
const FIXED: ReadonlySet<string> = new Set([
  ..."arguments async await break case catch class const continue debugger default".split(" "),
  ..."delete else enum export extends false finally function import instanceof".split(" "),
  ..."null return static super switch this throw true typeof undefined void while".split(" "),
  ..."with yield enumerable configurable writable value done groups index input".split(" "),
  ...Object.getOwnPropertyNames(globalThis),
  ...Object.getOwnPropertyNames(globalThis).flatMap((name) => namesIn(name)),
]);

/** The properties of a global object and of what it makes. */
function namesIn(name: string): readonly string[] {
  const object: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
  if (typeof object !== "function" && typeof object !== "object") return [];
  const made: unknown = typeof object === "function" ? object.prototype : undefined;
  return [object, made].flatMap((one) => {
    return one === null || one === undefined ? [] : Object.getOwnPropertyNames(one);
  });
}

/** A minified bundle as `curfew2` for `curfew`; each of its words and texts has a mark. */
export function copyOf(bundle: string, number: number): string {
  return bundle
    .replace(/^var curfew=/, `var curfew${number}=`)
    .replace(/\b[A-Za-z]{4,}\b/g, (word) => (FIXED.has(word) ? word : `${word}_${number}`));
}

/**
 * The bundle with copies of it before and behind, `times` as much in all. What stands behind a zero
 * byte is no object of the heap: there is one of it.
 */
export function padded(bundle: string, times: number): string {
  const [frozen = "", ...onDemand] = bundle.split("\0");
  const copies = Array.from({ length: times - 1 }, (_, index) => copyOf(frozen, index + 2));
  const half = Math.floor(copies.length / 2);
  const all = [...copies.slice(0, half), frozen, ...copies.slice(half)].join("\n");
  return [all, ...onDemand].join("\0");
}
