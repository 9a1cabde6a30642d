// `make install`: puts everything below DESTDIR and PREFIX.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, PRODUCT } from "../build/build.ts";
import { main, StepFailed, say } from "../steps.ts";
import type { Entry } from "./layout.ts";
import { installation } from "./layout.ts";

await main(async () => {
  const prefix = prefixOf(process.argv.slice(2));
  await build();
  const entries = await installation(PRODUCT);
  for (const entry of entries) put(prefix, entry);
  say(`${entries.length} files and links are below ${prefix}`);
  return 0;
});

/** `--destdir` stands before `--prefix`, as packagers expect it. */
function prefixOf(args: readonly string[]): string {
  const options = {
    destdir: { type: "string", default: "" },
    prefix: { type: "string", default: "/usr/local" },
  } as const;
  const { destdir, prefix } = parseArgs({ args: [...args], options }).values;
  if (!prefix.startsWith("/")) {
    throw new StepFailed(`curfew: PREFIX is ${prefix || "empty"}, but must begin with /`);
  }
  return join(destdir === "" ? "/" : destdir, prefix);
}

/** Replaces what is there. Modes do not depend on the caller's umask. */
function put(prefix: string, entry: Entry): void {
  const path = join(prefix, entry.path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  // A program that runs cannot be written to, but its name can be given to another file.
  rmSync(path, { force: true });
  if ("to" in entry) symlinkSync(entry.to, path);
  else {
    writeFileSync(path, entry.content);
    chmodSync(path, entry.isProgram ? 0o755 : 0o644);
  }
}
