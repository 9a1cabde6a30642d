// `curfew kill` as the core decides it: what is asked of the host, and what its answers lead to.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startKill, stepKill } from "../../../src/core/kill/kill.ts";
import type { Caller, Discovery, FoundProcess, Missed } from "../../../src/core/kill/members.ts";
import type { KillAction, KillEvent, KillState, KillStep } from "../../../src/core/kill/state.ts";
import {
  deadlineOfKill,
  FIRST_WALK_LIMIT,
  KILL_SWEEP_LIMIT,
  MIN_SEARCH_TIME,
  SEARCH_TIME_AFTER_KILL,
  SEARCH_TIME_WITHOUT_KILL,
} from "../../../src/core/kill/state.ts";
import type { KillSpec } from "../../../src/core/spec/kill-spec.ts";
import { KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import { NO_LIMIT } from "../../../src/core/values/duration.ts";
import { KILLS } from "./rows/kill.ts";
import type { KillLife, KillRow } from "./rows/life.ts";

/** We are 100, in group 90, called by 99, called by 98. */
const CALLER: Caller = {
  ...{ pid: 100, group: 90, ancestors: [99, 98, 1], hasProc: true, unseen: undefined },
};
/** Not zero, as on no machine. */
const ZERO = 7_000_000_123;

function specOf(words: string): KillSpec {
  const pids = words.split(" ").filter((word) => /^\d+$/.test(word));
  const has = (word: string) => words.split(" ").includes(word);
  const [, signal] = /signal=(\w+)/.exec(words) ?? [];
  const [, seconds] = /after=([\d.]+)/.exec(words) ?? [];
  const [, startTime] = /start=(\d+)/.exec(words) ?? [];
  return {
    ...KILL_DEFAULTS,
    killAfter: 500_000 as Duration,
    pids: pids.map(Number),
    ...(signal && { signal: signal as KillSpec["signal"] }),
    ...(seconds && { killAfter: (Number(seconds) * 1e6) as Duration }),
    ...(startTime && { requireStartTime: startTime }),
    ...(has("group") && { reach: "group" }),
    force: has("force"),
    verbose: has("verbose"),
  };
}

/** Ids are the PIDs here; a start time is ten times as much. 70 to 79 are guardians. */
function found(pid: number): FoundProcess {
  const isGuardian = pid >= 70 && pid < 80;
  return { id: pid, pid, startTime: pid * 10, command: `p${pid}`, isGuardian };
}

function discoveries(text: string): Discovery[] {
  const pairs = [...text.matchAll(/(\d+)<(\d+)/g)];
  return pairs.map(([, pid, under]) => ({ ...found(Number(pid)), under: Number(under) }));
}

function pidsIn(text: string, word: string): number[] {
  const [, list = ""] = new RegExp(`\\b${word} ([\\d ]+)`).exec(text) ?? [];
  return list.split(" ").filter(Boolean).map(Number);
}

/** `missed 10 EMFILE`: its children could not be looked at. */
function missedIn(text: string): Missed[] {
  const pairs = [...text.matchAll(/missed (\d+) (\w+)/g)];
  return pairs.map(([, id, errno = ""]) => ({ id: Number(id), errno }));
}

/**
 * `found 10 / gone / free / kernel 2`, `saw 11<10, cut`, `told, 12<10 later 13<10, refused 10,
 * ended 11`, `ended 10, 11<10`, `searched 11<10, strays 12, missed EMFILE`.
 */
function eventOf(text: string, at: Instant): KillEvent {
  const [word] = text.split(" ");
  switch (word) {
    case "saw":
    case "saw,":
      return {
        ...{ type: "walked", at, discoveries: discoveries(text) },
        ...{ missed: missedIn(text), isCut: text.includes("cut") },
      };
    case "told":
    case "told,": {
      const [refused, ended] = [pidsIn(text, "refused"), pidsIn(text, "ended")];
      const [before = "", later = ""] = text.split("later");
      return {
        ...{ type: "killed", at, refused, ended, missed: missedIn(text) },
        ...{ discoveries: discoveries(before), later: discoveries(later) },
      };
    }
    case "searched":
    case "searched,": {
      const [, missed] = /missed (\w+)/.exec(text) ?? [];
      const strays = pidsIn(text, "strays").map((pid) => ({ pid, command: `p${pid}` }));
      return {
        ...{ type: "searched", at, discoveries: discoveries(text), strays, missed },
        isCut: text.includes("cut"),
      };
    }
    case "ended":
      return {
        ...{ type: "waited", at, ended: pidsIn(text, "ended") },
        ...{ discoveries: discoveries(text), missed: missedIn(text) },
      };
    case "looks": {
      const state = text.endsWith(" R") ? "R" : "D";
      const observations = pidsIn(text, "looks").map((id) => ({ id, uid: 7, state }));
      return { type: "examined", at, observations };
    }
    default: {
      const resolutions = text.split(" / ").map((part) => {
        if (part === "gone") return { kind: "gone", isUnused: false } as const;
        if (part === "free") return { kind: "gone", isUnused: true } as const;
        const isKernel = part.startsWith("kernel");
        if (part.startsWith("unseen ")) return { kind: "unseen", errno: part.slice(7) } as const;
        if (part.startsWith("failed ")) return { kind: "failed", reason: part.slice(7) } as const;
        const members = pidsIn(part, isKernel ? "kernel" : "found").map(found);
        return { kind: "found", members, isKernel } as const;
      });
      return { type: "resolved", at, resolutions };
    }
  }
}

function textOf(action: KillAction, state: KillState): string {
  switch (action.type) {
    case "resolve":
      return `resolve ${action.pids.join(" ")}`;
    case "walk":
      return ["walk", ...action.members, ...action.groups.map((group) => `in ${group}`)].join(" ");
    case "kill": {
      const groups = action.groups.map((group) => `in ${group}`);
      const looks = action.looksBelow ? ["looking"] : [];
      return [action.signal, ...action.members, ...groups, ...looks].join(" ");
    }
    case "wait": {
      const deadline = deadlineOfKill(state);
      const until =
        deadline === undefined ? "" : ` until ${Math.round((deadline - ZERO) / 10) / 1e5}`;
      const others = action.below.filter((id) => !action.members.includes(id));
      const also = others.length > 0 ? ` also below ${others.join(" ")}` : "";
      return `wait ${action.members.join(" ")}${until}${also}`;
    }
    case "search":
      return `search ${action.members.join(" ")}`;
    case "examine":
      return `examine ${action.members.join(" ")}`;
    case "say": {
      const { signal, to } = action;
      const whom = to.kind === "group" ? `group ${to.group}` : `${to.pid} ${to.command}`;
      return `say ${signal} ${whom}`;
    }
    case "finish":
      return action.results
        .map(({ pid, outcome, reason, members, survivors, isUnused }) => {
          const left = survivors.map((one) => `${one.pid} ${one.why}`).join(", ");
          const why = reason === undefined ? "" : `: ${reason}`;
          const stands = isUnused ? "free" : members;
          return `${pid} ${outcome} (${stands})${why}${left && ` [${left}]`}`;
        })
        .join(" | ");
  }
}

function play(call: string, rows: readonly KillRow[]): readonly string[] {
  const spec = specOf(call);
  const [, unseen] = /unseen=(\w+)/.exec(call) ?? [];
  const caller = { ...CALLER, hasProc: !call.includes("no-proc"), unseen };
  let next = startKill(spec, caller);
  const texts = () => next.actions.map((action) => textOf(action, next.state)).join(", ");
  const does = [texts()];
  for (const [seconds, text] of rows) {
    const before = next.state;
    // The limit is strict: the host is late by a microsecond where it was asked for.
    const asked = deadlineOfKill(before);
    const time = (ZERO + Math.round(seconds * 1e6)) as Instant;
    const at = (asked === time ? time + 1 : time) as Instant;
    next = stepKill(spec, Object.freeze(before), eventOf(text, at));
    does.push(texts());
  }
  return does;
}

describe("kill", () => {
  for (const [name, call, first, ...rows] of KILLS as readonly KillLife[]) {
    test(name, () => {
      assert.deepEqual(
        play(call, rows).map((text, index) => [rows[index - 1]?.[1] ?? "", text]),
        [["", first], ...rows.map(([, text, does]) => [text, does])],
      );
    });
  }
});

/** Until when curfew searches for what the members have left, counted from the end of the last. */
function searchTimeOf(call: string): number {
  const spec = specOf(call);
  let next = startKill(spec, CALLER);
  for (const text of ["found 10", "saw", "told", "told", "saw", "ended 10", "saw"]) {
    next = stepKill(spec, next.state, eventOf(text, ZERO as Instant));
  }
  const [search] = next.actions;
  assert.equal(search?.type, "search");
  return "until" in search ? search.until - ZERO : Number.NaN;
}

test("a search ends soon after SIGKILL would be due; where none ever is, it may take longer", () => {
  assert.equal(searchTimeOf("10"), 500_000 + SEARCH_TIME_AFTER_KILL);
  assert.equal(searchTimeOf("10 after=0"), SEARCH_TIME_WITHOUT_KILL);
});

describe("kill: what holds whatever the host answers", () => {
  test("all sequences of answers", () => {
    let lives = 0;
    for (const call of ["10", "10 signal=SIGKILL", "10 after=0", "10 force"]) {
      const first = startKill(specOf(call), CALLER);
      lives += explore(specOf(call), first, { told: [], firstAt: undefined, depth: 0 });
    }
    assert.ok(lives > 10_000);
  });
});

type Past = {
  readonly told: readonly string[];
  readonly firstAt: number | undefined;
  readonly depth: number;
};

/**
 * No process gets a signal twice, and curfew none; SIGKILL does not come early; one request a step.
 */
function explore(spec: KillSpec, { state, actions }: KillStep, past: Past): number {
  const [request, ...others] = actions.filter(({ type }) => type !== "say");
  assert.ok(request !== undefined && others.length === 0, "one request a step");
  const at = (ZERO + past.depth * 200_000) as Instant;
  const told = [...past.told];
  if ("until" in request) {
    const most = Math.max(
      FIRST_WALK_LIMIT,
      spec.killAfter === NO_LIMIT
        ? SEARCH_TIME_WITHOUT_KILL
        : spec.killAfter + SEARCH_TIME_AFTER_KILL,
      KILL_SWEEP_LIMIT + MIN_SEARCH_TIME,
    );
    assert.ok(request.until <= at + most, "a look has an end");
  }
  if (request.type === "kill") {
    for (const id of request.members) {
      assert.ok(id !== 100 && (spec.force || id !== 99), "never we nor our ancestors");
      assert.ok(!told.includes(`${id} ${request.signal}`), `${id} ${request.signal} twice`);
      told.push(`${id} ${request.signal}`);
    }
    if (request.signal === "SIGKILL" && spec.signal !== "SIGKILL") {
      assert.ok(spec.killAfter > 0 && at > (past.firstAt ?? at) + spec.killAfter, "early SIGKILL");
    }
  }
  if (past.depth > 9) return 1;
  const isFirst = past.firstAt === undefined && request.type === "kill";
  const next = { told, firstAt: isFirst ? at : past.firstAt, depth: past.depth + 1 };
  return ANSWERS.reduce((lives, text) => {
    const event = eventOf(text, (at + 200_000) as Instant);
    if (ANSWER_TO[request.type] !== event.type) return lives;
    return lives + explore(spec, stepKill(spec, state, event), next);
  }, 1);
}

const ANSWER_TO: Readonly<Record<KillAction["type"], KillEvent["type"] | undefined>> = {
  resolve: "resolved",
  walk: "walked",
  kill: "killed",
  wait: "waited",
  search: "searched",
  examine: "examined",
  say: undefined,
  finish: undefined,
};

const ANSWERS = [
  "found 10",
  "saw",
  "saw 11<10",
  "saw 100<10 99<10",
  "told",
  "told, refused 10",
  "told, ended 10",
  "told 12<10",
  "ended 10",
  "ended",
  "ended 10 11 12",
  "ended 10, 15<10 99<10",
  "looks 10",
  "looks",
  "searched",
  "searched 13<10, strays 14",
  "searched 99<10 100<10, cut",
];
