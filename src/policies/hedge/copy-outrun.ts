/** Why a copy of a call ends before it is done: the reason of its signal. It bears the name and code of Node's own aborts. */
export class CopyOutrun extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor() {
    super('another copy of this call was faster');
  }
}
