import { type AsyncHook, createHook, executionAsyncId } from 'node:async_hooks';
import type { Leak, LeakKind } from './leak.js';
import { callersOf, placeOf } from './leak-place.js';

type Below = (...args: never) => unknown;

interface Resource {
  readonly kind: LeakKind;
  readonly place: string | undefined;
  /** The function whose promise it is. */
  readonly body: string | undefined;
  readonly object: WeakRef<object>;
  /** What a promise follows, if it follows another: it tells no more than that. */
  readonly follows: number | undefined;
}

/** What Node calls the things that are watched. */
const kinds: Readonly<Record<string, LeakKind>> = {
  Timeout: 'timer',
  Immediate: 'immediate',
  PROMISE: 'promise',
  TCPWRAP: 'socket',
  PIPEWRAP: 'socket',
  UDPWRAP: 'socket',
  TCPSERVERWRAP: 'server',
  PIPESERVERWRAP: 'server',
};

let making = false;

/** Makes something that no watch is to see, since it is the watch's own. */
export function unwatched<T>(make: () => T): T {
  const before = making;
  making = true;
  try {
    return make();
  } finally {
    making = before;
  }
}

/** What hands work on within Node: where it was made is where all that follows was made. */
const carriers = new Set(['TickObject', 'GETADDRINFOREQWRAP']);

/** All timers, promises and sockets that are made while it watches, and are not over yet. */
export class LeakResources {
  readonly #kinds: readonly LeakKind[];
  readonly #unreferenced: boolean;
  readonly #alive = new Map<number, Resource>();
  readonly #handles = new WeakSet();
  readonly #carried = new Map<number, string>();
  /** Promises of those who wait for what is found. */
  readonly #asking = new Set<number>();
  readonly #hook: AsyncHook;

  constructor(watched: readonly LeakKind[], unreferenced: boolean) {
    this.#kinds = watched;
    this.#unreferenced = unreferenced;
    const init = (id: number, type: string, trigger: number, object: object): void => {
      const kind = kinds[type];
      if (carriers.has(type)) this.#carry(id, init);
      if (kind !== undefined && this.#concerns(kind, trigger, object)) this.#note(id, kind, trigger, object, init);
    };
    const over = (id: number) => {
      this.#alive.delete(id);
      this.#carried.delete(id);
    };
    this.#hook = createHook({ init, destroy: over, promiseResolve: over }).enable();
  }

  /** Leaves aside the promises of all who wait for the one that calls `below`: they are pending for as long as it looks for what is left. */
  leaveOutCallersOf(below: Below): void {
    this.#asking.add(executionAsyncId());
    const newestFirst = [...this.#alive].reverse();
    for (const caller of callersOf(below)) {
      const own = newestFirst.find(([id, { body }]) => body === caller && !this.#asking.has(id));
      if (own !== undefined) this.#asking.add(own[0]);
    }
  }

  /** Whether promises are pending, be they garbage or not. */
  get hasPromises(): boolean {
    return [...this.#alive.values()].some(({ kind }) => kind === 'promise');
  }

  /** What is not over, garbage and what is exempt aside. */
  found(): Omit<Leak, 'count'>[] {
    const alive = [...this.#alive].filter(([id, resource]) => !this.#asking.has(id) && this.#counts(resource));
    return alive.map(([, { kind, place }]) => ({ kind, what: words[kind], place }));
  }

  stop(): void {
    this.#hook.disable();
    this.#alive.clear();
    this.#carried.clear();
  }

  #concerns(kind: LeakKind, trigger: number, object: object): boolean {
    if (making || !this.#kinds.includes(kind)) return false;
    if (kind === 'promise') return trigger === executionAsyncId() || this.#alive.has(trigger); // what follows an older one may wait for the test itself
    const handle = (object as { readonly handle?: object }).handle;
    return !isReused(object) || (handle !== undefined && this.#handles.has(handle));
  }

  #isPending(promise: number | undefined): boolean {
    const first = promise === undefined ? undefined : this.#alive.get(promise);
    return first !== undefined && (first.object.deref() !== undefined || this.#isPending(first.follows));
  }

  #carry(id: number, below: Below): void {
    const place = placeOf(below).text ?? this.#carried.get(executionAsyncId());
    if (place !== undefined) this.#carried.set(id, place);
  }

  #note(id: number, kind: LeakKind, trigger: number, object: object, below: Below): void {
    const { exempt, text, body } = placeOf(below);
    const place = text ?? this.#carried.get(executionAsyncId()) ?? this.#acceptedBy(trigger);
    const follows = kind === 'promise' && trigger !== executionAsyncId() ? trigger : undefined;
    if (kind === 'socket') this.#handles.add(object);
    const ofNode = place === undefined && kind !== 'socket' && kind !== 'server'; // Node makes timers and promises for its own use
    if (exempt || ofNode) return;
    this.#alive.set(id, {
      kind,
      place,
      body: isOwn(kind, follows) ? body : undefined,
      object: new WeakRef(object),
      follows,
    });
  }

  #acceptedBy(trigger: number): string | undefined {
    const server = this.#alive.get(trigger);
    return server?.kind === 'server' ? `by accepting a connection to the server ${server.place}` : undefined;
  }

  #counts({ kind, object, follows }: Resource): boolean {
    const thing = object.deref() as { hasRef?(): boolean } | undefined;
    if (kind === 'promise') return thing !== undefined && !this.#isPending(follows);
    if (kind !== 'timer' && kind !== 'immediate') return true;
    return this.#unreferenced || thing?.hasRef?.() !== false;
  }
}

const words: Readonly<Record<LeakKind, string>> = {
  timer: 'a timer',
  immediate: 'an immediate',
  promise: 'a pending promise',
  socket: 'a socket',
  server: 'a server',
  listener: 'a listener',
  alarm: 'an alarm',
};

/** A promise that follows no other is an async function's own, where no code made it. */
function isOwn(kind: LeakKind, follows: number | undefined): boolean {
  return kind === 'promise' && follows === undefined;
}

/** A connection that is used again has a new id; what is behind it is older. */
function isReused(object: object): boolean {
  return object.constructor.name === 'ReusedHandle';
}
