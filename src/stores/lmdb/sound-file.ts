import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Makes the folder where it is missing, and throws where lmdb could not open its files: lmdb itself would end the process. */
export function checkFolder(path: string): void {
  makeFolder(path);
  accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  const data = join(path, 'data.mdb');
  const size = existsSync(data) ? statSync(data).size : 0;
  for (const file of [data, join(path, 'lock.mdb')]) if (existsSync(file)) checkFile(file);
  if (size > 0) checkForm(data, size);
  else checkSpace(path);
}

/** One by one: in one go, `mkdirSync` never returns where the system makes no folders, as in /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (isFolder(path)) return; // made by another process meanwhile
    throw hasCode(error, 'EEXIST') ? new Error(`${path} is no folder`, { cause: error }) : error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as NodeJS.ErrnoException).code));
}

function checkFile(file: string): void {
  if (!statSync(file).isFile()) throw new Error(`${file} is no file`);
  accessSync(file, constants.R_OK | constants.W_OK);
}

const magic = 0xbeefc0de;
const at = { magic: 24, pageSize: 48, length: 52 } as const;

/** The file begins with two pages that say what it is. */
function checkForm(file: string, size: number): void {
  const handle = openSync(file, 'r');
  try {
    const pageSize = headAt(handle, 0).readUInt32LE(at.pageSize);
    const isForeign = headAt(handle, 0).readUInt32LE(at.magic) !== magic || size < 2 * pageSize;
    if (isForeign || headAt(handle, pageSize).readUInt32LE(at.magic) !== magic) {
      throw new Error(`${file} is no database of lmdb, or is damaged`);
    }
  } finally {
    closeSync(handle);
  }
}

function headAt(handle: number, position: number): Buffer {
  const head = Buffer.alloc(at.length);
  readSync(handle, head, 0, at.length, position);
  return head;
}

/** What the first pages and the file of locks take, generously. */
const leastSpace = 262_144;

function checkSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < leastSpace) throw new Error(`no space is left: ${bavail * bsize} bytes are free`);
}
