// Process groups, PID namespaces and a /proc that are not ours: which process a number means, and
// which not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { newPath, type Report, readReport, reporting, staged } from "./reports.ts";
import { curfew, endOfRun, OPEN, type Running, until } from "./run.ts";

const NOW = "10ms";
const HANDLES = child("handles");
/** Two stubborn processes in one group. */
const PAIR = ["sh", "-c", '"$0" 15 & exec "$0" 15', HANDLES];
/** The same, and one in a session of its own. */
const FAMILY = ["sh", "-c", 'setsid "$0" 15 & "$0" 15 & exec "$0" 15', HANDLES];

const works = (...words: readonly string[]): boolean => {
  const [program = "", ...rest] = words;
  return spawnSync(program, rest).status === 0;
};

/** Curfew is a child of PID 1 in these; the group that it came in is led from outside. */
const OUTSIDE: readonly (readonly [name: string, before: readonly string[]])[] = [
  ["unshare", ["unshare", IS_ROOT ? "-pf" : "-Urpf", "--mount-proc"]],
  ["bwrap", ["bwrap", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc"]],
];

/** In a shell that is PID 1: curfew is no child of ours, and says how it ended. */
const IN_SHELL = ["sh", "-c", '"$@"; echo "ended $?"', "sh"];

/** Curfew there, with a report. `told`: how it ended by what the shell says. */
function inside(binary: Binary, before: readonly string[], [subcommand = "", ...words]: string[]) {
  const path = newPath("report");
  const all = [subcommand, "--report", path, ...words];
  const running = curfew(binary, all, { before: [...before, ...IN_SHELL] });
  const told = async () => {
    const { stdout } = await running.ended;
    const [, end = ""] = /^ended (\d+)$/m.exec(stdout) ?? [];
    return { end, report: readReport(readFileSync(path, "utf8")) };
  };
  return { ...running, told };
}

/** Living processes with this word. */
function withWord(word: string): number[] {
  const wordsOf = (pid: string): readonly string[] => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    } catch {
      return [];
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && wordsOf(name).includes(word))
    .map(Number);
}

let marks = 0;
/** A word that no other process has. */
const newMark = (): string => `mark-${process.pid}-${marks++}`;

function ledFromOutside(binary: Binary): void {
  for (const [name, before] of OUTSIDE) {
    const skip = !works(...before, "true") && `${name} makes no PID namespace here`;
    for (const [words, family, end, gone] of [
      [
        ["run", "--containment", "group", "-s", "WINCH", "--timeout", NOW, "-k", NOW],
        PAIR,
        "124",
        null,
      ],
      [["run", "--timeout", NOW, "-k", NOW], FAMILY, "124", true],
      [["timeout", "-s", "WINCH", "-k", "0.01", "0.01"], FAMILY, "137", true],
    ] as const) {
      test(`${name}: ${words.join(" ")}: ${end}, and a report`, { skip }, async () => {
        const { told } = inside(binary, before, [...words, ...family]);
        const { end: seen, report } = await told();
        assert.equal(seen, end);
        assert.deepEqual([report.tree_gone, survivorsOf(report)], [gone, []]);
      });
    }

    test(`${name}: the guardian is lost: 137, and no process is left`, { skip }, async () => {
      const mark = newMark();
      const script = `setsid sh -c 'sleep 1000; : ${mark}' ${mark} & echo $PPID; exec sleep 1000`;
      const words = ["timeout", "--leftovers", "kill", "1000", "sh", "-c", script];
      const killing = '"$@" >"$0" & until read -r pid <"$0"; do :; done; kill -9 $pid; wait $!';
      const all = [...before, "sh", "-c", `${killing}; echo "ended $?"`, newPath("guardian")];
      writeFileSync(all.at(-1) ?? "", "");
      const { stdout } = await curfew(binary, words, { before: all }).ended;
      assert.equal(stdout, "ended 137\n");
      assert.deepEqual(withWord(mark), []);
    });
  }
}

type Survived = Report & { readonly survivors: readonly { readonly command: string }[] };

function survivorsOf(report: Report): readonly string[] {
  return (report as Survived).survivors.map(({ command }) => command);
}

function withoutProc(binary: Binary): void {
  const before = ["unshare", IS_ROOT ? "-pf" : "-Urpf"];
  const skip = !works(...before, "true") && "no PID namespaces here";
  const limited = ["run", "--timeout", NOW, "-k", NOW, ...FAMILY];
  const leaving = ["run", "-k", NOW, "sh", "-c", 'setsid "$0" 15 & sleep 0.01', HANDLES];
  for (const [name, words, end] of [
    ["a tree at its limit", limited, "124"],
    ["leftovers", leaving, "0"],
  ] as const) {
    test(`without a /proc: ${name} end at once, and it is proven`, { skip }, async () => {
      const { told } = inside(binary, before, [...words]);
      const { end: seen, report } = await told();
      assert.equal(seen, end);
      assert.deepEqual([report.tree_gone, report.proof], [true, "echild"]);
      // Far below the limit of a sweep, which used to be waited for.
      assert.ok(report.elapsed_ms < 3_500, `${report.elapsed_ms} ms`);
    });
  }
}

function sessionLeader(binary: Binary): void {
  for (const subcommand of [
    ["run", "--containment", "group", "--timeout", NOW, "-k", NOW, "--"],
    ["timeout", "--containment", "group", "-k", "0.01", "0.01"],
  ]) {
    test(`${subcommand[0]}: curfew leads a session: all of the command's group end`, async () => {
      const mark = newMark();
      const script = `trap "" TERM; sh -c 'trap "" TERM; sleep 1000; :' ${mark} & sleep 1000`;
      const path = newPath("report");
      const [name = "", ...options] = subcommand;
      const words = [name, "--report", path, ...options, "sh", "-c", script, mark];
      // It has no output of ours: the rest would keep us waiting for its end.
      const running: Running = curfew(binary, words, {
        before: ["setsid", "-w"],
        stdio: ["ignore", "ignore", "ignore"],
      });
      await running.ended;
      const report = readReport(readFileSync(path, "utf8"));
      assert.deepEqual([survivorsOf(report), report.tree_gone], [[], null]);
      await until("no process of the group lives", () => withWord(mark).length === 0);
    });
  }
}

/** Root that may not signal other users: in a container, say. */
function withoutKill(binary: Binary): void {
  const before = ["capsh", "--drop=cap_kill", "--", "-c", '"$@"', "sh"];
  const other = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const isPossible = IS_ROOT && works(...before, ...other, "true");
  const skip = !isPossible && "root, capsh and setpriv are needed";

  test("pidns: a process that cannot be signaled ends with the namespace, and that is proven", {
    skip,
  }, async () => {
    const words = ["run", "--containment", "pidns", "--timeout", NOW, "-k", NOW, ...other];
    const running = reporting(staged(binary), [...words, "sh", "-c", "sleep 1000 & sleep 1000"], {
      before,
    });
    const { ended, report } = await running.told();
    assert.equal(endOfRun(ended), "124");
    assert.deepEqual(
      [report.tree_gone, report.proof, survivorsOf(report)],
      [true, "pidns_reaped", []],
    );
  });

  test("subreaper: that it may not is among the reasons", { skip }, async () => {
    const { report } = await reporting(binary, ["run", "true"], { before }).told();
    assert.ok(report.reliability_reasons.includes("no_kill_permission_possible"));
  });
}

function foreignNamespaces(binary: Binary): void {
  const make = ["unshare", IS_ROOT ? "-pf" : "-Urpf", "--mount-proc"];
  const skip = !works(...make, "true") && "no PID namespaces here";
  for (const [containment, gone, isNamed] of [
    ["subreaper", null, true],
    ["pidns", true, false],
  ] as const) {
    test(`${containment}: a member of another PID namespace was seen`, { skip }, async () => {
      const words = ["run", "--containment", containment, "-k", NOW, "--"];
      const script = '"$@" & read -r end; exit 4';
      const command = ["sh", "-c", script, "sh", ...make, HANDLES, "15"];
      const running = reporting(binary, [...words, ...command], { input: OPEN });
      await running.says(/^ready/m);
      running.write("end\n");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "4");
      assert.equal(report.tree_gone, gone);
      assert.equal(report.reliability_reasons.includes("foreign_pidns_seen"), isNamed);
    });
  }
}

describe("surroundings", () => {
  for (const binary of BINARIES) {
    describe(binary.name, () => {
      ledFromOutside(binary);
      withoutProc(binary);
      sessionLeader(binary);
      withoutKill(binary);
      foreignNamespaces(binary);
    });
  }
});
