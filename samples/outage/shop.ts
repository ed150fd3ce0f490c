import { Bulkhead, Cached, CircuitBreaker, Dedup, Fallback, RateLimit, Resilient, Retry, Timeout } from 'holdfast';
import type { RestClient } from 'holdfast/http';
import { patience } from './script.js';

/** What the shop asks its supplier for. */
export interface Item {
  readonly id: string;
}

/** A client without protection, apart from the patience of its callers. */
export class BareShop {
  readonly rest: RestClient;

  constructor(rest: RestClient) {
    this.rest = rest;
  }

  async item(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/${id}`, { timeout: patience })).data;
  }

  async price(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/price-${id}`, { timeout: patience })).data;
  }
}

/** The same client, protected. */
@Resilient({
  circuitBreaker: {
    name: 'supplier',
    failureRate: 0.7,
    window: '4s',
    minimumCalls: 20,
    openFor: '400ms',
    halfOpenCalls: 3,
    rateOver: 'started',
    maxWait: patience,
  },
  timeout: { attempt: '1200ms', total: patience },
  retry: { maxAttempts: 4, delay: '50ms', maxDelay: '400ms' },
})
export class Shop {
  readonly rest: RestClient;

  constructor(rest: RestClient) {
    this.rest = rest;
  }

  @Cached({ ttl: '1s', staleFor: '30s' })
  async item(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/${id}`)).data;
  }

  @Dedup()
  @RateLimit({ limit: 200, burst: 50, maxWait: '1s' })
  @Bulkhead({ name: 'supplier', maxConcurrent: 64, maxQueue: 200, order: 'adaptive' })
  async price(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/price-${id}`)).data;
  }

  @Retry({ maxAttempts: 2 })
  @Timeout('500ms')
  @CircuitBreaker('supplier')
  @Fallback({ value: [] })
  async recommendations(id: string): Promise<Item[]> {
    return [(await this.rest.get<Item>(`/items/next-to-${id}`)).data];
  }
}
