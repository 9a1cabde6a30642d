/** What never counts as a change, and why: it comes and goes while the files meant stay. */
export const IGNORED: readonly (readonly [pattern: string, why: string])[] = [
  [".git/", "git writes there whenever it looks"],
  [".hg/", "as git does, Mercurial"],
  [".svn/", "as git does, Subversion"],
  [".*.sw?", "vim's swap file"],
  [".*.swpx", "vim tries whether it can make one"],
  ["4913", "vim tries whether it can write to the directory"],
  ["*~", "the copy that vim, Emacs and others keep of what was there before"],
  [".#*", "Emacs's lock: a symbolic link that leads nowhere"],
  ["#*#", "what Emacs saves by itself, now and then"],
  [".*.kate-swp", "Kate's swap file"],
  [".goutputstream-*", "GLib writes there, and renames it"],
  ["*___jb_old___", "JetBrains keeps there what was before"],
  ["*___jb_tmp___", "JetBrains writes there, and renames it"],
  [".nfs[0-9a-f]*", "a file on NFS that was removed while somebody had it open"],
  [".fuse_hidden*", "the same of FUSE"],
  ["__pycache__/", "Python writes there what it made of its sources when it starts"],
];
