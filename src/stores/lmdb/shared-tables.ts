import { realpathSync } from 'node:fs';
import type { LmdbSettings } from './lmdb-options.js';
import { checkFolder } from './sound-file.js';
import { StoreFileError } from './store-errors.js';
import { openTables, type Tables } from './tables.js';

interface Opened {
  readonly tables: Tables;
  readonly sync: LmdbSettings['sync'];
  readonly compression: LmdbSettings['compression'];
  users: number;
}

const opened = new Map<string, Opened>();

/**
 * Opens the file in a folder once for all stores of the process: opening it again while another of its stores writes would block the thread that
 * this write waits for.
 */
export function shareTables(settings: LmdbSettings): Tables {
  try {
    checkFolder(settings.path);
    const folder = realpathSync(settings.path);
    const file = opened.get(folder) ?? openFirst(folder, settings);
    mustAgree(file, settings);
    file.users++;
    return { ...file.tables, close: () => leave(folder, file) };
  } catch (error) {
    throw new StoreFileError('be opened', settings.path, error);
  }
}

function openFirst(folder: string, settings: LmdbSettings): Opened {
  const { sync, compression } = settings;
  const file = { tables: openTables(settings), sync, compression, users: 0 };
  opened.set(folder, file);
  return file;
}

function mustAgree(file: Opened, settings: LmdbSettings): void {
  for (const option of ['sync', 'compression'] as const) {
    if (file[option] === settings[option]) continue;
    throw new Error(
      `another store of this process has it open with ${option} ${file[option]}, not ${settings[option]}`,
    );
  }
}

async function leave(folder: string, file: Opened): Promise<void> {
  file.users--;
  if (file.users > 0) return;
  opened.delete(folder);
  await file.tables.close();
}
