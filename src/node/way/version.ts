// Library and program belong together: one of another version may understand other words.

declare const __VERSION__: string | undefined;

/** The library's version; undefined in the repository, where nothing has put it in. */
export const VERSION: string | undefined =
  typeof __VERSION__ === "string" ? __VERSION__ : undefined;
