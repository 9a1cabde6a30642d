// `make install`: puts everything below DESTDIR and PREFIX. `make uninstall` removes it again.
import { parseArgs } from "node:util";
import { build } from "../build/build.ts";
import { main, StepFailed, say } from "../steps.ts";
import { builtFor, installation } from "./layout.ts";
import { put, remove } from "./put.ts";

/** Enough to know what the files are called. */
const NOTHING = { program: new Uint8Array(), licenses: "" };

await main(async () => {
  const { prefix, removes } = optionsOf(process.argv.slice(2));
  process.umask(0o022);
  const entries = removes ? await installation(NOTHING) : await builtEntries();
  for (const entry of entries) {
    if (removes) remove(prefix, entry);
    else put(prefix, entry);
  }
  say(`${entries.length} files and links ${removes ? "were removed from" : "are below"} ${prefix}`);
  return 0;
});

async function builtEntries(): ReturnType<typeof installation> {
  await build();
  return installation(builtFor(process.arch));
}

/** `--destdir` stands before `--prefix`, as packagers expect it. */
function optionsOf(args: readonly string[]): {
  readonly prefix: string;
  readonly removes: boolean;
} {
  const options = {
    destdir: { type: "string", default: "" },
    prefix: { type: "string", default: "/usr/local" },
    remove: { type: "boolean", default: false },
  } as const;
  const { destdir, prefix, remove: removes } = parseArgs({ args: [...args], options }).values;
  if (!prefix.startsWith("/") || prefix.split("/").includes("..")) {
    throw new StepFailed(
      `curfew: PREFIX is ${prefix || "empty"}, but must begin with / and have no ..`,
    );
  }
  // Only the kernel knows where a `..` of DESTDIR leads: the folder before it may be a link.
  return { prefix: destdir + prefix, removes };
}
