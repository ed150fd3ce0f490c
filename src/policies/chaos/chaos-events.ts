declare module '../../core/events.js' {
  interface Events {
    /** Something was injected into an attempt: told once for each thing, right before it takes effect. */
    'chaos.injected': {
      readonly site: string;
      readonly attempt: number;
      readonly what: 'behavior' | 'latency' | 'fault' | 'result';
      /** Of a latency: its milliseconds. */
      readonly delay?: number;
      /** Of a fault: the error that the attempt fails with. */
      readonly error?: unknown;
    };
  }
}
