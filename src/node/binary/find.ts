// Where the program of curfew is: CURFEW_BINARY, else the package for this platform. Nothing is
// read when the library is loaded; whether the program may be executed is found out by starting it.

import type { Missing } from "./advice.ts";
import { missingFrom } from "./missing.ts";
import { namedBinary, ownPlatform, resolved } from "./place.ts";

/** A program that may not start, or none. */
export type Found = { readonly path: string } | { readonly missing: Missing };

/** `from`: the URL or the path of the module that searches. */
export function findBinary(
  from: string | undefined = ownModule(),
  platform: string = ownPlatform(),
): Found {
  const named = namedBinary();
  if (named) return { path: named };
  const path = resolved(from, platform);
  if (path === undefined) return { missing: missingFrom(from, platform) };
  return { path: outsideOfArchive(path) };
}

/** A module that a bundler turned into CommonJS has a path, and no URL. */
function ownModule(): string | undefined {
  const url: string | undefined = import.meta.url;
  return url ?? (typeof __filename === "string" ? __filename : undefined);
}

/** Electron shows the files of its archive, but the system can only execute real ones. */
function outsideOfArchive(path: string): string {
  return path.replace(/\bapp\.asar(?=[\\/])/, "app.asar.unpacked");
}
