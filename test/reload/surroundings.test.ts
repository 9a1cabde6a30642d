// `curfew init` with generations in odd surroundings: a guardian that is killed, variables of
// an outer systemd, a signal that was ignored, a folder that is not there.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { UNIFIED } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { childrenOf, curfew, endOfRun, guardianOf } from "../cli/run.ts";
import { countOf, OVERLAP, serve } from "./serving.ts";

/** Only the first one says that it is ready. */
const UNREADY =
  '[ "$CURFEW_GENERATION" != 1 ] || echo >&9; echo "$CURFEW_GENERATION up."; exec sleep 1000';
const SAYS = 'echo "$CURFEW_GENERATION up."; exec sleep 1000';
const SHOWS = 'echo "$LISTEN_FDS $((LISTEN_PID == $$))"; printenv LISTEN_PIDFDID || echo absent';

function generations(binary: Binary): void {
  test("the guardian of the old one is killed: the new one is not touched", async (t) => {
    const options = [...OVERLAP, "--reload-signal", "HUP"];
    const served = serve(t, binary, [options, ["sh", "-c", UNREADY]]);
    await served.event("ready", { generation: 1 });
    const old = await guardianOf(served.pid);
    served.kill("SIGHUP");
    await served.says(/^2 up\.$/m);
    process.kill(old, "SIGKILL");
    await served.event("ended", { generation: 1, exit_code: 125 });
    assert.equal(childrenOf(served.pid).length, 1, "the guardian of the new one");
    const { events } = await served.stop();
    assert.equal(countOf(events, "guardian-gone"), 1);
    const last = events.find(({ event, generation }) => event === "exited" && generation === 2);
    assert.equal(last?.signal, "SIGTERM");
  });

  test("nohup: the signal that was asked for replaces the command", async () => {
    const before = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"];
    const words = ["init", "--reload-signal", "HUP", "--", "sh", "-c", SAYS];
    const running = curfew(binary, words, { before });
    await running.says(/^1 up\.$/m);
    running.kill("SIGHUP");
    await running.says(/^2 up\.$/m);
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "143");
  });

  test("what an outer systemd says of its own sockets is not said of ours", async () => {
    const env = { LISTEN_FDS: "1", LISTEN_PID: "1", LISTEN_PIDFDID: "1", LISTEN_FDNAMES: "theirs" };
    const words = ["init", "--listen", "127.0.0.1:0", "--", "sh", "-c", SHOWS];
    assert.equal((await curfew(binary, words, { env }).ended).stdout, "1 1\nabsent\n");
  });

  test("sockets of an outer systemd are the command's, which the kernel knows by another number", async () => {
    const before = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"];
    const env = { LISTEN_FDS: "1", LISTEN_PIDFDID: "1" };
    const words = ["init", "--", "sh", "-c", SHOWS];
    assert.equal((await curfew(binary, words, { before, env }).ended).stdout, "1 1\nabsent\n");
  });

  const skip = UNIFIED === undefined && "no writable cgroup2 here";
  test("what cannot be watched leaves no cgroup behind", { skip }, async () => {
    const words = ["init", "--containment", "cgroup", "--watch", "/curfew-has-no-such", "true"];
    const running = curfew(binary, words);
    assert.equal((await running.ended).code, 125);
    const left = readdirSync(UNIFIED ?? "").filter((name) =>
      name.startsWith(`curfew-${running.pid}-`),
    );
    assert.deepEqual(left, []);
  });
}

for (const binary of BINARIES) {
  describe(`surroundings of generations, ${binary.name}`, () => generations(binary));
}
