import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';
import type { Key } from './key.js';

/** The bounds of a family of keyed instances. */
export interface KeyedBounds {
  /** The most instances at a time. */
  readonly maxKeys: number;
  /** Milliseconds without use after which an instance may go. */
  readonly idle: number;
}

interface Member<T> {
  readonly instance: T;
  usedAt: number;
}

/** How many are looked at for a new key while all were busy when last looked at. */
const glances = 8;

/**
 * One instance per key, within bounds and without a timer: the longest unused goes first, a busy one never.
 * When all that could go are busy, new keys share one overflow instance, so that churning keys cannot shake off protection.
 */
export class Keyed<T> {
  readonly #members = new LRUCache<Key, Member<T>>({ maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 });
  /** What it keeps to. */
  readonly bounds: KeyedBounds;
  readonly #clock: Clock;
  readonly #make: (given: unknown) => T;
  readonly #busy: (instance: T) => boolean;
  readonly #left: ((instance: T) => void) | undefined;
  #overflow: T | undefined;
  #allBusy = false;

  /** `make` is told for what an instance is made: undefined for the one that is shared; `left` hears of each that is let go. */
  constructor(
    bounds: KeyedBounds,
    clock: Clock,
    make: (given: unknown) => T,
    busy: (instance: T) => boolean,
    left?: (instance: T) => void,
  ) {
    this.bounds = bounds;
    this.#clock = clock;
    this.#make = make;
    this.#busy = busy;
    this.#left = left;
  }

  /** The instance for a key; `given` is the key as somebody gave it. */
  of(key: Key, given?: unknown): T {
    const now = Math.ceil(this.#clock.coarse()); // a whole number takes no memory of its own
    const member = this.#members.get(key);
    if (member === undefined) return this.#admit(key, given, now);
    member.usedAt = now;
    return member.instance;
  }

  /** The instances that live now, the most recently used first. */
  *entries(): IterableIterator<[Key, T]> {
    for (const [key, { instance }] of this.#members.entries()) yield [key, instance];
  }

  /** All that live now, what keys share that found no room included. */
  *all(): IterableIterator<T> {
    for (const [, instance] of this.entries()) yield instance;
    if (this.#overflow !== undefined) yield this.#overflow;
  }

  get size(): number {
    return this.#members.size;
  }

  /** What keys share that found no room. */
  get overflow(): T | undefined {
    return this.#overflow;
  }

  /** Tells of those that went once all is in order again: who hears of them may ask for an instance. */
  #admit(key: Key, given: unknown, now: number): T {
    const gone: T[] = [];
    try {
      return this.#place(key, given, now, gone);
    } finally {
      for (const instance of gone) this.#left?.(instance);
    }
  }

  #place(key: Key, given: unknown, now: number, gone: T[]): T {
    this.#dropIdle(now, gone);
    if (this.#members.size >= this.bounds.maxKeys && !this.#makeRoom(gone)) {
      this.#overflow ??= this.#make(undefined);
      return this.#overflow;
    }
    const instance = this.#make(given);
    this.#members.set(key, { instance, usedAt: now });
    return instance;
  }

  #dropIdle(now: number, gone: T[]): void {
    for (const [key, member] of this.#oldest(2)) {
      if (now - member.usedAt < this.bounds.idle) continue;
      if (this.#busy(member.instance)) this.#postpone(key);
      else this.#drop(key, member.instance, gone);
    }
  }

  /** Lets the longest unused one go that is not busy. Busy ones come up again after all others, so that they hide nobody for long. */
  #makeRoom(gone: T[]): boolean {
    for (const [key, member] of this.#oldest(this.#allBusy ? glances : this.#members.size)) {
      if (!this.#busy(member.instance)) {
        this.#allBusy = false;
        this.#drop(key, member.instance, gone);
        return true;
      }
      this.#postpone(key);
    }
    this.#allBusy = true;
    return false;
  }

  #drop(key: Key, instance: T, gone: T[]): void {
    this.#members.delete(key);
    gone.push(instance);
  }

  #postpone(key: Key): void {
    this.#members.get(key);
  }

  #oldest(most: number): [Key, Member<T>][] {
    const oldest: [Key, Member<T>][] = [];
    for (const entry of this.#members.rentries()) {
      oldest.push(entry as [Key, Member<T>]);
      if (oldest.length >= most) break;
    }
    return oldest;
  }
}
