import assert from "node:assert/strict";
import { test } from "node:test";
import { GUARDIAN_SCRIPT } from "../../../../src/node/portable/guardian/script.ts";
import { isOver, stateOf, until } from "../../../cli/run.ts";
import { endAfterwards, endOf, leader, SHELLS, untilOver } from "../processes.ts";

/** Says when it will not end by TERM, and that it got it. */
const STUBBORN = "trap 'echo got' TERM; echo ready; while :; do read -r _; done";

/** Starts the program of the guardian in a shell that is called as sh. */
function guardianIn(path: string, ...words: string[]) {
  const argv = path.endsWith("busybox") ? [path, "sh"] : [path];
  const argv0 = path.endsWith("busybox") ? "busybox" : "sh";
  const env = { PATH: "/bin:/usr/bin" };
  const stdio = ["pipe", "ignore", "pipe"] as const;
  const child = leader([...argv, "-c", GUARDIAN_SCRIPT, "guardian", ...words], {
    argv0,
    env,
    stdio: [...stdio],
  });
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  return { child, said: () => said, tell: (line: string) => child.stdin?.write(`${line}\n`) };
}

/** A command that reads from a pipe of ours, and ends when we do. */
async function stubborn() {
  const child = leader(["sh", "-c", STUBBORN], { stdio: ["pipe", "pipe", "ignore"] });
  let said = "";
  child.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await until("it ignores TERM", () => said.includes("ready"));
  return { child, said: () => said };
}

test("sh is there", () => assert.ok(SHELLS.has("sh")));

for (const [name, path] of SHELLS) {
  test(`${name}: at the end of its input it ends every group that it was told, and no other`, async () => {
    const { child, said, tell } = guardianIn(path);
    const [obeying, stopped, withdrawn, unknown] = Array.from({ length: 4 }, () =>
      leader(["sleep", "1000"]),
    );
    assert.ok(obeying && stopped && withdrawn && unknown);
    const deaf = await stubborn();
    stopped.kill("SIGSTOP");
    await until("it is stopped", () => stateOf(stopped.pid ?? 0) === "T");
    tell(`+ ${obeying.pid} TERM 600`);
    tell(`+ ${withdrawn.pid} TERM 600`);
    tell(`+ ${stopped.pid} INT 600`);
    // A group that does not exist, and one whose time is over soon.
    tell("+ 4194301 TERM 600");
    tell(`+ ${deaf.child.pid} TERM 2`);
    tell(`- ${withdrawn.pid}`);
    tell("- 4194302");
    child.stdin?.end();
    assert.equal(await endOf(obeying), "SIGTERM");
    assert.equal(await endOf(stopped), "SIGINT");
    assert.equal(await endOf(deaf.child), "SIGKILL");
    assert.equal(await endOf(child), 0);
    assert.match(deaf.said(), /got/);
    assert.equal(said(), "");
    for (const other of [withdrawn, unknown]) assert.equal(isOver(other.pid ?? 0), false);
  });

  test(`${name}: it does nothing while its input is open, whatever signal it gets`, async () => {
    const { child, tell } = guardianIn(path);
    const command = leader(["sleep", "1000"]);
    tell(`+ ${command.pid} TERM 600`);
    // What it was told is read in order: when the second group is gone, all before was read.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGPIPE"] as const) {
      await until("it ignores signals", () => stateOf(child.pid ?? 0) === "S");
      child.kill(signal);
    }
    await until("it waits", () => stateOf(child.pid ?? 0) === "S");
    assert.equal(isOver(child.pid ?? 0), false);
    assert.equal(isOver(command.pid ?? 0), false);
    child.stdin?.end();
    assert.equal(await endOf(command), "SIGTERM");
    assert.equal(await endOf(child), 0);
  });
}

/** A command whose daemon has a session of its own, and starts another one in its group. */
const WITH_DAEMON = `setsid sh -c 'sleep 1000 & echo pid $!; echo pid $$; wait' & sleep 1000`;

for (const [name, path] of SHELLS) {
  for (const how of ["/proc", "ps"]) {
    test(`${name}: a process that has left the group is found by ${how}, and is ended`, async () => {
      const command = leader(["sh", "-c", WITH_DAEMON], { stdio: ["ignore", "pipe", "ignore"] });
      let printed = "";
      command.stdout?.on("data", (chunk) => {
        printed += chunk;
      });
      await until("the daemon runs", () => /pid \d+\npid \d+\n/.test(printed));
      const pids = [...printed.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
      for (const pid of pids) endAfterwards(pid);
      const other = leader(["sleep", "1000"]);
      const { child, said, tell } = guardianIn(path, how);
      tell(`+ ${command.pid} TERM 600`);
      child.stdin?.end();
      assert.equal(await endOf(command), "SIGTERM");
      for (const pid of pids) await untilOver(`${pid} ends`, pid);
      assert.equal(isOver(other.pid ?? 0), false);
      assert.equal(said(), "");
      child.kill("SIGKILL");
    });
  }
}

test("200 groups come and go, and the last one is ended", async () => {
  const { child, tell } = guardianIn(SHELLS.get("sh") ?? "");
  const command = leader(["sleep", "1000"]);
  tell(`+ ${command.pid} TERM 600`);
  for (let group = 4_100_000; group < 4_100_200; group++) tell(`+ ${group} TERM 600`);
  for (let group = 4_100_199; group >= 4_100_000; group--) tell(`- ${group}`);
  child.stdin?.end();
  assert.equal(await endOf(command), "SIGTERM");
  assert.equal(await endOf(child), 0);
});
