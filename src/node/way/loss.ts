// Why a program ended without a word: it may be another version's, or none of curfew's.
import { execFile, spawnSync } from "node:child_process";
import { adviceOn } from "../binary/advice.ts";
import { ownPlatform } from "../binary/place.ts";
import { failed } from "./failures.ts";
import { VERSION } from "./version.ts";
import type { Ending } from "./way.ts";

const LIMIT_MS = 5000;

/** The ending of a program that ended without a word: is it another version's? */
export function explainLoss(program: string): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: LIMIT_MS }, (_, stdout) => {
      resolve(lossOf(program, stdout));
    });
  });
}

export function explainLossNow(program: string): Ending {
  const { stdout } = spawnSync(program, ["--version"], { timeout: LIMIT_MS, encoding: "utf8" });
  return lossOf(program, stdout ?? "");
}

/**
 * `answer`: what the program says its version is, such as `curfew (curfew) 0.1.0`. `ours`: the
 * library's, where it is known.
 */
export function lossOf(
  program: string,
  answer: string,
  ours: string | undefined = VERSION,
): Ending {
  const theirs = /\(curfew\) (\S+)/.exec(answer)?.[1];
  if (theirs === undefined) {
    const foreign = { why: "foreign", path: program, platform: ownPlatform() } as const;
    return failed("no_binary", adviceOn(foreign));
  }
  if (ours !== undefined && theirs !== ours) {
    const path = JSON.stringify(program);
    const text = `${path} is curfew ${theirs}, but this library is ${ours}`;
    return failed("no_binary", `${text}: install the same version of both`);
  }
  return { kind: "lost", text: "curfew's program ended without a report" };
}
