// Ten gigabytes through a pipe: directly, and through curfew's relay, which an idle limit asks for.
import { spawn } from "node:child_process";
import { StepFailed } from "../scripts/steps.ts";
import type { Figures, Found, Name } from "./figures.ts";
import type { Program } from "./programs.ts";

const SIZE = "10G";
const ROUNDS = 5;
/** Each time the pipe has a reader of its own, which throws away what it reads. */
const PIPE = '"$@" | cat >/dev/null';
const WRITE = ["head", "-c", SIZE, "/dev/zero"];
/** The options that make the subcommand relay. */
const OPTIONS: Readonly<Partial<Record<Name, readonly string[]>>> = {
  bare: [],
  run: ["run", "--idle-timeout", "1h", "--"],
};

/** Programs take turns, so that what else the machine does falls on all alike. */
export async function relay(programs: readonly Program[]): Promise<Found> {
  const times = new Map<Name, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, file } of programs) {
      const options = OPTIONS[name];
      if (options === undefined) continue;
      const words = [...(file === undefined ? [] : [file]), ...options, ...WRITE];
      times.set(name, [...(times.get(name) ?? []), await timeOf(words)]);
    }
  }
  const figures = [...times].map(([name, relayed]): [Name, Partial<Figures>] => [
    name,
    { relayed },
  ]);
  return { figures: new Map(figures) };
}

/** How long a pipeline takes, in nanoseconds. */
function timeOf(words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const child = spawn("sh", ["-c", PIPE, "sh", ...words], { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(Number(process.hrtime.bigint() - begin));
      else reject(new StepFailed(`curfew: relay: ${words.join(" ")} ended with ${code}`));
    });
  });
}
