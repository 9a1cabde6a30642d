// Every system call that curfew makes, refused one at a time to curfew alone: the end comes as
// ever, or there is one line and 125 and nothing was started. Never a crash, nor a process left.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { child } from "../cli/children.ts";
import { curfew, type Ended, endOfRun, type Running, start, until } from "../cli/run.ts";
import { patiently } from "../patience.ts";
import { marked } from "./procfs.ts";
import { IS_LONG } from "./runs.ts";

const { EPERM, ENOSYS } = constants.errno;
const HANDLES = child("handles");

/** What is refused in every test, and not only in a long one: each took another course once. */
const SHORT =
  "prctl setsid setpgid readlink pidfd_open pidfd_send_signal close_range clock_nanosleep " +
  "timerfd_settime newfstatat waitid";
const MORE =
  "bind brk clock_gettime clone close connect exit_group fcntl fstat getcpu getdents64 getegid " +
  "geteuid getpgid getpid getppid getrandom getrusage getsid getsockname inotify_add_watch " +
  "inotify_init1 ioctl kill listen lseek madvise mmap mount mprotect munmap openat pipe2 ppoll " +
  "prlimit64 pwritev2 read readlinkat recvfrom rt_sigaction rt_sigprocmask rt_sigtimedwait " +
  "sched_getaffinity sched_setaffinity sched_yield sendto setsockopt signalfd4 socket socketpair " +
  "statx timerfd_create " +
  "capget chdir epoll_create1 epoll_ctl exit faccessat fadvise64 fchdir flock ftruncate futex " +
  "getpriority getsockopt inotify_rm_watch linkat mkdirat pidfd_getfd pread64 preadv2 recvmsg " +
  "renameat2 rt_sigpending sched_getscheduler sched_setscheduler setpriority splice umask " +
  "unlinkat " +
  (process.arch === "x64" ? "access arch_prctl dup2 getpgrp mkdir poll rmdir unlink" : "");
const CALLS = `${SHORT} ${IS_LONG ? MORE : ""}`.split(" ").filter(Boolean);
const ERRNOS = IS_LONG ? [EPERM, ENOSYS] : [EPERM];

/** A run is back by then: limit, kill-after, and the five seconds of the promise. */
const BACK_MS = 6_000;

type Scene = {
  readonly name: string;
  readonly words: readonly string[];
  /** How it ends where nothing is refused. */
  readonly end: string;
  /** What is done when the command is ready. */
  readonly act?: (running: Running) => void;
  readonly isShort?: true;
};

/** Ignores TERM, and so does a child that is in a session of its own. */
const FAMILY = 'echo started; setsid "$0" 15 & exec "$0" 15';
const STUBBORN = ["sh", "-c", FAMILY, HANDLES];
/** The same where only the command can be reached. */
const ALONE = ["sh", "-c", 'echo started; exec "$0" 15', HANDLES];
/** With a directory to watch and a socket to listen on. */
const SERVING = ["--watch", dirname(HANDLES), "--listen", "127.0.0.1:0"];
const SOON = ["--timeout", "20ms", "--kill-after", "100ms"];

const scenesOf = (stubborn: readonly string[]): readonly Scene[] => [
  { name: "a limit", words: ["run", ...SOON, ...stubborn], end: "124", isShort: true },
  {
    name: "curfew is killed",
    words: ["run", "--kill-after", "100ms", ...stubborn],
    end: "SIGKILL",
    act: ({ kill }) => kill("SIGKILL"),
    isShort: true,
  },
  {
    name: "a limit of timeout",
    words: ["timeout", "-k", "0.1", "1000", ...stubborn],
    end: "SIGKILL",
    act: ({ kill }) => kill("SIGALRM"),
  },
  { name: "a limit of init", words: ["init", ...SOON, ...stubborn], end: "124" },
  {
    name: "a stop signal",
    words: ["run", "--kill-after", "100ms", ...stubborn],
    end: "SIGKILL",
    act: ({ kill }) => kill("SIGTERM"),
  },
  {
    name: "a limit of a generation",
    words: ["init", "--exit-on-error", ...SERVING, ...SOON, ...stubborn],
    end: "124",
    isShort: true,
  },
  {
    name: "an idle limit",
    words: ["run", "--idle-timeout", "100ms", "--kill-after", "100ms", ...stubborn],
    end: "124",
  },
  { name: "a limit on a terminal", words: ["run", "--pty", ...SOON, ...stubborn], end: "124" },
  { name: "an end", words: ["run", "sh", "-c", "echo started; exit 3"], end: "3" },
  { name: "an end of timeout", words: ["timeout", "99", "sh", "-c", "exit 3"], end: "3" },
  {
    name: "the guardian is killed",
    words: ["run", "sh", "-c", 'echo started; kill -9 $PPID; exec "$0" 15', HANDLES],
    end: "125",
  },
];

/** What these refuse takes containment away, and the reasons of the report say so. */
const WEAKER: readonly string[] = ["prctl"];

/** On a busy machine the limit may pass before the command is known to be refused: it is said. */
const LIMIT = /^[^\n]+: time limit of 20ms reached[^\n]*\n( [^\n]+\n)*/;

/** Says that --exit-on-error was heeded: behind the refusal, or before it after a limit. */
const HEEDED = /^[^\n]+ because of --exit-on-error\n/m;

/** Before anything was started, in one line. */
function isRefusal({ code, stdout, stderr }: Ended): boolean {
  const said = stderr.replace(LIMIT, "").replace(HEEDED, "");
  return code === 125 && stdout === "" && /^[^\n]+\n$/.test(said);
}

/** Without it there is no answer, and no line either. */
const UNSAID: readonly string[] = ["write"];

async function refuses(binary: Binary, call: string, errno: number, scene: Scene): Promise<void> {
  const mark = `CURFEW_TEST=${randomBytes(8).toString("hex")}`;
  const [name = "", value = ""] = mark.split("=");
  const before = [child("refuse"), `${call}=${errno}`];
  const began = performance.now();
  const running = curfew(binary, scene.words, { before, env: { [name]: value } });
  if (scene.act !== undefined) {
    // A run that is refused says nothing. A member that is not ready yet would exit by TERM.
    const isFamily = scene.words.includes(FAMILY);
    await running.says(isFamily ? /^ready[\s\S]*^ready/m : /^ready/m).then(
      () => scene.act?.(running),
      () => undefined,
    );
  }
  const ended = await running.ended;
  const took = performance.now() - began;
  await until("nothing is left", () => marked(mark).length === 0);
  const told = `${endOfRun(ended)} ${JSON.stringify(ended)}`;
  assert.ok(endOfRun(ended) === scene.end || isRefusal(ended), told);
  assert.ok(took < patiently(BACK_MS), `${took} ms: ${told}`);
}

function kills(binary: Binary, call: string, errno: number): void {
  test(`kill, ${call} ${errno}: it ends the process, or says that it cannot`, async () => {
    // In an environment of its own: no orphan of another test is taken for its descendant.
    const victim = start([HANDLES, "15"], { env: { CURFEW_TEST: randomBytes(8).toString("hex") } });
    const [, pid = ""] = await victim.says(/^ready (\d+)$/m);
    const before = [child("refuse"), `${call}=${errno}`];
    const ended = await curfew(binary, ["kill", "-k", "20ms", pid], { before }).ended;
    const isEnded = ended.stdout === `${pid} forceful_kill\n` && ended.code === 0;
    assert.ok(isEnded || isRefusal(ended), JSON.stringify(ended));
    if (!isEnded) victim.kill("SIGKILL");
    assert.equal(endOfRun(await victim.ended), "SIGKILL");
  });
}

/** Subcommands that start nothing. */
const QUESTIONS: readonly (readonly string[])[] = [
  ["doctor"],
  ["inspect"],
  ["inspect", `${process.pid}`],
  ["kill", "-s", "0", `${process.pid}`],
  ["config"],
  ["show", "/dev/null"],
  ["help", "run"],
];

function answers(binary: Binary, call: string, errno: number): void {
  for (const words of QUESTIONS) {
    test(`${words.join(" ")}, ${call} ${errno}: an answer, or one line`, async () => {
      const before = [child("refuse"), `${call}=${errno}`];
      const began = performance.now();
      const ended = await curfew(binary, words, { before }).ended;
      const took = performance.now() - began;
      const told = `${took} ms: ${JSON.stringify(ended)}`;
      assert.ok(isRefusal(ended) || [0, 1].includes(ended.code ?? -1), told);
      assert.doesNotMatch(ended.stderr, /internal error/);
      assert.ok(took < patiently(BACK_MS), told);
    });
  }
}

describe("refused to curfew alone", () => {
  for (const binary of IS_LONG ? BINARIES : BINARIES.slice(0, 1)) {
    describe(binary.name, { concurrency: 4 }, () => {
      for (const call of CALLS) {
        const scenes = scenesOf(WEAKER.includes(call) ? ALONE : STUBBORN);
        for (const errno of ERRNOS) {
          for (const scene of scenes.filter(({ isShort }) => IS_LONG || isShort)) {
            test(`${scene.name}, ${call} ${errno}`, () => refuses(binary, call, errno, scene));
          }
          if (!UNSAID.includes(call)) kills(binary, call, errno);
          if (IS_LONG) answers(binary, call, errno);
        }
      }
    });
  }
});
