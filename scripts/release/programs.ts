// The programs of a release: for this machine's processor, and for others that can be built here.
import { parseArgs } from "node:util";
import { buildFor } from "../build/build.ts";
import { crossTarget, ownTarget, type Target } from "../build/target.ts";
import { StepFailed, say } from "../steps.ts";

/** The processors that a release is for. */
const PROCESSORS: readonly string[] = ["x64", "arm64"];

/**
 * Builds what can be built, and says in one line what is left out. `--all` among the arguments: a
 * release that lacks a processor is an error.
 */
export async function buildAll(): Promise<readonly Target[]> {
  const options = { all: { type: "boolean", default: false } } as const;
  const { all } = parseArgs({ options }).values;
  const built: Target[] = [];
  for (const arch of PROCESSORS) {
    const target = arch === process.arch ? await ownTarget() : await crossTarget(arch);
    if ("missing" in target) {
      if (all) throw new StepFailed(`curfew: linux-${arch}: ${target.missing}`);
      say(`linux-${arch} is left out: ${target.missing}`);
    } else {
      await buildFor(target);
      built.push(target);
    }
  }
  return built;
}
