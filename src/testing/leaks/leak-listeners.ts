import { type EventEmitter, getEventListeners } from 'node:events';
import type { Leak } from './leak.js';
import { placeOf } from './leak-place.js';

/** Something that has listeners, seen before and after. */
export interface ListenerWatch {
  found(): Omit<Leak, 'count'>[];
  stop(): void;
}

type Listener = object;

/** The listeners of all watches, which are nobody's leaks. */
const ours = new WeakSet<Listener>();

/** Watches a signal for listeners that stay. */
export function watchSignalListeners(signal: AbortSignal): ListenerWatch {
  const before = getEventListeners(signal, 'abort');
  const places = new WeakMap<Listener, string | undefined>();
  const { addEventListener } = signal;
  const add: typeof addEventListener = (...args: Parameters<typeof addEventListener>) => {
    if (typeof args[1] === 'object' || typeof args[1] === 'function') places.set(args[1], placeOf(add).text);
    addEventListener.apply(signal, args);
  };
  Object.defineProperty(signal, 'addEventListener', { value: add, configurable: true, writable: true });
  return {
    found: () => {
      const left = without(getEventListeners(signal, 'abort'), before);
      return left.map((listener) => leakOf('abort', places.get(listener)));
    },
    stop: () => Reflect.deleteProperty(signal, 'addEventListener'),
  };
}

/** Watches an emitter for listeners that stay. */
export function watchEmitterListeners(emitter: EventEmitter): ListenerWatch {
  const before = listenersOf(emitter);
  const places = new WeakMap<Listener, string | undefined>();
  const added = (_event: string | symbol, listener: Listener) => places.set(listener, placeOf(added).text);
  ours.add(added);
  emitter.on('newListener', added);
  const foundFor = (event: string | symbol) => {
    const left = without(emitter.listeners(event), before.get(event) ?? []).filter((listener) => !ours.has(listener));
    return left.map((listener) => leakOf(event, places.get(listener)));
  };
  return {
    found: () => emitter.eventNames().flatMap(foundFor),
    stop: () => emitter.off('newListener', added),
  };
}

function listenersOf(emitter: EventEmitter): Map<string | symbol, Listener[]> {
  return new Map(emitter.eventNames().map((event) => [event, emitter.listeners(event)]));
}

/** What is left of a list when each of the others is taken away once. */
function without(list: readonly Listener[], others: readonly Listener[]): Listener[] {
  const left = [...list];
  for (const other of others) {
    const index = left.indexOf(other);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

function leakOf(event: string | symbol, place: string | undefined): Omit<Leak, 'count'> {
  return { kind: 'listener', what: `a listener of ${typeof event === 'string' ? `'${event}'` : String(event)}`, place };
}
