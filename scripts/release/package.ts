// `npm run package`: makes dist/npm/, an npm package with the program for each processor.
import { rmSync } from "node:fs";
import { productVersion } from "../build/cargo.ts";
import { main, say, step } from "../steps.ts";
import { PACKAGES, pack } from "./npm.ts";
import { buildAll } from "./programs.ts";

await main(async () => {
  // Nothing that we make depends on the caller's.
  process.umask(0o022);
  const targets = await buildAll();
  const version = await productVersion();
  rmSync(PACKAGES, { recursive: true, force: true });
  for (const target of targets) {
    const file = await step(`package ${target.arch}`, () => pack(target, version));
    say(`dist/npm/${file}`);
  }
  return 0;
});
