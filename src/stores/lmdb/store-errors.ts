import { markPermanent } from '../../core/index.js';

/** What lies under a key cannot be read: it is damaged, foreign, or of another form. Asking again cannot help; setting the key does. */
export class UnreadableEntryError extends Error {
  override readonly name = 'UnreadableEntryError';
  readonly code = 'HOLDFAST_UNREADABLE_ENTRY';
  /** What is wrong with it. */
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(`an entry of the lmdb store cannot be read: ${reason}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    markPermanent(this);
  }
}

/** An entry takes more bytes than the store gives to one: it is not kept, nor is the one before it. */
export class EntryTooLargeError extends RangeError {
  override readonly name = 'EntryTooLargeError';
  readonly code = 'HOLDFAST_ENTRY_TOO_LARGE';

  constructor(bytes: number, maxBytes: number) {
    super(`an entry of ${bytes} bytes is not kept in the lmdb store: one may take ${maxBytes}`);
    markPermanent(this);
  }
}

/** The store was closed before it was asked. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
  readonly code = 'HOLDFAST_STORE_CLOSED';

  constructor(path: string) {
    super(`the lmdb store in ${path} is closed`);
    markPermanent(this);
  }
}

/** The files could not be opened or written: the disk is full, the folder cannot be made, or the like; `cause` says what. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError';
  readonly code = 'HOLDFAST_STORE_FILE';

  constructor(what: string, path: string, cause: unknown) {
    super(`the lmdb store in ${path} could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
