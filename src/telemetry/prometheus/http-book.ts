import { DurationTally } from './duration-tally.js';
import { commonErrorTypes } from './http-error-type.js';

/** What has been counted of the requests to one endpoint. */
export class EndpointCounts {
  /** By the status of the answer; `none` where none came. */
  readonly requests = new Map<string, number>();
  readonly errors = new Map<string, number>(commonErrorTypes.map((type) => [type, 0]));
  retries = 0;
  /** Undefined where durations are not told. */
  readonly durations: DurationTally | undefined;

  constructor(bounds: readonly number[] | undefined) {
    this.durations = bounds && new DurationTally(bounds);
  }
}

/** One endpoint of a service, and what has been counted of it. */
export interface EndpointAccount {
  readonly service: string;
  readonly endpoint: string;
  readonly counts: EndpointCounts;
}

/** How much a book holds. */
export interface HttpBookOptions {
  /** The endpoints of each service that are counted by themselves. */
  readonly maxEndpoints: number;
  /** Upper bounds of the buckets of durations in seconds; undefined: they are not told. */
  readonly bounds: readonly number[] | undefined;
}

/** Where all endpoints are counted for which there is no room. */
const rest = 'other';

/** What the requests in one runtime came to, by service and endpoint: bounded, as an endpoint may have been made of a URL after all. */
export class HttpBook {
  readonly #services = new Map<string, Map<string, EndpointCounts>>();
  readonly #options: HttpBookOptions;

  constructor(options: HttpBookOptions) {
    this.#options = options;
  }

  countsOf(service: string, endpoint: string): EndpointCounts {
    let endpoints = this.#services.get(service);
    if (endpoints === undefined) {
      endpoints = new Map();
      this.#services.set(service, endpoints);
    }
    return endpoints.get(endpoint) ?? this.#begin(endpoints, endpoint);
  }

  *entries(): Generator<EndpointAccount> {
    for (const [service, endpoints] of this.#services) {
      for (const [endpoint, counts] of endpoints) yield { service, endpoint, counts };
    }
  }

  #begin(endpoints: Map<string, EndpointCounts>, endpoint: string): EndpointCounts {
    const { maxEndpoints, bounds } = this.#options;
    const name = endpoints.size < maxEndpoints ? endpoint : rest;
    const counts = endpoints.get(name) ?? new EndpointCounts(bounds);
    endpoints.set(name, counts);
    return counts;
  }
}
