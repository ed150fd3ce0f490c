declare module '../../core/events.js' {
  interface Events {
    /** A limit struck: `scope` says of what, `after` the milliseconds that were allowed. */
    'timeout.struck': {
      readonly site: string;
      readonly scope: 'attempt' | 'total';
      readonly after: number;
      readonly attempt: number;
    };
  }
}
