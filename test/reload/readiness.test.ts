// Which processes may say that a generation is ready, and what a flood of words costs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, type TestContext, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { stateOf, until } from "../cli/run.ts";
import { gate, NO_PYTHON, serve } from "./serving.ts";

const [THEIRS, STRANGER] = [65534, 65533];

/** Says a word to an abstract socket, as a user. */
const SAYS = `import os, socket, sys
user, name, word = int(sys.argv[1]), sys.argv[2], sys.argv[3]
os.setgroups([]); os.setgid(user); os.setuid(user)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(word.encode(), "\\0" + name[1:])`;

/** A process of another user's stays; one of the same user's says a word and ends. */
const HELPED = `import os, subprocess, sys
pid = os.fork()
if pid == 0:
    os.setgroups([]); os.setgid(${THEIRS}); os.setuid(${THEIRS})
    os.execvp("sleep", ["sleep", "1000"])
print("up " + os.environ["NOTIFY_SOCKET"], flush=True)
open(sys.argv[1]).readline()
name = os.environ["NOTIFY_SOCKET"]
subprocess.run([sys.executable, "-c", sys.argv[2], "${THEIRS}", name, "READY=1"], check=True)
print("said", flush=True)
os.execvp("sleep", ["sleep", "1000"])`;

const FLOODS = `import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("\\0" + os.environ["NOTIFY_SOCKET"][1:])
for _ in range(3): os.fork()
while True: s.send(b"STATUS=all is well")`;

const skip = IS_ROOT ? NO_PYTHON : "only root can change the user";

function readiness(binary: Binary): void {
  const helped = (t: TestContext, path: string) =>
    serve(t, binary, [
      ["--ready", "notify", "--reload-signal", "HUP"],
      ["python3", "-c", HELPED, path, SAYS],
    ]);

  test("a sender that has ended is believed as its user's other processes are", {
    skip,
  }, async (t) => {
    const { path, open } = gate(t);
    const served = helped(t, path);
    await served.says(/^up @\w+\n/m);
    // So the sender has ended, and its parent has reaped it, when its word is read.
    served.kill("SIGSTOP");
    await until("curfew is stopped", () => stateOf(served.pid) === "T");
    open();
    await served.says(/^said$/m);
    served.kill("SIGCONT");
    await served.event("ready", { generation: 1 });
    await served.stop();
  });

  test("a stranger of another user is not", { skip }, async (t) => {
    const served = helped(t, gate(t).path);
    const [, name = ""] = await served.says(/^up (@\w+)\n/m);
    for (const user of [STRANGER, 1]) {
      const words = ["-c", SAYS, `${user}`, name, "READY=1"];
      assert.equal(spawnSync("python3", words, { encoding: "utf8" }).stderr, "");
    }
    // What was said is looked at before a signal is.
    served.kill("SIGHUP");
    await served.event("spawned", { generation: 2 });
    const { events } = await served.stop();
    assert.deepEqual(
      events.filter(({ event }) => event === "ready"),
      [],
    );
  });

  test("a flood of words holds up no limit", { skip: NO_PYTHON }, async (t) => {
    const options = ["--ready", "notify", "--timeout", "500ms", "--exit-on-error"];
    const served = serve(t, binary, [options, ["python3", "-c", FLOODS]]);
    assert.equal((await served.over()).ended.code, 124);
  });
}

for (const binary of BINARIES) {
  describe(`readiness, ${binary.name}`, () => readiness(binary));
}
