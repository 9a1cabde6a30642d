/**
 * Patterns that `--watch` ignores by default, and why: these files come and go while others are
 * edited, or a tool makes them of the sources.
 */
export const IGNORED: readonly (readonly [pattern: string, why: string])[] = [
  [".git/", "git writes there whenever it reads the repository"],
  [".hg/", "Mercurial's, like `.git/`"],
  [".svn/", "Subversion's, like `.git/`"],
  ["node_modules/", "packages that npm and others install"],
  ["target/", "what Cargo, Maven and others build"],
  ["dist/", "what bundlers build"],
  [".venv/", "a virtual environment of Python, with its packages"],
  [".idea/", "JetBrains' settings, written while you work"],
  [".DS_Store", "macOS keeps the look of a folder there"],
  [".*.sw?", "vim's swap file"],
  [".*.swpx", "vim tests with it whether it can create a swap file"],
  ["4913", "vim tests with it whether it can write to the directory"],
  ["*~", "a copy of the old file, made by vim, Emacs and others"],
  [".#*", "Emacs's lock: a symbolic link without a target"],
  ["#*#", "Emacs saves unsaved changes there"],
  [".*.kate-swp", "Kate's swap file"],
  [".goutputstream-*", "GLib writes this file and renames it"],
  ["*___jb_old___", "JetBrains keeps the old file there"],
  ["*___jb_tmp___", "JetBrains writes this file and renames it"],
  [".nfs[0-9a-f]*", "a file on NFS that was removed while a process had it open"],
  [".fuse_hidden*", "the same on FUSE"],
  ["__pycache__/", "Python writes compiled sources there when it starts"],
];
