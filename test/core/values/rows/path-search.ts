/** A command's name, PATH, and the files it may mean in the order they are tried. */
export type PathRow = readonly [name: string, path: string | undefined, files: readonly string[]];

/** S24 and execvp(3), the strange ones first. */
export const PATHS: readonly PathRow[] = [
  ["", "/bin:/usr/bin", [""]],
  ["", undefined, [""]],
  ["", "", [""]],
  ["ls", "", ["ls"]],
  ["ls", ":", ["ls", "ls"]],
  ["ls", ":/bin", ["ls", "/bin/ls"]],
  ["ls", "/bin:", ["/bin/ls", "ls"]],
  ["ls", "/bin::/sbin", ["/bin/ls", "ls", "/sbin/ls"]],
  ["ls", undefined, ["/bin/ls", "/usr/bin/ls"]],
  ["./ls", "/bin", ["./ls"]],
  ["a/ls", "/bin", ["a/ls"]],
  ["/bin/ls", "/usr/bin", ["/bin/ls"]],
  ["ls/", "/bin", ["ls/"]],
  ["/", undefined, ["/"]],
  ["..", "/bin", ["/bin/.."]],
  ["-v", "/bin", ["/bin/-v"]],
  ["a b", "/opt/a b:~", ["/opt/a b/a b", "~/a b"]],
  ["l\udcff", "/b\udcfe", ["/b\udcfe/l\udcff"]],
  ["ls", "bin", ["bin/ls"]],
  ["ls", "/bin/", ["/bin//ls"]],
  ["ls", "/bin", ["/bin/ls"]],
  ["ls", "/b:/a:/b", ["/b/ls", "/a/ls", "/b/ls"]],
];
