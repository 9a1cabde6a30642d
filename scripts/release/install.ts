// `make install`: puts everything below DESTDIR and PREFIX.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../build/build.ts";
import { ownTarget } from "../build/target.ts";
import { main, StepFailed, say } from "../steps.ts";
import { componentsOf, licensesText } from "./components.ts";
import { installation } from "./layout.ts";
import { put } from "./put.ts";

await main(async () => {
  const prefix = prefixOf(process.argv.slice(2));
  process.umask(0o022);
  await build();
  const licenses = licensesText(await componentsOf(await ownTarget()));
  const entries = await installation(process.arch, licenses);
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
