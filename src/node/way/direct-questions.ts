// What the program is asked for besides a run: `curfew kill`, `curfew doctor`.
import { execFile } from "node:child_process";
import { findProgram } from "./binary.ts";
import { failed } from "./failures.ts";
import { parseLine } from "./json-lines.ts";
import { explainLoss } from "./loss.ts";
import { startFailure } from "./refusals.ts";
import type { Ending, KillEnding, KillOrder, PrepareEnding } from "./way.ts";

type Failed = Extract<Ending, { readonly kind: "failed" }>;
type Answer = {
  readonly kind: "answer";
  readonly program: string;
  readonly stdout: string;
  readonly stderr: string;
};

function ask(words: readonly string[]): Promise<Answer | Failed> {
  const found = findProgram();
  if (found.kind === "missing") return Promise.resolve(failed("no_binary", found.text));
  return new Promise((resolve) => {
    execFile(found.path, words, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      // An exit code other than 0 is an answer, too.
      const isStarted = error === null || typeof error.code === "number";
      const answer = { kind: "answer", program: found.path, stdout, stderr } as const;
      resolve(isStarted ? answer : startFailure(found.path, error));
    });
  });
}

export async function askKill({ pid, words }: KillOrder): Promise<KillEnding> {
  const answer = await ask(["kill", "--json", ...words, String(pid)]);
  if (answer.kind === "failed") return answer;
  const result = parseLine(answer.stdout.trim());
  if (result === undefined) return await withoutAnswer(answer);
  return { kind: "result", result };
}

export async function askDoctor(): Promise<PrepareEnding> {
  const answer = await ask(["doctor", "--json"]);
  if (answer.kind === "failed") return answer;
  const { auto, reliability_reasons: reasons } = parseLine(answer.stdout.trim()) ?? {};
  if (typeof auto !== "string" || !Array.isArray(reasons)) {
    return await withoutAnswer(answer);
  }
  return { kind: "promises", containment: auto, reasons };
}

/** The program has not said what it was asked: it is another one, or something stopped it. */
async function withoutAnswer({ program, stderr }: Answer): Promise<Failed> {
  const loss = await explainLoss(program);
  if (loss.kind === "failed") return loss;
  return failed("resource", `curfew's program gave no answer: ${stderr.trim()}`);
}
