// Library and program belong together: one of another version may understand other words.
import { execFile } from "node:child_process";
import { failed } from "./failures.ts";
import type { Ending } from "./way.ts";

declare const __VERSION__: string | undefined;

/** The library's version; undefined in the repository, where nothing has put it in. */
export const VERSION: string | undefined =
  typeof __VERSION__ === "string" ? __VERSION__ : undefined;

const LIMIT_MS = 5000;

/** The ending of a program that ended without a word: is it another version's? */
export function explainLoss(program: string): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: LIMIT_MS }, (_, stdout) => {
      resolve(lossOf(program, stdout));
    });
  });
}

/** `answer`: what the program says its version is, such as `curfew (curfew) 0.1.0`. */
export function lossOf(program: string, answer: string): Ending {
  const theirs = /(\d+\.\d+\.\d+\S*)/.exec(answer)?.[1];
  if (VERSION !== undefined && theirs !== undefined && theirs !== VERSION) {
    return failed("no_binary", versionText(program, theirs, VERSION));
  }
  return { kind: "lost", text: "curfew's program ended without a report" };
}

function versionText(program: string, theirs: string, ours: string): string {
  const path = JSON.stringify(program);
  return `${path} is curfew ${theirs}, but this library is ${ours}: install the same version`;
}
