import { parseListen } from "../../../src/core/listen.ts";
import type { Listen } from "../../../src/core/spec.ts";
import {
  closeListeners,
  openListeners,
  prepareListeners,
  widenListeners,
} from "../../../src/linux/listeners.ts";
import { use } from "../model/install.ts";
import { makeKernel } from "../model/kernel.ts";
import type { Row } from "../model/row.ts";
import type { Kernel } from "../model/types.ts";

const [EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM] = [98, 99, 97, 13, 1];

function listens(...texts: readonly string[]): readonly Listen[] {
  return texts.flatMap((text) => parseListen(text) ?? []);
}

type Scene = (kernel: Kernel) => void;

/** What was asked of the kernel, and what came of it. */
function opened(texts: readonly string[], prepare: Scene = () => {}, close = false) {
  const kernel = use(makeKernel());
  prepare(kernel);
  const answer = openListeners(listens(...texts));
  if (!("kind" in answer) && close) {
    kernel.log.length = 0;
    closeListeners(answer);
  }
  const sockets = [...kernel.sockets.keys()];
  const open = [...kernel.descriptors.values()].filter(({ kind }) => kind === "listener").length;
  const named = "kind" in answer ? answer : answer.map(({ address }) => address);
  return { answer: named, log: kernel.log, sockets, open };
}

const fails =
  (...faults: Kernel["faults"]): Scene =>
  (kernel) =>
    void kernel.faults.push(...faults);

/** A file of a socket whose server was killed. */
const stale: Scene = (kernel) => kernel.sockets.set("/s", { identity: "old", isListening: false });
const live: Scene = (kernel) => kernel.sockets.set("/s", { identity: "old", isListening: true });

export const LISTENERS: readonly Row[] = [
  [
    "each at its address, all addresses of both kinds by one socket",
    () => opened(["127.0.0.1:80", "*:0", "[::1]:1", "unix:@a", "unix:/s"]),
    {
      answer: ["127.0.0.1:80", ":::40000", "::1:1", "@a", "/s"],
      log: [
        'listenTcp "127.0.0.1" 80 1 4096',
        'listenTcp "::" 0 0 4096',
        'listenTcp "::1" 1 1 4096',
        'listenUnix "@a" 4096',
        'listenUnix "/s" 4096',
      ],
      sockets: ["/s"],
      open: 5,
    },
  ],
  ...[EAFNOSUPPORT, EADDRNOTAVAIL].map(
    (errno): Row => [
      `no IPv6 (${errno}): IPv4 alone`,
      () => opened(["*:7"], fails(["listenTcp", 1, errno])).log,
      [`listenTcp "::" 7 0 4096 = -${errno}`, 'listenTcp "0.0.0.0" 7 0 4096'],
    ],
  ),
  [
    "another refusal of all addresses is one",
    () => opened(["*:7"], fails(["listenTcp", 1, EADDRINUSE])),
    {
      answer: { kind: "unbound", given: "*:7", errno: "EADDRINUSE" },
      log: ['listenTcp "::" 7 0 4096 = -98'],
      sockets: [],
      open: 0,
    },
  ],
  [
    "one address is not looked for in IPv4",
    () => opened(["[::1]:7"], fails(["listenTcp", 1, EADDRNOTAVAIL])).answer,
    { kind: "unbound", given: "[::1]:7", errno: "EADDRNOTAVAIL" },
  ],
  [
    "where one is refused none stays, nor its file",
    () => opened(["unix:/s", "127.0.0.1:7", "127.0.0.1:8"], fails(["listenTcp", 2, EACCES])),
    {
      answer: { kind: "unbound", given: "127.0.0.1:8", errno: "EACCES" },
      log: [
        'listenUnix "/s" 4096',
        'listenTcp "127.0.0.1" 7 1 4096',
        'listenTcp "127.0.0.1" 8 1 4096 = -13',
        'removeFile "/s"',
        "close 10",
        "close 11",
      ],
      sockets: [],
      open: 0,
    },
  ],
  [
    "an address that the kernel does not tell is shown as it was given",
    () => opened(["127.0.0.1:0"], fails(["socketName", 1, EPERM])).answer,
    ["127.0.0.1:0"],
  ],
  [
    "the file of a socket that nobody listens on is replaced",
    () => opened(["unix:/s"], stale),
    {
      answer: ["/s"],
      log: [
        'listenUnix "/s" 4096 = -98',
        'tryConnect "/s" = -111',
        'removeFile "/s"',
        'listenUnix "/s" 4096',
      ],
      sockets: ["/s"],
      open: 1,
    },
  ],
  [
    "one that somebody listens on stays",
    () => opened(["unix:/s"], live),
    {
      answer: { kind: "unbound", given: "unix:/s", errno: "EADDRINUSE" },
      log: ['listenUnix "/s" 4096 = -98', 'tryConnect "/s"'],
      sockets: ["/s"],
      open: 0,
    },
  ],
  [
    "one that may not be looked at stays",
    () =>
      opened(["unix:/s"], (kernel) => {
        stale(kernel);
        kernel.faults.push(["tryConnect", 1, EACCES]);
      }).sockets,
    ["/s"],
  ],
  [
    "what is no socket stays",
    () => opened(["unix:/s"], ({ files }) => files.set("/s", "text")).log,
    ['listenUnix "/s" 4096 = -98'],
  ],
  [
    "an abstract name has no file",
    () => opened(["unix:@a"], fails(["listenUnix", 1, EADDRINUSE])).log,
    ['listenUnix "@a" 4096 = -98'],
  ],
  [
    "another refusal of a path is one",
    () =>
      opened(["unix:/s"], (kernel) => {
        stale(kernel);
        kernel.faults.push(["listenUnix", 1, EACCES]);
      }).log,
    ['listenUnix "/s" 4096 = -13'],
  ],
  [
    "a socket that took the place of the stale one in between stays",
    () =>
      opened(["unix:/s"], (kernel) => {
        stale(kernel);
        const take = kernel.sockets.get.bind(kernel.sockets);
        let looks = 0;
        kernel.sockets.get = (path) => {
          looks += 1;
          // The look, the connection, and the second look.
          return looks === 3 ? { identity: "new", isListening: true } : take(path);
        };
      }).log,
    ['listenUnix "/s" 4096 = -98', 'tryConnect "/s" = -111', 'listenUnix "/s" 4096 = -98'],
  ],
  [
    "at the end sockets are closed, and files removed",
    () => opened(["unix:/s", "unix:@a", "127.0.0.1:7"], () => {}, true),
    {
      answer: ["/s", "@a", "127.0.0.1:7"],
      log: ['removeFile "/s"', "close 10", "close 11", "close 12"],
      sockets: [],
      open: 0,
    },
  ],
  [
    "but not what took the place of ours",
    () => {
      const kernel = use(makeKernel());
      const listeners = openListeners(listens("unix:/s"));
      live(kernel);
      if (!("kind" in listeners)) closeListeners(listeners);
      return kernel.log.slice(1);
    },
    ["close 10"],
  ],
  [
    "before a command gets them they block again; their queues are long again",
    () => {
      const kernel = use(makeKernel());
      const listeners = openListeners(listens("unix:/s", "127.0.0.1:7"));
      if ("kind" in listeners) return listeners;
      kernel.log.length = 0;
      prepareListeners(listeners);
      widenListeners(listeners);
      return kernel.log;
    },
    ["setBlocking 10", "setBlocking 11", "listenAgain 10 4096", "listenAgain 11 4096"],
  ],
];
