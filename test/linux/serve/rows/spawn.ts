import { parseListen } from "../../../../src/core/cli/options/listen.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import { now } from "../../../../src/linux/kernel/clock.ts";
import { openListeners } from "../../../../src/linux/serve/listeners.ts";
import { notReady } from "../../../../src/linux/serve/ready.ts";
import { spawnServing } from "../../../../src/linux/serve/spawn.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";
import { spawnedBy, variables } from "../../run/rows/spawn.ts";

const EAGAIN = 11;

type Scene = {
  readonly prepare?: (kernel: Kernel) => void;
  readonly spec?: Partial<Spec>;
  readonly generation?: number;
};

/** What `spawn` of the window is given for a generation, and the result. */
function spawned({ prepare, spec, generation }: Scene) {
  const kernel = makeKernel();
  prepare?.(kernel);
  const context = runOf("run --process-group caller cmd a", kernel, spec);
  const run = Object.assign(context, generation && { generation });
  const listeners = openListeners(run.spec);
  if ("kind" in listeners) throw new Error(JSON.stringify(listeners));
  const readiness = notReady();
  const spawner = () => spawnServing(run, now(), listeners, readiness);
  return { ...spawnedBy(kernel, spawner), readiness };
}

const listen = (...texts: readonly string[]) => ({
  listen: texts.flatMap((text) => parseListen(text) ?? []),
});

const given = (scene: Scene) => {
  const { variables, own, descriptors, answer, readiness, log } = spawned(scene);
  return [variables, own, descriptors, answer, readiness.fd, log];
};

export const SERVING_SPAWNS: readonly Row[] = [
  [
    "sockets, by number and name",
    () => given({ spec: listen("a=127.0.0.1:1", "127.0.0.1:2") }),
    [
      '["CURFEW_GENERATION=1","LISTEN_PIDFDID","LISTEN_FDS=2","LISTEN_FDNAMES=a:127.0.0.1_2","SCINIT_INHERITED_FDS=3,4"]',
      '["LISTEN_PID"]',
      "[11,3,12,4]",
      0,
      -1,
      [],
    ],
  ],
  [
    "sockets, where curfew was given some, too",
    () =>
      given({
        ...variables(["LISTEN_PID", "100"], ["WATCHDOG_PID", "100"]),
        spec: listen("a=127.0.0.1:1"),
      }).slice(1, 2),
    ['["LISTEN_PID","WATCHDOG_PID"]'],
  ],
  [
    "a generation that has no sockets knows which one it is",
    () => given({ spec: { watch: ["/"] }, generation: 3 }).slice(0, 3),
    ['["CURFEW_GENERATION=3"]', "[]", "[]"],
  ],
  [
    "a socket to say that it is ready by",
    () => given({ spec: { ready: { kind: "notify" } } }),
    ['["CURFEW_GENERATION=1","NOTIFY_SOCKET=@notify-11"]', "[]", "[]", 0, 11, ["openNotify"]],
  ],
  [
    "a pipe to say it by: its end is the command's alone",
    () => given({ spec: { ready: { kind: "fd", fd: 9 }, ...listen("a=127.0.0.1:1") } }),
    [
      '["CURFEW_GENERATION=1","LISTEN_PIDFDID","LISTEN_FDS=1","LISTEN_FDNAMES=a","SCINIT_INHERITED_FDS=3"]',
      '["LISTEN_PID"]',
      "[11,3,13,9]",
      0,
      12,
      ["openPipe", "close 13"],
    ],
  ],
  [
    "where nothing was started both ends are closed",
    () =>
      given({
        spec: { ready: { kind: "fd", fd: 9 } },
        prepare: (kernel) => void kernel.faults.push(["spawn", 1, EAGAIN]),
      }).slice(3),
    [-EAGAIN, -1, ["openPipe", "close 12", "close 11"]],
  ],
  [
    "where there is no pipe nothing is started",
    () => {
      const { answer, files, log } = spawned({
        spec: { ready: { kind: "fd", fd: 9 } },
        prepare: (kernel) => void kernel.faults.push(["openPipe", 1, EAGAIN]),
      });
      return [answer, files, log];
    },
    [-EAGAIN, undefined, ["openPipe = -11"]],
  ],
];
