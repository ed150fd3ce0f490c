/** A call that waits for its deadline, linked into the list of those that wait as long as it does. */
export interface Deadline {
  strike: (() => void) | undefined;
  at: number;
  before: Deadline;
  after: Deadline;
}

/** All deadlines of one duration: in the order of arming, hence of striking, behind one timer. */
export interface Deadlines {
  arm(strike: () => void): Deadline;
  disarm(deadline: Deadline): void;
}

/** The leanest timer for many calls with one duration: an intrusive list; the timer is set anew only when it fires. */
export function deadlines(duration: number): Deadlines {
  const ring = { at: 0, strike: undefined } as unknown as Deadline;
  ring.before = ring.after = ring;
  let waiting = false;

  return {
    arm(strike) {
      const deadline: Deadline = { strike, at: performance.now() + duration, before: ring.before, after: ring };
      ring.before.after = deadline;
      ring.before = deadline;
      if (!waiting) wait(duration);
      return deadline;
    },
    disarm,
  };

  function wait(milliseconds: number): void {
    waiting = true;
    setTimeout(strikeThoseDue, milliseconds).unref();
  }

  function strikeThoseDue(): void {
    waiting = false;
    const now = performance.now();
    while (ring.after !== ring && ring.after.at <= now) {
      const due = ring.after;
      disarm(due);
      due.strike?.();
    }
    if (ring.after !== ring) wait(Math.ceil(ring.after.at - now));
  }
}

function disarm(deadline: Deadline): void {
  deadline.before.after = deadline.after;
  deadline.after.before = deadline.before;
  deadline.before = deadline.after = deadline;
}
