/** The error numbers a user may meet here, as x86-64 and arm64 Linux number them: errno(3). */
const ERRNOS: Readonly<Record<number, readonly [name: string, text: string]>> = {
  1: ["EPERM", "operation not permitted"],
  2: ["ENOENT", "no such file or directory"],
  3: ["ESRCH", "no such process"],
  5: ["EIO", "input/output error"],
  6: ["ENXIO", "it has no reader"],
  7: ["E2BIG", "argument list too long"],
  8: ["ENOEXEC", "not a program"],
  9: ["EBADF", "bad file descriptor"],
  11: ["EAGAIN", "resource temporarily unavailable"],
  12: ["ENOMEM", "not enough memory"],
  13: ["EACCES", "permission denied"],
  16: ["EBUSY", "in use"],
  17: ["EEXIST", "it exists already"],
  20: ["ENOTDIR", "not a directory"],
  21: ["EISDIR", "is a directory"],
  22: ["EINVAL", "invalid argument"],
  23: ["ENFILE", "too many open files on this machine"],
  24: ["EMFILE", "too many open files"],
  26: ["ETXTBSY", "the file is being written"],
  27: ["EFBIG", "the file would be too large"],
  28: ["ENOSPC", "no space left on device"],
  30: ["EROFS", "the file system is read only"],
  32: ["EPIPE", "it has no reader"],
  36: ["ENAMETOOLONG", "file name too long"],
  38: ["ENOSYS", "this kernel does not have it"],
  40: ["ELOOP", "too many symbolic links"],
  61: ["ENODATA", "no data"],
  80: ["ELIBBAD", "the program or its interpreter is damaged"],
  87: ["EUSERS", "too many users"],
  95: ["EOPNOTSUPP", "not supported"],
  97: ["EAFNOSUPPORT", "this kernel has no such addresses"],
  98: ["EADDRINUSE", "the address is in use"],
  99: ["EADDRNOTAVAIL", "no such address on this machine"],
  105: ["ENOBUFS", "no room for another socket"],
};

/** Where strerror(3) of the GNU C library says something else in the C locale. */
const STRERROR: Readonly<Record<string, string>> = {
  ENXIO: "No such device or address",
  ENOEXEC: "Exec format error",
  ENOMEM: "Cannot allocate memory",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  ENFILE: "Too many open files in system",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  EROFS: "Read-only file system",
  EPIPE: "Broken pipe",
  ENOSYS: "Function not implemented",
  ELOOP: "Too many levels of symbolic links",
  ENODATA: "No data available",
  ELIBBAD: "Accessing a corrupted shared library",
  EOPNOTSUPP: "Operation not supported",
  EAFNOSUPPORT: "Address family not supported by protocol",
  EADDRINUSE: "Address already in use",
  EADDRNOTAVAIL: "Cannot assign requested address",
  ENOBUFS: "No buffer space available",
};

/** The symbolic name of an error number, such as ENOENT. */
export function errnoName(errno: number): string {
  return ERRNOS[errno]?.[0] ?? `E${errno}`;
}

/** What an error means, for a message. Takes the symbolic name. */
export function errnoText(name: string): string {
  const entry = Object.values(ERRNOS).find((row) => row[0] === name);
  return entry === undefined ? `error ${name.slice(1)}` : entry[1];
}

/** The same in the words of strerror(3), so that a search for them finds it. */
export function strerrorText(name: string): string {
  const text = errnoText(name);
  if (text.startsWith("error ")) return `Unknown ${text}`;
  return STRERROR[name] ?? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
