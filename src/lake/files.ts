import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** File work for copies of the lake; each is durable when it resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A copy that shares its blocks with the original where the file system can. @param bytes how much of it; all where it is absent. */
export async function copyDurably(from: string, to: string, bytes?: number): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, "r+");
  try {
    if (bytes !== undefined) await file.truncate(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where a file system knows no second names, or no more of them. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EXDEV", "ENOSYS"]);

/** The same file under another name, or a copy: for files that nothing is written to any more. */
export async function linkTo(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && NO_LINKS.has(String(error.code)))) throw error;
    await copyDurably(from, to);
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

export const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** @returns nothing for a folder that is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Where what is to take a folder's place is made ready. */
export const nextOf = (path: string): string => `${path}.next`;
const oldOf = (path: string): string => `${path}.old`;

/** Puts what is ready to take a folder's place there, if anything is. After a crash in between `finishReplacing` finds it. */
export async function replaceFolder(path: string): Promise<void> {
  if (!(await exists(nextOf(path)))) return;
  await remove(oldOf(path));
  if (await exists(path)) await rename(path, oldOf(path));
  await rename(nextOf(path), path);
  await remove(oldOf(path));
}

/** Ends a replacement that a crash cut short: once the old one has made room the new one takes its place, else it is given up. */
export async function finishReplacing(path: string): Promise<void> {
  if (!(await exists(path)) && (await exists(nextOf(path)))) await rename(nextOf(path), path);
  await remove(nextOf(path));
  await remove(oldOf(path));
}

export async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, "r")).close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/** Moves a store's file to where a program opens it; its lock file belongs to nobody then. */
export async function moveStore(from: string, to: string): Promise<void> {
  await remove(`${to}-lock`);
  await rename(from, to);
  await remove(`${from}-lock`);
  await syncFolder(join(to, ".."));
}
