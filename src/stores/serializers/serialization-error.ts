import { markPermanent, nameError } from '../../core/index.js';

/** What is known of a value or of bytes that could not be turned. */
export interface SerializationFacts {
  /** Where in the value the trouble is, as one would reach for it: `items[3].createdAt`; empty for the value itself. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** A value cannot be turned into bytes, or bytes cannot be turned into a value; trying again cannot help. */
export class SerializationError extends Error {
  static readonly family: string = 'SerializationError';
  readonly code = 'HOLDFAST_SERIALIZATION';
  readonly path: string | undefined;

  constructor(message: string, { path, cause }: SerializationFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.path = path;
    markPermanent(this);
  }

  static {
    nameError(SerializationError);
  }
}

/** Runs what reads bytes: whatever it throws means that these are not what the serializer wrote. */
export function readBy<T>(serializer: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    throw unreadable(serializer, error);
  }
}

/** Runs what writes a value that was looked through before: what it still throws is beyond what can be foreseen. */
export function writeBy<T>(serializer: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    throw new SerializationError(`${serializer} cannot write the value: ${reason(error)}`, { cause: error });
  }
}

/** Bytes that a serializer did not write, or that were damaged since. */
export function unreadable(serializer: string, cause: unknown): SerializationError {
  return new SerializationError(`${serializer} cannot read these bytes: ${reason(cause)}`, { cause });
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
