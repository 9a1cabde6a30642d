// Where `curfew init` is started: as PID 1 of a namespace of the test's own and as any other
// process, by root and by an ordinary user, in both forms of the program.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { adversary, CURFEW, REPORTS, staged } from "../adversaries/programs.ts";
import { type Report, readReport } from "../adversaries/report.ts";
import { IS_ROOT, isRoot, USERS, type User } from "../adversaries/users.ts";
import { BUNDLE, HOST } from "../cli/binary.ts";
import {
  childrenOf,
  type Ended,
  type Options,
  type Running,
  start,
  statusOf,
  until,
} from "../cli/run.ts";

/** One form of the program, where every user may execute it. */
type Form = { readonly path: string; readonly env: Readonly<Record<string, string>> };

const FROZEN: Form = { path: CURFEW, env: {} };
const COLD: Form = {
  path: staged("curfew-cold", HOST),
  env: { CURFEW_BUNDLE: staged("bundle.js", BUNDLE) },
};

export type Place = {
  readonly name: string;
  /** As PID 1 of a PID namespace with a /proc of its own. */
  readonly isFirst: boolean;
  /** Words in front of the program. */
  readonly before: readonly string[];
  /** Words that run another program as the same user. */
  readonly as: readonly string[];
  readonly form: Form;
  /** Why there is no such place here. */
  readonly skip: string | false;
};

/** The words that make a namespace whose first process is what follows. */
export function namespaceOf(user: User): readonly string[] {
  return ["unshare", isRoot(user) ? "-pf" : "-Urpf", "--kill-child", "--mount-proc"];
}

function asUser(user: User): readonly string[] {
  return user.id === undefined ? [] : [adversary("confine"), "--user", `${user.id}`, "--"];
}

/** Why a user can have no such namespace here; false where it can. */
export function whyNoNamespace(user: User): string | false {
  const [program = "", ...words] = [...asUser(user), ...namespaceOf(user), "true"];
  const isMissing = spawnSync(program, words).status !== 0;
  return isMissing && `${user.name} may not make a PID namespace with /proc here`;
}

function firstBy(user: User): Place {
  const before = [...asUser(user), ...namespaceOf(user)];
  const skip = whyNoNamespace(user);
  const name = `as PID 1, ${user.name}`;
  return { name, isFirst: true, before, as: asUser(user), form: FROZEN, skip };
}

function besideBy(user: User): Place {
  const name = `not as PID 1, ${user.name}`;
  const as = asUser(user);
  return { name, isFirst: false, before: as, as, form: FROZEN, skip: false };
}

const [OUR_USER = { name: "this user" }] = USERS;

/** As PID 1, by the user who runs the tests. */
export const FIRST: Place = firstBy(OUR_USER);

/** As any other process, by the user who runs the tests. */
export const BESIDE: Place = besideBy(OUR_USER);

export const PLACES: readonly Place[] = [
  FIRST,
  BESIDE,
  ...(IS_ROOT ? USERS.slice(1).flatMap((user) => [firstBy(user), besideBy(user)]) : []),
  { ...FIRST, name: `${FIRST.name}, cold`, form: COLD },
];

/** A run of `curfew init`. */
export type Init = Running & {
  /** Our number of its process; 0 before it is there. */
  readonly pid: number;
  /** Sends it a signal from outside, by number. */
  readonly send: (number: number) => void;
  readonly told: () => Promise<{ readonly ended: Ended; readonly report: Report }>;
};

/** Starts it, with a report. `before`: more words in front of it, such as other surroundings. */
export function init(
  { before, form, isFirst }: Place,
  words: readonly string[],
  options: Options & { readonly before?: readonly string[]; readonly subcommand?: string } = {},
): Init {
  const path = join(REPORTS, randomBytes(8).toString("hex"));
  const { before: more = [], subcommand = "init", ...rest } = options;
  const argv = [...before, ...more, form.path, subcommand, "--report", path, ...words];
  const running = start(argv, { cwd: "/", ...rest, env: { ...form.env, ...rest.env } });
  const pidOf = () => (isFirst ? (childrenOf(running.pid)[0] ?? 0) : running.pid);
  return {
    ...running,
    get pid() {
      return pidOf();
    },
    send: (number) => void process.kill(pidOf(), number),
    told: async () => ({ ended: await running.ended, report: readReport(path) }),
  };
}

/** Starts it with a command that says `ready`. */
export async function ready(
  place: Place,
  words: readonly string[],
  options: Parameters<typeof init>[2] = {},
): Promise<Init> {
  const running = init(place, words, options);
  await running.says(/^ready \d+$/m);
  return running;
}

/** Our number of the process that has said its own one: in the same namespace, or in a new one. */
export async function outer({ pid }: Init, who: Running): Promise<number> {
  const [, inner = ""] = await who.says(/^ready (\d+)$/m);
  let found: number | undefined;
  await until(`process ${inner} is found`, () => {
    found = below(pid).find((one) => innermost(one) === inner);
    return found !== undefined;
  });
  return found ?? 0;
}

/** Words that run a program beside the command, as a process that joins the container. */
export function inside(
  { as, isFirst }: Place,
  { pid }: Init,
  words: (target: number) => readonly string[],
): readonly string[] {
  return isFirst ? [...as, ...joining(pid), ...words(1)] : [...as, ...words(pid)];
}

/** Words that join the namespaces of a process. */
function joining(pid: number): readonly string[] {
  const isSame = readlinkSync(`/proc/${pid}/ns/user`) === readlinkSync("/proc/self/ns/user");
  const user = isSame ? [] : ["-U", "--preserve-credentials"];
  return ["nsenter", "-t", `${pid}`, ...user, "-m", "-p", "--"];
}

/** What a process has started, directly or not. */
export function below(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...below(child)]);
}

/** Its number in the innermost of its namespaces. */
function innermost(pid: number): string {
  return statusOf(pid, "NSpid").split(/\s+/).at(-1) ?? "";
}
