import type { Life } from "./watch.ts";

/** What is ignored, and what is not any more. */
export const IGNORED_LIVES: readonly Life[] = [
  {
    name: "what is no source is ignored, unless it is named",
    given: "mkdir -p t/node_modules/m t/dist t/target t/.venv t/.idea t/src; touch t/src/f",
    paths: "t t/dist t/node_modules/m",
    steps: [
      ["touch t/target/f t/.venv/f t/.idea/f t/node_modules/f t/.DS_Store 't/f~' t/.f.swp", ""],
      ["touch t/dist/f", "t/dist/f"],
      ["touch t/node_modules/m/f", "t/node_modules/m/f"],
      ["mkdir t/src/dist; touch t/src/dist/f", ""],
      ["mkdir t/dist/node_modules; touch t/dist/node_modules/f", ""],
      // Of directories only.
      ["touch t/src/target", "t/src/target"],
    ],
  },
  {
    name: "nothing is ignored with --no-default-ignores",
    given: `mkdir -p t/.git; mkdir t/dist; echo '*.log' > t/.gitignore`,
    paths: "t",
    ignores: { defaultIgnores: false },
    steps: [
      ["touch t/dist/f", "t/dist/f"],
      ["touch t/a.log", "t/a.log"],
      ["touch t/.git/index", "t/.git/index"],
      ["touch 't/f~'", "t/f~"],
    ],
  },
  {
    name: "endings of files",
    given: "mkdir -p t/js; touch t/f.js t/named.txt",
    paths: "t t/named.txt",
    ignores: { extensions: ["js", "d.ts"] },
    steps: [
      ["echo 1 > t/f.js", "t/f.js"],
      ["echo 1 > t/f.ts", ""],
      ["echo 1 > t/f.d.ts", "t/f.d.ts"],
      ["echo 1 > t/js/f; echo 1 > t/xjs", ""],
      ["mkdir t/new; echo 1 > t/new/f.txt", ""],
      ["mkdir t/newer; echo 1 > t/newer/f.js", "t/newer/f.js"],
      ["echo 1 > t/named.txt", "t/named.txt"],
    ],
  },
  {
    name: "a .gitignore file in a work tree",
    given:
      "mkdir -p t/.git t/out/in t/a/b; " +
      "printf 'out/\\n*.log\\n!keep.log\\n/top\\n' > t/.gitignore",
    paths: "t",
    steps: [
      ["touch t/out/f t/out/in/f t/f.log t/a/b/f.log t/top", ""],
      ["touch t/keep.log", "t/keep.log"],
      ["touch t/a/top", "t/a/top"],
      ["mkdir t/a/out; touch t/a/out/f", ""],
      // Git looks at no file below what is ignored.
      ["echo '!f' > t/out/.gitignore; touch t/out/f", ""],
    ],
  },
  {
    name: "the nearest .gitignore file counts",
    given: `mkdir -p t/.git t/a/b; echo '*.log' > t/.gitignore; echo '!*.log' > t/a/.gitignore`,
    paths: "t",
    steps: [
      ["touch t/f.log", ""],
      ["touch t/a/f.log", "t/a/f.log"],
      ["touch t/a/b/f.log", "t/a/b/f.log"],
      ["echo '/f.log' > t/a/b/.gitignore", "t/a/b/.gitignore"],
      ["touch t/a/b/f.log", ""],
      ["touch t/a/b/g.log", "t/a/b/g.log"],
    ],
  },
  {
    name: "outside of a work tree there is none",
    given: "mkdir t; echo '*.log' > t/.gitignore",
    paths: "t",
    steps: [
      ["touch t/f.log", "t/f.log"],
      ["mkdir t/.git", ""],
      ["touch t/f.log", ""],
      ["rmdir t/.git", ""],
      ["touch t/f.log", "t/f.log"],
    ],
  },
  {
    name: "a work tree in a work tree has its own",
    given:
      "mkdir -p t/.git t/sub/.git t/sub/dir; echo '*.log' > t/.gitignore; " +
      "echo '*.tmp' > t/sub/.gitignore",
    paths: "t",
    steps: [
      ["touch t/f.log", ""],
      ["touch t/f.tmp", "t/f.tmp"],
      ["touch t/sub/f.log", "t/sub/f.log"],
      ["touch t/sub/f.tmp t/sub/dir/f.tmp", ""],
    ],
  },
  {
    name: "a .git file begins a work tree, too",
    given: "mkdir -p t/a; echo 'gitdir: x' > t/.git; echo '*.log' > t/.gitignore",
    paths: "t/a",
    steps: [
      ["touch t/a/f.log", ""],
      ["touch t/a/f", "t/a/f"],
    ],
  },
  {
    name: "files above the watched path count, and are read again",
    given: `mkdir -p t/.git t/a/src/out; echo out > t/.gitignore; echo '*.log' > t/a/.gitignore`,
    paths: "t/a/src",
    steps: [
      ["touch t/a/src/out/f t/a/src/f.log", ""],
      ["echo 1 > t/a/other", ""],
      ["echo none > t/.gitignore", ""],
      ["touch t/a/src/out/f", "t/a/src/out/f"],
      ["rm t/a/.gitignore", ""],
      ["touch t/a/src/f.log", "t/a/src/f.log"],
      ["echo out/ > new; mv new t/a/.gitignore", ""],
      ["touch t/a/src/out/f", ""],
    ],
  },
  {
    name: "a changed file is read again, and what it ignores is forgotten",
    given: `mkdir -p t/.git t/out/in; echo out > t/.gitignore`,
    paths: "t",
    steps: [
      ["touch t/out/in/f", ""],
      ["echo none > t/.gitignore", "t/.gitignore"],
      ["touch t/out/in/f", "t/out/in/f"],
      ["echo in > t/.gitignore", "t/.gitignore"],
      ["touch t/out/in/f", ""],
      ["touch t/out/f", "t/out/f"],
      ["rm t/.gitignore", "t/.gitignore"],
      ["touch t/out/in/f", "t/out/in/f"],
    ],
  },
  {
    name: "a watched path that a .gitignore file ignores is meant",
    given:
      "mkdir -p t/.git t/out/in t/out/dist; printf 'out/\\n*.log\\n' > t/.gitignore; " +
      "echo in > t/out/.gitignore",
    paths: "t t/out",
    steps: [
      ["touch t/f.log", ""],
      ["touch t/out/f", "t/out/f"],
      ["touch t/out/f.log", "t/out/f.log"],
      ["touch t/out/in/f t/out/dist/f", ""],
    ],
  },
  {
    name: "a .gitignore that is a link is none",
    given: `mkdir -p t/.git; echo '*.log' > rules; ln -s ../rules t/.gitignore`,
    paths: "t",
    steps: [["touch t/f.log", "t/f.log"]],
  },
  {
    name: "a touched file has changed; one with another mode has not",
    given: "mkdir t; echo 1 > t/f; echo 1 > g; ln -s g t/l",
    // touch -h opens no file.
    paths: "t g",
    steps: [
      ["chmod 600 t/f g", ""],
      ["touch -h -d '2020-01-01' t/f", "t/f"],
      ["touch -h -d '2020-01-01' t/f; chmod 644 t/f; touch -h -a t/f", ""],
      ["touch -h t/f", "t/f"],
      ["touch -h -d '2020-01-01' g", "g"],
      ["touch -h -d '2020-01-01' g; chmod 644 g", ""],
      ["touch -h g", "g"],
      ["echo 2 > t/f", "t/f"],
      ["chmod 600 t/f", ""],
      ["touch -h -d '2021-01-01' t/f", "t/f"],
      ["echo 1 > t/new", "t/new"],
      ["touch -h -d '2021-01-01' t/new", "t/new"],
      ["mv t/new t/newer", "t/newer"],
      ["touch -h t/newer", "t/newer"],
      ["ln t/f t/second", "t/second"],
      ["rm t/second", "t/second"],
      ["touch -h -d '2022-01-01' t/f", "t/f"],
    ],
  },
];
