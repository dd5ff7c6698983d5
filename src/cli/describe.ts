import { isFault } from "../base/fault.ts";

/** What the operating system refuses, in words that say what to do. */
const REFUSED: Readonly<Record<string, (what: What) => string>> = {
  EROFS: ({ path }) => `${path} cannot be written: its disk is read-only. Choose another folder with --data.`,
  EACCES: ({ path, port }) =>
    port === undefined
      ? `${path} cannot be written or read: permission denied. Choose another folder with --data, or see who owns it.`
      : `port ${port} may not be taken by this user; choose one above 1023 with --port.`,
  EPERM: ({ path }) => `${path} cannot be written: the operating system does not permit it.`,
  ENOTDIR: ({ path }) => `${path} cannot be made: a part of it is a file, not a folder.`,
  EEXIST: ({ path }) => `${path} is a file, not a folder. Choose another with --data.`,
  // What node says of a folder to be made on a read-only disk.
  ENOENT: ({ path }) => `${path} is not there and cannot be made.`,
  ENOSPC: ({ path }) => `${path} cannot be written: the disk is full. Free some space and start again.`,
  EDQUOT: ({ path }) =>
    `${path} cannot be written: the disk quota is used up. Free some space and start again.`,
  EMFILE: ({ path }) =>
    `${path} cannot be opened: the limit of open files is too low. Raise it (ulimit -n) and start again.`,
  ENFILE: ({ path }) => `${path} cannot be opened: the machine has no file handle left.`,
  EADDRINUSE: ({ port }) =>
    `that port is taken (${port}); choose another with --port, or see who serves with \`hosu status\`.`,
  EADDRNOTAVAIL: ({ address }) => `${address} is no address of this machine; choose another with --host.`,
};

interface What {
  readonly path: string;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

interface Address {
  readonly address: string;
  readonly port: number;
}

const NO_PORT = -1;

/** What a person is told of an error that ends a command. Only our own mistakes come with a stack. */
export function describe(error: unknown): string {
  if (isFault(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, path, address, port = NO_PORT } = error as NodeJS.ErrnoException & Partial<Address>;
  // A Unix socket's path is its address, and its port is -1.
  const isSocket = port === NO_PORT;
  const what = {
    path: path ?? (isSocket ? address : undefined) ?? "the data folder",
    address,
    port: isSocket ? undefined : port,
  };
  const words = REFUSED[code ?? ""];
  if (words) return words(what);
  return error.stack ?? error.message;
}
