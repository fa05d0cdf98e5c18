// Keeps requests within a venue's rate. One per venue and address: what counts them there does not tell accounts apart.

/**
 * A bucket of `burst` tokens refilled at `perSecond`. Orders and cancels go before queries: a placement that waited behind a page of history
 * would miss its deadline.
 */
export class Throttle {
  #tokens;
  #filledAt = performance.now();
  #orders = [];
  #queries = [];
  #timer = null;

  constructor({ perSecond, burst }) {
    Object.assign(this, { perSecond, burst });
    this.#tokens = burst;
  }

  /** Resolves when a request of that cost may start. A cost above the burst waits until the bucket is full. */
  wait(cost, isOrder) {
    return new Promise((resolve) => {
      (isOrder ? this.#orders : this.#queries).push({ cost, resolve });
      this.#serve();
    });
  }

  #serve() {
    const now = performance.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.perSecond);
    this.#filledAt = now;
    for (let queue = this.#next(); queue !== null; queue = this.#next()) {
      const needed = Math.min(queue[0].cost, this.burst);
      if (this.#tokens < needed) {
        this.#timer ??= setTimeout(() => {
          this.#timer = null;
          this.#serve();
        }, Math.max(1, ((needed - this.#tokens) / this.perSecond) * 1000));
        return;
      }
      const { cost, resolve } = queue.shift();
      this.#tokens -= cost;
      resolve();
    }
  }

  #next() {
    return this.#orders.length > 0 ? this.#orders : this.#queries.length > 0 ? this.#queries : null;
  }
}

/** One at a time, orders first: where a venue wants each request's number above the last one's, two under way could overtake each other. */
export class Turns {
  #orders = [];
  #others = [];
  #busy = false;

  /** Runs `work` when its turn comes; gives what it gives. */
  async take(isOrder, work) {
    if (this.#busy) await new Promise((resolve) => (isOrder ? this.#orders : this.#others).push(resolve));
    this.#busy = true;
    try {
      return await work();
    } finally {
      const next = this.#orders.shift() ?? this.#others.shift();
      if (next === undefined) this.#busy = false;
      else next();
    }
  }
}
