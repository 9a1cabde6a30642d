import type { IgnoreSpec } from "../../../../src/linux/watch/ignores.ts";

/**
 * What is watched, and steps that are done there. A step is a script of sh(1), which runs in a
 * directory of its own (`@`), and the last path that it has changed; empty: none.
 */
export type Life = {
  readonly name: string;
  readonly given: string;
  /** Paths with blanks between them. */
  readonly paths: string;
  readonly ignores?: Partial<IgnoreSpec>;
  readonly steps: readonly (readonly [script: string, changed: string])[];
};

export const LIVES: readonly Life[] = [
  {
    name: "a file in a directory: written, renamed over, removed",
    given: "mkdir t; echo 1 > t/f; echo 2 > other",
    paths: "t",
    steps: [
      ["echo 2 > t/f", "t/f"],
      ["echo 3 >> t/f", "t/f"],
      ["touch t/f", "t/f"],
      ["sed -i s/2/3/ t/f", "t/f"],
      ["echo 4 > t/f", "t/f"],
      ["mv other t/f", "t/f"],
      ["cp t/f t/g", "t/g"],
      ["mv t/f .", "t/f"],
      ["rm t/g", "t/g"],
      ["cat /dev/null > t/empty", "t/empty"],
    ],
  },
  {
    name: "what is no change",
    given: "mkdir -p t/sub; echo 1 > t/f; mkdir e; ln -s e l",
    paths: "t",
    steps: [
      ["cat t/f; ls t; chmod 600 t/f; : < t/f", ""],
      ["mkdir t/new t/new/er; rmdir t/new/er t/new t/sub", ""],
      ["mkfifo t/p; rm t/p", ""],
      ["mkfifo t/p", ""],
      ["rm t/p", ""],
      ["echo 1 > t/short; rm t/short", ""],
      ["echo 1 > e/f; touch x", ""],
      ["mkfifo t/p; (echo > t/p) & read x < t/p; wait; rm t/p", ""],
    ],
  },
  {
    name: "a file counts when it has been written, not while it is",
    given: "mkdir t",
    paths: "t",
    steps: [
      // The shell's own descriptor 3 stays open as long as the first script's child has it.
      ["exec 3> t/f; echo half >&3; mkfifo go; (read x < go; echo done; exec 3>&-; rm go) &", ""],
      ["echo > go; while [ -e go ]; do :; done", "t/f"],
    ],
  },
  {
    name: "links are told of when they are made",
    given: "mkdir t; echo 1 > f; mkdir d; echo 1 > d/f",
    paths: "t",
    steps: [
      ["ln -s ../f t/soft", "t/soft"],
      ["ln f t/hard", "t/hard"],
      ["ln -s ../d t/dir", "t/dir"],
      ["echo 2 > d/f", ""],
      ["ln -sfn ../nowhere t/dir", "t/dir"],
      ["rm t/soft", "t/soft"],
    ],
  },
  {
    name: "directories that come, go and come back",
    given: "mkdir -p t/a/b out/x; echo 1 > t/a/b/f; echo 1 > out/x/f",
    paths: "t",
    steps: [
      ["mv out/x t", "t/x/f"],
      ["echo 2 > t/x/f", "t/x/f"],
      ["mv t/x out", "t/x"],
      ["echo 3 > out/x/f", ""],
      ["mv t/a t/c", "t/c/b/f"],
      ["echo 2 > t/c/b/f", "t/c/b/f"],
      ["mv t/c t/a; mkdir t/c; echo 1 > t/c/f", "t/c/f"],
      ["echo 2 > t/a/b/f", "t/a/b/f"],
      ["rm -r t/a; mkdir -p t/a/b", "t/a/b/f"],
      ["echo 3 > t/a/b/f", "t/a/b/f"],
    ],
  },
  {
    name: "editors' noise is none of ours, what they save is",
    given: "mkdir -p t/.git/objects; echo 1 > t/f",
    paths: "t",
    steps: [
      ["echo > t/.f.swp; echo > t/4913; rm t/4913 t/.f.swp; ln -s me@host t/.#f; rm t/.#f", ""],
      ["echo > t/f~; mv t/f~ t/.f.swx; rm t/.f.swx", ""],
      ["echo > t/.git/index.lock; mv t/.git/index.lock t/.git/index; mkdir t/.git/x", ""],
      ["mkdir -p t/sub/.git/y; echo 1 > t/sub/.git/y/z", ""],
      ["mv t/f t/f~; echo 2 > t/f; rm t/f~", "t/f"],
      ["echo 3 > t/f___jb_tmp___; mv t/f t/f___jb_old___; mv t/f___jb_tmp___ t/f", "t/f"],
    ],
  },
  {
    name: "patterns of the user's",
    given: "mkdir -p t/node_modules/a t/x/logs t/build; touch t/.env",
    paths: "t",
    ignores: { ignore: ["node_modules", "*.log", "x/logs/", "build/**/*.o"] },
    steps: [
      ["echo 1 > t/node_modules/a/f; mkdir t/node_modules/b", ""],
      ["echo 1 > t/a.log; echo 1 > t/x/b.log; rm t/a.log", ""],
      ["echo 1 > t/x/logs/f; echo 1 > t/build/a.o; mkdir t/build/x; echo 1 > t/build/x/b.o", ""],
      ["mkdir t/x/node_modules; echo 1 > t/x/node_modules/f; rm -r t/x/node_modules", ""],
      ["echo 1 > t/x/log", "t/x/log"],
      ["echo 1 > t/.env", "t/.env"],
    ],
  },
  {
    name: "what is watched is itself replaced by another of its name",
    given: "mkdir -p p/t q/t; echo 1 > p/t/f; echo 1 > q/t/f",
    paths: "p/t",
    steps: [
      ["mv p/t p/old", "p/t"],
      ["echo 2 > p/old/f", ""],
      ["mv q/t p/t", "p/t"],
      ["echo 3 > p/t/f", "p/t/f"],
      ["rm -r p/t; mkdir p/t", "p/t/f"],
      ["echo 4 > p/t/f", "p/t/f"],
      ["rm -r p", "p/t/f"],
      ["mkdir -p p/t", ""],
      ["echo 5 > p/t/f", "p/t/f"],
      ["mv p r; mkdir -p s/t; echo 6 > s/t/f", "p/t"],
      ["mv s p", "p/t"],
      ["echo 7 > p/t/f", "p/t/f"],
    ],
  },
  {
    name: "a link is what is watched, or is on the way",
    given: "mkdir -p r1/app r2/app; echo 1 > r1/app/f; echo 1 > r2/app/f; ln -s r1 now",
    paths: "now/app",
    steps: [
      ["echo 2 > r1/app/f", "now/app/f"],
      ["echo 2 > r2/app/f", ""],
      ["ln -s r2 next; mv -T next now", "now/app"],
      ["echo 3 > r2/app/f", "now/app/f"],
      ["echo 3 > r1/app/f", ""],
      ["rm now", "now/app"],
      ["ln -s @/r1 now", "now/app"],
      ["echo 4 > r1/app/f", "now/app/f"],
      ["mv r1 r3; mv r2 r1", "now/app"],
      ["echo 5 > r1/app/f", "now/app/f"],
    ],
  },
  {
    name: "one file: only what happens to it counts",
    given: "mkdir t; echo 1 > t/f; echo 1 > t/g",
    paths: "t/f",
    steps: [
      ["echo 2 > t/g; touch t/h; rm t/h; cat t/f", ""],
      ["echo 2 > t/f", "t/f"],
      ["sed -i s/2/3/ t/f", "t/f"],
      ["echo 4 > t/f", "t/f"],
      ["mv t/g t/f", "t/f"],
      ["rm t/f", "t/f"],
      ["echo 5 > t/f", "t/f"],
      ["rm -r t", "t/f"],
      ["mkdir t; echo 6 > t/f", "t/f"],
      ["echo 7 > t/f", "t/f"],
      ["mkdir u; echo 8 > u/f; mv t old; mv u t", "t/f"],
      ["echo 9 > old/f", ""],
      ["echo 9 > t/f", "t/f"],
    ],
  },
  {
    name: "a file that Kubernetes mounts: the link beside it is swapped",
    given:
      "mkdir -p m/..1; echo 1 > m/..1/f; echo 1 > m/..1/g; ln -s ..1 m/..data; ln -s ..data/f m/f",
    paths: "m/f",
    steps: [
      ["mkdir m/..2; echo 2 > m/..2/f; ln -s ..2 m/..data_tmp", ""],
      ["mv -T m/..data_tmp m/..data", "m/f"],
      ["rm -r m/..1", ""],
      [
        "mkdir m/..3; cp -p m/..2/f m/..3/f; ln -s ..3 m/..data_tmp; mv -T m/..data_tmp m/..data",
        "m/f",
      ],
      ["echo 4 > m/..3/f", "m/f"],
    ],
  },
  {
    name: "the same, a directory that is watched as a whole",
    given: "mkdir -p m/..1; echo 1 > m/..1/f; ln -s ..1 m/..data; ln -s ..data/f m/f",
    paths: "m",
    steps: [
      ["ln -s ..1 m/..data_tmp", "m/..data_tmp"],
      ["mv -T m/..data_tmp m/..data", "m/..data"],
    ],
  },
  {
    name: "paths one in the other, and twice",
    given: "mkdir -p t/a; echo 1 > t/a/f",
    paths: "t t/a t/a/f t",
    steps: [
      ["echo 2 > t/a/f", "t/a/f"],
      ["mv t/a t/b", "t/b/f"],
      ["mv t/b t/a", "t/a/f"],
      ["echo 3 > t/a/f", "t/a/f"],
    ],
  },
  {
    name: "names are bytes",
    given: "mkdir t",
    paths: "t",
    steps: [
      ["echo 1 > \"$(printf 't/\\377')\"", "t/\udcff"],
      ["echo 1 > 't/a\nb'", "t/a\nb"],
    ],
  },
];
