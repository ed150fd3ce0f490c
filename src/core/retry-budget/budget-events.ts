/** Why a call is made once more: a retry after a failure, or a hedge beside an attempt that takes long. */
export type ExtraKind = 'retry' | 'hedge';

declare module '../events.js' {
  interface Events {
    /** A retry or a hedge was not made, because its budget is spent; of a retry, `error` is what is thrown instead. */
    'retry.budgetSpent': {
      readonly site: string;
      /** The budget's name. */
      readonly budget: string;
      readonly kind: ExtraKind;
      readonly error: unknown;
    };
  }
}
