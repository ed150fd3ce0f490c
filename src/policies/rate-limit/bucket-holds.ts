import type { Hold } from './meter.js';

/** Who takes back what was on hold. */
interface Bucket {
  forget(hold: BucketHold): void;
  putBack(hold: BucketHold, now: number): void;
}

/** Those on hold since whose making the same was missing at least. */
interface Level {
  /** By how much more that is than for those before. */
  step: number;
  count: number;
  /** Earlier ones have a smaller one. */
  readonly number: number;
  before: Level | undefined;
  after: Level | undefined;
  /** The one before, once they are no different any more. */
  into: Level | undefined;
}

/**
 * Permits of a bucket on hold. What a hold took is missing only until the bucket has been full: from then on nothing would be different without it. So it
 * is worth no more than the least that was ever missing since.
 */
export class BucketHold implements Hold {
  readonly time: number;
  /** Among whom it is: a bucket that begins anew forgets those that it had. */
  readonly all: BucketHolds;
  /** Where it belongs; undefined once it is over. */
  level: Level | undefined;
  readonly #bucket: Bucket;

  constructor(bucket: Bucket, all: BucketHolds, time: number, level: Level) {
    this.#bucket = bucket;
    this.all = all;
    this.time = time;
    this.level = level;
  }

  spend(): void {
    this.#bucket.forget(this);
  }

  giveBack(now: number): void {
    this.#bucket.putBack(this, now);
  }
}

/**
 * All that is on hold of a bucket. The least that was missing since is more and more from an older one to a newer one, so only the steps between are kept:
 * where less is missing at some time, those at the end are cut off, once each.
 */
export class BucketHolds {
  size = 0;
  #first: Level | undefined = undefined;
  #last: Level | undefined = undefined;
  /** The sum of all steps: the least that was missing since the newest. */
  #top = 0;

  add(bucket: Bucket, time: number, missing: number): BucketHold {
    this.sawMissing(missing);
    const before = this.#last;
    const number = before === undefined ? 0 : before.number + 1;
    const level = { step: missing - this.#top, count: 1, number, before, after: undefined, into: undefined };
    if (before) before.after = level;
    else this.#first = level;
    this.#last = level;
    this.#top = missing;
    this.size++;
    return new BucketHold(bucket, this, time, level);
  }

  sawMissing(time: number): void {
    if (time < this.#top) this.#lower(this.#last, this.#top - time);
  }

  remove(hold: BucketHold): void {
    const level = this.#levelOf(hold);
    if (level === undefined) return;
    hold.level = undefined;
    this.size--;
    if (--level.count > 0) return;
    if (level.after) level.after.step += level.step;
    else this.#top -= level.step;
    this.#unlink(level);
  }

  /** Takes a hold out as if its permits had never been taken, and tells what it is worth: less was missing ever since, for the others too. */
  giveBack(hold: BucketHold): number {
    const level = this.#levelOf(hold);
    if (level === undefined) return 0;
    const worth = Math.min(hold.time, this.#leastOf(level));
    this.#lower(level, worth);
    this.remove(hold);
    return worth;
  }

  /** Lets less be missing since those of a level: for those after it by as much, for those before it at most what is left. */
  #lower(level: Level | undefined, by: number): void {
    let left = by;
    for (let at = level; at !== undefined && left > 0; at = at.before) {
      const taken = Math.min(left, at.step);
      at.step -= taken;
      left -= taken;
      if (at.step === 0) this.#merge(at);
    }
    this.#top -= by;
  }

  #merge(level: Level): void {
    const { before } = level;
    if (before === undefined) return;
    before.count += level.count;
    level.into = before;
    this.#unlink(level);
  }

  #unlink({ before, after }: Level): void {
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
  }

  /** Summed up from the nearer end. */
  #leastOf(level: Level): number {
    const isOld = 2 * level.number < (this.#first?.number ?? 0) + (this.#last?.number ?? 0);
    let least = isOld ? level.step : this.#top;
    if (isOld) for (let at = level.before; at; at = at.before) least += at.step;
    else for (let at = level.after; at; at = at.after) least -= at.step;
    return Math.max(0, least);
  }

  /** Where a hold belongs by now; each search halves the way of later ones. */
  #levelOf(hold: BucketHold): Level | undefined {
    if (hold.all !== this) return undefined;
    let { level } = hold;
    while (level?.into) {
      level.into = level.into.into ?? level.into;
      level = level.into;
    }
    hold.level = level;
    return level;
  }
}
