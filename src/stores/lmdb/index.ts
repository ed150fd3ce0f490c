export type { LmdbStoreOptions } from './lmdb-options.js';
export { type LmdbStore, lmdbStore } from './lmdb-store.js';
export { EntryTooLargeError, StoreClosedError, StoreFileError, UnreadableEntryError } from './store-errors.js';
