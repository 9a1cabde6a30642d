// Scenes at a terminal: what is typed and seen there, step by step (test/children/at-terminal.py).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patiently } from "../patience.ts";
import { child, script } from "./children.ts";
import { run } from "./run.ts";

/** A step of test/children/at-terminal.py, which explains them. */
export type Step = readonly [action: string, ...words: readonly (string | number)[]];

/** What is typed and seen. */
export type Scene = {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What sits at the terminal in the shell's place; a word `$NAME` is that variable's words. */
  readonly instead?: readonly string[];
  /** What must not be shown in all that time. */
  readonly never?: RegExp;
};

/** Whose behaviour a scene shows. */
export type Subject = {
  /** The supervisor's program; empty where the command runs without one. */
  readonly path: string;
  /** What scenes may name as `$NAME`; `$H` is the program that handles signals. */
  readonly variables: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};

export const KILL = 9;
export const TERM = 15;
export const CONT = 18;
export const STOP = 19;
export const PWR = 30;

export const CTRL_C: Step = ["send", "\u0003"];
export const CTRL_Z: Step = ["send", "\u001a"];
export const CTRL_BACKSLASH: Step = ["send", "\u001c"];
export const PROMPT: Step = ["expect", "ready> "];
export const type = (line: string): Step => ["send", `${line}\n`];
export const shows = (pattern: string): Step => ["expect", pattern];

/** The last command's exit code, as the shell has it. */
export const status = (code: string | number): readonly Step[] => [
  type("echo status=$?."),
  shows(`status=${code}\\.$`),
];

/** Finds the supervisor of the process that said its pid as `main`. */
export const OURS: Step = ["supervisor", "ours", "main", "$PROGRAM"];

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-terminal-"));
process.on("exit", () => rmSync(FOLDER, { recursive: true }));

/** A path without blanks: what is typed is split into words. */
export function plain(path: string, name: string): string {
  const link = join(FOLDER, name);
  if (!existsSync(link)) symlinkSync(path, link);
  return link;
}

type Shown = { readonly failed?: Step; readonly shown: string };

/** What one step of a scene may take. */
const STEP_MS = 20_000;

/** Plays a scene before an interactive shell, or what the scene has in its place. */
export async function play(subject: Subject, scene: Scene): Promise<void> {
  const variables = { H: plain(child("handles"), "handles"), ...subject.variables };
  // Ctrl-C would throw away what is on its way to the terminal, our next prompt perhaps.
  const setup: readonly Step[] = [PROMPT, type("stty noflsh"), PROMPT];
  const steps = [...(scene.instead === undefined ? setup : []), ...scene.steps];
  const known = steps.map((step) =>
    step.map((word) => (word === "$PROGRAM" ? subject.path : word)),
  );
  const instead = (scene.instead ?? []).flatMap((word) => wordsOf(word, variables));
  const argv = ["python3", script("at-terminal.py"), JSON.stringify(known), ...instead];
  const limit = { TERMINAL_LIMIT: String(patiently(STEP_MS) / 1000) };
  const { stdout, stderr } = await run(argv, { env: { ...variables, ...subject.env, ...limit } });
  assert.notEqual(stdout, "", stderr);
  const seen = JSON.parse(stdout) as Shown;
  assert.equal(seen.failed, undefined, `never: ${seen.failed}\n${seen.shown}`);
  assert.doesNotMatch(seen.shown, scene.never ?? /(?!)/);
}

function wordsOf(word: string, variables: Readonly<Record<string, string>>): string[] {
  const value = word.startsWith("$") ? variables[word.slice(1)] : undefined;
  return value === undefined ? [word] : value.split(" ").filter((part) => part !== "");
}

const missing = ["python3", "bash"].filter(
  (tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).status !== 0,
);

/** Why no scene can be played here; false if they can. */
export const skip: string | false = missing.length > 0 && `no ${missing.join(" and ")} here`;
